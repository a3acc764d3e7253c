"""Categories are changed through the ledger, and what was reported in them stays as it was."""

import pytest
from sqlalchemy import select

from complaints.destination import destination
from complaints.filing import file_complaint
from complaints.report import Report
from complaints.rules.as_filed import category_as_filed
from complaints.rules.taken import NotOurs, OffHere
from configuration import categories
from configuration.category_bulk import Change, apply_to_each
from configuration.category_faults import Faulty
from configuration.change import ConfigurationChange
from configuration.editing import Author, Stale
from onboarding.bundle import read_bundle, write_bundle
from onboarding.export import export_tenant
from tenants.category import Category
from tenants.errors import Conflict
from tests.cast import NOW, Cast

LANGUAGES = ("id", "en")


def save(cast: Cast, code: str = "jalan-lubang", *, seen: str | None = None, **more: object) -> bool:
    """Change a category of Kota Barat as its admin does, and commit it."""
    author = Author(cast.actor("barat", "admin").seat_id)
    category = categories.category_of(cast.session, code)
    row = categories.row_of(cast.session, category) | more
    changed = categories.change(cast.session, category, row, author=author, now=NOW, languages=LANGUAGES, seen=seen)
    cast.session.commit()
    cast.office.keeper.refresh()
    return changed


def test_what_was_reported_keeps_its_questions_its_agency_and_its_promise(cast: Cast) -> None:
    complaint_id = cast.complaint(answers={"kedalaman": "mata-kaki"})
    before = cast.read("barat", complaint_id)
    kept = (before.agency_id, before.sla_rule_id, before.resolve_due_at, before.visibility, before.category_revision)
    save(cast, name={"id": "Lain sekali"}, visibility="private", agency="dlh", questions=[])
    author = Author(cast.actor("barat", "admin").seat_id)
    categories.end(cast.session, categories.category_of(cast.session, "jalan-lubang"), author=author, now=NOW)
    cast.session.commit()
    cast.office.keeper.refresh()
    after = cast.read("barat", complaint_id)
    assert kept == (
        after.agency_id, after.sla_rule_id, after.resolve_due_at, after.visibility, after.category_revision,
    )  # fmt: skip
    book = cast.office.rulebooks.of(cast.session, cast.city("barat"))
    assert "jalan-lubang" not in book.categories
    assert "jalan-lubang" not in cast.city("barat").options["likely_categories"]
    filed = category_as_filed(cast.session, book, after.category_id, after.category_revision)
    assert filed is not None
    assert filed.name["id"] == "Jalan berlubang"
    assert [one["code"] for one in filed.questions] == ["kedalaman", "pernah-celaka"]
    now = category_as_filed(cast.session, book, after.category_id, after.category_revision + 1)
    assert now is not None
    assert (now.name, now.questions) == ({"id": "Lain sekali"}, ())


def test_a_new_one_gets_its_code_from_its_name_and_the_most_specific_area_decides(cast: Cast) -> None:
    author = Author(cast.actor("barat", "admin").seat_id)
    row = {"name": {"id": "Jalan berlubang di gang", "en": "Alley"}, "agency": "pu", "by_area": {"BRT.2": "dlh"}}
    made = categories.add(cast.session, {**row, "kinds": ["complaint"]}, author=author, now=NOW, languages=LANGUAGES)
    again = {**row, "name": {"id": "Jalan berlubang di gang!"}, "kinds": ["complaint"]}
    second = categories.add(cast.session, again, author=author, now=NOW, languages=LANGUAGES)
    assert (made.code, second.code) == ("jalan-berlubang-di-gang", "jalan-berlubang-di-gang-2")
    with pytest.raises(Faulty, match="already"):
        categories.add(cast.session, {**row, "kinds": ["complaint"]}, author=author, now=NOW, languages=LANGUAGES)
    cast.session.commit()
    cast.office.keeper.refresh()
    for at, agency in (((106.95, -6.22), "pu"), ((106.95, -6.28), "dlh")):
        report = Report(category=made.code, description="x", lon=at[0], lat=at[1])
        to = destination(cast.session, cast.office, report, cast.city("barat"), NOW)
        book = cast.office.rulebooks.of(cast.session, cast.city("barat"))
        assert to.agency_id is not None
        assert book.agencies[to.agency_id].code == agency
    save(cast, made.code, by_area={})
    sections = cast.session.scalars(select(ConfigurationChange.section)).all()
    assert sorted(set(sections)) == ["assignments", "categories"]


