"""Writes docs/bundle.md from the marshmallow schema: `python docs/bundle_page.py`. A test holds the page against it."""

import inspect
import json
from pathlib import Path
from typing import Any

from marshmallow import Schema, fields, missing, validate

from configuration import schema

PAGE = Path(__file__).with_name("bundle.md")
INTRODUCTION = """# The bundle

A city's whole configuration as one document, in JSON or YAML, alone or in a zip with the files that it names. Made from
the schema by `python docs/bundle_page.py`; a test fails when this page is out of date.

The least that a bundle needs; the rest comes from the default template, row by row of the same code:

```yaml
format: 1
tenant: {slug: bogor, code: BGR, name: Kota Bogor, type: kota, boundary: "catalogue:32.71"}
```

- A row of the template is changed by a row with its code and the keys that differ, and taken away by `ended: true`.
  With `template: none` the bundle stands alone, as an exported one does.
- *Words* are a text, which is taken as the city's first language, or texts by language: `{id: Jalan, en: Road}`.
- A *code* names a row for good: up to 64 letters, digits, dots, dashes and underscores.
- An unknown key is an error. Each error names its path and line: `categories.pju.agency, line 12: There is no agency
  dinas-x.` Nothing is changed by a bundle that has one.
- `flask tenants export SLUG` and `/admin/bundle` write it; `flask tenants import`, `flask onboard` and `/admin/bundle`
  read it. Exported, imported into an empty platform and exported again it is the same bytes.
- Residents, reports, ids and passwords aren't in it, since they aren't settings. Nor is what is true of one place for
  a time, and would be false in a copy: notices of works (they have dates, an end, and people who follow them),
  versions of areas that still wait for their date, deputyships, and domains (proved for one city by its own DNS). A
  person goes along as somebody to invite: their sign-ins and second factors don't. The objects (lamps, roads) are
  data: they come from a file at `/admin/assets`, and their rules of ownership are here as `asset_rules`. The earlier
  readings of rows, and who changed them, stay in the city's own ledger at `/admin/changes`; a template that the city
  has published stays with it at `/admin/categories/publishing`.

"""


def page() -> str:
    """The whole page, in Markdown: each schema as a table of its keys."""
    found: dict[str, type[Schema]] = {}
    _collect(schema.BundleSchema, found)
    return INTRODUCTION + "\n".join(_section(name, one()) for name, one in found.items())


def _collect(one: type[Schema], found: dict[str, type[Schema]]) -> None:
    """The schemas in the order in which a reader meets them."""
    name = _name(one)
    if name in found:
        return
    found[name] = one
    for field in one().fields.values():
        if isinstance(field, fields.Nested):
            _collect(type(field.schema), found)


def _section(name: str, one: Schema) -> str:
    said = "" if type(one).__doc__ in (None, *(base.__doc__ for base in type(one).__mro__[1:])) else inspect.getdoc(one)
    rows = "".join(
        f"| `{key}` | {_kind(field)} | {_default(field)} |\n"
        for key, field in one.fields.items()
        if not field.dump_only
    )
    return (
        f"## {name}\n\n{f'{said}{chr(10)}{chr(10)}' if said else ''}| key | holds | without it |\n|---|---|---|\n{rows}"
    )


def _name(one: type[Schema]) -> str:
    return one.__name__.removesuffix("Schema").lower()


def _kind(field: fields.Field[Any]) -> str:
    """What a field holds, in words."""
    rules = "; ".join(filter(None, (_rule(rule) for rule in field.validators)))
    return f"{_holds(field)}{f'; {rules}' if rules else ''}"


def _holds(field: fields.Field[Any]) -> str:
    if isinstance(field, schema.Areas):
        return "rows of [area](#area), a `.geojson` file beside the bundle, or `catalogue:` and a code"
    if isinstance(field, fields.Nested):
        name = _name(type(field.schema))
        return f"rows of [{name}](#{name})" if field.many else f"[{name}](#{name})"
    if isinstance(field, fields.List):
        return f"a list of: {_kind(field.inner)}"
    if isinstance(field, fields.Dict):
        key, value = field.key_field, field.value_field
        return f"{{{_kind(key)}: {_kind(value)}}}" if key is not None and value is not None else "a mapping"
    for kind, words in (
        (schema.Text, "words, or of a message `{language: {subject, body}}`"),
        (schema.Words, "words"),
        (schema.Code, "code"),
        (schema.Address, "e-mail address"),
        (fields.Boolean, "`true` or `false`"),
        (fields.Integer, "whole number"),
    ):
        if isinstance(field, kind):
            return words
    return "text"


def _rule(rule: Any) -> str:
    if isinstance(rule, validate.OneOf):
        return "one of " + ", ".join(f"`{one}`" for one in rule.choices)
    if isinstance(rule, validate.Range):
        return f"{rule.min} to {rule.max}"
    if isinstance(rule, validate.Length):
        return f"exactly {rule.equal}" if rule.equal is not None else f"length {rule.min or 0} to {rule.max or '…'}"
    if isinstance(rule, validate.Equal):
        return f"`{rule.comparable}`"
    return ""


def _default(field: fields.Field[Any]) -> str:
    if field.required:
        return "**must be there**"
    value = field.load_default() if callable(field.load_default) else field.load_default
    if value is missing or value in (None, [], {}):
        return "nothing"
    if isinstance(field, fields.Nested) and isinstance(value, dict):
        return "its keys' own"
    return f"`{json.dumps(value, ensure_ascii=False)}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
