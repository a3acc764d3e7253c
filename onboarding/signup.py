"""`/signup`: how a government joins. The wizard isn't built yet, and the page says what works today instead."""

from flask import Blueprint, Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from onboarding import bundle_page
from tenants.catalogue import Municipality, time_zone_of
from web.access import Anyone, allows

blueprint = Blueprint("signup", __name__)


def init_signup(app: Flask) -> None:
    """Register the routes of onboarding."""
    app.register_blueprint(blueprint)
    app.register_blueprint(bundle_page.blueprint)


@blueprint.get("/signup")
@allows(Anyone, national=True)
def how_to_join() -> ResponseReturnValue:
    """The bundle with which the operator sets a city up, filled in for the one that was chosen."""
    code = request.args.get("municipality", "")
    chosen = g.session.scalar(
        select(Municipality).where(Municipality.code == code, Municipality.level == "municipality")
    )
    time_zone = time_zone_of(chosen.code if chosen else "")
    return render_template("onboarding/signup.html", chosen=chosen, time_zone=time_zone)
