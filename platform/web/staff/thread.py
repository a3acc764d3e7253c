"""The history of a complaint as a conversation: who did what, in a sentence, and what they said with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _

from complaints.complaint import HistoryRow, Remark
from complaints.rules.rulebook import Rulebook
from tenants.directory import Directory
from tenants.errors import N_
from tenants.tenant import in_language
from web.channels import channel_name
from web.context import words
from web.staff.corrected import corrected

SENTENCES: Mapping[str, str] = {
    "file": N_("%(who)s reported it"),
    "receive": N_("%(city)s handed it over"),
    "verify": N_("%(who)s verified it"),
    "assign": N_("%(who)s assigned it to %(agency)s"),
    "undo": N_("%(who)s took the last step back"),
    "coordinate": N_("%(who)s asked %(agency)s to take it"),
    "disagree": N_("%(who)s says that it belongs to %(agency)s; a supervisor decides"),
    "accept": N_("%(who)s accepted it"),
    "refuse": N_("%(who)s refused it"),
    "start": N_("%(who)s started working"),
    "schedule": N_("%(who)s scheduled it"),
    "ask": N_("%(who)s asked the reporter"),
    "answer": N_("%(who)s answered"),
    "write": N_("%(who)s wrote"),
    "resume": N_("%(who)s went on without an answer"),
    "remind": N_("The reporter was reminded of the question"),
    "go_on": N_("The reporter didn't answer: the clock runs again"),
    "lapse": N_("Closed, since the reporter didn't answer"),
    "approve_pause": N_("%(who)s approved the pause"),
    "refuse_pause": N_("%(who)s refused the pause"),
    "secure": N_("%(who)s made it safe for the time being"),
    "resolve": N_("%(who)s finished it"),
    "settle": N_("%(who)s ended it together with its incident"),
    "submit": N_("%(who)s sent the work for validation"),
    "validate": N_("%(who)s validated the work"),
    "send_back": N_("%(who)s sent the work back"),
    "confirm": N_("%(who)s confirmed that it is done"),
    "close": N_("Closed, since nobody objected"),
    "expire": N_("Closed by itself, as the rule says for what passes"),
    "reopen": N_("%(who)s opened it again"),
    "check": N_("%(who)s checked the work on the spot: %(found)s"),
    "overturn": N_("%(who)s checked the work on the spot: it isn't as promised, and is open again"),
    "resend": N_("%(who)s sent it again"),
    "reject": N_("%(who)s rejected it"),
    "merge": N_("%(who)s merged it with another report"),
    "unmerge": N_("%(who)s took it apart from the other report"),
    "absorb": N_("%(who)s merged another report with this one"),
    "release": N_("%(who)s took another report apart from this one"),
    "hand_over": N_("%(who)s handed it over to %(city)s"),
    "return": N_("%(who)s returned it to %(city)s"),
    "dispute": N_("%(who)s says that it belongs to %(city)s; the operator decides"),
    "decide": N_("%(who)s decided that %(city)s keeps it"),
    "revive": N_("%(city)s returned it"),
    "withdraw": N_("%(who)s withdrew it"),
    "reword": N_("%(who)s changed the words of the report"),
    "hide": N_("%(who)s made the report private"),
    "remove_photo": N_("%(who)s took a photo off"),
    "object": N_("Somebody objects to what everybody can read here"),
    "conceal": N_("%(who)s took it out of the public eye"),
    "add": N_("Somebody else added to it; it waits for your word"),
    "show_added": N_("%(who)s shows everybody what somebody else added"),
    "leave_added": N_("%(who)s left out what somebody else added"),
    "thank": N_("%(who)s said how it went: %(stars)s of 5"),
    "reply": N_("%(who)s replied publicly"),
    "note": N_("%(who)s, internal note"),
    "take": N_("%(who)s took it"),
    "split": N_("%(who)s asked %(agency)s for a part"),
    "part_done": N_("%(who)s: the part of %(agency)s is done"),
    "part_refused": N_("%(who)s refused the part of %(agency)s"),
    "part_dropped": N_("%(who)s dropped the part of %(agency)s"),
    "part_late": N_("The part of %(agency)s is late: the supervisors were told"),
    "delegate": N_("%(who)s sent the task to a crew by link"),
    "deliver": N_("The crew sent its work"),
    "recall": N_("%(who)s took the crew's link back"),
    "return_work": N_("%(who)s sent the work back to the crew"),
    "correct": N_("%(who)s corrected it"),
    "pass_on": N_("%(who)s handed it on to %(agency)s"),
    "recalculate": N_("The due dates were reckoned anew"),
    "escalate": N_("The platform told those above"),
}
"""Every move of the workflow table and every birth, told to officials."""

FOUND = {"as_promised": N_("as promised"), "partly": N_("partly as promised"), "not": N_("not as promised")}
"""What a check on the spot found."""

ESCALATIONS = {
    "holder": N_("The platform reminded the holder"),
    "supervisor": N_("The platform told the supervisors"),
    "next_level": N_("The platform told the next level"),
    "board": N_("Nobody has answered: it stands on the board now"),
    "reporter": N_("The reporter was told that the promise wasn't kept"),
}
"""The steps of a ladder, by whom they tell."""


@dataclass(frozen=True)
class Said:
    """One entry. words: None for nothing, "" once erased.

    kind: mine (the reporter's), told (a step of the ladder), inner (officials only) or "".
    """

    sentence: str
    at: datetime
    kind: str
    words: str | None
    date: datetime | None


def conversation(
    history: Sequence[tuple[HistoryRow, Remark | None]],
    names: Mapping[UUID, str],
    book: Rulebook,
    directory: Directory,
    language: str,
) -> list[Said]:
    """The entries, newest first: what happened last is what the next step rests on."""
    undone = {row.detail["undoes"] for row, _remark in history if row.move == "undo"}
    return [
        _said(row, remark, names, book, directory, language, undone=str(row.id) in undone)
        for row, remark in reversed(history)
    ]


def _said(
    row: HistoryRow,
    remark: Remark | None,
    names: Mapping[UUID, str],
    book: Rulebook,
    directory: Directory,
    language: str,
    *,
    undone: bool,
) -> Said:
    values = {
        "who": _who(row, names),
        "agency": _agency(row, book, names),
        "city": _city(row, directory, language),
        "stars": row.detail.get("stars", ""),
        "found": _(found) if (found := FOUND.get(row.detail.get("verdict", ""))) else "",
    }
    told = remark.body if remark is not None and remark.kind != "description" else None
    date = row.detail.get("date")
    sentence = (
        _escalated(row) or _written_down(row, names) or _(SENTENCES.get(row.move, N_("%(who)s changed it"))) % values
    )
    if "changed" in row.detail:
        sentence = f"{sentence}: {corrected(row.detail['changed'], book)}"
    return Said(
        sentence=_("%(what)s (taken back)", what=sentence) if undone else sentence,
        at=row.at,
        kind=_kind(row),
        words=told,
        date=datetime.fromisoformat(date) if date else None,
    )


def _kind(row: HistoryRow) -> str:
    if row.by == "reporter":
        return "mine"
    if row.move == "escalate":
        return "told"
    return "" if row.public else "inner"


def _written_down(row: HistoryRow, names: Mapping[UUID, str]) -> str:
    """Of a report that an official took down for somebody: by which way it came, and who wrote it."""
    if row.move != "file" or "filed_by" not in row.detail:
        return ""
    way = channel_name(row.detail["channel"])
    if row.seat_id is None:
        return _("It came by %(channel)s; an official of another city wrote it down", channel=way)
    return _("It came by %(channel)s; %(name)s wrote it down", channel=way, name=names.get(row.seat_id, ""))


def _escalated(row: HistoryRow) -> str:
    if row.move != "escalate":
        return ""
    step = ESCALATIONS[row.detail["tell"]]
    told = _(step)
    return _("%(step)s (late, after an interruption)", step=told) if row.detail["late"] else told


def _who(row: HistoryRow, names: Mapping[UUID, str]) -> str:
    if row.by == "reporter":
        return _("The reporter")
    if row.by == "system":
        return _("The platform")
    if row.by == "operator":
        return _("The operator of the platform")
    if row.by == "tenant":
        return _("Another city")
    if row.seat_id is None:
        return _("An official of another city")
    name = names.get(row.seat_id) or _("A former official")
    if "for_seat_id" not in row.detail:
        return name
    absent = names.get(UUID(row.detail["for_seat_id"])) or _("A former official")
    return _("%(deputy)s for %(absent)s", deputy=name, absent=absent)


def _agency(row: HistoryRow, book: Rulebook, names: Mapping[UUID, str]) -> str:
    """The agency that a move was about, and whom of it."""
    written, person = row.detail.get("agency_id", row.detail.get("asked_agency_id")), row.detail.get("seat_id")
    agency = book.agencies.get(UUID(written)) if written else None
    name = words(agency.name) if agency else _("an agency")
    return f"{names.get(UUID(person)) or _('A former official')}, {name}" if person else name


def _city(row: HistoryRow, directory: Directory, language: str) -> str:
    written = row.detail.get("to_tenant_id") or row.detail.get("from_tenant_id")
    card = directory.by_id.get(UUID(written)) if written else None
    return in_language(card.name, language, list(card.languages)) if card else _("another city")
