"""The door between tenants: what it lets through, and what happens to whoever walks past it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import Engine, Select, create_engine, event, exists, func, make_url, select, text, union_all, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session, aliased

from complaints.complaint import Complaint, IntakeKey, Remark
from config.postgres import SUPERUSER, EmbeddedPostgres
from people.account import Account
from people.seat import Seat
from tenants import scope
from tenants.scope import ScopeError, UnsafeRole, refuse_unsafe_role
from tenants.tenant import Stage, Tenant
from tests.cast import FOUNDED, Cast

A_THING = select(Complaint.id).limit(5)
STATEMENTS: dict[str, Select[Any] | Any] = {
    "rows": select(Complaint),
    "columns": select(Complaint.id),
    "an alias": select(aliased(Complaint).id),
    "a count": select(func.count()).select_from(Complaint),
    "a count of a subquery": select(func.count()).select_from(A_THING.subquery()),
    "a scalar subquery": select(A_THING.limit(1).scalar_subquery().label("one")),
    "a common table expression": select(A_THING.cte().c.id),
    "a union": union_all(A_THING, A_THING),
    "whether there is one": select(exists(select(Complaint.id))),
    "a platform-wide table beside it": select(Account.id).where(Account.id.in_(select(Seat.account_id))),
    "an update": update(Complaint).values(priority="normal"),
    "an update of another by it": update(IntakeKey)
    .where(IntakeKey.complaint_id.in_(select(Complaint.id)))
    .values(relayed_at=FOUNDED),
}


@pytest.fixture
def two(cast: Cast) -> tuple[UUID, UUID]:
    """A complaint in each city: (barat's, timur's)."""
    return cast.complaint("barat"), cast.complaint("timur")


@pytest.mark.parametrize("what", STATEMENTS)
def test_without_a_tenant_a_statement_on_a_tenants_table_is_refused(session: Session, what: str) -> None:
    with pytest.raises(ScopeError, match="no tenant is named"):
        session.execute(STATEMENTS[what])


@pytest.mark.parametrize("what", STATEMENTS)
def test_every_statement_carries_the_tenant_as_a_bound_value(
    cast: Cast, two: tuple[UUID, UUID], engine: Engine, what: str
) -> None:
    sent: list[tuple[str, Any]] = []
    event.listen(engine, "before_cursor_execute", lambda c, cursor, words, values, *_: sent.append((words, values)))
    for slug in ("barat", "timur"):  # what was found out about the statement in one city says nothing of another
        card = cast.enter(slug)
        cast.session.execute(STATEMENTS[what], execution_options={"synchronize_session": False})
        words, values = sent[-1]
        assert "tenant_id = %(tenant_id_1)s" in words
        assert values["tenant_id_1"] == card.id
    with Session(engine) as nowhere, pytest.raises(ScopeError, match="no tenant is named"):
        nowhere.execute(STATEMENTS[what])


def test_without_a_tenant_platform_wide_tables_may_be_read(session: Session) -> None:
    assert {"barat", "commons", "timur"} <= set(session.scalars(select(Tenant.slug)))


def test_a_statement_that_the_criterion_can_not_reach_is_refused(cast: Cast) -> None:
    cast.enter("barat")
    with pytest.raises(ScopeError, match="through its class"):
        cast.session.execute(select(Complaint.__table__.c.id))


def test_the_database_alone_keeps_to_the_tenant_as_well(cast: Cast, two: tuple[UUID, UUID]) -> None:
    for slug, own in zip(("barat", "timur"), two, strict=True):
        cast.enter(slug)
        assert cast.session.execute(text("SELECT id FROM complaints")).scalars().all() == [own]


def test_the_criterion_alone_keeps_to_the_tenant_as_well(cast: Cast, two: tuple[UUID, UUID], owner_url: str) -> None:
    """As the owner, whom the policy lets see everything."""
    engine = create_engine(owner_url)
    with Session(engine) as session:
        scope.name_tenant(session, cast.city("timur").id)
        assert session.scalars(select(Complaint.id)).all() == [two[1]]
        assert session.get(Complaint, (cast.city("barat").id, two[0])) is None
    engine.dispose()


def test_unset_the_database_shows_nothing_and_takes_nothing(cast: Cast, engine: Engine) -> None:
    cast.complaint("barat")
    with engine.begin() as connection:  # a pooled connection on which a tenant was set before
        assert connection.scalar(text("SELECT count(*) FROM complaints")) == 0
        with pytest.raises(ProgrammingError, match="row-level security"):
            connection.execute(
                text(
                    "INSERT INTO operator_entries"
                    " SELECT :tenant, gen_random_uuid(), gen_random_uuid(), '', now(), now()"
                ),
                {"tenant": cast.city("barat").id},
            )


def test_a_row_for_another_tenant_is_refused_by_the_database(cast: Cast, two: tuple[UUID, UUID]) -> None:
    cast.enter("barat")
    with pytest.raises(ProgrammingError, match="row-level security"):
        cast.session.execute(
            text("INSERT INTO operator_entries SELECT :other, gen_random_uuid(), gen_random_uuid(), '', now(), now()"),
            {"other": cast.city("timur").id},
        )
    cast.session.rollback()


def test_a_new_row_belongs_to_the_tenant_of_the_session(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    card = cast.enter("barat")
    remark = Remark(complaint_id=complaint_id, kind="note", body="x", created_at=FOUNDED)
    cast.session.add(remark)
    cast.session.flush()
    assert remark.tenant_id == card.id


@pytest.mark.parametrize("how", ["new", "changed", "deleted"])
def test_a_neighbours_row_is_refused_before_it_is_written(cast: Cast, how: str) -> None:
    complaint_id = cast.complaint("timur")
    stranger = cast.read("timur", complaint_id)
    cast.session.expunge_all()
    cast.enter("barat")
    if how == "new":
        cast.session.add(
            Remark(
                tenant_id=cast.city("timur").id, complaint_id=complaint_id, kind="note", body="x", created_at=FOUNDED
            )
        )
    else:
        cast.session.add(stranger)
        if how == "changed":
            stranger.priority = "high"
        else:
            cast.session.delete(stranger)
    with pytest.raises(ScopeError, match="in the scope of"):
        cast.session.flush()
    cast.session.rollback()
    cast.session.expunge_all()


def test_without_a_tenant_no_row_of_one_is_written(session: Session) -> None:
    session.add(Seat(account_id=uuid4(), role="officer", name="x", created_at=FOUNDED))
    with pytest.raises(ScopeError, match="no tenant is named"):
        session.flush()


def test_the_tenant_is_not_renamed_inside_a_transaction(cast: Cast) -> None:
    cast.enter("barat")
    cast.session.scalars(select(Complaint)).all()
    with pytest.raises(ScopeError, match=r"scope\.enter"):
        scope.name_tenant(cast.session, cast.city("timur").id)
    scope.name_tenant(cast.session, cast.city("barat").id)


def test_entering_shows_the_other_tenant_and_leads_back(cast: Cast, two: tuple[UUID, UUID]) -> None:
    card = cast.enter("barat")
    session = cast.session
    own = session.scalars(select(Complaint)).one()
    with scope.enter(session, cast.city("timur").id):
        assert own not in session
        assert session.scalars(select(Complaint.id)).all() == [two[1]]
        assert session.execute(text("SELECT id FROM complaints")).scalars().all() == [two[1]]
    assert scope.tenant_of(session) == card.id
    assert session.scalars(select(Complaint.id)).all() == [two[0]]
    assert session.execute(text("SELECT id FROM complaints")).scalars().all() == [two[0]]


def test_what_was_changed_before_entering_is_written_where_it_belongs(cast: Cast, two: tuple[UUID, UUID]) -> None:
    cast.enter("barat")
    cast.session.scalars(select(Complaint)).one().priority = "high"
    with scope.enter(cast.session, cast.city("timur").id):
        cast.session.scalars(select(Complaint)).one().priority = "low"
    cast.session.commit()
    assert [cast.read(slug, one).priority for slug, one in zip(("barat", "timur"), two, strict=True)] == ["high", "low"]


def test_entering_reaches_through_several_doors(cast: Cast, two: tuple[UUID, UUID]) -> None:
    barat, timur = cast.city("barat").id, cast.city("timur").id
    cast.enter("barat")
    with scope.enter(cast.session, timur):
        with scope.enter(cast.session, barat):
            assert cast.session.scalars(select(Complaint.id)).all() == [two[0]]
        with scope.enter(cast.session, timur):
            assert cast.session.scalars(select(Complaint.id)).all() == [two[1]]
        assert cast.session.scalars(select(Complaint.id)).all() == [two[1]]
    assert scope.tenant_of(cast.session) == barat


def test_entering_works_before_the_first_statement_and_without_a_tenant(session: Session, cast: Cast) -> None:
    cast.complaint("timur")
    session.commit()
    scope.name_tenant(session, None)
    with scope.enter(session, cast.city("timur").id):
        assert len(session.scalars(select(Complaint)).all()) == 1
    with pytest.raises(ScopeError):
        session.scalars(select(Complaint)).all()
    assert session.scalar(text("SELECT count(*) FROM complaints")) == 0


def test_after_an_error_inside_the_session_knows_where_it_came_from_and_says_nothing_to_the_database(
    cast: Cast, two: tuple[UUID, UUID], engine: Engine
) -> None:
    card = cast.enter("barat")
    sent: list[str] = []
    cast.session.scalars(select(Complaint)).all()
    with pytest.raises(ProgrammingError):
        _fail_inside(
            cast, lambda: event.listen(engine, "before_cursor_execute", lambda c, _, words, *__: sent.append(words))
        )
    assert len(sent) == 1
    cast.session.rollback()
    assert scope.tenant_of(cast.session) == card.id
    assert cast.session.scalars(select(Complaint.id)).all() == [two[0]]


def _fail_inside(cast: Cast, listen: Callable[[], None]) -> None:
    with scope.enter(cast.session, cast.city("timur").id):
        listen()
        cast.session.execute(text("SELECT 1 FROM no_such_table"))


def test_a_savepoint_keeps_the_tenant_released_or_rolled_back(cast: Cast, two: tuple[UUID, UUID]) -> None:
    cast.enter("barat")
    with cast.session.begin_nested():
        assert cast.session.execute(text("SELECT id FROM complaints")).scalars().all() == [two[0]]
    nested = cast.session.begin_nested()
    nested.rollback()
    assert cast.session.execute(text("SELECT id FROM complaints")).scalars().all() == [two[0]]


def test_the_setting_is_gone_with_the_transaction(cast: Cast) -> None:
    cast.enter("barat")
    connection = cast.session.connection()
    assert connection.scalar(text("SELECT current_setting('app.tenant_id', true)")) == str(cast.city("barat").id)
    cast.session.commit()
    cast.session.info["tenant_id"] = None
    assert cast.session.scalar(text("SELECT current_setting('app.tenant_id', true)")) == ""


def test_the_tenant_is_set_by_a_literal_local_statement(cast: Cast, engine: Engine) -> None:
    sent: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda c, cursor, words, *_: sent.append(words))
    card = cast.enter("barat")
    cast.session.scalars(select(Complaint)).all()
    assert sent[0] == f"SET LOCAL app.tenant_id = '{card.id}'"
    assert not [words for words in sent if "set_config" in words]


def test_nothing_but_a_uuid_gets_into_that_statement(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(ValueError, match="badly formed"):
        scope.set_local(connection, "x'; DROP TABLE complaints; --")


def test_every_tenant_is_visited_in_a_transaction_of_its_own(cast: Cast, two: tuple[UUID, UUID]) -> None:
    session = cast.session
    session.commit()
    seen = {}
    transactions = set()
    for tenant in scope.every_tenant(session, because="the test counts"):
        seen[tenant.slug] = session.scalars(select(Complaint.id)).all()
        transactions.add(session.scalar(text("SELECT pg_current_xact_id()")))
    assert seen == {"barat": [two[0]], "commons": [], "timur": [two[1]]}
    assert len(transactions) == 3
    with pytest.raises(ScopeError):
        session.scalars(select(Complaint)).all()


def test_every_tenant_asks_why(session: Session) -> None:
    with pytest.raises(ScopeError, match="say why"):
        next(scope.every_tenant(session, because=""))


def test_a_tenant_at_which_it_fails_leaves_the_others_as_they_are(cast: Cast, two: tuple[UUID, UUID]) -> None:
    cast.session.commit()
    with pytest.raises(RuntimeError, match="stop"):
        _raise_priorities_until(cast.session, "timur")
    cast.session.rollback()
    assert [cast.read(slug, one).priority for slug, one in zip(("barat", "timur"), two, strict=True)] == [
        "high",
        "normal",
    ]


def _raise_priorities_until(session: Session, slug: str) -> None:
    for tenant in scope.every_tenant(session, because="the test stops", stages=[Stage.LIVE]):
        for complaint in session.scalars(select(Complaint)):
            complaint.priority = "high"
        if tenant.slug == slug:
            raise RuntimeError("stop")


Role = Callable[[str], Engine]


@pytest.fixture
def as_role(cluster: EmbeddedPostgres, database: str) -> Role:
    """Makes an engine of a new role with these attributes."""
    name_of_database = make_url(database).database

    def make(attributes: str) -> Engine:
        name = f"role_{uuid4().hex[:8]}"
        with psycopg.connect(
            f"host={cluster.socket_dir} dbname={name_of_database} user={SUPERUSER}", autocommit=True
        ) as admin:
            admin.execute(f"CREATE ROLE {name} LOGIN {attributes}")
        return create_engine(cluster.url(name, str(name_of_database)))

    return make


def test_the_app_role_may_serve(engine: Engine) -> None:
    refuse_unsafe_role(engine)


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        ("SUPERUSER", "is a superuser"),
        ("BYPASSRLS", "may bypass row-level security"),
        ("IN ROLE aduan_owner", r"owns \d+ of the tables"),
        ("IN ROLE postgres", "is a member of 'postgres', which is a superuser"),
        ("NOINHERIT IN ROLE aduan_owner", r"owns \d+ of the tables"),
    ],
)
def test_a_role_that_could_see_across_tenants_may_not(as_role: Role, attributes: str, why: str) -> None:
    engine = as_role(attributes)
    with pytest.raises(UnsafeRole, match=why) as refused:
        refuse_unsafe_role(engine)
    engine.dispose()
    assert "DATABASE_URL" in str(refused.value)
    assert "would see every city's data" in str(refused.value)


def test_the_owner_may_not_serve(owner_url: str) -> None:
    engine = create_engine(owner_url)
    with pytest.raises(UnsafeRole, match=r"'aduan_owner' owns \d+ of the tables"):
        refuse_unsafe_role(engine)
    engine.dispose()
