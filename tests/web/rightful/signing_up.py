"""The rightful calls of how a city comes to be."""

from uuid import uuid4

from tests.cast import PASSWORD
from tests.web.rightful.world import Ask, Call, World, plain


def sign_up_begin(_world: World) -> Ask:
    return Ask("/signup", lambda: {"name": "Kata", "email": f"{uuid4().hex}@kotabogor.go.id"})


def sign_up_code(_world: World) -> Ask:
    return Ask("/signup/code", lambda: {"code": "000000"})


def sign_up_link(world: World) -> Ask:
    return Ask(f"/signup/confirm/{world.sign_up()}", as_stranger="/signup/confirm/of-nobody")


def invitation(world: World) -> Ask:
    return Ask(f"/welcome/{world.invitation()}")


def accepted_invitation(world: World) -> Ask:
    data = {"name": "Kata", "password": PASSWORD}
    return Ask(f"/welcome/{world.invitation()}", lambda: data, as_stranger="/welcome/of-nobody")


CALLS: dict[tuple[str, str], Call | dict[str, Call]] = {
    ("governments.page", "GET"): Call(None, plain("/governments"), host=None),
    ("signup_live.enter", "POST"): Call(None, plain("/signup/portal"), host=None),
    ("signup_live.form", "GET"): Call(None, plain("/signup/live"), host=None),
    ("signup_live.go_live", "POST"): Call(None, plain("/signup/live"), host=None),
    ("signup_live.letter", "POST"): Call(None, plain("/signup/letter"), host=None),
    ("signup_live.poster", "GET"): Call(None, plain("/signup/poster"), host=None),
    ("signup_people.form", "GET"): Call(None, plain("/signup/people"), host=None),
    ("signup_people.invite", "POST"): Call(None, plain("/signup/people"), host=None),
    ("signup_place.ask", "POST"): Call(None, plain("/signup/asking"), host=None),
    ("signup_place.bring", "POST"): Call(None, plain("/signup/boundary"), host=None),
    ("signup_place.choose", "POST"): Call(None, plain("/signup/place"), host=None),
    ("signup_place.dispute", "POST"): Call(None, plain("/signup/dispute"), host=None),
    ("signup_place.form", "GET"): Call(None, plain("/signup/place"), host=None),
    ("signup_check.form", "GET"): Call(None, plain("/signup/check"), host=None),
    ("signup_rehearsal.form", "GET"): Call(None, plain("/signup/rehearsal"), host=None),
    ("signup_rehearsal.outline", "GET"): Call(None, plain("/signup/outline.svg"), host=None),
    ("signup_rehearsal.send", "POST"): Call(None, plain("/signup/rehearsal"), host=None),
    ("signup_check.save", "POST"): Call(None, plain("/signup/check"), host=None),
    ("signup_check.colours", "GET"): Call(None, plain("/signup/colours.css"), host=None),
    ("signup_check.crest", "GET"): Call(None, plain("/signup/crest"), host=None),
    ("signup_you.begin", "POST"): Call(None, sign_up_begin, host=None),
    ("signup_you.code_form", "GET"): Call(None, plain("/signup/code"), host=None),
    ("signup_you.confirm_by_code", "POST"): Call(None, sign_up_code, host=None),
    ("signup_you.confirm_by_link", "POST"): Call(None, sign_up_link, host=None),
    ("signup_you.end", "POST"): Call(None, plain("/signup/end"), host=None),
    ("signup_you.form", "GET"): Call(None, plain("/signup"), host=None),
    ("signup_you.link_form", "GET"): Call(None, sign_up_link, host=None),
    ("welcome.form", "GET"): Call(None, invitation),
    ("welcome.take_seat", "POST"): Call(None, accepted_invitation),
}
