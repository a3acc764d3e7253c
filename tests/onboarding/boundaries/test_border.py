"""Two grounds side by side: overlaps and gaps, and who has to agree before a city goes live over its neighbour."""

from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from config.postgres import EmbeddedPostgres
from configuration.change import ConfigurationChange
from messages.outbox import Message
from onboarding import opening
from onboarding.boundaries import border, border_asking, border_comparison, border_question
from onboarding.boundaries.neighbours import neighbours, overlap_m2
from onboarding.claim import Claim
from onboarding.facts import facts_of
from onboarding.readiness import Light, checklist
from tenants import scope
from tenants.boundary import Boundary
from tenants.directory import raise_epoch
from tenants.geometry import geodesic_area_m2
from tenants.tenant import COMMONS_ID, Stage, Tenant
from tests.cast import NOW, Cast, Visitor
from tests.conftest import copied
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]
M = 1 / border.METRES_PER_DEGREE
WEST = shapely.box(106.9, -6.3, 107.0, -6.2)
WHY = "Batas lama, kami sepakat."


@given(st.integers(20, 200))
def test_a_crack_between_two_is_a_gap_of_its_own_size(metres: int) -> None:
    east = shapely.box(107.0 + metres * M, -6.3, 107.1, -6.2)
    found = border.compare(WEST, east)
    between = geodesic_area_m2(shapely.box(107.0, -6.3, 107.0 + metres * M, -6.2))
    assert found.overlap_m2 == 0
    assert found.gap_m2 == pytest.approx(between, rel=0.03)
    assert found.gaps[0].shape.distance(WEST) < 1e-9
    assert border.compare(WEST, east, [shapely.box(106.99, -6.4, 107.05, -6.1)]).gap_m2 == 0, "a third one has it"


@given(st.integers(-500, 5_000))
def test_what_both_have_is_an_overlap_and_ground_far_off_leaves_no_gap(metres: int) -> None:
    east = shapely.box(107.0 - metres * M, -6.3, 107.1, -6.2)
    found = border.compare(WEST, east)
    common = WEST.intersection(east)
    assert found.overlap_m2 == pytest.approx(geodesic_area_m2(common) if common.area > 1e-12 else 0, rel=1e-6)
    assert (found.gap_m2 > 0) is (-border.CRACK_M * 1.02 < metres < 0) or abs(metres + border.CRACK_M) < 20


@pytest.fixture
def database(cluster: EmbeddedPostgres, cast_template: str) -> Iterator[str]:
    with copied(cluster, cast_template) as url:
        yield url


def test_an_inlet_of_one_of_them_is_no_gap_between_the_two() -> None:
    inlet = WEST.difference(shapely.box(106.9, -6.2505, 106.95, -6.2495))
    assert border.compare(inlet, shapely.box(107.0, -6.3, 107.1, -6.2)).gaps == []


def test_two_that_are_being_set_up_see_each_other_and_a_paused_city_without_code_stands_there_once(cast: Cast) -> None:
    claim, tenant_id = new_city(cast, shapely.box(106.9, -6.4, 107.0, -6.2995))
    other, other_id = new_city(cast, shapely.box(106.95, -6.5, 107.05, -6.39), "selatan", "SLT")
    for one, another in ((tenant_id, "Kota Selatan"), (other_id, "Kota Tengah")):
        at_home(cast, claim)
        found = border_comparison.compared(cast.session, cast.office, one, NOW)
        met = next(border for border in found if border.neighbour.name == another)
        assert (met.rule, met.neighbour.holds) == (border_comparison.FIRST, False)
        assert met.border.overlap_m2 > 1e6
    assert light(cast, other, other_id) == (Light.AMBER, []), "neither holds ground yet: nobody is held back"
    facts = facts_of(cast.session, at_home(cast, other), cast.session.get_one(Tenant, other_id), cast.office, NOW)
    assert [name for name, _ in facts.coming] == ["Kota Tengah"]
    assert asked(cast, other_id) == 0

    barat = cast.session.scalars(select(Tenant).where(Tenant.slug == "barat")).one()
    barat.stage, barat.paused_at, barat.municipality_code = Stage.PAUSED, NOW, None
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    sides = neighbours(cast.session, cast.office, tenant_id, NOW)
    assert sorted(one.name for one in sides) == ["Kota Barat", "Kota Selatan", "Kota Timur"]
    assert next(one for one in sides if one.name == "Kota Barat").holds, "paused ground is its city's all the same"


