"""The one door between tenants.

The session carries the tenant in `session.info`. Two walls stand on it, both always on: the ORM criterion on every
statement, and PostgreSQL's row-level security, told by SET LOCAL at the start of each transaction. A change of tenant
inside a transaction goes through `enter`, and nowhere else.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Executable, Table, event, select, text
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, with_loader_criteria
from sqlalchemy.sql import visitors

from tenants.database import TenantOwned
from tenants.tenant import Stage, Tenant


class ScopeError(RuntimeError):
    """A mistake of ours, never the reader's: a statement without its tenant, or a row of another."""


class UnsafeRole(RuntimeError):
    """The database role could walk through the wall between tenants."""


def name_tenant(session: Session, tenant_id: UUID | None) -> None:
    """Say whose data this session is about, before its first statement. Raises ScopeError inside a transaction."""
    if session.in_transaction() and session.info.get("tenant_id") != tenant_id:
        raise ScopeError("inside a transaction the tenant changes through scope.enter only")
    session.info["tenant_id"] = tenant_id


def tenant_of(session: Session) -> UUID:
    """The tenant that the session is in; raises ScopeError when there is none."""
    tenant_id: UUID | None = session.info.get("tenant_id")
    if tenant_id is None:
        raise ScopeError("no tenant is named on this session")
    return tenant_id


@contextmanager
def enter(session: Session, tenant_id: UUID) -> Iterator[Session]:
    """Act as another tenant within the same transaction, and come back.

    Objects loaded before belong to the former tenant and are expunged; load anew what is needed after. After an error
    the transaction is over, so nothing is said to the database; the session only remembers where it came from.
    """
    before: UUID | None = session.info.get("tenant_id")
    if before == tenant_id:
        yield session
        return
    session.flush()
    _change(session, tenant_id)
    try:
        yield session
        session.flush()
    except BaseException:
        _forget(session)
        session.info["tenant_id"] = before
        raise
    _change(session, before)


def every_tenant(
    session: Session, *, because: str, stages: Sequence[Stage] = (Stage.LIVE, Stage.PAUSED, Stage.REHEARSAL)
) -> Iterator[Tenant]:
    """Each tenant in turn, in a scope and a transaction of its own: for jobs and commands, never for a request.

    because: why this crosses tenants; kept in the code so that a reader sees it.
    """
    if not because:
        raise ScopeError("say why every tenant is visited")
    name_tenant(session, None)
    ids = session.scalars(select(Tenant.id).where(Tenant.stage.in_(stages)).order_by(Tenant.slug)).all()
    session.commit()
    for tenant_id in ids:
        tenant = session.get_one(Tenant, tenant_id)
        with enter(session, tenant_id):
            yield tenant
        session.commit()


def refuse_unsafe_role(engine: Engine) -> None:
    """Raise UnsafeRole if the role that serves could see across tenants: a superuser, BYPASSRLS, or a table's owner.

    A role that may become such a one, by SET ROLE, is no safer.
    """
    with engine.connect() as connection:
        role = connection.scalar(text("SELECT current_user"))
        above = connection.execute(
            text(
                "SELECT rolname, rolsuper FROM pg_roles WHERE (rolsuper OR rolbypassrls)"
                " AND pg_has_role(current_user, oid, 'MEMBER')"
                " ORDER BY rolname <> current_user, NOT rolsuper, rolname LIMIT 1"
            )
        ).one_or_none()
        owned = connection.scalar(
            text(
                "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')"
                " AND pg_has_role(current_user, c.relowner, 'MEMBER')"
            )
        )
    why = None
    if above is not None:
        what = "is a superuser" if above.rolsuper else "may bypass row-level security"
        why = what if above.rolname == role else f"is a member of '{above.rolname}', which {what}"
    elif owned:
        why = f"owns {owned} of the tables"
    if why:
        raise UnsafeRole(
            f"Aduan does not start: the database role '{role}' {why}, so it would see every city's data."
            " Point DATABASE_URL at the application's own role ('flask db upgrade' creates or prints it) and"
            " MIGRATION_DATABASE_URL at the owner."
        )


def set_local(connection: Connection, tenant_id: UUID | None) -> None:
    """Tell PostgreSQL whose rows the rest of this transaction is about.

    A literal statement of its own, since set_config isn't forwarded by Citus; by exec_driver_sql, as `text()` with the
    id in it would fill the cache of compiled statements.
    """
    connection.exec_driver_sql(f"SET LOCAL app.tenant_id = '{UUID(str(tenant_id)) if tenant_id else ''}'")


def _change(session: Session, tenant_id: UUID | None) -> None:
    _forget(session)
    session.info["tenant_id"] = tenant_id
    if session.in_transaction():
        set_local(session.connection(), tenant_id)


def _forget(session: Session) -> None:
    for row in [*session.new, *session.identity_map.values()]:
        if isinstance(row, TenantOwned):
            session.expunge(row)


@event.listens_for(Session, "after_begin")
def _tell_the_database(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    tenant_id = session.info.get("tenant_id")
    if tenant_id is not None and not transaction.nested:
        set_local(connection, tenant_id)


@event.listens_for(Session, "do_orm_execute")
def _keep_to_the_tenant(state: ORMExecuteState) -> None:
    if not (state.is_select or state.is_update or state.is_delete) or state.is_column_load:
        return
    if state.statement not in _looked_through:
        about = any(issubclass(mapper.class_, TenantOwned) for mapper in state.all_mappers)
        _looked_through[state.statement] = about or _is_about_tenants(state.statement)
    if not _looked_through[state.statement]:
        return
    tenant_id = tenant_of(state.session)
    if not state.is_orm_statement:
        raise ScopeError("a tenant's table is asked through its class, so that the statement is kept to the tenant")
    state.statement = state.statement.options(
        with_loader_criteria(TenantOwned, lambda table: table.tenant_id == tenant_id, include_aliases=True)
    )


_looked_through: WeakKeyDictionary[Executable, bool] = WeakKeyDictionary()
"""Whether a statement is about tenants: of one that is made once and sent with every page it is found out once."""


def _is_about_tenants(statement: Executable) -> bool:
    """Whether a tenant-owned table stands anywhere in it: in a subquery, an EXISTS, one side of a UNION."""
    return any(
        isinstance(part, Table) and "tenant_id" in part.primary_key.columns
        for part in visitors.iterate(statement)  # type: ignore[arg-type]  # executables are visitable
    )


@event.listens_for(Session, "before_flush")
def _refuse_strangers(session: Session, _context: object, _instances: object) -> None:
    for row in [*session.new, *session.dirty, *session.deleted]:
        if not isinstance(row, TenantOwned):
            continue
        tenant_id = tenant_of(session)
        if row.tenant_id is None:
            row.tenant_id = tenant_id
        elif row.tenant_id != tenant_id:
            raise ScopeError(f"a {type(row).__name__} of tenant {row.tenant_id} in the scope of {tenant_id}")
