"""A reference looked up from anywhere, and what of its complaint everybody may see."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from complaints import evidence, lookup
from complaints.complaint import Evidence
from complaints.lookup import PublicView
from complaints.report import Reporter
from complaints.transfers import handover
from complaints.workflow import Need
from tenants import scope
from tenants.directory import raise_epoch
from tenants.tenant import Stage
from tests.cast import NOW, Cast, photo

HOUR = timedelta(hours=1)


def look(cast: Cast, reference: str, host: str | None = None) -> tuple[str, PublicView] | None:
    """From a city's host, or from the national one."""
    cast.session.commit()
    cast.session.expunge_all()
    scope.name_tenant(cast.session, cast.city(host).id if host else None)
    found = lookup.public_view(cast.session, cast.office, reference)
    cast.session.commit()
    return (found[0].slug, found[1]) if found else None


def reference_of(cast: Cast, complaint_id: UUID, slug: str = "barat") -> str:
    return cast.read(slug, complaint_id).reference


@pytest.mark.parametrize("host", [None, "barat", "timur", "commons"])
def test_a_reference_is_found_from_any_host(cast: Cast, host: str | None) -> None:
    complaint_id = cast.complaint("barat", words="Lubang besar.")
    found = look(cast, reference_of(cast, complaint_id), host)
    assert found is not None
    slug, view = found
    assert (slug, view.id) == ("barat", complaint_id)
    assert view.shown is not None
    assert view.shown.description == "Lubang besar."


@pytest.mark.parametrize("written", ["", "x", "BRT-0000-0001", "ZZZ-0000-0000", "BRT-0000-0000", "TMR"])
def test_what_does_not_exist_is_none(cast: Cast, written: str) -> None:
    cast.complaint("barat")
    assert look(cast, written) is None


def test_another_citys_code_does_not_find_it(cast: Cast) -> None:
    reference = reference_of(cast, cast.complaint("barat"))
    assert look(cast, reference.replace("BRT", "TMR")) is None


def test_it_is_forgiving_about_how_it_is_written(cast: Cast) -> None:
    reference = reference_of(cast, cast.complaint("barat"))
    assert look(cast, f" {reference.lower().replace('-', ' ')} ") is not None


@pytest.mark.parametrize("visibility", ["private", "restricted"])
def test_of_a_private_complaint_only_the_status_is_told(cast: Cast, visibility: str) -> None:
    complaint_id = cast.complaint("barat", visibility=visibility)
    found = look(cast, reference_of(cast, complaint_id), "barat")
    assert found is not None
    assert found[1].shown is None
    assert (found[1].status, found[1].visibility) == ("received", visibility)


def test_inner_notes_names_and_addresses_are_not_shown(cast: Cast) -> None:
    secret = "KENARI"
    complaint_id = cast.complaint("barat", reporter=Reporter(name=secret, email=f"{secret}@warga.example"))
    cast.move("barat", complaint_id, "note", words={Need.NOTE: secret})
    cast.move("barat", complaint_id, "reply", words={Need.NOTE: "Kami periksa."})
    found = look(cast, reference_of(cast, complaint_id))
    assert found is not None
    assert secret not in repr(found[1])
    shown = found[1].shown
    assert shown is not None
    assert [(step.move, step.words) for step in shown.history] == [("file", None), ("reply", "Kami periksa.")]
    assert found[1].answered


def test_photos_are_shown_once_they_are_redrawn(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", photos=[photo(), photo("#101010", (300, 200))])
    reference = reference_of(cast, complaint_id)
    assert _photos(look(cast, reference)) == []
    cast.enter("barat")
    evidence_id = cast.session.scalars(select(Evidence.id).limit(1)).one()
    evidence.process(cast.session, evidence_id, cast.office.storage)
    cast.session.commit()
    assert _photos(look(cast, reference)) == [evidence_id]


def _photos(found: Any) -> list[UUID]:
    assert found is not None
    return [one.id for one in found[1].shown.photos]


def test_what_was_erased_is_shown_as_nothing(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", words="KENARI", place="KENARI", answers={"kedalaman": "mata-kaki"})
    cast.enter("barat")
    cast.session.execute(text("SELECT erase_personal(:id, :now)"), {"id": complaint_id, "now": NOW})
    cast.session.commit()
    found = look(cast, reference_of(cast, complaint_id))
    assert found is not None
    assert "KENARI" not in repr(found[1])
    assert found[1].shown is not None
    assert found[1].shown.description == ""


def test_once_handed_over_the_present_holder_answers(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    reference = reference_of(cast, complaint_id)
    actor = cast.actor("barat", "supervisor")
    from_barat = cast.read("barat", complaint_id)
    handover.hand_over(
        cast.session, cast.office, from_barat, cast.city("timur"), actor=actor, card=cast.city("barat"),
        reason="Di seberang.", now=NOW + HOUR,
    )  # fmt: skip
    cast.session.commit()
    for host in (None, "barat", "timur"):
        found = look(cast, reference, host)
        assert found is not None
        assert (found[0], found[1].status) == ("timur", "received")


def test_a_city_that_is_gone_answers_no_more(cast: Cast) -> None:
    reference = reference_of(cast, cast.complaint("barat"))
    cast.tenant("barat").stage = Stage.ERASED
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    assert look(cast, reference) is None
