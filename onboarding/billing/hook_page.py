"""`/hooks/stripe`: where the payment provider calls."""

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from onboarding.billing import events
from onboarding.billing.billing import provider
from web.access import Anyone, allows
from web.context import office

blueprint = Blueprint("billing_hook", __name__)


@blueprint.post("/hooks/stripe")
@allows(Anyone, national=True)
def receive() -> ResponseReturnValue:
    """An event: 200 once it is kept and settled, also the second time; 503 has the provider call again."""
    asked = provider()
    told = asked.told(request.get_data(), request.headers.get("Stripe-Signature", ""))
    events.receive(g.session, office(), asked, told, g.now)
    return "", 200
