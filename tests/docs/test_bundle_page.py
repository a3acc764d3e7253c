"""The page about the bundle is made from its schema and up to date."""

import importlib.util

from config.settings import ROOT


def test_the_page_of_the_bundle_says_what_the_schema_says() -> None:
    spec = importlib.util.spec_from_file_location("bundle_page", ROOT / "docs" / "bundle_page.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    assert (ROOT / "docs" / "bundle.md").read_text(encoding="utf-8") == made.page(), "python docs/bundle_page.py"
