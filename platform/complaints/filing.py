"""Filing: a report becomes a complaint of the tenant whose ground it was made on, once, however often it is sent."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.orm import Session

from complaints import evidence
from complaints.audience import telling
from complaints.audience.reach import Reach
from complaints.audience.wording import Told
from complaints.clock import sort_key
from complaints.clocks.escalation import Situation, first_at
from complaints.clocks.promise import targets
from complaints.complaint import Complaint, Contact, HistoryRow, Holding, IntakeKey, Remark, cell_of
from complaints.counts import tally
from complaints.destination import Destination, destination
from complaints.evidence import Photo
from complaints.intake import LOGGED
from complaints.office import Office
from complaints.reference import new_reference
from complaints.report import Report, check_words
from complaints.routing import about, decision_from, routing_document
from complaints.rules.questions import checked_answers
from complaints.rules.rulebook import Rulebook
from complaints.rules.taken import check_taken
from complaints.safety import blocked
from complaints.workflow import BIRTHS, DONE
from tenants import scope
from tenants.category import Place
from tenants.database import new_id
from tenants.directory import TenantCard
from tenants.errors import Invalid, NotFound
from tenants.locate import Decision


@dataclass(frozen=True)
class Filed:
    """A filed complaint, as its reporter is answered. repeated: the same key had been used for the same report."""

    complaint_id: UUID
    birth_tenant_id: UUID
    reference: str
    card: TenantCard
    decision: Decision
    status: str
    respond_due_at: datetime | None
    resolve_due_at: datetime | None
    repeated: bool = False


def file_complaint(
    session: Session,
    office: Office,
    report: Report,
    *,
    key: str,
    host: TenantCard | None,
    photos: Sequence[Photo] = (),
    now: datetime,
) -> Filed:
    """File a report in the tenant that it belongs to; the same key with the same report gives the same complaint.

    key: at least 128 random bits from the sender. Raises Invalid for a bad field, or for a key used for another report.
    The photos are safe in the storage before the transaction's first row.
    """
    check_words(report)
    key_hash = _hash_of_key(key)
    request_hash = _hash_of(report, photos)
    if photos and (repeated := _filed_before(session, office, key_hash, request_hash)):
        return repeated  # before they are stored once more; without photos the insertion of the key says it as well
    try:
        blocked.refuse(office, report, now)
        to = destination(session, office, report, host, now)
        _check(report, to, office.rulebooks.of(session, to.card))
    except Invalid:
        # What was accepted once is answered as it was, also when the city has changed its categories since.
        if repeated := _filed_before(session, office, key_hash, request_hash):
            return repeated
        raise
    complaint_id = new_id()
    kept = evidence.keep(office.storage, to.card.id, complaint_id, photos)
    if not _take_key(session, key_hash, request_hash, to.card.id, complaint_id, now):
        if repeated := _filed_before(session, office, key_hash, request_hash):
            return repeated
        raise NotFound("The report could not be saved. Please send it again.")  # the other one was just rolled back
    with scope.enter(session, to.card.id):
        return _write(session, office, report, to, complaint_id, kept, host, now)


def _write(
    session: Session,
    office: Office,
    report: Report,
    to: Destination,
    complaint_id: UUID,
    kept: Sequence[evidence.Kept],
    host: TenantCard | None,
    now: datetime,
) -> Filed:
    """The rows of a new complaint, by statements made once: this is the path that a flood of reports takes."""
    connection = session.connection()
    row = _complaint_values(report, to, complaint_id, now)
    row["reference"] = _insert_complaint(connection, row, to.card.code)
    of_it = {"tenant_id": to.card.id, "complaint_id": complaint_id}
    remark_id = new_id()
    connection.execute(
        _ADD_REMARK,
        of_it
        | {
            "id": remark_id,
            "kind": "description",
            "body": report.description.strip(),
            "place": report.place,
            "answers": dict(report.answers),
            "created_at": now,
        },
    )
    connection.execute(
        _ADD_HISTORY,
        of_it
        | {
            "number": 1,
            "at": now,
            "move": "file",
            "to_status": BIRTHS["file"].value,
            "by": "staff" if report.channel == LOGGED else "reporter",
            "seat_id": report.filed_by if host is not None and host.id == to.card.id else None,
            "remark_id": remark_id,
            "detail": {"channel": report.channel, "rule": to.decision.rule}
            | _written_down(report, host)
            | tally.born(row)
            | _still_there(session, report),
        },
    )
    reporter = report.reporter
    if reporter.reachable or reporter.name:
        connection.execute(_ADD_CONTACT, of_it | {"language": report.language} | vars(reporter))
    if to.agency_id is not None:
        connection.execute(_ADD_HOLDING, of_it | {"agency_id": to.agency_id, "from_at": now})
    if kept:
        evidence.add_rows(session, Complaint(**row), kept, side="before", now=now)
    _tell(session, office, report, to, row, now)
    return Filed(
        complaint_id=complaint_id,
        birth_tenant_id=to.card.id,
        reference=row["reference"],
        card=to.card,
        decision=to.decision,
        status=row["status"],
        respond_due_at=to.dues.respond_at,
        resolve_due_at=to.dues.resolve_at,
    )


def _written_down(report: Report, host: TenantCard | None) -> dict[str, str]:
    """Who wrote it down for the reporter, for the history: a seat of which city."""
    if report.filed_by is None or host is None:
        return {}
    return {"filed_by": str(report.filed_by), "filed_in": host.slug}


def _still_there(session: Session, report: Report) -> dict[str, str]:
    """Which finished complaint of this city the reporter says isn't, for the history; nothing for any other."""
    if report.again is None:
        return {}
    found = session.scalar(select(Complaint.id).where(Complaint.reference == report.again, Complaint.status.in_(DONE)))
    return {"again": str(found)} if found else {}


