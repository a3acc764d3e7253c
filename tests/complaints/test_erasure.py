"""Erasure by the owner's functions: it leaves a tombstone, keeps to the tenant, and removes a shadow whole."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from complaints import handling
from complaints.complaint import Contact, Remark
from complaints.report import Reporter
from complaints.workflow import Need
from messages.outbox import Message
from tenants import scope
from tenants.database import new_id
from tests.cast import NOW, Cast, photo
from tests.tenants import walls

LATER = NOW + timedelta(days=700)
ERASE = text("SELECT erase_personal(:id, :now)")


def erased(cast: Cast, slug: str, complaint_id: UUID) -> None:
    cast.enter(slug)
    cast.session.execute(ERASE, {"id": complaint_id, "now": LATER})
    cast.session.commit()


@pytest.fixture
def known(cast: Cast) -> UUID:
    """A complaint about which a lot was written, and its twin next door."""
    reporter = Reporter(name="Ani", email="ani@warga.example", phone="+62811")
    cast.complaint("timur", words="KENARI-TIMUR", reporter=reporter)
    complaint_id = cast.complaint(
        words="KENARI", place="KENARI", answers={"kedalaman": "mata-kaki"}, reporter=reporter, photos=[photo()]
    )
    cast.move("barat", complaint_id, "ask", words={Need.QUESTION: "KENARI?"})
    return complaint_id


def test_what_was_written_goes_and_a_tombstone_stays(cast: Cast, known: UUID) -> None:
    cast.enter("barat")
    cast.session.execute(text("UPDATE messages SET state = 'sent'"))
    cast.session.commit()
    erased(cast, "barat", known)
    cast.enter("barat")
    for remark in cast.session.scalars(select(Remark)):
        assert (remark.body, remark.place, remark.answers, remark.erased_at) == ("", None, {}, LATER)
    contact = cast.session.scalars(select(Contact)).one()
    assert (contact.name, contact.email, contact.phone, contact.erased_at) == (None, None, None, LATER)
    for message in cast.session.scalars(select(Message)):
        assert (message.destination, message.subject, message.body) == ("", "", "")
    assert [row.move for row in handling.history_of(cast.session, known)] == ["file", "ask"]


def test_the_neighbours_rows_and_other_complaints_stay(cast: Cast, known: UUID) -> None:
    other = cast.complaint(words="Tetap.")
    erased(cast, "barat", known)
    cast.enter("barat")
    assert cast.session.scalars(select(Remark.body).where(Remark.complaint_id == other)).all() == ["Tetap."]
    cast.enter("timur")
    assert cast.session.scalars(select(Remark.body)).all() == ["KENARI-TIMUR"]
    assert cast.session.scalars(select(Contact.email)).all() == ["ani@warga.example"]


def test_from_another_tenant_nothing_is_erased(cast: Cast, known: UUID) -> None:
    erased(cast, "timur", known)
    cast.enter("barat")
    assert "KENARI" in cast.session.scalars(select(Remark.body)).all()


def test_without_a_tenant_it_refuses(cast: Cast, known: UUID) -> None:
    cast.session.commit()
    cast.session.info["tenant_id"] = None
    with pytest.raises(DBAPIError, match="no tenant is named"):
        cast.session.execute(ERASE, {"id": known, "now": LATER})
    cast.session.rollback()


def test_erasing_twice_keeps_the_first_tombstone(cast: Cast, known: UUID) -> None:
    erased(cast, "barat", known)
    cast.enter("barat")
    cast.session.execute(ERASE, {"id": known, "now": LATER + timedelta(days=1)})
    cast.session.commit()
    cast.enter("barat")
    assert set(cast.session.scalars(select(Remark.erased_at))) == {LATER}


def test_a_message_that_waits_is_still_sent(cast: Cast, known: UUID) -> None:
    erased(cast, "barat", known)
    cast.enter("barat")
    waiting = cast.session.scalars(select(Message).where(Message.state == "waiting")).all()
    assert waiting
    assert all(message.destination for message in waiting)


# --- rehearsals


@pytest.fixture
def shadow(cast: Cast, owner: Connection) -> UUID:
    """A shadow of Kota Barat with its configuration and a rehearsed complaint, as rows of every table can be copied."""
    barat = cast.city("barat").id
    found = owner.scalar(text("SELECT id FROM tenants WHERE shadow_of = :barat"), {"barat": barat})
    shadow_id = found or new_id()
    if found is None:
        owner.execute(
            text(
                "INSERT INTO tenants (id, slug, code, type, name, stage, shadow_of, time_zone, languages,"
                " search_config, look, texts, options, plan, created_at, revision, version)"
                " SELECT :id, 'barat-latihan', code, type,"
                " name, 'shadow', id, time_zone, languages, search_config, look, texts, options, plan, created_at, 1, 1"
                " FROM tenants WHERE id = :barat"
            ),
            {"id": shadow_id, "barat": barat},
        )
    cast.complaint(words="Latihan.", photos=[photo()], reporter=Reporter(email="ani@warga.example"))
    for table in _parents_first(owner):
        columns = ", ".join(
            f'"{name}"'
            for name in owner.scalars(
                text(
                    "SELECT column_name FROM information_schema.columns"
                    " WHERE table_name = :t AND is_generated = 'NEVER'"
                ),
                {"t": table},
            )
            if name != "tenant_id"
        )
        owner.execute(
            text(
                f"INSERT INTO {table} (tenant_id, {columns}) SELECT :shadow, {columns} FROM {table}"
                " WHERE tenant_id = :barat ON CONFLICT DO NOTHING"
            ),
            {"shadow": shadow_id, "barat": barat},
        )
    owner.execute(
        text("INSERT INTO intake_keys SELECT '\\x00'::bytea, :shadow, gen_random_uuid(), '\\x00'::bytea, now(), NULL"),
        {"shadow": shadow_id},
    )
    owner.commit()
    return UUID(str(shadow_id))


def _parents_first(owner: Connection) -> list[str]:
    """The tenants' tables, each after those that it refers to."""
    refers = owner.execute(
        text("SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'")
    ).all()
    ordered: list[str] = []
    left = walls.tenant_owned(owner)
    while left:
        ready = [
            table
            for table in left
            if all(
                to in ordered or to == table for one, to in refers if one == table and to in walls.tenant_owned(owner)
            )
        ]
        assert ready
        ordered += ready
        left = [table for table in left if table not in ready]
    return ordered