def test_who_saves_a_reading_that_no_longer_stands_is_refused_also_for_who_gets_it(cast: Cast) -> None:
    cast.enter("barat")
    seen = categories.mark_of(categories.row_of(cast.session, categories.category_of(cast.session, "pju")))
    assert save(cast, "pju", seen=seen, agency="pu")
    with pytest.raises(Stale) as refused:
        save(cast, "pju", seen=seen, name={"id": "Lampu"})
    assert refused.value.last is not None
    assert refused.value.last.section == "assignments"
    assert not save(cast, "pju")


def test_what_is_off_or_not_ours_is_explained_and_not_filed(cast: Cast) -> None:
    save(cast, "pju", off_in=["BRT.2"])
    save(cast, "listrik", agency=None, responsible={"id": "PLN", "en": "PLN"}, responsible_contact="123")
    card = cast.enter("barat")
    south = Report(category="pju", description="x", lon=106.95, lat=-6.28)
    with pytest.raises(OffHere, match="Selatan"):
        file_complaint(cast.session, cast.office, south, key="k" * 30, host=card, now=NOW)
    with pytest.raises(NotOurs, match="PLN"):
        file_complaint(
            cast.session, cast.office, Report(category="listrik", description="x", lon=106.95, lat=-6.22),
            key="l" * 30, host=card, now=NOW,
        )  # fmt: skip
    assert cast.complaint(category="pju", at=(106.95, -6.22))
    written = write_bundle(export_tenant(cast.session, card.id))
    read = read_bundle(written)
    assert write_bundle(read) == written
    rows = {one["code"]: one for one in read.document["categories"]}
    assert rows["pju"]["off_in"] == ["BRT.2"]
    assert rows["listrik"]["responsible_contact"] == "123"


def test_order_and_several_at_once(cast: Cast) -> None:
    author = Author(cast.actor("barat", "admin").seat_id)

    def roads() -> list[str]:
        group = categories.category_of(cast.session, "jalan")
        return [one.code for one in categories.every(cast.session) if one.parent_id == group.id and not one.ended_at]

    first, second, *_others = roads()
    revision = categories.category_of(cast.session, second).revision
    categories.shift(cast.session, categories.category_of(cast.session, second), -1, author=author, now=NOW)
    assert roads()[:2] == [second, first]
    assert categories.category_of(cast.session, second).revision == revision
    ids = {one.code: one.id for one in cast.session.scalars(select(Category))}
    categories.arrange(cast.session, [ids[one] for one in reversed(roads())], author=author, now=NOW)
    assert roads()[-2:] == [first, second]
    with pytest.raises(Conflict, match="still has categories"):
        categories.end(cast.session, categories.category_of(cast.session, "jalan"), author=author, now=NOW)
    outcomes = apply_to_each(
        cast.session, [ids["jalan"], ids["pju"], ids["macet"]], Change("visibility", "private"),
        author=author, now=NOW, languages=LANGUAGES,
    )  # fmt: skip
    assert [(one.changed, one.refusal is None) for one in outcomes] == [(False, False), (True, True), (True, True)]
    again = apply_to_each(
        cast.session, [ids["pju"]], Change("visibility", "private"), author=author, now=NOW, languages=LANGUAGES
    )
    assert not again[0].changed
    for what in ("off", "on"):
        outcomes = apply_to_each(
            cast.session, [ids["pju"]], Change(what, ""), author=author, now=NOW, languages=LANGUAGES
        )
        assert outcomes[0].changed
    assert "pju" in roads()


def test_the_category_for_what_fits_no_other_stays(cast: Cast) -> None:
    author = Author(cast.actor("barat", "admin").seat_id)
    with pytest.raises(Conflict, match="fits no other"):
        categories.end(cast.session, categories.category_of(cast.session, "lain"), author=author, now=NOW)
