from pathlib import Path

from flask import Flask, render_template_string
from flask_babel import Babel

from tests.web.pseudo import pseudonym, speak_pseudo, write_pseudo_catalogue


def test_a_pseudonym_is_longer_accented_and_in_brackets_with_its_placeholders_kept() -> None:
    assert pseudonym("Sign in") == "«Šíĝñ íñ ŵŵŵ»"
    assert "%(name)s" in pseudonym("Sign in to %(name)s")
    assert len(pseudonym("Go back and load the page again")) > 1.35 * len("Go back and load the page again")


def test_a_page_in_the_pseudo_locale_shows_what_is_translated_and_what_is_not(tmp_path: Path) -> None:
    write_pseudo_catalogue(tmp_path)
    app = Flask("pseudo")
    Babel(app, locale_selector=lambda: "xx", default_locale="en")
    speak_pseudo(app, tmp_path)
    with app.test_request_context():
        page = render_template_string('<p>{{ _("Sign in") }}</p><p>{{ _("Nobody has translated this") }}</p>')
    assert "<p>«Šíĝñ íñ ŵŵŵ»</p>" in page
    assert "<p>Nobody has translated this</p>" in page
