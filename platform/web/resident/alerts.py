"""`/alerts`: to hear by mail of new reports around a place, in an area or of a category. Links confirm and end it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from complaints.audience import alerts
from complaints.audience.alerts import RADII_M, Alert, Wanted
from complaints.rules.rulebook import Rulebook
from tenants.errors import AduanError, Invalid, NotFound
from web.access import Anyone, allows
from web.context import office, settings, words
from web.errors import status_of, waiting_of
from web.forms import clean, refused
from web.options import by_district, by_group
from web.resident import places, report_page
from web.resident.following import address_of, own_email, slow_down

blueprint = Blueprint("alerts", __name__)

FIELDS = ("area", "category", "spot", "radius", "email")


@blueprint.get("/alerts")
@allows(Anyone, tenant=True)
def form() -> ResponseReturnValue:
    """What one can hear of; the address may say where already."""
    typed = {name: request.args.get(name, "")[:200] for name in FIELDS} | {"email": own_email() or ""}
    return _page(typed, asked="asked" in request.args, on="on" in request.args)


@blueprint.post("/alerts")
@allows(Anyone, tenant=True)
def ask() -> ResponseReturnValue:
    """Ask for it: at once by a confirmed account, else a link to confirm is mailed. The answer tells nobody which."""
    typed = {name: clean(request.form.get(name, ""))[:200] for name in FIELDS}
    slow_down("alert")
    try:
        wanted = _wanted(typed)
        email, mine = address_of(typed["email"])
        how = {"card": g.tenant, "language": g.language, "now": g.now, "limited": settings().rate_limits}
        alerts.follow(g.session, office(), wanted, email, sure=mine, **how)
    except NotFound:
        raise
    except AduanError as error:
        return _page(typed, errors=refused(error)), status_of(error), waiting_of(error)
    return redirect(f"/alerts?{'on' if mine else 'asked'}=1", 303)


@blueprint.get("/alerts/following/<uuid:alert_id>/<token>")
@allows(Anyone, tenant=True)
def link(alert_id: UUID, token: str) -> ResponseReturnValue:
    """The page of a mailed link: to confirm, or to end it."""
    return _link_page(alerts.by_link(g.session, office(), alert_id, token))


@blueprint.post("/alerts/following/<uuid:alert_id>/<token>/confirmation")
@allows(Anyone, tenant=True)
def confirm(alert_id: UUID, token: str) -> ResponseReturnValue:
    """Confirm that the address is one's own."""
    alerts.confirm(g.session, office(), alert_id, token, g.now)
    return redirect(f"/alerts/following/{alert_id}/{token}", 303)


@blueprint.post("/alerts/following/<uuid:alert_id>/<token>/end")
@allows(Anyone, tenant=True)
def end(alert_id: UUID, token: str) -> ResponseReturnValue:
    """End it; the address is forgotten."""
    alerts.unfollow(g.session, office(), alert_id, token)
    return _link_page(None)


def _wanted(typed: Mapping[str, str]) -> Wanted:
    """What was asked for. Raises Invalid naming the field that can't be used."""
    book = _book()
    area = book.area_of_code(typed["area"])
    if typed["area"] and area is None:
        raise Invalid("Choose the area from the list.", field="area")
    category = book.categories.get(typed["category"])
    if typed["category"] and category is None:
        raise Invalid("Choose the category from the list.", field="category")
    lon, lat, radius_m = _circle(typed)
    return Wanted(area.id if area else None, category.id if category else None, lon, lat, radius_m)


def _circle(typed: Mapping[str, str]) -> tuple[float, float, int] | tuple[None, None, None]:
    if not typed["spot"].strip():
        return None, None, None
    found = places.find(typed["spot"], report_page.middle(g.tenant))
    if found is None:
        raise Invalid(
            "Words alone say no point. Paste a link to the map, coordinates or a plus code, or choose an area instead.",
            field="spot",
        )
    try:
        return found.lon, found.lat, int(typed["radius"])
    except ValueError:
        raise Invalid("Choose how far around the place.", field="radius") from None


def _page(
    typed: Mapping[str, str], *, errors: dict[str, str] | None = None, asked: bool = False, on: bool = False
) -> str:
    book = _book()
    return render_template(
        "resident/alerts.html",
        typed=typed,
        errors=errors or {},
        asked=asked,
        on=on,
        own=own_email(),
        areas={**by_district(book), **_larger()},
        categories=by_group(book, lambda entry: entry.code in book.offered and entry.visibility == "public"),
        radii=[(str(metres), _distance(metres)) for metres in RADII_M],
    )


def _larger() -> dict[str, Sequence[tuple[str, str]]]:
    """The areas that others lie in."""
    book = _book()
    larger = [(area.code, words(area.name)) for area in book.areas.values() if book.areas_in(area.id)]
    return {_("Larger areas"): sorted(larger, key=lambda pair: pair[1])} if larger else {}


def _link_page(alert: Alert | None) -> str:
    about = alerts.about_words(alert, _book(), g.tenant, g.language) if alert else ""
    return render_template(
        "resident/alert_following.html", about=about, ended=alert is None, confirmed=bool(alert and alert.confirmed_at)
    )


def _distance(metres: int) -> str:
    return _("%(metres)s m", metres=metres) if metres < 1000 else _("%(kilometres)s km", kilometres=metres // 1000)


def _book() -> Rulebook:
    return office().rulebooks.of(g.session, g.tenant)
