"""The bundle at the settings: taken, looked at, brought back, and never another city's."""

import io
from collections.abc import Callable

import yaml
from sqlalchemy import select
from werkzeug.test import TestResponse

from configuration import editing
from configuration.change import ConfigurationChange
from configuration.editing import Author
from onboarding.archive import pack, unpack
from onboarding.bundle import DOCUMENT
from tenants.category import Category
from tests.cast import NOW, Cast, Visitor
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]


def sent(visitor: Visitor, content: bytes, name: str = "bundle.zip") -> TestResponse:
    return visitor.post("/admin/bundle?lang=en", data={"bundle": (io.BytesIO(content), name)})


def renamed(content: bytes, **tenant: str) -> bytes:
    files = unpack(content)
    document = yaml.safe_load(files[DOCUMENT])
    document["tenant"] |= tenant
    for row in document["categories"]:
        if row["code"] == "jalan-lubang":
            row["name"] = {"id": "Lubang menganga", "en": "Gaping hole"}
    return pack({**files, DOCUMENT: yaml.safe_dump(document, allow_unicode=True).encode()})


def test_a_bundle_is_taken_changed_looked_at_and_brought_back(visit: Visit, cast: Cast) -> None:
    visitor = visit("barat", "admin")
    content = visitor.get("/admin/bundle.zip").get_data()
    assert content == visitor.get("/admin/bundle.zip").get_data()
    assert "Nothing would differ" in words(sent(visitor, content))
    broken = b"format: 1\ntenant: {slug: barat, code: BRT, name: B}\nlook:\n  colour: biru\n"
    refused = visitor.post("/admin/bundle?lang=id", data={"bundle": (io.BytesIO(broken), "kota.yaml")})
    assert "kota.yaml tidak dapat dipakai: look.colour, baris 4: Warna ditulis seperti #0b5fa5." in words(refused)
    assert "line 4: A colour is written as" in words(sent(visitor, broken))

    page = sent(visitor, renamed(content))
    assert "One thing would differ" in words(page)
    assert "Changed category Gaping hole" in words(page)
    token = page.get_data(as_text=True).split('name="token" value="')[1].split('"')[0]
    assert visitor.post("/admin/bundle/application", data={"token": token}).status_code == 303
    cast.enter("barat")
    category = cast.session.scalars(select(Category).where(Category.code == "jalan-lubang")).one()
    assert category.name["en"] == "Gaping hole"
    [change] = cast.session.scalars(select(ConfigurationChange)).all()
    assert (change.row_id, change.fields) == (category.id, ["name"])
    assert change.seat_id is not None


def test_a_bundle_ends_no_agency_with_open_reports_and_makes_no_demonstration(visit: Visit, cast: Cast) -> None:
    cast.complaint("barat")
    visitor = visit("barat", "admin")
    files = unpack(visitor.get("/admin/bundle.zip").get_data())
    document = yaml.safe_load(files[DOCUMENT])
    holder = next(row["agency"] for row in document["categories"] if row["code"] == "jalan-lubang")
    document["agencies"] = [row for row in document["agencies"] if row["code"] != holder]
    for row in document["categories"]:
        row["agency"] = None if row.get("agency") == holder else row.get("agency")
        row.pop("by_area", None)
    for row in document["agencies"]:
        row.pop("parent", None)
    document["people"] = []
    document["options"] = {**document.get("options", {}), "demo": True, "desk": document["agencies"][0]["code"]}
    page = sent(visitor, pack({**files, DOCUMENT: yaml.safe_dump(document, allow_unicode=True).encode()}))
    assert page.status_code == 200, words(page)
    assert "demo" not in words(page)
    token = page.get_data(as_text=True).split('name="token" value="')[1].split('"')[0]
    refused = visitor.post("/admin/bundle/application?lang=en", data={"token": token})
    assert refused.status_code == 409
    assert "has open reports" in words(refused)


def test_what_somebody_changed_since_the_look_is_not_taken_back_unseen(visit: Visit, cast: Cast) -> None:
    visitor = visit("barat", "admin")
    page = sent(visitor, renamed(visitor.get("/admin/bundle.zip").get_data()))
    token = page.get_data(as_text=True).split('name="token" value="')[1].split('"')[0]
    author = Author(cast.actor("barat", "admin").seat_id)
    category = cast.session.scalars(select(Category).where(Category.code == "pju")).one()
    editing.change(cast.session, category, {"safety": True}, author=author, now=NOW)
    cast.session.commit()
    refused = visitor.post("/admin/bundle/application?lang=en", data={"token": token})
    assert refused.status_code == 409
    assert "Please look again" in words(refused)


def test_what_cannot_be_brought_gets_a_sentence_and_changes_nothing(visit: Visit, cast: Cast) -> None:
    visitor = visit("barat", "admin")
    foreign = visit("timur", "admin").get("/admin/bundle.zip").get_data()
    assert "not of this city" in words(sent(visitor, foreign))
    assert "Choose a bundle" in words(visitor.post("/admin/bundle?lang=en", data={}))
    broken = b"format: 1\ntenant: {slug: barat, code: BRT, name: Barat}\ncategories: [{code: x, nama: y}]\n"
    refused = sent(visitor, broken, "bundle.yaml")
    assert refused.status_code == 422
    assert "line 3" in words(refused)
    for token in ("", "../x", "0" * 32):
        assert visitor.post("/admin/bundle/application", data={"token": token}).status_code == 422
    cast.enter("barat")
    assert cast.session.scalars(select(ConfigurationChange)).all() == []
