"""A complaint's public history in words: who did what, what was said with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from markupsafe import Markup

from complaints import restoring
from complaints.complaint import HistoryRow, Remark
from tenants.errors import N_

SENTENCES = {
    "file": N_("%(who)s reported it"),
    "receive": N_("%(city)s passed it on to %(government)s"),
    "verify": N_("%(who)s checked the report"),
    "assign": N_("Passed on to %(agency)s"),
    "coordinate": N_("Offered to %(agency)s"),
    "accept": N_("%(who)s took it on"),
    "refuse": N_("%(who)s can't take it on"),
    "start": N_("%(who)s has begun to work on it"),
    "schedule": N_("%(who)s has planned it for %(date)s"),
    "ask": N_("%(who)s asks"),
    "answer": N_("%(who)s answered"),
    "resume": N_("%(who)s goes on without the answer"),
    "remind": N_("A reminder of the question was sent"),
    "go_on": N_("%(who)s goes on, since no answer came"),
    "lapse": N_("Closed, since no answer came"),
    "secure": N_("%(who)s has made it safe for the time being"),
    "resolve": N_("%(who)s says that it is done"),
    "settle": N_("%(who)s says that it is over"),
    "submit": N_("%(who)s has finished; the work is being checked"),
    "validate": N_("The work was checked: it is done"),
    "confirm": N_("%(who)s confirmed that it is done"),
    "close": N_("Closed, since nobody objected"),
    "expire": N_("Closed by itself: what is of this kind is usually over by now"),
    "reopen": N_("%(who)s opened it again"),
    "overturn": N_("The work was checked on the spot: it isn't as promised, and is open again"),
    "resend": N_("%(who)s sent it again under the right category"),
    "reject": N_("%(who)s can't accept it"),
    "merge": N_("Merged with another report of the same thing"),
    "unmerge": N_("It is a report of its own again"),
    "hand_over": N_("Passed on to %(city)s"),
    "return": N_("Returned to %(city)s"),
    "dispute": N_("%(who)s says that it belongs to %(city)s; the operator of this platform decides whose it is"),
    "decide": N_("The operator of this platform decided that %(city)s keeps it"),
    "revive": N_("%(city)s returned it to %(government)s"),
    "withdraw": N_("%(who)s withdrew it"),
    "reword": N_("%(who)s changed the words of the report"),
    "hide": N_("%(who)s made the report private"),
    "remove_photo": N_("%(who)s took a photo off"),
    "conceal": N_("%(who)s took the report out of the public eye; you and the officials still read it"),
    "show_added": N_("Somebody else added to it"),
    "reply": N_("%(who)s writes"),
    "correct": N_("%(who)s corrected the report"),
    "escalate": N_("The promised time has passed; those above were told"),
}
"""By move; one that isn't here is none of the public's business."""


@dataclass(frozen=True)
class Happening:
    """sentence: safe markup. words: what was said, "" for nothing. mine: by the reporter."""

    sentence: Markup
    at: datetime
    words: str
    erased: bool
    mine: bool


@dataclass(frozen=True)
class Names:
    """What the sentences call people and places. city_of: a slug's name. written: an instant in words."""

    reporter: str
    government: str
    agency_of: Mapping[UUID, str]
    city_of: Callable[[str | None], str]
    written: Callable[[datetime], str]


def happenings(
    rows: Sequence[HistoryRow], remarks: Mapping[UUID, Remark], names: Names, first_agency_id: UUID | None
) -> list[Happening]:
    """The public rows that still count, newest first. first_agency_id: who had it when the history began."""
    agency_id, told = first_agency_id, []
    for row in restoring.standing(rows):
        before = agency_id
        if row.detail.get("agency_id"):
            agency_id = UUID(row.detail["agency_id"])
        elif row.move in ("receive", "revive"):
            agency_id = first_agency_id
        if not row.public or row.move not in SENTENCES:
            continue
        agency = names.agency_of.get(agency_id, names.government) if agency_id else names.government
        if row.move == "correct" and before:  # by those who had it then; whom it led to, stands in the state
            agency = names.agency_of.get(before, names.government)
        mine = row.by == "reporter"
        date = row.detail.get("date")
        sentence = Markup(_(SENTENCES[row.move])) % {  # noqa: S704 - our own msgid; what is put in is escaped
            "who": _bold(names.reporter if mine else agency),
            "agency": _bold(agency),
            "government": _bold(names.government),
            "city": _bold(names.city_of(row.detail.get("to_slug") or row.detail.get("from_slug"))),
            "date": names.written(datetime.fromisoformat(date)) if date else "",
        }
        remark = remarks.get(row.remark_id) if row.remark_id else None
        shown = remark is not None and not remark.inner
        told.append(
            Happening(
                sentence=sentence,
                at=row.at,
                words=remark.body if remark is not None and shown else "",
                erased=remark is not None and shown and remark.erased_at is not None,
                mine=mine,
            )
        )
    return told[::-1]


def _bold(name: str) -> Markup:
    return Markup("<b>{}</b>").format(name)