def _tell(
    session: Session, office: Office, report: Report, to: Destination, row: dict[str, Any], now: datetime
) -> None:
    """Only outbox rows are written on this path; the relay finds them by the intake key and tells the queue."""
    book = office.rulebooks.of(session, to.card)
    told = Told(
        id=row["id"],
        reference=row["reference"],
        birth_tenant_id=to.card.id,
        category_id=to.category.id,
        agency_id=to.agency_id,
        respond_due_at=to.dues.respond_at,
        resolve_due_at=to.dues.resolve_at,
    )
    if report.reporter.reachable:
        event = "received_commons" if to.card.is_commons else "received"
        reach = Reach(report.reporter.email, report.language, phone=report.reporter.phone)
        telling.tell_reporter(session, office, told, event, card=to.card, book=book, now=now, reach=reach, defer=False)
    if report.channel != LOGGED:
        telling.tell_agency(session, office, told, "new_for_agency", card=to.card, book=book, now=now, defer=False)


def _complaint_values(report: Report, to: Destination, complaint_id: UUID, now: datetime) -> dict[str, Any]:
    point = report.lon is not None and report.lat is not None and to.category.place != Place.NONE
    promised = to.dues
    return {
        "tenant_id": to.card.id,
        "id": complaint_id,
        "birth_tenant_id": to.card.id,
        "status": BIRTHS["file"].value,
        "is_open": True,
        "kind": report.kind,
        "channel": report.channel,
        "category_id": to.category.id,
        "category_revision": to.category.revision,
        "sla_rule_id": to.rule.id if to.rule else None,
        "sla_rule_revision": to.rule.revision if to.rule else None,
        "priority": "normal",
        "urgency": 0 if to.category.safety else 1,
        "agency_id": to.agency_id,
        "area_id": to.area_id,
        "asset_id": to.asset.id if to.asset else None,
        "visibility": to.visibility.value,
        "anonymous": report.anonymous,
        "reporter_account_id": report.account_id,
        "lon": report.lon if point else None,
        "lat": report.lat if point else None,
        "accuracy_m": report.accuracy_m if point else None,
        "cell": cell_of(report.lon, report.lat)
        if point and report.lon is not None and report.lat is not None
        else None,
        "routing": routing_document(to.decision)
        | (about(to.overlaid.asset, to.overlaid.rule) if to.overlaid else about(to.asset, to.asset_rule)),
        "near_border_tenant_id": to.decision.near_border.tenant_id if to.decision.near_border else None,
        "received_at": now,
        "clock_from_at": now,
        "respond_due_at": promised.respond_at,
        "secure_due_at": promised.secure_at,
        "resolve_due_at": promised.resolve_at,
        "ceiling_at": promised.ceiling_at,
        "sort_at": sort_key([promised.respond_at, promised.secure_at, promised.resolve_at], now),
        "next_step_at": _first_step_at(report, to, now),
        "adopted": False,
        "hand_overs": 0,
        "updated_at": now,
        "version": 1,
    }


