"""Adding a photo, or words, to a public report that somebody else made."""

from flask import Blueprint, g, redirect, request
from flask.typing import ResponseReturnValue

from complaints import evidence
from complaints.together import adding
from tenants.errors import Conflict, Invalid, NotFound
from web.access import Anyone, allows
from web.context import office
from web.device import named_device, remember_device
from web.errors import sentence, status_of
from web.forms import clean
from web.resident.complaint import elsewhere, public_page
from web.resident.finding import IsElsewhere, complaint_of
from web.resident.following import slow_down

blueprint = Blueprint("adding", __name__)
blueprint.register_error_handler(IsElsewhere, elsewhere)


@blueprint.post("/complaints/<reference>/additions")
@allows(Anyone)
def take(reference: str) -> ResponseReturnValue:
    """Keep what is added for the officials, who show it or not."""
    slow_down("add")
    device = named_device()
    try:
        photos = evidence.look_at(file.read() for file in request.files.getlist("photos"))
        with complaint_of(reference) as (complaint, card):
            words = clean(request.form.get("words", ""))
            adding.add(g.session, office(), complaint, words, photos, card=card, now=g.now)
    except NotFound:
        raise
    except (Invalid, Conflict) as error:
        g.session.rollback()
        return public_page(reference, errors={error.field or "added": sentence(error)}), status_of(error)
    response = redirect(f"/complaints/{reference}?added=1#addition", 303)
    remember_device(response, device)
    return response
