"""What a complaint's clock rests on beside its own row, read for one or for a thousand in the same few statements."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import pausing
from complaints.clock import Pause, together
from complaints.clocks.escalation import REPORTER
from complaints.complaint import Complaint, HistoryRow, PauseRow, Remark
from complaints.rules.rulebook import Rulebook
from complaints.workflow import Status
from tenants.sla_rule import ASKING, SlaRuleRevision


@dataclass(frozen=True)
class Promised:
    """What the rule of a complaint promises, as it read when the complaint was made under it."""

    milestones: Sequence[Mapping[str, Any]]
    ceiling: Mapping[str, Any] | None
    ladder: Sequence[Mapping[str, Any]]
    auto_close: bool
    pausing: Collection[str]
    asking: Mapping[str, Any] | None

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> "Promised":
        """As a rule's revision was written down; what the rules of that time didn't say reads as it did then."""
        return cls(
            document["milestones"],
            document.get("ceiling"),
            document.get("ladder", ()),
            document.get("auto_close", False),
            document.get("pausing", (Status.WAITING_FOR_REPORTER,)),
            document.get("asking", ASKING),
        )


@dataclass(frozen=True)
class Known:
    """promised: None without a rule, and once it has ended. pauses: those that stop the clock, in order, the city's own
    among them.

    asked_at, reminded_at: of the wait for the reporter that runs. taken: the steps of the present ladder.
    """

    promised: Promised | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    pauses: Sequence[Pause] = ()
    asked_at: datetime | None = None
    reminded_at: datetime | None = None
    taken: frozenset[str] = frozenset()


def pauses_in(rows: Sequence[PauseRow], book: Rulebook) -> list[Pause]:
    """When the clock of a complaint stood still, in order: by itself, or as the whole city did."""
    return together([*(Pause(row.from_at, row.until_at) for row in rows if pausing.counts(row)), *book.pauses])


def known_of(session: Session, complaint: Complaint, book: Rulebook) -> Known:
    """What the clock of one complaint rests on."""
    return known_of_all(session, [complaint], book)[complaint.id]


def known_of_all(session: Session, complaints: Sequence[Complaint], book: Rulebook) -> dict[UUID, Known]:
    """What the clocks of complaints rest on, by id; of those that have ended nothing."""
    still = [complaint for complaint in complaints if complaint.is_open]
    found = {complaint.id: Known() for complaint in complaints}
    if not still:
        return found
    ids = [complaint.id for complaint in still]
    promised = promised_to_all(session, still, book)
    answers = answers_of_all(session, ids)
    rows = pausing.rows_of_all(session, ids)
    taken = _taken(session, still)
    for complaint in still:
        wait = pausing.running(rows[complaint.id]) if complaint.status == Status.WAITING_FOR_REPORTER else None
        found[complaint.id] = Known(
            promised=promised[complaint.id],
            answers=answers.get(complaint.id, {}),
            pauses=pauses_in(rows[complaint.id], book),
            asked_at=wait.from_at if wait is not None else None,
            reminded_at=wait.reminded_at if wait is not None else None,
            taken=taken[complaint.id],
        )
    return found


def promised_to_all(session: Session, complaints: Sequence[Complaint], book: Rulebook) -> dict[UUID, Promised | None]:
    """What was promised for complaints, by their ids; None without a rule."""
    rules = {rule.id: rule for rule in book.rules}
    current = {
        (rule.id, rule.revision): Promised(
            rule.milestones, rule.ceiling, rule.ladder, rule.auto_close, rule.pausing, rule.asking
        )
        for rule in (rules[one] for one in {complaint.sla_rule_id for complaint in complaints} if one in rules)
    }
    asked = {(one.sla_rule_id, one.sla_rule_revision) for one in complaints if one.sla_rule_id is not None}
    older = asked - current.keys()
    if older:
        documents = session.execute(
            select(SlaRuleRevision.sla_rule_id, SlaRuleRevision.revision, SlaRuleRevision.document).where(
                SlaRuleRevision.sla_rule_id.in_({rule_id for rule_id, _ in older})
            )
        )
        for rule_id, revision, document in documents:
            current.setdefault((rule_id, revision), Promised.of_document(document))
    return {
        one.id: current.get((one.sla_rule_id, one.sla_rule_revision))  # type: ignore[arg-type]  # no rule has no key there
        for one in complaints
    }


def promised_to(session: Session, complaint: Complaint, book: Rulebook) -> Promised | None:
    """What was promised for one complaint; None without a rule."""
    return promised_to_all(session, [complaint], book)[complaint.id]


def answers_of(session: Session, complaint_id: UUID) -> dict[str, Any]:
    """The reporter's answers to the category's questions."""
    return answers_of_all(session, [complaint_id]).get(complaint_id, {})


def answers_of_all(session: Session, complaint_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """The reporters' answers to the categories' questions."""
    rows = session.execute(
        select(Remark.complaint_id, Remark.answers).where(
            Remark.complaint_id.in_(complaint_ids), Remark.kind == "description"
        )
    )
    return {complaint_id: answers or {} for complaint_id, answers in rows}


def _taken(session: Session, complaints: Sequence[Complaint]) -> dict[UUID, frozenset[str]]:
    """The steps taken on the present holder's clock; the reporter's, once for all."""
    clocks = {complaint.id: complaint.clock_from_at.isoformat() for complaint in complaints}
    rows = session.execute(
        select(HistoryRow.complaint_id, HistoryRow.detail).where(
            HistoryRow.complaint_id.in_(clocks), HistoryRow.move == "escalate"
        )
    )
    taken: dict[UUID, set[str]] = defaultdict(set)
    for complaint_id, detail in rows:
        if detail["clock"] == clocks[complaint_id] or detail["tell"] == REPORTER:
            taken[complaint_id].add(detail["key"])
    return {complaint.id: frozenset(taken[complaint.id]) for complaint in complaints}
