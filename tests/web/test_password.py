"""A forgotten password: a mailed link, once, within an hour, and around no second step."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import select

from messages.outbox import Message
from people import second_factor
from people.account import Account
from tests.cast import NOW, PASSWORD, Cast, Visitor
from web import password, proofs

Visit = Callable[..., Visitor]
NEW = "kata sandi yang baru"


def link_to(cast: Cast, slug: str = "barat") -> str:
    cast.enter(slug)
    mails = cast.session.scalars(select(Message).where(Message.event == "password").order_by(Message.created_at.desc()))
    link = mails.all()[0].link
    assert link is not None
    return link.removeprefix(f"http://{slug}.localhost")


def test_a_mailed_link_sets_another_password_once_and_ends_every_sign_in(cast: Cast, visit: Visit) -> None:
    signed_in, visitor = visit("barat", "officer"), visit("barat")
    asked = visitor.post("/password", data={"email": " Officer@Barat.example "})
    unknown = visitor.post("/password", data={"email": "nobody@barat.example"})
    assert asked.status_code == unknown.status_code == 200
    path = link_to(cast)
    assert len(cast.session.scalars(select(Message).where(Message.event == "password")).all()) == 1
    assert visit("timur").get(path).status_code == 404
    assert visitor.get(path).status_code == 200
    assert visitor.post(path, data={"password": "kurang"}).status_code == 422
    assert signed_in.get("/staff").status_code == 200, "nothing has changed yet"
    assert visitor.post(path, data={"password": NEW}).location == "/password?changed=1"
    assert signed_in.get("/staff").status_code == 303
    assert visitor.post(path, data={"password": NEW}).status_code == 404
    assert visitor.get(path).status_code == 404
    assert visitor.post("/sign-in", data={"email": "officer@barat.example", "password": PASSWORD}).status_code == 422
    assert visitor.post("/sign-in", data={"email": "officer@barat.example", "password": NEW}).location == "/staff"


def test_it_goes_around_no_second_step_and_cant_be_asked_for_without_end(cast: Cast, visit: Visit) -> None:
    cast.enter("barat")
    account = cast.session.scalars(select(Account).where(Account.email == "officer@barat.example")).one()
    second_factor.begin(cast.session, account.id, cast.office.secret, NOW)
    row = cast.session.get_one(second_factor.SecondFactor, account.id)
    row.confirmed_at = NOW
    cast.session.commit()
    visitor = visit("barat")
    visitor.post("/password", data={"email": "officer@barat.example"})
    visitor.post(link_to(cast), data={"password": NEW})
    answer = visitor.post("/sign-in", data={"email": "officer@barat.example", "password": NEW})
    assert answer.location == "/sign-in/second-step"
    answers = [visitor.post("/password", data={"email": "officer@barat.example"}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_a_device_is_refused_and_a_shared_network_is_asked_for_a_proof(cast: Cast, visit: Visit) -> None:
    device = visit("barat")
    device.get("/password")
    answers = [device.post("/password", data={"email": f"w{n}@warga.example"}).status_code for n in range(7)]
    assert answers == [200] * 6 + [429]
    other = visit("barat")
    other.address = "203.0.113.9"
    for n in range(password.FREE_OF_ADDRESS):
        other.delete_cookie("device", domain="barat.localhost")
        assert other.post("/password", data={"email": f"x{n}@warga.example"}).status_code == 200
    page = other.get("/password?lang=en").get_data(as_text=True)
    (asking,) = re.findall(r'name="asking" value="([0-9a-f]+)"', page)
    assert "How much is" in page
    right = sum(proofs.sum_of(cast.office.secret, f"password-sum/{asking}", datetime.now(UTC)))
    form = {"email": "officer@barat.example", "asking": asking, "proof": str(2 * proofs.MOST + 1)}  # of no hour
    wrong = other.post("/password", data=form)
    assert wrong.status_code == 422
    assert "one short question" in wrong.get_data(as_text=True)
    cast.enter("barat")
    assert cast.session.scalars(select(Message).where(Message.event == "password")).all() == []
    form["proof"] = str(right)
    assert other.post("/password", data=form).status_code == 200
    assert other.post("/password", data={**form, "email": "w9@warga.example"}).status_code == 422, "a sum serves once"
    assert visit("barat").post("/password", data={"email": "admin@barat.example"}).status_code == 200


def test_the_national_host_mails_from_the_commons(cast: Cast, visit: Visit) -> None:
    assert visit().post("/password", data={"email": "operator@aduan.example"}).status_code == 200
    cast.enter("barat")
    assert not cast.session.scalars(select(Message)).all()
    cast.enter("commons")
    mail = cast.session.scalars(select(Message)).one()
    assert mail.link is not None
    assert mail.link.startswith("http://localhost/password/")
