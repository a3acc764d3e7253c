"""Whose figures somebody may see: those of all agencies, or of their own and those below; and which they chose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _

from complaints.counts.counting import Dimension
from complaints.figures import ALL, Of
from complaints.rules.rulebook import Rulebook
from complaints.viewer import Viewer
from tenants.errors import Invalid
from web.context import words


@dataclass(frozen=True)
class Whose:
    """agency_ids: None for the whole city. choices: (code, name) of what can be chosen; chosen: its code, or "".

    title: the name of what was chosen, "" for the whole city.
    """

    agency_ids: tuple[UUID, ...] | None
    choices: Sequence[tuple[str, str]]
    chosen: str
    title: str

    @property
    def of(self) -> list[Of]:
        """Under which the figures hold their numbers."""
        if self.agency_ids is None:
            return [ALL]
        return [(Dimension.AGENCY, str(agency_id)) for agency_id in self.agency_ids]

    def holds(self, agency_id: str) -> bool:
        """Whether the figures of this agency ("" for none) are among them."""
        return self.agency_ids is None or agency_id in [str(one) for one in self.agency_ids]


def whose(book: Rulebook, viewer: Viewer, arguments: Mapping[str, str]) -> Whose:
    """What an address asks for, within what the viewer may see. Raises Invalid for an agency that isn't theirs."""
    allowed: list[UUID] | None = None
    if not viewer.sees_other_agencies:
        allowed = list(dict.fromkeys(below for one in viewer.agency_ids for below in book.agencies_down(one)))
    open_to_them = [one for one in book.agencies.values() if allowed is None or one.id in allowed]
    choices = [(one.code, words(one.name)) for one in open_to_them]
    code = arguments.get("agency", "")
    if not code:
        title = choices[0][1] if allowed is not None and len(choices) == 1 else ""
        return Whose(None if allowed is None else tuple(allowed), choices, "", title)
    agency = next((one for one in open_to_them if one.code == code), None)
    if agency is None:
        raise Invalid("There is no such agency here.", field="agency")
    return Whose(tuple(book.agencies_down(agency.id)), choices, code, words(agency.name))


def agency_name(book: Rulebook, agency_id: str) -> str:
    """The name of an agency by the id in a figure; "" is nobody's."""
    if not agency_id:
        return _("Without an agency")
    entry = book.agencies.get(UUID(agency_id))
    return words(entry.name) if entry else _("An agency that has ended")
