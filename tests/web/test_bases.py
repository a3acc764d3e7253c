import re
from types import SimpleNamespace

import pytest
from flask import render_template, render_template_string

from tests.web.stand import WEB, stand, strict, tenant

BASES = ["base_resident.html", "base_national.html", "base_official.html", "base_operator.html"]
ERRORS = ["403", "404", "422", "500", "503", "unknown_host"]
MENU = [{"key": "queue", "href": "/staff", "name": "Queue", "icon": "list"}]
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))


def page(base: str, address: str = "/", **context: object) -> str:
    source = (
        f'{{% extends "{base}" %}}{{% block title %}}T{{% endblock %}}{{% block content %}}<h1>T</h1>{{% endblock %}}'
    )
    with stand(**context).test_request_context(address):
        return render_template_string(source)


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize(
    "context",
    [
        {},
        {"tenant": tenant(demo=True), "account": SimpleNamespace(name="Rudi Hartono"), "menu": MENU},
        {"tenant": None, "national": True, "demo": True},
    ],
    ids=["city", "demonstration, signed in", "national"],
)
def test_a_base_is_valid_html_with_one_heading_one_main_and_a_way_past_the_frame(
    base: str, context: dict[str, object]
) -> None:
    tree = strict(page(base, **context))
    assert len(list(tree.iter("h1"))) == len(list(tree.iter("main"))) == 1
    skip = next(link for link in tree.iter("a") if link.get("class") == "skip")
    assert next(tree.iter("main")).get("id") == skip.get("href").removeprefix("#")
    assert next(tree.iter("html")).get("lang") == "en"


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("city", [tenant(), None], ids=["city", "national"])
def test_an_error_page_is_valid_html_and_says_the_sentence_of_the_refusal(name: str, city: object) -> None:
    status = int(name) if name.isdigit() else 404
    with stand(tenant=city).test_request_context("/"):
        html = render_template(f"errors/{name}.html", status=status, words="It is <so>.", incident="4F-92")
    tree = strict(html)
    assert len(list(tree.iter("h1"))) == 1
    assert ("It is &lt;so&gt;." in html) == (name not in ("500", "unknown_host"))


@pytest.mark.parametrize(
    ("status", "heading"), [(409, "Something has changed"), (413, "too large"), (429, "too often")]
)
def test_a_refusal_without_a_page_of_its_own_is_named_by_its_status(status: int, heading: str) -> None:
    with stand().test_request_context("/"):
        assert heading in render_template("errors/422.html", status=status, words="Why.")


def test_a_page_names_its_city() -> None:
    html = page("base_resident.html")
    assert "<title>T – Kota Bekasi</title>" in html
    assert 'data-tenant="bekasi"' in html
    assert 'data-tenant="national"' in page("base_national.html", tenant=None)


def test_every_page_of_a_demonstration_says_that_it_is_one() -> None:
    for base in BASES:
        assert "This is a demonstration." in page(base, tenant=tenant(demo=True))
        assert "This is a demonstration." not in page(base)
    assert "This is a demonstration." in page("base_national.html", tenant=None, demo=True)


def test_the_other_language_keeps_the_place_in_a_list_and_replaces_the_language() -> None:
    html = page("base_resident.html", "/complaints?status=a&status=b&lang=en&q=x%22%3E")
    link = re.search(r'<a href="\?([^"]+)" lang="id"', html)
    assert link
    assert link[1].replace("&amp;", "&") == "status=a&status=b&q=x%22%3E&lang=id"


def test_a_city_with_one_language_offers_no_other() -> None:
    assert "hreflang" not in page("base_resident.html", tenant=tenant(languages=("en",)))


def test_the_menu_marks_where_one_is() -> None:
    source = '{% extends "base_official.html" %}{% set here = "queue" %}'
    with stand(menu=MENU).test_request_context("/"):
        tree = strict(render_template_string(source))
    here = [link for link in tree.iter("a") if link.get("aria-current") == "page"]
    assert [link.get("href") for link in here] == ["/staff", "/staff"]  # the desk's bar and the phone's


def test_a_notice_stands_above_the_content() -> None:
    html = page("base_resident.html", notices=[SimpleNamespace(words="It was <sent>.", kind="")])
    assert html.index("It was &lt;sent&gt;.") < html.index("<main")


def test_names_are_text_and_not_markup() -> None:
    html = page("base_resident.html", tenant=tenant(name="<b>Kota</b>"), account=SimpleNamespace(name="<i>Rudi</i>"))
    assert "<b>Kota" not in html
    assert "<i>Rudi" not in html


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_no_template_has_a_style_or_a_script_of_its_own(template: object) -> None:
    """The content security policy would stop them, in the reader's browser and not in ours."""
    source = template.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", source)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", source))
    assert not re.search(r"(\ssrc=|<link[^>]+href=)\"(https?:)?//", source)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_every_template_compiles(template: object) -> None:
    stand().jinja_env.get_template(str(template.relative_to(WEB / "templates")))
