"""The page of one's account: each form says what is wrong and keeps what was typed, and erasing signs out."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import select

from people import sign_in_code
from people.account import Account
from tests.cast import Cast, Visitor

Visit = Callable[..., Visitor]


def test_name_contact_and_erasure_by_their_forms(visit: Visit, cast: Cast) -> None:
    assert visit("barat").get("/account/data").status_code == 303
    resident = visit("barat", "resident")
    assert resident.post("/account/data/name", data={"name": ""}).status_code == 422
    assert resident.post("/account/data/name", data={"name": "Ani Wijaya"}).status_code == 303
    wrong = resident.post("/account/data/contact", data={"contact": "bukan"})
    assert (wrong.status_code, "bukan" in wrong.get_data(as_text=True)) == (422, True)
    asked = resident.post("/account/data/contact", data={"contact": "0812 3456 7890"}).get_data(as_text=True)
    assert "/account/data/contact/entry" in asked
    entry = {"contact": "0812 3456 7890", "code": "1"}
    assert resident.post("/account/data/contact/entry", data=entry).status_code == 422
    code = sign_in_code.code_of(cast.office.secret, "barat.localhost", "+6281234567890", datetime.now(UTC))
    assert resident.post("/account/data/contact/entry", data={**entry, "code": code}).status_code == 303
    page = resident.get("/account/data").get_data(as_text=True)
    assert "Ani Wijaya" in page
    assert "+6281234567890" in page
    assert visit("barat", "officer").post("/account/erasure").status_code == 409
    gone = resident.post("/account/erasure", data={"words": "yes"})
    assert (gone.status_code, gone.location) == (303, "/account/erased")
    assert resident.get("/account/erased").status_code == 200
    assert resident.get("/account").status_code == 303
    account = cast.session.scalars(select(Account).where(Account.email == "resident@barat.example")).one()
    assert (account.erasing_since is not None, account.erasing_words) == (True, True)