def counts(owner: Connection, tenant_id: UUID) -> dict[str, int]:
    found = {}
    for table in walls.tenant_owned(owner):
        found[table] = owner.scalar(text(f"SELECT count(*) FROM {table} WHERE tenant_id = :id"), {"id": tenant_id}) or 0
    owner.rollback()
    return found


def test_a_shadow_is_erased_whole_and_its_city_stays(cast: Cast, owner: Connection, shadow: UUID) -> None:
    barat = cast.city("barat").id
    before = counts(owner, barat)
    had = sum(counts(owner, shadow).values())
    assert had > 100
    cast.session.commit()
    scope.name_tenant(cast.session, shadow)
    removed = cast.session.scalar(text("SELECT erase_whole()"))
    cast.session.commit()
    assert removed == had
    assert set(counts(owner, shadow).values()) == {0}
    assert counts(owner, barat) == before
    assert owner.scalar(text("SELECT count(*) FROM intake_keys WHERE tenant_id = :id"), {"id": shadow}) == 0
    assert owner.scalar(text("SELECT count(*) FROM intake_keys WHERE tenant_id = :id"), {"id": barat}) == 1


@pytest.mark.parametrize("slug", ["barat", "commons"])
def test_a_real_tenant_is_never_erased_that_way(cast: Cast, owner: Connection, slug: str) -> None:
    cast.complaint("barat")
    card = cast.enter(slug)
    before = counts(owner, card.id)
    with pytest.raises(DBAPIError, match="only a shadow, a paused or a suspended tenant"):
        cast.session.execute(text("SELECT erase_whole()"))
    cast.session.rollback()
    assert counts(owner, card.id) == before


def test_a_suspended_tenant_goes_with_its_shadow_and_its_neighbour_stays(
    cast: Cast, owner: Connection, shadow: UUID
) -> None:
    cast.complaint("timur")
    barat, timur = cast.city("barat").id, cast.city("timur").id
    before = counts(owner, timur)
    cast.tenant("barat").stage = "suspended"
    cast.session.commit()
    scope.name_tenant(cast.session, barat)
    assert cast.session.scalar(text("SELECT erase_whole()"))
    cast.session.commit()
    assert set(counts(owner, barat).values()) == set(counts(owner, shadow).values()) == {0}
    assert counts(owner, timur) == before


def test_without_a_tenant_no_rehearsal_is_erased(session: Session) -> None:
    with pytest.raises(DBAPIError, match="only a shadow, a paused or a suspended tenant"):
        session.execute(text("SELECT erase_whole()"))
    session.rollback()
