"""A city in a language that no locale data knows: its pages open, with dates and numbers as Indonesian writes them."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tenants.agency import Agency
from tenants.category import Category
from tenants.directory import raise_epoch
from tenants.tenant import Tenant
from tests.cast import Cast, Visitor
from web.tongues import LANGUAGES, locale_of, tongue

Visit = Callable[..., Visitor]


def test_every_language_that_is_offered_has_a_locale() -> None:
    assert [locale_of(code) for code in LANGUAGES] == ["id", "en", "jv", "su", *["id"] * 5]
    assert tongue("mad", "en") == "Basa Madura"
    assert tongue("de", "en") == "German"
    assert tongue("zz", "en") == "zz"


@pytest.mark.parametrize("languages", [["mad"], ["id", "ban"], ["zz", "ace"]])
def test_no_page_breaks_over_a_language(cast: Cast, visit: Visit, languages: list[str]) -> None:
    cast.enter("barat")
    tenant = cast.session.scalars(select(Tenant).where(Tenant.slug == "barat")).one()
    tenant.languages = languages
    agency_id = cast.session.scalars(select(Agency.id)).first()
    category_id = cast.session.scalars(select(Category.id).where(~Category.is_group)).first()
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    visitor = visit("barat", "admin")
    for path in ("/", f"/admin/agencies/{agency_id}", f"/admin/categories/{category_id}", "/admin/rules/new", "/staff"):
        for language in languages:
            assert visitor.get(f"{path}?lang={language}").status_code == 200, (path, language)


def test_no_cache_gives_somebody_an_answer_in_another_language(visit: Visit) -> None:
    for path in ("/feed.atom", "/figures/areas.csv", "/figures/areas.geojson", "/works.json", "/manifest.webmanifest"):
        answer = visit("barat").get(path)
        assert answer.headers["Cache-Control"].startswith("public")
        assert {"Accept-Language", "Cookie"} <= set(answer.vary)
