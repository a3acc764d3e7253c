"""Everything that an official sees of one complaint, read in few statements and put in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from complaints import evidence, timekeeping
from complaints.clock import Milestone, Pause
from complaints.clocks.owners import Held, Owned, owned
from complaints.clocks.timers import Timer
from complaints.complaint import Complaint, Contact, HistoryRow, Holding, ReadRow, Remark
from complaints.crews import splitting
from complaints.routing import decision_from
from complaints.rules import dispute, own_work
from complaints.rules.as_filed import category_as_filed
from complaints.rules.rulebook import CategoryEntry, Rulebook
from complaints.together import adding
from complaints.viewer import Viewer
from messages.destination import closed_among
from people.permissions import Permission, may
from tenants.directory import Directory, TenantCard
from tenants.errors import N_, NotFound
from tenants.tenant import in_language
from web.context import words
from web.explain import asset_words, explanation
from web.staff.clocks import Bar, bars
from web.staff.names import category_name, names_of, place_of
from web.staff.provenance import Provenance, provenance
from web.staff.thread import Said, conversation


@dataclass(frozen=True)
class Dossier:
    """One complaint as a page shows it. facts: (name, words) pairs. sender_id: the tenant that handed it over here.

    last: the last row of its history. owners: (name, time) of each agency. wait_ends: of a question. own_work: whether
    the viewer did the work. again_id: the finished complaint that its reporter says is back.
    disputed_with: the other city, while the operator decides between the two. has_additions: by others.
    """

    complaint: Complaint
    category: str
    safety: bool
    place: str
    written_place: str
    area: str
    description: str
    facts: Sequence[tuple[str, str]]
    photos: Sequence[Provenance]
    why: str
    bars: Sequence[Bar]
    holder: str | None
    agency: str
    thread: Sequence[Said]
    sender_id: UUID | None
    last: HistoryRow
    owners: Sequence[tuple[str, Owned]]
    wait_ends: Timer | None
    again_id: UUID | None
    other_city: TenantCard | None
    other_city_name: str
    handed_to: str
    own_work: bool
    disputed_with: str
    has_additions: bool

    @property
    def comparable(self) -> bool:
        """Whether there are photos of both sides."""
        return {"before", "after"} <= {one.side for one in self.photos}

    @property
    def before_url(self) -> str:
        """The address of the reporter's last photo, which the camera lays over its picture; "" for none."""
        shown = [one for one in self.photos if one.side == "before" and one.ready]
        return f"/staff/complaints/{self.complaint.id}/photos/{shown[-1].id}/public" if shown else ""

    @property
    def can_secure(self) -> bool:
        """Whether an interim is promised and nobody has met it."""
        return self.complaint.secured_at is None and any(bar.milestone is Milestone.SECURE for bar in self.bars)

    @property
    def title(self) -> str:
        return f"{self.category}, {self.written_place or self.area}" if self.place else self.category


UNREACHED = {
    "email": N_("E-mail doesn't arrive."),
    "whatsapp": N_("WhatsApp doesn't arrive."),
    "sms": N_("SMS doesn't arrive."),
}


def visible_complaint(session: Session, viewer: Viewer, complaint_id: UUID) -> tuple[Complaint, Contact | None]:
    """The complaint and its contact, if this viewer may see it. Raises NotFound, also for another tenant's."""
    found = session.execute(
        select(Complaint, Contact)
        .outerjoin(Contact, and_(Contact.tenant_id == Complaint.tenant_id, Contact.complaint_id == Complaint.id))
        .where(Complaint.id == complaint_id)
    ).one_or_none()
    if found is None or not (viewer.sees(found[0]) or splitting.asked_of(session, complaint_id, viewer.agency_ids)):
        raise NotFound("There is no such report here.")
    return found[0], found[1]


def log_read(session: Session, complaint: Complaint, viewer: Viewer, what: str, now: datetime) -> None:
    """Write down who reads a complaint that the public can't; the one thing that a GET may write."""
    if complaint.visibility != "public":
        session.add(ReadRow(complaint_id=complaint.id, seat_id=viewer.seat_id, at=now, what=what))