def _first_step_at(report: Report, to: Destination, now: datetime) -> datetime | None:
    """When somebody above must first hear of it, unless somebody acts."""
    if to.rule is None or to.calendar is None:
        return None
    situation = Situation(
        now, False, frozenset(), targets(to.rule.milestones, report.answers), to.pauses, city_pauses=to.pauses
    )
    return first_at(to.rule.ladder, situation, to.calendar)


# Made once, since putting a statement together costs more than running it. A count of rows has to be asked for.
_ADD_KEY = (
    pg_insert(IntakeKey).on_conflict_do_nothing(index_elements=["key_hash"]).execution_options(preserve_rowcount=True)
)
_ADD_COMPLAINT = (
    pg_insert(Complaint)
    .on_conflict_do_nothing(index_elements=["tenant_id", "reference"])
    .execution_options(preserve_rowcount=True)
)
_ADD_REMARK, _ADD_HISTORY = insert(Remark), insert(HistoryRow)
_ADD_CONTACT, _ADD_HOLDING = insert(Contact), insert(Holding)


def _insert_complaint(connection: Connection, row: dict[str, Any], code: str) -> str:
    """Insert with a fresh reference, trying again on a clash: at ten million complaints one in three thousand does."""
    while True:
        reference = new_reference(code)
        if connection.execute(_ADD_COMPLAINT, row | {"reference": reference}).rowcount == 1:
            return reference


def _take_key(
    session: Session, key_hash: bytes, request_hash: bytes, tenant_id: UUID, complaint_id: UUID, now: datetime
) -> bool:
    """Insert the intake key first; False if somebody else has: PostgreSQL waits for their transaction to end."""
    row = {
        "key_hash": key_hash,
        "tenant_id": tenant_id,
        "complaint_id": complaint_id,
        "request_hash": request_hash,
        "created_at": now,
    }
    return session.connection().execute(_ADD_KEY, row).rowcount == 1


def is_taken(session: Session, key: str) -> bool:
    """Whether something was filed with this key in the last thirty days."""
    return session.scalar(select(IntakeKey.key_hash).where(IntakeKey.key_hash == _hash_of_key(key))) is not None


def _hash_of_key(key: str) -> bytes:
    return hashlib.sha256(b"/" + key.encode()).digest()


def _filed_before(session: Session, office: Office, key_hash: bytes, request_hash: bytes) -> Filed | None:
    taken = session.scalar(select(IntakeKey).where(IntakeKey.key_hash == key_hash))
    if taken is None:
        return None
    if taken.request_hash != request_hash:
        raise Invalid(
            "This key was already used for another report. Send a new report with a new key.", field="Idempotency-Key"
        )
    card = office.directory.by_id[taken.tenant_id]
    with scope.enter(session, taken.tenant_id):
        complaint = session.get_one(Complaint, (taken.tenant_id, taken.complaint_id))
        return Filed(
            complaint_id=complaint.id,
            birth_tenant_id=complaint.birth_tenant_id,
            reference=complaint.reference,
            card=card,
            decision=decision_from(complaint.routing),
            status=complaint.status,
            respond_due_at=complaint.respond_due_at,
            resolve_due_at=complaint.resolve_due_at,
            repeated=True,
        )


def _check(report: Report, to: Destination, book: Rulebook) -> None:
    check_taken(book, to.category, to.area_id, report.language)
    if report.kind not in to.category.kinds:
        raise Invalid("This kind of problem can't be sent as a question or a wish here.", field="kind")
    if report.anonymous and not to.category.anonymous_allowed:
        raise Invalid("Reports of this kind need your name, since the city has to ask back.", field="anonymous")
    checked_answers(to.category.questions, report.answers, report.language, all_asked=not report.asked_elsewhere)


def _hash_of(report: Report, photos: Sequence[Photo]) -> bytes:
    """Of what was sent. What has its default is left out, so that a field added later parts no key from its report.

    So is the language: who asks again in another one sends the same report, and reads the answer in that.
    """
    said = {one.name: getattr(report, one.name) for one in fields(report) if getattr(report, one.name) != one.default}
    said.pop("language", None)
    document = {**said, "reporter": vars(report.reporter), "photos": [photo.sha256.hex() for photo in photos]}
    return hashlib.sha256(json.dumps(document, sort_keys=True, default=str).encode()).digest()