def asked(cast: Cast, tenant_id: UUID) -> int:
    """How many neighbours this city asks now."""
    cast.session.commit()
    scope.name_tenant(cast.session, None)
    return border_asking.ask(cast.session, cast.office, tenant_id, NOW)


def new_city(cast: Cast, ground: shapely.Polygon, slug: str = "tengah", code: str = "TGH") -> tuple[UUID, UUID]:
    """A city that is being set up on this ground."""
    session, present = cast.session, cast.tenant("timur")
    alike = {name: getattr(present, name) for name in ("type", "time_zone", "languages")}
    name = {"id": f"Kota {slug.title()}"}
    tenant = Tenant(id=uuid4(), slug=slug, code=code, name=name, created_at=NOW, **alike)
    session.add(tenant)
    session.flush()
    wkb = shapely.to_wkb(shapely.MultiPolygon([ground]))
    area = geodesic_area_m2(ground)
    session.add(Boundary(tenant_id=tenant.id, wkb=wkb, area_m2=area, claimed_at=NOW, created_at=NOW))
    email = f"kepala@{slug}.go.id"
    claim = Claim(id=uuid4(), email=email, name="Ani", language="id", created_at=NOW, tenant_id=tenant.id, invited=[])
    session.add(claim)
    raise_epoch(session)
    session.commit()
    cast.office.keeper.refresh()
    return claim.id, tenant.id


def at_home(cast: Cast, claim_id: UUID) -> Claim:
    """The claim, in a session of no city."""
    cast.session.commit()
    scope.name_tenant(cast.session, None)
    return cast.session.get_one(Claim, claim_id)


def light(cast: Cast, claim_id: UUID, tenant_id: UUID) -> tuple[Light, list[str]]:
    claim, tenant = at_home(cast, claim_id), cast.session.get_one(Tenant, tenant_id)
    lines = checklist(facts_of(cast.session, claim, tenant, cast.office, NOW))
    line = next(one for one in lines if one.key == "ground")
    return line.light, [name for name, _area in line.about["overlaps"]]