def dossier(
    session: Session,
    directory: Directory,
    book: Rulebook,
    complaint: Complaint,
    contact: Contact | None,
    *,
    viewer: Viewer,
    role: str,
    now: datetime,
    language: str,
) -> Dossier:
    """Read and word the rest of a complaint: history with remarks, photos, pauses and names, in five statements."""
    rows = session.execute(
        select(HistoryRow, Remark)
        .outerjoin(Remark, and_(Remark.tenant_id == HistoryRow.tenant_id, Remark.id == HistoryRow.remark_id))
        .where(HistoryRow.complaint_id == complaint.id)
        .order_by(HistoryRow.number)
    ).all()
    history: list[tuple[HistoryRow, Remark | None]] = [(row[0], row[1]) for row in rows]
    described = next((remark for _row, remark in history if remark and remark.kind == "description"), None)
    answers = described.answers if described else {}
    seat_ids = {row.seat_id for row, _remark in history if row.seat_id} | ({complaint.holder_id} - {None})
    named = [row.detail.get(key) for row, _remark in history for key in ("seat_id", "for_seat_id")]
    seat_ids |= {UUID(one) for one in named if one}
    names = names_of(session, {seat_id for seat_id in seat_ids if seat_id})
    category = category_as_filed(session, book, complaint.category_id, complaint.category_revision)
    beside = directory.by_id.get(complaint.near_border_tenant_id) if complaint.near_border_tenant_id else None
    handed_to = directory.by_id.get(complaint.handed_to_tenant_id) if complaint.handed_to_tenant_id else None
    area = book.areas.get(complaint.area_id) if complaint.area_id else None
    agency = book.agencies.get(complaint.agency_id) if complaint.agency_id else None
    pauses = timekeeping.pauses_of(session, complaint.id, book)
    return Dossier(
        complaint=complaint,
        category=category_name(complaint.category_id, book),
        safety=complaint.urgency == 0,
        place=place_of(described.place if described else None, complaint.area_id, book),
        written_place=(described.place if described else None) or "",
        area=words(area.name) if area else "",
        description=described.body if described else "",
        facts=[
            *answered(category, answers),
            (_("Reporter"), _reporter(complaint, contact, role)),
            *_unreached(session, contact),
        ],
        photos=provenance(session, viewer, evidence.of(session, complaint.id)),
        why=f"{explanation(decision_from(complaint.routing))} {asset_words(complaint.routing, book)}".strip(),
        bars=bars(
            complaint,
            book.rule_by_id(complaint.sla_rule_id),
            answers,
            book.calendar_of(complaint.agency_id),
            pauses,
            now,
        ),
        holder=names.get(complaint.holder_id) if complaint.holder_id else None,
        agency=words(agency.name) if agency else "",
        thread=conversation(history, names, book, directory, language),
        sender_id=_sender(history),
        last=history[-1][0],
        owners=_owners(session, complaint, book, pauses, now),
        wait_ends=timekeeping.wait_ends(session, complaint, book),
        again_id=_again(history[0][0]),
        other_city=beside,
        other_city_name=city_name(beside, language) if beside else "",
        handed_to=city_name(handed_to, language) if handed_to else "",
        own_work=own_work.is_own([row for row, _remark in history], viewer.seat_id),
        disputed_with=_disputed_with(session, directory, history, language),
        has_additions=any(row.move == adding.ADD for row, _remark in history),
    )


def _owners(
    session: Session, complaint: Complaint, book: Rulebook, pauses: Sequence[Pause], now: datetime
) -> list[tuple[str, Owned]]:
    """The agencies that have had it, with the time that each answers for; nothing without a calendar."""
    rows = session.execute(
        select(Holding.agency_id, Holding.from_at, Holding.until_at)
        .where(Holding.complaint_id == complaint.id)
        .order_by(Holding.from_at)
    )
    found = owned([Held(*row) for row in rows], book.calendar_of, pauses, complaint.closed_at or now)
    names = {one: words(book.agencies[one].name) for one in book.agencies}
    return [(names.get(one.agency_id) or _("an agency"), one) for one in found if one.agency_id is not None]


def city_name(card: TenantCard, language: str) -> str:
    """The name of a city in a language."""
    return in_language(card.name, language, list(card.languages)) or card.slug


def _disputed_with(
    session: Session, directory: Directory, history: Sequence[tuple[HistoryRow, Remark | None]], language: str
) -> str:
    """The city about which the operator decides at present, "" for none; asked only where a history tells of one."""
    told = [row.move for row, _remark in history if row.move in ("dispute", "decide")]
    waiting = dispute.open_about(session, history[0][0].complaint_id) if told and told[-1] == "dispute" else None
    other = directory.by_id.get(waiting.other_tenant_id) if waiting else None
    return city_name(other, language) if other else ""


def answered(category: CategoryEntry | None, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The answers to the category's questions, both in words."""
    said = []
    for question in category.questions if category else ():
        answer = answers.get(question["code"])
        if answer in (None, "", []):
            continue
        choices = {str(choice["code"]): words(choice["label"]) for choice in question.get("choices", ())}
        given = answer if isinstance(answer, list) else [answer]
        said.append((words(question["label"]), ", ".join(choices.get(str(one)) or _plain(one) for one in given)))
    return said


def _plain(answer: Any) -> str:
    return {"yes": _("yes"), "true": _("yes"), "no": _("no"), "false": _("no")}.get(str(answer).lower(), str(answer))


def _unreached(session: Session, contact: Contact | None) -> list[tuple[str, str]]:
    """That messages to the reporter don't arrive, by which way; nothing where they do."""
    if contact is None or contact.erased_at is not None:
        return []
    places = [("email", contact.email), ("whatsapp", contact.phone), ("sms", contact.phone)]
    closed = closed_among(session, [(channel, place) for channel, place in places if place])
    said = [_(UNREACHED[channel]) for channel, place in places if place and channel in closed]
    return [(_("Messages"), " ".join(said))] if said else []


def _reporter(complaint: Complaint, contact: Contact | None, role: str) -> str:
    """Who reported it, as far as this role may know: never the address itself, only that there is one."""
    hidden = (
        complaint.anonymous
        or not may(role, Permission.SEE_REPORTER)
        or (complaint.visibility == "restricted" and not may(role, Permission.SEE_RESTRICTED))
    )
    known = contact is not None and contact.erased_at is None
    name = contact.name if contact is not None and known and not hidden and contact.name else _("without a name")
    ways = []
    if contact is not None and known and contact.phone:
        ways.append(_("has WhatsApp"))
    if contact is not None and known and contact.email:
        ways.append(_("has e-mail"))
    return ", ".join([name, *ways] if ways else [name, _("can't be reached")])


def _again(first: HistoryRow) -> UUID | None:
    written = first.detail.get("again") if first.move == "file" else None
    return UUID(written) if written else None


def _sender(history: Sequence[tuple[HistoryRow, Remark | None]]) -> UUID | None:
    """The tenant that handed it over last, if any: what `handover.sender_of` answers, from rows already read."""
    came = [row for row, _remark in history if row.move in ("receive", "revive")]
    return UUID(came[-1].detail["from_tenant_id"]) if came and came[-1].move == "receive" else None
