"""Tenants from bundles: whole, once, and the same again."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from complaints.photos.storage import FileStorage
from onboarding import archive
from onboarding.batch import provision_all
from onboarding.bundle import Bundle, read_bundle, write_bundle
from onboarding.export import export_tenant
from onboarding.provision import ProvisionReport, provision, provision_commons
from people.account import Account
from people.seat import Seat, SeatAgency
from tenants import scope
from tenants.agency import Agency, AgencyArea
from tenants.area import Area
from tenants.boundary import Boundary
from tenants.calendar import CalendarRow
from tenants.category import Assignment, Category, CategoryRevision
from tenants.errors import Conflict, Invalid
from tenants.sla_rule import SlaRule, SlaRuleRevision
from tenants.tenant import COMMONS_ID, Epoch, Stage, Tenant

NOW = datetime(2026, 11, 26, 5, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
DEMO = Path(__file__).parents[2] / "onboarding" / "demo"
BOGOR = """
format: 1
tenant: {{slug: bogor, code: BGR, name: Kota Bogor, boundary: "catalogue:32.71"}}
people: [{{email: Admin@Bogor.example, name: Ani, role: admin, agencies: [diskominfo]}}]
{more}
"""


def bogor(more: str = "") -> Bundle:
    return read_bundle(BOGOR.format(more=more).encode())


def made(session: Session, bundle: Bundle, now: datetime = NOW) -> ProvisionReport:
    report = provision(session, bundle, now=now)
    session.commit()
    return report


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(("slug", "areas", "agencies"), [("jakarta", 317, 64), ("bekasi", 68, 32), ("depok", 74, 29)])
def test_the_demonstrations_cities_are_made_whole(session: Session, slug: str, areas: int, agencies: int) -> None:
    report = made(session, read_bundle(DEMO / f"{slug}.yaml"))

    assert report.created
    assert report.mendings == ()
    tenant = session.scalars(select(Tenant).where(Tenant.slug == slug)).one()
    assert (tenant.stage, tenant.live_at, tenant.revision) == (Stage.LIVE, NOW, 1)
    boundary = session.scalars(select(Boundary).where(Boundary.tenant_id == tenant.id)).one()
    assert (boundary.valid_from, boundary.valid_until, boundary.claimed_at) == (None, None, NOW)
    shadow = session.scalars(select(Tenant).where(Tenant.shadow_of == tenant.id)).one()
    assert (shadow.stage, shadow.code) == (Stage.SHADOW, tenant.code)
    with scope.enter(session, tenant.id):
        assert count(session, Area) == areas
        assert count(session, Agency) == agencies
        assert count(session, Category) == 41
        assert count(session, CategoryRevision) == 41
        assert count(session, SlaRule) == 35
        assert count(session, SlaRuleRevision) == 35
        assert count(session, CalendarRow) == 1
        roles = Counter(session.scalars(select(Seat.role)))
        assert {"resident", "officer", "supervisor", "admin"} <= roles.keys()
        unassigned = select(Category.code).where(
            Category.is_group.is_(False), Category.id.not_in(select(Assignment.category_id))
        )
        assert not session.scalars(unassigned).all()


def test_jakartas_suku_dinas_get_what_lies_in_their_kota(session: Session) -> None:
    report = made(session, read_bundle(DEMO / "jakarta.yaml"))
    assert report.tenant_id is not None
    with scope.enter(session, report.tenant_id):
        owners = dict(
            session.execute(
                select(Area.code, Agency.code)
                .join(Assignment, Assignment.area_id == Area.id)
                .join(Agency, Agency.id == Assignment.agency_id)
                .join(Category, Category.id == Assignment.category_id)
                .where(Category.code == "jalan-lubang")
            ).all()
        )
        assert owners["31.74"] == "sudin-bm-selatan"
        assert len(owners) == 6
        depths = Counter(session.execute(select(Area.level, Area.depth)).all())
        assert {tuple(key) for key in depths} == {("kota", 1), ("kabupaten", 1), ("kecamatan", 2), ("kelurahan", 3)}
        assert count(session, AgencyArea) == 42


def test_a_second_time_changes_nothing_and_says_so(session: Session) -> None:
    bundle = read_bundle(DEMO / "bekasi.yaml")
    made(session, bundle)
    epoch = session.scalar(select(Epoch.value).where(Epoch.name == "directory"))

    report = made(session, bundle, LATER)

    assert report.unchanged
    assert str(report) == "bekasi: nothing changed."
    assert session.scalar(select(Epoch.value).where(Epoch.name == "directory")) == epoch
    assert count(session, Tenant) == 3


def test_a_change_raises_the_rows_revision_and_the_tenants(session: Session) -> None:
    made(session, bogor())

    report = made(
        session,
        bogor("categories: [{code: pju, agency: perkim, visibility: private}]\noptions: {reopen_days: 30}"),
        LATER,
    )

    assert report.changed == {"tenant": 1, "categories": 1, "assignments": 1}
    tenant = session.scalars(select(Tenant).where(Tenant.slug == "bogor")).one()
    assert tenant.revision == 2
    assert tenant.options["reopen_days"] == 30
    with scope.enter(session, tenant.id):
        pju = session.scalars(select(Category).where(Category.code == "pju")).one()
        revisions = session.scalars(
            select(CategoryRevision).where(CategoryRevision.category_id == pju.id).order_by(CategoryRevision.revision)
        ).all()
        assert (pju.revision, pju.visibility) == (2, "private")
        assert [row.document["visibility"] for row in revisions] == ["public", "private"]


def test_what_a_bundle_no_longer_has_ends_and_can_come_back(session: Session) -> None:
    first = made(session, bogor())
    ending = bogor("categories: [{code: rokok, ended: true}]\nagencies: [{code: dpmptsp, ended: true}]")

    report = made(session, ending, LATER)

    assert report.ended == {"agencies": 1, "categories": 1, "assignments": 1, "rules": 1}
    assert first.tenant_id is not None
    with scope.enter(session, first.tenant_id):
        rokok = session.scalars(select(Category).where(Category.code == "rokok")).one()
        assert (rokok.ended_at, rokok.revision) == (LATER, 2)
    assert made(session, ending, LATER).unchanged
    back = made(session, bogor(), LATER)
    assert back.changed["rules"] == 1
    assert back.added == {"assignments": 1}
    with scope.enter(session, first.tenant_id):
        revisions = dict(session.execute(select(Category.code, Category.revision)).all())
        assert revisions.pop("rokok") == 3
        # Those behind it only moved up and down again.
        assert set(revisions.values()) == {1}
        assert session.scalars(select(Category.ended_at).where(Category.ended_at.is_not(None))).all() == []


def test_people_are_invited_by_address_once_and_stay(session: Session) -> None:
    first = made(session, bogor())
    second = made(session, read_bundle(BOGOR.format(more="").replace("[diskominfo]", "[pu]").encode()), LATER)

    assert first.invited == ("admin@bogor.example",)
    assert second.invited == ()
    account = session.scalars(select(Account).where(Account.email == "admin@bogor.example")).one()
    assert account.password_hash is None
    assert first.tenant_id is not None
    nobody = read_bundle(b"format: 1\ntenant: {slug: bogor, code: BGR, name: Kota Bogor, boundary: 'catalogue:32.71'}")
    made(session, nobody, LATER)
    with scope.enter(session, first.tenant_id):
        seat = session.scalars(select(Seat)).one()
        assert (seat.account_id, seat.role, seat.ended_at) == (account.id, "admin", None)
        works = session.scalars(
            select(Agency.code).join(SeatAgency, SeatAgency.agency_id == Agency.id).where(SeatAgency.seat_id == seat.id)
        ).all()
        assert works == ["pu"]


def test_new_ground_holds_from_now_on_and_keeps_the_claim(session: Session, tmp_path: Path) -> None:
    made(session, bogor())
    square = [[[106.7, -6.7], [106.9, -6.7], [106.9, -6.5], [106.7, -6.5], [106.7, -6.7]]]
    (tmp_path / "new.geojson").write_text(json.dumps({"type": "Polygon", "coordinates": square}))
    moved = tmp_path / "bogor.yaml"
    moved.write_text(
        BOGOR.format(more="").replace("catalogue:32.71", "new.geojson").replace("{slug", "{municipality: 32.71, slug")
    )

    report = made(session, read_bundle(moved), LATER)

    assert report.changed == {"boundary": 1}
    old, new = session.scalars(select(Boundary).order_by(Boundary.created_at)).all()
    assert (old.valid_from, old.valid_until) == (None, LATER)
    assert (new.valid_from, new.valid_until, new.claimed_at, new.source) == (LATER, None, NOW, "new.geojson")
    assert new.area_m2 == pytest.approx(490e6, rel=0.02)


def test_a_bow_tie_is_mended_and_told(session: Session, tmp_path: Path) -> None:
    bow = [[[106.7, -6.7], [106.9, -6.5], [106.9, -6.7], [106.7, -6.5], [106.7, -6.7]]]
    (tmp_path / "bow.geojson").write_text(json.dumps({"type": "Polygon", "coordinates": bow}))
    written = tmp_path / "bogor.yaml"
    written.write_text("format: 1\ntenant: {slug: bogor, code: BGR, name: Bogor, boundary: bow.geojson}\n")

    report = made(session, read_bundle(written))

    assert len(report.mendings) == 1
    assert report.mendings[0].startswith("boundary: ")
    stored = session.scalars(select(Boundary)).one()
    assert stored.mendings[0]["area_m2"] > 0
    assert made(session, read_bundle(written), LATER).unchanged


@pytest.mark.parametrize(
    ("tenant", "sentence"),
    [
        ("slug: bogor, code: BGX, name: B", "has the code BGR, which can't change"),
        ("slug: bogor2, code: BGR, name: B", "The code BGR belongs to bogor"),
        ("slug: bogor2, code: BGX, name: B, municipality: 32.71", "32.71 has a tenant already: bogor"),
    ],
)
def test_slug_code_and_municipality_are_taken_once(session: Session, tenant: str, sentence: str) -> None:
    made(session, bogor())

    with pytest.raises(Conflict, match=sentence):
        provision(session, read_bundle(f"format: 1\ntenant: {{{tenant}}}\n".encode()), now=LATER)


def test_a_part_of_jakarta_is_no_tenant(session: Session) -> None:
    part = b"format: 1\ntenant: {slug: jaktim, code: JKM, name: Jakarta Timur, boundary: 'catalogue:31.75'}\n"

    with pytest.raises(Invalid, match=r"Kota Administrasi Jakarta Timur can't be a tenant: Part of the Province"):
        provision(session, read_bundle(part), now=NOW)


def test_a_name_that_was_erased_is_never_given_again(session: Session) -> None:
    made(session, bogor())
    session.scalars(select(Tenant).where(Tenant.slug == "bogor")).one().stage = Stage.ERASED
    session.commit()

    with pytest.raises(Conflict, match="never given again"):
        provision(session, bogor(), now=LATER)


@pytest.mark.parametrize("slug", ["jakarta", "bekasi", "depok"])
def test_export_import_export_gives_the_same_bytes(session: Session, slug: str) -> None:
    report = made(session, read_bundle(DEMO / f"{slug}.yaml"))
    assert report.tenant_id is not None
    exported = export_tenant(session, report.tenant_id)
    first = write_bundle(exported)
    assert read_bundle(first) == exported

    again = made(session, read_bundle(first), LATER)

    assert again.unchanged, str(again)
    assert write_bundle(export_tenant(session, report.tenant_id)) == first
    files = archive.unpack(first)
    assert sorted(files) == ["areas.geojson", "boundary.geojson", "bundle.yaml"]
    written = files["bundle.yaml"].decode()
    assert str(report.tenant_id) not in written
    assert "resident@" not in written
    assert f"officer@{slug}.example" in written


def test_an_exported_city_can_be_made_again_elsewhere(session: Session) -> None:
    report = made(session, read_bundle(DEMO / "depok.yaml"))
    assert report.tenant_id is not None
    first = write_bundle(export_tenant(session, report.tenant_id))
    elsewhere = archive.unpack(first)
    renamed = elsewhere["bundle.yaml"].replace(b"slug: depok", b"slug: lain").replace(b"code: DPK", b"code: LLN")
    renamed = renamed.replace(b"  municipality: '32.76'\n", b"")

    other = made(session, read_bundle(archive.pack(elsewhere | {"bundle.yaml": renamed})), LATER)

    assert other.tenant_id is not None
    again = archive.unpack(write_bundle(export_tenant(session, other.tenant_id)))
    assert again["bundle.yaml"] == renamed
    assert again["areas.geojson"] == elsewhere["areas.geojson"]
    assert again["boundary.geojson"] == elsewhere["boundary.geojson"]


def test_a_crest_travels_along(session: Session, tmp_path: Path) -> None:
    storage = FileStorage(tmp_path / "store")
    (tmp_path / "crest.svg").write_bytes(b'<svg><path d="M0 0h9z"/><metadata/></svg>')
    written = tmp_path / "bogor.yaml"
    written.write_text(BOGOR.format(more="look: {logo: crest.svg, accent: '#ffcc00'}"))
    with pytest.raises(Invalid, match="no place here to keep it"):
        provision(session, read_bundle(written), now=NOW)
    session.rollback()

    report = provision(session, read_bundle(written), now=NOW, storage=storage)
    session.commit()
    assert report.tenant_id is not None
    first = write_bundle(export_tenant(session, report.tenant_id, storage=storage))

    crest = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9z"></path></svg>'
    assert archive.unpack(first)["logo.svg"] == crest
    assert provision(session, read_bundle(first), now=LATER, storage=storage).unchanged
    assert write_bundle(export_tenant(session, report.tenant_id, storage=storage)) == first


def test_many_are_made_one_by_one_and_a_bad_one_stops_no_other(session: Session, tmp_path: Path) -> None:
    sources = []
    for number, code in enumerate(("32.71", "99.99", "32.77")):
        source = tmp_path / f"city{number}.yaml"
        tenant = f"{{slug: city{number}, code: CT{'ABC'[number]}, name: C, boundary: 'catalogue:{code}'}}"
        source.write_text(f"format: 1\ntenant: {tenant}\n")
        sources.append(source)

    reports = list(provision_all(session, sources, now=NOW))

    assert [report.created for report in reports] == [True, False, True]
    assert str(reports[1]) == "city1: refused. The catalogue has no government with the code 99.99."
    assert set(session.scalars(select(Tenant.slug).where(Tenant.slug.like("city_")))) == {"city0", "city2"}
    assert all(report.unchanged for report in provision_all(session, [sources[0], sources[2]], now=LATER))


def test_the_commons_takes_every_kind_and_promises_nothing(session: Session) -> None:
    report = provision_commons(session, now=NOW)
    session.commit()

    assert report.added == {"categories": 41}
    with scope.enter(session, COMMONS_ID):
        assert count(session, Category) == 41
        assert count(session, SlaRule) == 0
        assert count(session, Assignment) == 0
    session.commit()
    assert provision_commons(session, now=LATER).unchanged