def test_a_large_overlap_is_red_until_the_neighbour_or_the_operator_agrees_to_this_very_ground(
    cast: Cast, visit: Visit
) -> None:
    cast.complaint("barat", at=(106.95, -6.2999))
    cast.read("barat", cast.complaint("barat", at=(106.951, -6.2999))).visibility = "restricted"
    cast.session.commit()
    claim, tenant_id = new_city(cast, shapely.box(106.9, -6.4, 107.0, -6.2995))
    assert light(cast, claim, tenant_id) == (Light.RED, ["Kota Barat"])
    assert asked(cast, tenant_id) == 1
    reckoned = overlap_m2.cache_info().misses
    assert light(cast, claim, tenant_id)[0] is Light.RED
    assert overlap_m2.cache_info().misses == reckoned, "the same pair of outlines is laid over one another again"
    assert asked(cast, tenant_id) == 0, "asked twice"
    question = cast.session.scalars(select(border_question.BorderQuestion)).one()
    path, seen, question_id = f"/admin/borders/{question.id}", question.seen, question.id
    cast.session.commit()
    cast.enter("barat")
    mail = cast.session.scalars(select(Message).where(Message.event == "border_asked")).one()
    assert mail.destination == "admin@barat.example"
    assert f"http://barat.localhost{path}" in mail.body

    admin, operator, stranger = visit("barat", "admin"), visit(None, "operator"), visit("timur", "admin")
    assert stranger.get(path).status_code == 404
    assert stranger.post(f"{path}/decision", data={"decision": "agree", "why": WHY}).status_code == 404
    for page in (admin.get(f"{path}?lang=en"), operator.get(f"/operator/borders/{question_id}?lang=en")):
        assert "Reports made there so far 1" in words(page)
        assert 'class="overlap"' in page.get_data(as_text=True)
        assert "the smaller of the two" in words(page)
    said = {"decision": "refuse", "why": WHY, "looked_at": seen}
    assert admin.post(f"{path}/decision", data={**said, "why": ""}).status_code == 422
    assert admin.post(f"{path}/decision", data={**said, "looked_at": "another"}).status_code == 409
    assert admin.post(f"{path}/decision", data=said).status_code == 303
    refused = {**said, "looked_at": seen.replace("/open", "/refused")}
    for late in (said, refused):
        assert admin.post(f"{path}/decision", data={**late, "decision": "agree"}).status_code == 409, "decided once"
    assert "Your word" not in words(admin.get(f"{path}?lang=en"))
    assert light(cast, claim, tenant_id)[0] is Light.RED
    above = f"/operator/borders/{question_id}/decision"
    assert operator.post(above, data={**said, "decision": "agree"}).status_code == 409, "drawn before the refusal"
    assert f'value="{refused["looked_at"]}"' in operator.get(f"/operator/borders/{question_id}").get_data(as_text=True)
    assert operator.post(above, data={**refused, "decision": "agree"}).status_code == 303
    assert operator.post(above, data=refused).status_code == 409
    assert admin.post(f"{path}/decision", data=said).status_code == 409, "an old form overturns no decision"
    assert light(cast, claim, tenant_id) == (Light.AMBER, ["Kota Barat"])
    assert "operator agrees" in words(admin.get("/admin/borders?lang=en"))

    moved = shapely.to_wkb(shapely.MultiPolygon([shapely.box(106.9, -6.4, 107.0, -6.298)]))
    cast.session.execute(Boundary.__table__.update().where(Boundary.tenant_id == tenant_id).values(wkb=moved))
    cast.session.commit()
    assert light(cast, claim, tenant_id)[0] is Light.RED, "consent to one outline holds for another"
    assert asked(cast, tenant_id) == 1
    cast.session.get_one(Tenant, tenant_id).stage = Stage.LIVE
    cast.session.commit()
    fresh = cast.session.scalars(select(border_question.BorderQuestion)).one().seen
    assert operator.post(above, data={**said, "looked_at": fresh}).status_code == 409, "decided about a live city"


def test_the_last_consent_completes_what_the_bundle_asked_for(cast: Cast, visit: Visit) -> None:
    """The city that a bundle brought is live with the word of the neighbour; nobody brings it in again."""
    session = cast.session
    claim, tenant_id = new_city(cast, shapely.box(106.9, -6.4, 107.0, -6.2995))
    session.delete(at_home(cast, claim))
    session.get_one(Tenant, tenant_id).options = {opening.OPENS: True}
    session.commit()
    assert asked(cast, tenant_id) == 1
    assert opening.open_agreed(session, cast.office, NOW) == [], "nobody has agreed yet"
    question = session.scalars(select(border_question.BorderQuestion)).one()
    path, said = f"/admin/borders/{question.id}/decision", {"why": WHY, "looked_at": question.seen}
    session.commit()
    operator, admin = visit(None, "operator"), visit("barat", "admin")

    def holder() -> str:
        answer = operator.get("/api/v1/locate?lat=-6.35&lon=106.95").json
        return str(answer["tenant"]["slug"]) if answer else ""

    assert "Kota Tengah" in words(operator.get("/operator?lang=en"))
    assert holder() == "commons"
    assert admin.post(path, data={**said, "decision": "agree"}).status_code == 303
    assert holder() == "tengah"
    assert "Brought by a bundle" not in words(operator.get("/operator?lang=en"))

    session.expire_all()
    city = session.get_one(Tenant, tenant_id)
    assert (city.stage, city.live_at is None, city.options) == (Stage.LIVE, False, {})
    with scope.enter(session, tenant_id):
        assert "stage" in session.scalars(select(ConfigurationChange)).one().fields
    with scope.enter(session, COMMONS_ID):
        assert session.scalars(select(Message.destination).where(Message.event == "opened_by_consent")).all()
    assert opening.open_agreed(session, cast.office, NOW) == [], "once"
