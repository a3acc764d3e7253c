"""What the template filled in, looked through on one page before a city is live."""

import io
import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.postgres import EmbeddedPostgres
from configuration import editing
from configuration.editing import Author
from onboarding import checking
from onboarding.bundle import default_template, read_bundle
from onboarding.checking import trimmed
from onboarding.export import export_tenant
from tenants import scope
from tenants.agency import Agency
from tenants.errors import Invalid
from tenants.tenant import Tenant
from tests.cast import Visitor
from tests.conftest import copied
from tests.onboarding.signing_up import Founder

CREST = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9z"></path></svg>'
CODES = [row["code"] for row in default_template()["categories"] if not row.get("group")]
BODIES = [row["code"] for row in default_template()["agencies"]]


@pytest.fixture
def database(cluster: EmbeddedPostgres, nation: str) -> Iterator[str]:
    with copied(cluster, nation) as url:
        yield url


@pytest.fixture
def founder(app: Flask, session: Session) -> Founder:
    return Founder(app, session).founded()


def filled(founder: Founder) -> dict[str, Any]:
    """The form as the page offers it, before anything is changed."""
    page = founder.get("/signup/check?lang=id").get_data(as_text=True)
    form: dict[str, Any] = {
        name: re.findall(rf'name="{name}" value="([\w-]+)" checked', page) for name in ("category", "agency")
    }
    inputs = re.findall(r'<input class="in[^"]*" type="(?:text|color)" value="([^"]*)" id="([\w-]+)"', page)
    form |= {name: value for value, name in inputs}
    form |= dict.fromkeys(re.findall(r'<textarea[^>]* name="([\w-]+)"', page), "")
    assert 'name="joint_leave" value="yes" checked' in page
    assert 'for="hours-mon">Senin<' in page
    return form | {"joint_leave": "yes"}


def city(founder: Founder) -> dict[str, Any]:
    """The bundle of the city as it stands."""
    founder.session.rollback()
    tenant_id = founder.session.scalars(select(Tenant.id).where(Tenant.slug == "bogor")).one()
    found = export_tenant(founder.session, tenant_id, storage=founder.office.storage)
    founder.session.rollback()
    return dict(found.document)


def test_pressing_on_changes_nothing_and_what_is_changed_reaches_the_rehearsal_and_comes_back(
    app: Flask, founder: Founder
) -> None:
    before = city(founder)
    assert founder.post("/signup/check", data=filled(founder)).location == "/signup/rehearsal"
    assert city(founder) == before

    what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(founder)
    assert city(founder) == before

    form = filled(founder)
    assert (len(form["category"]), len(form["agency"])) == (35, len(BODIES) - 1), "the desk has no tick"
    changed = form | {
        "category": [code for code in form["category"] if code != "jalan-lubang"],
        "agency": [code for code in form["agency"] if code != "pu"],
        "hours-fri": "07:30-11:30, 13:30-16:30",
        "hours-sat": "08.00-12.00",
        "added": "2026-06-03 Hari jadi kota",
        "colour": "#0f7a4d",
        "accent": "#f2c200",
        "with_accent": "yes",
        "greeting-id": "Ada yang rusak di Bogor? Laporkan.",
        "imprint-id": "Diskominfo Kota Bogor, Jalan Ir. H. Juanda 10.",
        "logo": (io.BytesIO(CREST), "lambang.svg"),
    }
    assert founder.post("/signup/check", data=changed).location == "/signup/rehearsal"

    now = city(founder)
    assert "jalan-lubang" not in {row["code"] for row in now["categories"]}
    assert "pu" not in {row["code"] for row in now["agencies"]}
    assert {row["agency"] for row in now["categories"] if row["code"] == "jalan-rusak"} == {"diskominfo"}
    [calendar] = now["calendars"]
    assert calendar["hours"]["fri"] == ["07:30-11:30", "13:30-16:30"]
    assert calendar["hours"]["sat"] == ["08:00-12:00"]
    assert calendar["holidays"]["add"] == [{"on": "2026-06-03", "name": {"id": "Hari jadi kota"}}]
    assert calendar["dated"] == before["calendars"][0]["dated"], "Ramadan stays"
    assert now["look"] == {"colour": "#0f7a4d", "accent": "#f2c200", "logo": "logo.svg"}
    assert now["texts"]["imprint"] == {"id": "Diskominfo Kota Bogor, Jalan Ir. H. Juanda 10."}
    assert now["texts"]["reply_materials"] == before["texts"]["reply_materials"]

    # in the rehearsal too, and in the portal beside each step
    page = founder.get("/signup/rehearsal?lang=id").get_data(as_text=True)
    assert 'value="jalan-lubang"' not in page
    assert "Ada yang rusak di Bogor?" in page
    assert "#0f7a4d" in founder.get("/signup/colours.css").get_data(as_text=True)
    assert founder.get("/signup/crest").data.startswith(b"<svg")
    assert founder.post("/signup/rehearsal", data={"category": "jalan-lubang"}).status_code == 422
    assert founder.post("/signup/rehearsal", data={"category": "jalan-rusak"}).status_code == 303
    assert Visitor(app, None).get("/signup/crest").status_code == 303, "a neighbour sees nothing"

    # and back again: nothing that was taken out is lost
    back = {**form, "colour": "#0b5fa5", "without_logo": "yes"}
    assert founder.post("/signup/check", data=back).location == "/signup/rehearsal"
    assert city(founder) == before
    a_change_after_the_rehearsal_is_rehearsed_anew(founder, form)

    # once it is live, it goes on in its settings
    founder.claim().live_at = founder.claim().created_at
    founder.session.commit()
    assert founder.post("/signup/check", data=form).location == "/signup"


