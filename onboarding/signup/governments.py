"""`/governments`: every city and regency of the catalogue, whether it is here, and what waits for it."""

from urllib.parse import urlencode

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from complaints.counts.waiting import waiting_for
from onboarding import place
from onboarding.place import Freedom
from tenants.errors import N_
from web.access import Anyone, allows
from web.context import office

NAMES = {
    Freedom.LIVE: N_("live"),
    Freedom.SETTING_UP: N_("being set up"),
    Freedom.FREE: N_("free"),
    Freedom.NOT_CLAIMABLE: N_("not on its own"),
    Freedom.NO_OUTLINE: N_("free, with its own boundary"),
}

blueprint = Blueprint("governments", __name__)


@blueprint.get("/governments")
@allows(Anyone, national=True)
def page() -> ResponseReturnValue:
    """A page of the list, searched and of one kind where that was asked."""
    words, state = request.args.get("q", "").strip()[:100], request.args.get("state", "")
    freedom = Freedom(state) if state in list(Freedom) else None
    found, following = place.listed(g.session, words, freedom, request.args.get("after", "")[:20])
    counts = place.counts(g.session)
    still = {card.id for card in office().directory.paused.values()}
    asked = {"q": words, "state": freedom.value if freedom else ""}
    kept = {key: value for key, value in asked.items() if value}
    return render_template(
        "onboarding/governments.html",
        found=found,
        waiting=waiting_for(g.session, [one.code for one in found]),
        urls={one.code: office().addresses.of_slug(one.slug) for one in found if one.freedom is Freedom.LIVE},
        paused={one.code for one in found if one.tenant_id in still},
        tabs=[(one.value, _(name), counts[one]) for one, name in NAMES.items() if counts[one]],
        names={one.value: _(name) for one, name in NAMES.items()},
        total=sum(counts.values()),
        state=asked["state"],
        searched=words,
        next_url=f"/governments?{urlencode({**kept, 'after': following})}" if following else "",
    )
