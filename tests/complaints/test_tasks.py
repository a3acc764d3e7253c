"""What the worker does for complaints: photos, the relay of new filings, and forgetting what is over."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, Engine, func, select, text, update
from sqlalchemy.orm import Session

from complaints import tasks
from complaints.complaint import Evidence, IntakeKey
from complaints.report import Reporter
from messages.outbox import Message, State
from messages.relay import relay_once, sweep
from messages.worker import drain
from people import limits
from people.account import RateLimit
from tests.cast import NOW, Cast, photo

MINUTE = timedelta(minutes=1)


def jobs(owner: Connection) -> list[tuple[str, UUID]]:
    """(task, row) of the queue."""
    rows = owner.execute(text("SELECT task_name, args->>'row_id' FROM procrastinate_jobs ORDER BY task_name, id"))
    found = [(row[0], UUID(row[1])) for row in rows]
    owner.rollback()
    return found


def relay(cast: Cast) -> int:
    cast.session.commit()
    return relay_once(cast.session, cast.office.queue, NOW + MINUTE)


def test_a_filing_itself_writes_no_job_and_the_relay_writes_them_once(cast: Cast, owner: Connection) -> None:
    cast.complaint(photos=[photo()], reporter=Reporter(email="ani@warga.example"))
    messages = set(cast.session.scalars(select(Message.id)))
    pictures = set(cast.session.scalars(select(Evidence.id)))
    assert jobs(owner) == []
    assert relay(cast) == 1
    assert {row for name, row in jobs(owner) if name == "send_message"} == messages
    assert {row for name, row in jobs(owner) if name == "process_evidence"} == pictures
    assert len(messages) == 2
    written = jobs(owner)
    assert relay(cast) == 0
    assert jobs(owner) == written


def test_the_relay_serves_filings_of_all_cities(cast: Cast, owner: Connection) -> None:
    for slug in ("barat", "timur", "barat"):
        cast.complaint(slug)
    assert relay(cast) == 3
    tenants = owner.scalars(text("SELECT DISTINCT args->>'tenant_id' FROM procrastinate_jobs")).all()
    assert set(tenants) == {str(cast.city(slug).id) for slug in ("barat", "timur")}


def test_unrelayed_filings_come_oldest_first_and_up_to_a_limit(cast: Cast) -> None:
    ids = [cast.complaint(now=NOW + n * MINUTE) for n in (2, 0, 1)]
    cast.session.commit()
    found = tasks.unrelayed(cast.session, 2)
    assert [filing.complaint_id for filing in found] == [ids[1], ids[2]]


def test_a_photo_whose_job_got_lost_is_found_by_the_sweep(cast: Cast, owner: Connection) -> None:
    cast.complaint(photos=[photo()])
    evidence_id = cast.session.scalars(select(Evidence.id)).one()
    cast.session.commit()
    sweep(cast.session, cast.office.queue, NOW + MINUTE)
    assert "process_evidence" not in [name for name, _ in jobs(owner)], "the relay has its time first"
    sweep(cast.session, cast.office.queue, NOW + 3 * MINUTE)
    assert ("process_evidence", evidence_id) in jobs(owner)


def test_drained_the_photo_is_ready_and_the_mail_is_sent(cast: Cast, engine: Engine) -> None:
    cast.complaint(photos=[photo()], reporter=Reporter(email="ani@warga.example"))
    cast.session.commit()
    drain(cast.office.queue, lambda: Session(engine))
    cast.enter("barat")
    assert cast.session.scalars(select(Evidence.state)).all() == ["ready"]
    of_filing = Message.event.in_(("received", "new_for_agency"))
    assert cast.session.scalars(select(Message.state).where(of_filing)).all() == ["sent", "sent"]


def test_a_key_is_kept_for_thirty_days_and_never_forgotten_before_it_was_relayed(cast: Cast) -> None:
    forget = cast.office.queue.periodic_handlers["forget_what_is_over"][1]
    cast.complaint()
    cast.session.commit()
    cast.session.info["tenant_id"] = None

    def keys() -> int:
        return cast.session.scalar(select(func.count()).select_from(IntakeKey)) or 0

    forget(cast.session, NOW + timedelta(days=31))
    assert keys() == 1, "nobody has relayed it yet"
    cast.session.commit()
    relay(cast)
    forget(cast.session, NOW + timedelta(days=29))
    assert keys() == 1
    forget(cast.session, NOW + timedelta(days=31))
    assert keys() == 0


def test_windows_of_tries_that_are_long_over_are_forgotten(cast: Cast) -> None:
    forget = cast.office.queue.periodic_handlers["forget_what_is_over"][1]
    limits.count(cast.session, "sign-in/x", window=10 * MINUTE, now=NOW)
    limits.count(cast.session, "sign-in/x", window=10 * MINUTE, now=NOW + timedelta(days=5))
    forget(cast.session, NOW + timedelta(days=5))
    assert cast.session.scalar(select(func.count()).select_from(RateLimit)) == 1


def test_messages_are_deleted_ninety_days_after_they_were_sent(cast: Cast) -> None:
    forget = cast.office.queue.periodic_handlers["forget_followers"][1]
    cast.complaint(reporter=Reporter(email="ani@warga.example"))
    cast.session.execute(update(Message).where(Message.event == "received").values(state=State.SENT))
    cast.session.commit()

    def events() -> list[str]:
        cast.enter("barat")
        return sorted(cast.session.scalars(select(Message.event)))

    forget(cast.session, NOW + timedelta(days=89))
    assert events() == ["new_for_agency", "received"]
    cast.session.commit()
    forget(cast.session, NOW + timedelta(days=91))
    assert events() == ["new_for_agency"], "what waits was never told"


def test_what_forms_left_behind_is_swept_after_a_day(cast: Cast) -> None:
    forget = cast.office.queue.periodic_handlers["forget_what_is_over"][1]
    cast.office.storage.put("staging/0123/photo", b"x", "image/jpeg")
    (left,) = cast.office.storage.list("staging/")
    forget(cast.session, left.modified_at + timedelta(hours=23))
    assert len(list(cast.office.storage.list("staging/"))) == 1
    forget(cast.session, left.modified_at + timedelta(hours=25))
    assert list(cast.office.storage.list("staging/")) == []


def test_jobs_carry_ids_and_no_personal_data(cast: Cast, owner: Connection) -> None:
    cast.complaint(words="KENARI", photos=[photo()], reporter=Reporter(name="KENARI", email="kenari@warga.example"))
    relay(cast)
    written = owner.scalars(text("SELECT args::text FROM procrastinate_jobs")).all()
    assert written
    assert not [one for one in written if "kenari" in one.casefold()]
