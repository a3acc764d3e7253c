"""The operators' first page."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from messages import health
from onboarding import funnel
from onboarding.operating import overview
from onboarding.signup.steps import NAMES
from people.permissions import Permission
from tenants.errors import N_
from tenants.tenant import Stage, in_language
from web.access import allows
from web.context import office
from web.operator.menu import city_name, menu
from web.operator.tenants import STAGES, stage_name

LACKS = {
    "authority": N_("proof that they may"),
    "ground": N_("a boundary without dispute"),
    "categories": N_("an agency for each category"),
    "people": N_("an official who can be reached"),
    "colours": N_("colours that can be read"),
    "rehearsal": N_("a test report"),
    "agreement": N_("the agreement on personal data"),
}
"""What a red line of the checklist waits for."""

DECISIONS = {
    "claims": ("/operator/claims", N_("Sign-ups to decide")),
    "borders": ("/operator/borders", N_("Overlaps to decide")),
    "catalogue": ("/operator/catalogue", N_("Changes of the catalogue")),
    "disputes": ("/operator/disputes", N_("Disputes between cities")),
    "questions": ("/operator/help", N_("Questions of cities")),
}

blueprint = Blueprint("operator_overview", __name__)


@blueprint.get("/operator")
@allows(Permission.OPERATE, national=True)
def page() -> ResponseReturnValue:
    """What waits, who is how far, and how it goes."""
    counted = overview.stages(g.session)
    cities, total = overview.setting_up(g.session, office(), g.now)
    outbox = health.of_the_platform(g.session)
    by_id = office().directory.by_id
    return render_template(
        "operator/overview.html",
        menu=menu(),
        here="overview",
        decisions=[
            (DECISIONS[key][0], _(DECISIONS[key][1]), count) for key, count in overview.waiting(g.session).items()
        ],
        stages=[(stage.value, stage_name(stage), counted.get(stage, 0)) for stage in STAGES],
        cities=[
            (one, in_language(one.tenant.name, g.language, one.tenant.languages), [_(LACKS[key]) for key in one.lacks])
            for one in cities
        ],
        more=total - len(cities),
        brought=[
            (one, in_language(one.tenant.name, g.language, one.tenant.languages)) for one in overview.brought(g.session)
        ],
        rehearsal=Stage.REHEARSAL.value,
        steps=[_("Begun"), *[_(name) for name in NAMES.values()]],
        weeks=funnel.weeks(g.session, g.now),
        times=funnel.times(g.session, g.now),
        outbox=outbox,
        worst=[
            (by_id[one.owner_id], city_name(by_id[one.owner_id]), one) for one in outbox.worst if one.owner_id in by_id
        ],
    )
