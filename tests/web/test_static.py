import gzip
import json
import re
from pathlib import Path

import pytest

from tests.web.stand import WEB

ROOT = Path(__file__).parents[2]
SPRITE = (WEB / "static/icons.svg").read_text()
SYMBOLS = set(re.findall(r'<symbol id="([ip]-[a-z]+)"', SPRITE))
STYLESHEET = WEB / "static/vendor/aduan.css"
WHOLE_STYLESHEET_BYTES = 25_000


def test_every_icon_that_a_template_draws_is_in_the_sprite() -> None:
    drawn = set()
    for template in (WEB / "templates").rglob("*.html"):
        source = template.read_text()
        drawn |= {f"i-{name}" for name in re.findall(r'icon\("([a-z]+)"', source)}
        drawn |= {f"i-{name}" for name in re.findall(r'\bset sign = "([a-z]+)"', source)}
        drawn |= {
            f"i-{name}"
            for name in re.findall(r'call empty\("([a-z]+)"|\bempty\("([a-z]+)"', source)
            for name in name
            if name
        }
        drawn |= {f"p-{name}" for name in re.findall(r'pin\("([a-z]+)"', source)}
    assert drawn
    assert drawn - SYMBOLS == set()


def test_every_category_of_the_default_catalogue_has_its_icon() -> None:
    source = (ROOT / "onboarding/templates/default.yaml").read_text()
    used = {f"i-{name}" for name in re.findall(r"\bicon: ([a-z]+)", source)}
    assert used
    assert used - SYMBOLS == set()


def test_no_symbol_stands_twice_and_none_needs_the_pages_classes() -> None:
    """A symbol of another file isn't reached by the page's stylesheet; it inherits, and says the rest itself."""
    assert SPRITE.count("<symbol") == len(SYMBOLS)
    assert "class=" not in SPRITE
    assert "style=" not in SPRITE


def test_the_whole_stylesheet_is_small() -> None:
    if not STYLESHEET.exists():
        pytest.skip("The stylesheet is not built: make pages.")
    assert len(gzip.compress(STYLESHEET.read_bytes())) < WHOLE_STYLESHEET_BYTES


def test_every_token_that_the_stylesheet_uses_is_set_somewhere() -> None:
    if not STYLESHEET.exists():
        pytest.skip("The stylesheet is not built: make pages.")
    css = STYLESHEET.read_text()
    used = {name for name in re.findall(r"var\((--[\w-]+)\)", css) if not name.startswith("--bs-")}
    assert used - set(re.findall(r"(--[\w-]+):", css)) == set()


def test_what_comes_from_npm_is_pinned_exactly_and_the_lock_names_no_registry() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    assert package["private"] is True
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in package["devDependencies"].values())
    lock = json.loads((ROOT / "package-lock.json").read_text())
    parts = {path: part for path, part in lock["packages"].items() if path}
    assert all("resolved" not in part and "integrity" in part for part in parts.values())
    for name, version in package["devDependencies"].items():
        assert parts[f"node_modules/{name}"]["version"] == version


def test_what_is_copied_brings_its_licence() -> None:
    licences = WEB / "static/vendor/licences"
    if not licences.exists():
        pytest.skip("The stylesheet is not built: make pages.")
    names = {path.stem for path in licences.iterdir()}
    assert {"bootstrap", "htmx", "leaflet", "swagger-ui"} <= names
