"""Areas that fit a boundary, asked for by the city itself; and what its settings say while a proposal waits."""

from uuid import UUID

from flask import Blueprint, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from onboarding.boundaries import area_proposal, difference_page
from people.permissions import Permission
from web.access import allows
from web.context import office

blueprint = Blueprint("area_fitting", __name__)


@blueprint.post("/admin/areas/fitting")
@allows(Permission.CONFIGURE, tenant=True)
def fit() -> ResponseReturnValue:
    """Propose areas that fit the boundary as it stands; nothing changes before they are accepted."""
    version = area_proposal.propose(g.session, office(), g.tenant, g.now)
    return redirect(f"/admin/areas/versions/{version.id}", 303)


def note_for(city_id: UUID) -> tuple[str, str] | None:
    """(sentence, address) for the settings' first page while something about the ground waits."""
    if found := difference_page.note_for(city_id):
        return found
    version_id = area_proposal.undecided(g.session)
    if version_id is None:
        return None
    said = _("Your areas don't fit your boundary any more. A proposal waits for you.")
    return said, f"/admin/areas/versions/{version_id}"
