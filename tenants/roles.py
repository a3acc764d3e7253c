"""The application's own role in the database: made where the owner may, else the SQL is printed for who can."""

import sys

from sqlalchemy import URL, Connection, text

APPEND_ONLY = frozenset({"history", "reads", "category_revisions", "sla_rule_revisions", "configuration_changes"})
"""Tables in which the app role may add rows and never change or delete one."""

READ_ONLY = frozenset({"alembic_version"})


def privileges(table: str) -> str:
    """What the app role may do in a table."""
    if table in READ_ONLY:
        return "SELECT"
    return "SELECT, INSERT" if table in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"


def see_to_the_app_role(owner: Connection, app_url: URL) -> None:
    """Create the app role if it is missing and grant it what the tables allow, as the owner. Idempotent.

    Where the owner may not create a role, the SQL goes to standard error and SystemExit says what to do.
    """
    role = _quoted(app_url.username or "aduan_app")
    known = owner.scalar(text("SELECT true FROM pg_roles WHERE rolname = :role"), {"role": app_url.username})
    if not known:
        _create(owner, role, app_url)
    if owner.scalar(text("SELECT current_user")) == app_url.username:
        owner.commit()
        return  # one role for both: serving will refuse it with a sentence
    tables = owner.scalars(
        text(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') ORDER BY c.relname"
        )
    ).all()
    for table in tables:
        owner.exec_driver_sql(f"GRANT {privileges(table)} ON {_quoted(table)} TO {role}")
        if table in APPEND_ONLY | READ_ONLY:
            owner.exec_driver_sql(f"REVOKE UPDATE, DELETE, TRUNCATE ON {_quoted(table)} FROM {role}")
    owner.exec_driver_sql(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
    owner.exec_driver_sql(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}")
    owner.commit()


def _create(owner: Connection, role: str, app_url: URL) -> None:
    password = f" PASSWORD '{app_url.password.replace(chr(39), chr(39) * 2)}'" if app_url.password else ""
    statement = f"CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE{password}"
    if owner.scalar(text("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")):
        owner.exec_driver_sql(statement)
        return
    print(f"{statement};", file=sys.stderr)  # noqa: T201  (meant to be copied by whoever may run it)
    raise SystemExit(
        "The owner's role may not create roles. Run the statement above as a superuser, then 'flask db upgrade' again."
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
