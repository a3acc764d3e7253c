"""The catalogue: all governments, which may be claimed, and where they lie."""

from collections import Counter

import pytest
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from configuration.area_file import settled
from onboarding.boundaries.catalogue import load_catalogue, outline_of
from onboarding.boundaries.difference import CatalogueDifference
from tenants.catalogue import Municipality, OfficialDomain
from tenants.errors import Invalid
from tests.cast import NOW

WITHOUT_OUTLINE = {"21.71", "32.73", "33.71", "35.78", "51.71", "82.71"}


def test_every_province_kota_and_kabupaten_is_there(session: Session) -> None:
    rows = session.execute(select(Municipality.level, Municipality.type)).all()

    assert Counter(tuple(row) for row in rows) == {
        ("province", "provinsi"): 38,
        ("municipality", "kabupaten"): 416,
        ("municipality", "kota"): 98,
    }


def test_names_say_whether_kota_or_kabupaten_and_are_clean(session: Session) -> None:
    names = session.scalars(select(Municipality.name).where(Municipality.level == "municipality")).all()

    assert all(name.startswith(("Kota ", "Kabupaten ")) and name == name.strip() for name in names)
    assert len(set(names)) == 514
    assert {"Kota Bekasi", "Kabupaten Bekasi"} <= set(names)


def test_only_the_six_without_a_published_outline_have_none(session: Session) -> None:
    none = session.scalars(
        select(Municipality.code).where(Municipality.level == "municipality", Municipality.outline.is_(None))
    ).all()

    assert set(none) == WITHOUT_OUTLINE


def test_jakarta_is_claimed_as_a_province_and_its_parts_are_not(session: Session) -> None:
    parts = session.scalars(
        select(Municipality).where(Municipality.province_code == "31", Municipality.level == "municipality")
    ).all()

    assert len(parts) == 6
    for part in parts:
        assert not part.claimable
        assert part.why_not is not None
        assert part.why_not["id"] == "Bagian dari Provinsi DKI Jakarta"
    provinces = session.scalars(
        select(Municipality.code).where(Municipality.level == "province", Municipality.claimable)
    ).all()
    assert provinces == ["31"]
    free = session.scalars(
        select(Municipality.code).where(Municipality.level == "municipality", Municipality.why_not.is_(None))
    ).all()
    assert len(free) == 508


def test_jakarta_lies_where_its_parts_lie(session: Session) -> None:
    jakarta = outline_of(session, "31")
    parts = session.scalars(
        select(Municipality.outline).where(Municipality.province_code == "31", Municipality.level == "municipality")
    ).all()

    assert jakarta.is_valid
    assert jakarta.area == pytest.approx(sum(shapely.from_wkb(part).area for part in parts))
    assert settled(jakarta).equals_exact(jakarta)


def test_a_municipality_without_outline_says_that_a_file_is_needed(session: Session) -> None:
    with pytest.raises(Invalid, match="no outline of Kota Bandung; name a file"):
        outline_of(session, "32.73")
    with pytest.raises(Invalid, match="no government with the code 99"):
        outline_of(session, "99")


def test_loading_again_writes_nothing(session: Session) -> None:
    assert not load_catalogue(session, NOW).loaded


def test_new_data_is_proposed_and_an_operators_stays(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    bandung = session.get_one(Municipality, "32.73")
    bandung.contact_email = "kominfo@bandung.example"
    bandung.name = "Kota Bandoeng"
    session.commit()
    monkeypatch.setattr("onboarding.boundaries.catalogue.LAYOUT", "another")

    report = load_catalogue(session, NOW)
    session.commit()

    assert (report.loaded, report.proposed) == (True, 1)
    assert (report.provinces, report.municipalities) == (38, 514)
    assert set(report.without_outline) == WITHOUT_OUTLINE
    session.expire_all()
    assert (bandung.name, bandung.contact_email) == ("Kota Bandoeng", "kominfo@bandung.example"), (
        "before it is accepted"
    )
    proposal = session.scalars(select(CatalogueDifference)).one()
    assert (proposal.kind, proposal.before, proposal.after) == (
        "name",
        {"name": "Kota Bandoeng"},
        {"name": "Kota Bandung"},
    )


def test_official_domains_wait_for_an_operator(session: Session) -> None:
    rows = session.scalars(select(OfficialDomain)).all()

    assert len(rows) == 19
    assert not any(row.verified for row in rows)
