"""Known works as residents meet them: a page of each, following it until its end, and where it is on the map."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, g, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from complaints.office import Office
from complaints.together import works, works_following
from complaints.together.works import Works
from tenants import scope
from tenants.errors import AduanError, NotFound
from tenants.tenant import in_language
from web import tongues
from web.access import Anyone, allows
from web.context import office, words
from web.errors import status_of
from web.forms import refused
from web.resident.following import address_of, own_email, slow_down
from web.resident.incidents import Notice
from web.resident.situation import Situation

blueprint = Blueprint("works", __name__)


@blueprint.get("/works/<uuid:works_id>")
@allows(Anyone, tenant=True)
def page(works_id: UUID) -> ResponseReturnValue:
    """What is done there and until when, and the form to follow it."""
    return _page(works_id, email=own_email() or "", asked="asked" in request.args, on="on" in request.args)


@blueprint.get("/works.json")
@allows(Anyone, tenant=True)
def on_the_map() -> ResponseReturnValue:
    """Where works are now, as GeoJSON: points with a radius, and boxes."""
    features = [
        {
            "type": "Feature",
            "properties": {"title": words(one.title), "url": f"/works/{one.id}", "radius_m": one.radius_m},
            "geometry": ground,
        }
        for one in works.current(g.session, g.now)
        if (ground := works.ground_of(one)) is not None
    ]
    answer = jsonify({"type": "FeatureCollection", "features": features})
    return tongues.keep(answer, seconds=60)


@blueprint.post("/works/<uuid:works_id>/follow")
@allows(Anyone, tenant=True)
def follow(works_id: UUID) -> ResponseReturnValue:
    """Follow it: at once by a confirmed account, else a link to confirm is mailed. The answer tells nobody which."""
    written = request.form.get("email", "")
    slow_down("follow")
    found = works.works_here(g.session, works_id)
    try:
        email, mine = address_of(written)
        how = {"card": g.tenant, "language": g.language, "now": g.now}
        works_following.follow(g.session, office(), found, email, sure=mine, **how)
    except NotFound:
        raise
    except AduanError as error:
        return _page(works_id, email=written, errors=refused(error)), status_of(error)
    return redirect(f"/works/{works_id}?{'on' if mine else 'asked'}=1#follow", 303)


@blueprint.get("/works/following/<uuid:follower_id>/<token>")
@allows(Anyone, tenant=True)
def link(follower_id: UUID, token: str) -> ResponseReturnValue:
    """The page of a mailed link: to confirm, or to stop."""
    follower = works_following.by_link(g.session, office(), follower_id, token)
    return _link_page(follower.works_id, confirmed=follower.confirmed_at is not None)


@blueprint.post("/works/following/<uuid:follower_id>/<token>/confirmation")
@allows(Anyone, tenant=True)
def confirm(follower_id: UUID, token: str) -> ResponseReturnValue:
    """Confirm that the address is one's own."""
    works_following.confirm(g.session, office(), follower_id, token, g.now)
    return redirect(f"/works/following/{follower_id}/{token}", 303)


@blueprint.post("/works/following/<uuid:follower_id>/<token>/end")
@allows(Anyone, tenant=True)
def end(follower_id: UUID, token: str) -> ResponseReturnValue:
    """Stop following; the address is forgotten."""
    return _link_page(works_following.unfollow(g.session, office(), follower_id, token), ended=True)


def notices(session: Session, office: Office, found: Situation, language: str) -> Sequence[Notice]:
    """Works in the city that a report would go to, of its category and at its place."""
    if found.category is None or not found.known:
        return []
    report, areas = found.report, {area.id for area in found.areas}
    languages, now = list(found.card.languages), g.now
    with scope.enter(session, found.card.id):
        home = office.addresses.of(found.card)
        return [
            Notice(
                one.id,
                in_language(one.title, language, languages),
                in_language(one.text, language, languages),
                f"{home}/works/{one.id}",
                one.from_at,
            )
            for one in works.current(session, now)
            if works.concerns(one, found.category.code, areas, report.lon, report.lat)
        ]


def now_on(session: Session) -> list[Works]:
    """What holds now in the session's city."""
    return works.current(session, g.now)


def place_words(one: Works) -> str:
    """Where works are, in words; "" for a circle or a box, which the map shows."""
    book = office().rulebooks.of(g.session, g.tenant)
    area = book.areas.get(one.area_id) if one.area_id else None
    if area is not None:
        return words(area.name)
    return "" if works.ground_of(one) else in_language(g.tenant.name, g.language, list(g.tenant.languages))


def _link_page(works_id: UUID, *, confirmed: bool = False, ended: bool = False) -> str:
    found = works.works_here(g.session, works_id)
    return render_template(
        "resident/incident_following.html",
        incident={"title": words(found.title)},
        confirmed=confirmed,
        ended=ended,
        about=f"/works/{works_id}",
    )


def _page(works_id: UUID, **more: Any) -> str:
    found = works.works_here(g.session, works_id)
    book = office().rulebooks.of(g.session, g.tenant)
    kinds = [words(book.categories[code].name) for code in found.categories if code in book.categories]
    return render_template(
        "resident/works.html",
        works=found,
        over=found.is_over(g.now),
        begins=found.from_at > g.now,
        where=place_words(found),
        kinds=kinds,
        own=own_email(),
        **{"errors": {}, **more},
    )