def a_change_after_the_rehearsal_is_rehearsed_anew(founder: Founder, form: dict[str, Any]) -> None:
    def is_stale() -> bool:
        return "Tested before the last change" in founder.get("/signup/live?lang=en").get_data(as_text=True)

    assert is_stale()
    founder.post("/signup/rehearsal", data={"category": "jalan-rusak"})
    founder.post("/signup/check", data=form)
    assert not is_stale(), "nothing was changed"
    founder.post("/signup/check", data={**form, "greeting-id": "Ada yang rusak di Kota Bogor?"})
    assert is_stale()
    founder.post("/signup/rehearsal", data={"category": "jalan-rusak"})
    assert not is_stale()

    # in the settings, which don't go through the wizard: the next rehearsal meets it as well
    founder.session.rollback()
    tenant_id = founder.session.scalars(select(Tenant.id).where(Tenant.slug == "bogor")).one()
    with scope.enter(founder.session, tenant_id):
        roads = founder.session.scalars(select(Agency).where(Agency.code == "pu")).one()
        name = {"id": "Dinas Jalan", "en": "Agency for Roads"}
        editing.change(founder.session, roads, {"name": name}, author=Author(None), now=datetime.now(UTC))
    founder.session.commit()
    assert is_stale()
    founder.post("/signup/rehearsal", data={"category": "jalan-rusak"})
    assert not is_stale()
    assert "Agency for Roads" in founder.get("/signup/rehearsal?lang=en").get_data(as_text=True)


WRONG = {
    "Keep at least one kind of problem": {"category": []},
    "16:00-07:30": {"hours-mon": "16:00-07:30"},
    "pagi": {"hours-tue": "pagi"},
    "begin with a date": {"added": "hari jadi"},
    "six digits": {"colour": "hijau"},
    "301": {"greeting-id": "a" * 301},
    "The crest holds a script": {"logo": CREST.replace(b"<path", b"<script/><path")},
}


def what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(founder: Founder) -> None:
    form = filled(founder) | {"imprint-id": "Diskominfo, lantai 2."}
    for sentence, change in WRONG.items():
        sent = {name: (io.BytesIO(value), "a.svg") if name == "logo" else value for name, value in change.items()}
        answer = founder.post("/signup/check?lang=en", data=form | sent)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422, sentence
        assert sentence in page
        assert "Diskominfo, lantai 2." in page
        [field] = change
        assert f'href="#{field}"' in page, "the summary leads to it"


BUNDLE = read_bundle(
    b'{"format": 1, "tenant": {"slug": "x", "code": "XXX", "name": {"id": "X"}, "type": "kota",'
    b' "time_zone": "Asia/Jakarta", "languages": ["id"], "boundary": "catalogue:32.71"}}'
).document


def ordered(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "sla_rules": sorted(document["sla_rules"], key=lambda row: str(row["code"]))}


@settings(max_examples=15)
@given(
    categories=st.sets(st.sampled_from(CODES), min_size=1),
    agencies=st.sets(st.sampled_from(BODIES)),
    then=st.sets(st.sampled_from(CODES), min_size=1),
)
def test_whatever_is_ticked_the_rest_holds_together(categories: set[str], agencies: set[str], then: set[str]) -> None:
    document = trimmed(BUNDLE, categories, agencies)
    for kept, wanted in ((document, categories), (trimmed(document, then, agencies), then)):
        codes = {row["code"] for row in kept["categories"]}
        assert {row["code"] for row in kept["categories"] if not row["group"]} == wanted
        assert {row["parent"] for row in kept["categories"] if not row["group"]} == codes - wanted
        bodies = {row["code"] for row in kept["agencies"]}
        assert bodies == agencies | {"diskominfo"}
        assert {row["agency"] for row in kept["categories"] if not row["group"]} <= bodies
        assert {row["category"] for row in kept["sla_rules"]} == wanted
    assert ordered(trimmed(document, CODES, BODIES)) == ordered(BUNDLE), "all of it comes back"


def test_no_kind_of_problem_is_no_city() -> None:
    with pytest.raises(Invalid):
        trimmed(deepcopy(BUNDLE), set(), set(BODIES))
    assert checking.offered(BUNDLE, "agencies")[0]["code"] == "diskominfo"
