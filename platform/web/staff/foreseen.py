"""What would follow from a correction, in words: as it is and as it would be, line by line."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import g
from flask_babel import gettext as _

from complaints import correcting
from complaints.clocks.promise import Dues
from complaints.complaint import Complaint
from complaints.correcting import Foreseen
from complaints.rules.rulebook import Rulebook
from tenants.directory import TenantCard
from tenants.times import due_time
from web.context import office, words
from web.explain import explanation
from web.options import Options
from web.staff.corrected import kind_word, place_word, priority_word
from web.staff.dossier import city_name


@dataclass(frozen=True)
class Line:
    """One thing as it is and as it would be, in words."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Preview:
    """What would follow. crosses: the city that gets it, "" for none. seen: says what was shown, for the saving."""

    lines: Sequence[Line]
    crosses: str
    notes: Sequence[str]
    seen: str


@dataclass(frozen=True)
class CorrectionFilling:
    """values: as typed, else as it is now. possible: whether the step still is. errors: sentences by field."""

    values: Mapping[str, str]
    categories: Options
    kinds: Sequence[tuple[str, str]]
    priorities: Sequence[tuple[str, str]]
    errors: Mapping[str, str] = field(default_factory=dict)
    preview: Preview | None = None


def preview_of(complaint: Complaint, foreseen: Foreseen, *, changed_since: bool) -> Preview:
    """What would follow, in words. changed_since: whether something else was shown before."""
    here = office().rulebooks.of(g.session, g.tenant)
    there = office().rulebooks.of(g.session, foreseen.card)
    was, to = correcting.as_it_is(complaint, here), foreseen.correction
    dues = Dues(
        complaint.respond_due_at if complaint.responded_at is None else None,
        complaint.secure_due_at,
        complaint.resolve_due_at,
        complaint.ceiling_at,
    )
    answered = complaint.responded_at is not None
    known = here.category_ever(complaint.category_id)
    instants = [
        (_("Answer by"), dues.respond_at, None if answered else foreseen.dues.respond_at),
        (_("Safe by"), dues.secure_at, foreseen.dues.secure_at),
        (_("Finished by"), dues.resolve_at, foreseen.dues.resolve_at),
        (_("At the latest by law"), dues.ceiling_at, foreseen.dues.ceiling_at),
    ]
    lines = [
        Line(_("Category"), words(known.name) if known else "–", words(foreseen.there.category.name)),
        Line(_("Kind"), kind_word(was.kind), kind_word(to.kind)),
        Line(_("Priority"), priority_word(was.priority), priority_word(to.priority)),
        Line(_("Place"), place_word(was.point), place_word(to.point)),
        *_object(foreseen),
        Line(_("Area"), _area(here, complaint.area_id), _area(there, foreseen.there.area_id)),
        Line(_("City"), city_name(g.tenant, g.language), city_name(foreseen.card, g.language)),
        Line(_("Agency"), _agency(here, complaint.agency_id), _agency(there, foreseen.agency_id)),
        *(
            Line(name, _instant(before, g.tenant), _instant(after, foreseen.card))
            for name, before, after in instants
            if before or after
        ),
    ]
    return Preview(
        lines=lines,
        crosses=city_name(foreseen.card, g.language) if foreseen.crosses else "",
        notes=[*([_("You have changed something since; this is what follows now.")] if changed_since else []),
               *_notes(complaint, foreseen)],
        seen=digest(foreseen),
    )  # fmt: skip


def _notes(complaint: Complaint, foreseen: Foreseen) -> list[str]:
    """What the lines don't say."""
    notes = []
    if foreseen.decision is not None and ("place" in foreseen.changed or foreseen.crosses):
        notes.append(explanation(foreseen.decision, words(foreseen.here.name)))
    if foreseen.anew and not foreseen.crosses:
        notes.append(_("Another agency gets it: its clock starts anew, and nobody holds it yet."))
    if foreseen.answers.left:
        asked = {one["code"]: words(one["label"]) for one in _questions(complaint)}
        left = "; ".join(asked.get(code, code) for code in foreseen.answers.left)
        notes.append(_("These answers don't fit the new category and no longer count: %(questions)s", questions=left))
    if foreseen.visibility != complaint.visibility:
        notes.append(_("Fewer people can read it than before. It is never shown to more than before."))
    notes.append(_("The reporter is told once, if there is a way to reach them."))
    return notes


def _questions(complaint: Complaint) -> Sequence[Mapping[str, Any]]:
    category = office().rulebooks.of(g.session, g.tenant).category_ever(complaint.category_id)
    return category.questions if category else ()


def digest(foreseen: Foreseen) -> str:
    """Says what was shown: whose it will be, under which rule, and from what. The due instants follow from these."""
    rule = foreseen.there.rule
    shown = (
        foreseen.correction,
        foreseen.card.id,
        foreseen.agency_id,
        foreseen.there.area_id,
        (rule.id, rule.revision) if rule else None,
        foreseen.visibility,
    )
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def _object(foreseen: Foreseen) -> list[Line]:
    """The object that it is about, where there is one, or was."""
    after = foreseen.about.get("asset", {}).get("code") or "–"
    before = foreseen.changed.get("asset", (after,))[0]
    return [Line(_("The object"), before, after)] if before != "–" else []


def _area(book: Rulebook, area_id: UUID | None) -> str:
    return ", ".join(words(area.name) for area in book.areas_up(area_id)) or "–"


def _agency(book: Rulebook, agency_id: UUID | None) -> str:
    agency = book.agencies.get(agency_id) if agency_id else None
    return words(agency.name) if agency else _("nobody")


def _instant(instant: datetime | None, card: TenantCard) -> str:
    return due_time(instant, g.language, card.time_zone, g.now) if instant else _("nothing promised")
