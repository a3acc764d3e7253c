"""The diagram of the schema is made from the models and up to date."""

import importlib.util

from config.settings import ROOT


def test_the_page_of_the_schema_says_what_the_models_say() -> None:
    spec = importlib.util.spec_from_file_location("schema_diagram", ROOT / "docs" / "schema_diagram.py")
    assert spec is not None
    assert spec.loader is not None
    diagram = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(diagram)
    assert (ROOT / "docs" / "schema.md").read_text(encoding="utf-8") == diagram.page(), "python docs/schema_diagram.py"
