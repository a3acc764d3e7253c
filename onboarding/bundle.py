"""A tenant's whole configuration as one value: read from JSON, YAML or the exported zip, written as a canonical zip.

A bundle is laid over the default template, row by row of the same code (the keys that it gives replace the template's;
`ended: true` takes a row away), unless it says `template: none`, as an exported one does.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from marshmallow import Schema, ValidationError, fields, missing

from configuration.area_file import AreaRow, read_areas, write_areas
from configuration.checks import CALENDAR_KEYS, Problem, calendar_document, problems
from configuration.document import Document, parse
from configuration.fields import writing_in
from configuration.logo import made_safe
from configuration.schema import CATALOGUE, FILE, BundleSchema
from onboarding import archive, shipped
from tenants.category import OTHER
from tenants.errors import N_, Invalid
from tenants.sentence import Lines, Sentence, refusal_of
from tenants.working_time import from_document, to_document

TEMPLATE = Path(__file__).parent / "templates" / "default.yaml"
DOCUMENT, BOUNDARY, AREAS = "bundle.yaml", "boundary.geojson", "areas.geojson"
MOST_PROBLEMS = 20
ROWS = {
    "agencies": "code",
    "categories": "code",
    "sla_rules": "code",
    "asset_rules": "code",
    "calendars": "code",
    "people": "email",
}
"""The sections made of rows, and the key that a row is known by."""
WHOLE = ("look", "texts", "options")
"""The sections merged key by key."""


class BundleError(Invalid):
    """The bundle can't be used. problems: one sentence each, with path and line; the message holds the first twenty."""

    def __init__(self, name: str, sentences: Sequence[str]) -> None:
        shown: list[str] = list(sentences[:MOST_PROBLEMS])
        if len(sentences) > MOST_PROBLEMS:
            shown.append(Sentence("… and %(count)s more.", count=len(sentences) - MOST_PROBLEMS))
        super().__init__(N_("%(file)s can't be used:\n%(problems)s"), file=name, problems=Lines(shown))
        self.problems = list(sentences)


@dataclass(frozen=True)
class Bundle:
    """document: every section but `areas`, checked and with each default filled in; treat it as unchangeable.

    areas: in their order. boundary, logo: the files that `tenant.boundary` and `look.logo` name, as they are.
    """

    document: Mapping[str, Any]
    areas: tuple[AreaRow, ...] = ()
    boundary: bytes | None = None
    logo: bytes | None = None

    @property
    def slug(self) -> str:
        slug: str = self.document["tenant"]["slug"]
        return slug


def read_bundle(source: Path | bytes, *, name: str = "bundle") -> Bundle:
    """Read a bundle from a file or from bytes, a zip or a document.

    name: what to call bytes in sentences. Files that the document names lie beside it: in its folder, or in the zip.
    Raises Invalid (BundleError with all problems, each with its path and line, where the document is readable).
    """
    if isinstance(source, Path):
        name = source.name
        try:
            content = source.read_bytes()
        except OSError as error:
            raise Invalid("%(file)s can't be read: %(why)s.", file=source, why=error.strerror) from None
        folder = source.parent
        beside = _beside_in(folder)
    else:
        content, beside = source, _nothing_beside
    if archive.is_zip(content):
        files = archive.unpack(content)
        name = next((known for known in (DOCUMENT, "bundle.yml", "bundle.json") if known in files), "")
        if not name:
            raise archive.BadArchive("The archive holds no %(file)s.", file=DOCUMENT)
        content, beside = files[name], files.get
    return _bundle(parse(content, name), beside)


def write_bundle(bundle: Bundle) -> bytes:
    """The canonical zip: sorted names, defaults left out, no dates; the same bytes for the same configuration."""
    document = _trimmed(BundleSchema(), {**bundle.document, "areas": AREAS if bundle.areas else []})
    files = {}
    tenant, look = dict(document["tenant"]), dict(document.get("look", {}))
    if bundle.boundary is not None:
        tenant["boundary"], files[BOUNDARY] = BOUNDARY, bundle.boundary
    if bundle.areas:
        files[AREAS] = write_areas(bundle.areas)
    if bundle.logo is not None:
        look["logo"] = f"logo{Path(look['logo']).suffix}"
        files[look["logo"]] = bundle.logo
    document |= {"format": 1, "template": "none", "tenant": tenant} | ({"look": look} if look else {})
    files[DOCUMENT] = yaml.dump(
        document, Dumper=_Dumper, sort_keys=True, allow_unicode=True, default_flow_style=False, width=110
    ).encode()
    return archive.pack(files)


@lru_cache(maxsize=1)
def default_template() -> Mapping[str, Any]:
    """The default template's sections, as loaded; treat it as unchangeable."""
    with writing_in("id"):
        return _loaded(parse(TEMPLATE.read_bytes(), TEMPLATE.name), partial=True)


def _bundle(given: Document, beside: Callable[[str], bytes | None]) -> Bundle:
    with writing_in(_first_language(given.value)):
        rows = _loaded(given, partial=True)
        template = default_template() if rows.get("template", "default") == "default" else {}
        laid, unknown = _laid_over(deepcopy(dict(template)), rows)
        if unknown:
            raise _refusal(given, unknown)
        try:
            document: dict[str, Any] = BundleSchema().load(laid)
        except ValidationError as error:
            raise _refusal(given, _named(_flat(error.messages), laid)) from None
    areas = _areas(document.pop("areas"), document["tenant"], beside)
    if found := problems(document, areas):
        raise _refusal(given, found)
    logo, suffix = _logo(document["look"]["logo"], beside)
    if logo is not None:
        document["look"]["logo"] = f"logo{suffix}"
    return Bundle(_settled(document), tuple(areas), _boundary(document["tenant"]["boundary"], beside), logo)


def _loaded(document: Document, *, partial: bool) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = BundleSchema().load(document.value, partial=partial)
    except ValidationError as error:
        raise _refusal(document, _named(_flat(error.messages), document.value)) from None
    if partial and (
        lacking := [key for key in ("format", "tenant") if key not in loaded and document.name != TEMPLATE.name]
    ):
        raise _refusal(document, [Problem((key,), Sentence("This is missing.")) for key in lacking])
    return loaded


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """The template with the bundle's rows over it, and problems with rows that end what isn't there."""
    unknown: list[Problem] = []
    ended: dict[str, set[str]] = {section: set() for section in ROWS}
    laid = {**below, **{key: above[key] for key in above if key not in ROWS and key not in WHOLE}}
    for section, key in ROWS.items():
        rows = {row[key]: row for row in below.get(section, [])}
        mine: dict[str, dict[str, Any]] = {}
        for row in above.get(section, []):
            if row[key] in mine:
                unknown.append(Problem((section, row[key]), Sentence("This is here twice; each may be here once.")))
            if row.get("ended") and row[key] not in rows:
                unknown.append(Problem((section, row[key]), Sentence("There is no such row in the template to end.")))
            mine[row[key]] = {**rows.get(row[key], {}), **row}
        ended[section] = {name for name, row in mine.items() if row.get("ended")}
        laid[section] = [row for name, row in {**rows, **mine}.items() if name not in ended[section]]
    for section in WHOLE:
        laid[section] = {**below.get(section, {}), **above.get(section, {})}
    _follow(laid, above, ended["categories"])
    return laid, unknown


def _follow(laid: dict[str, Any], above: dict[str, Any], ended: set[str]) -> None:
    """What follows from the categories: the template's rules for those ended go; codes that speak for themselves."""
    own_rules = {rule["code"] for rule in above.get("sla_rules", [])}
    laid["sla_rules"] = [
        rule
        for rule in laid["sla_rules"]
        if rule["code"] in own_rules or rule.get("category", rule["code"]) not in ended
    ]
    codes = {category["code"] for category in laid["categories"]}
    for rule in laid["sla_rules"]:
        if "category" not in rule and rule["code"] in codes:
            rule["category"] = rule["code"]
    if "likely_categories" not in above.get("options", {}) and "likely_categories" in laid["options"]:
        laid["options"]["likely_categories"] = [
            code for code in laid["options"]["likely_categories"] if code not in ended
        ]
    for category in laid["categories"]:
        if "platform_code" not in category:
            known = category["code"] in platform_codes() or category.get("group")
            category["platform_code"] = category["code"] if known else OTHER


@lru_cache(maxsize=1)
def platform_codes() -> frozenset[str]:
    """The codes of the default catalogue, by which overlays and hand-overs match categories."""
    return frozenset(row["code"] for row in default_template()["categories"] if not row.get("group"))


def _settled(document: dict[str, Any]) -> dict[str, Any]:
    """The checked document with one way to say each thing, so that equal configurations are equal values."""
    tenant = document["tenant"]
    if tenant["municipality"] is None and CATALOGUE.fullmatch(tenant["boundary"] or ""):
        tenant["municipality"] = tenant["boundary"].partition(":")[2]
    for calendar in document["calendars"]:
        written = to_document(from_document(calendar_document(calendar, tenant["time_zone"])))
        calendar |= {key: written.get(key, type(calendar[key])()) for key in CALENDAR_KEYS}
        calendar["time_zone"] = None if written["time_zone"] == tenant["time_zone"] else written["time_zone"]
    return {key: value for key, value in document.items() if key not in ("format", "template")}


def _areas(
    areas: str | list[dict[str, Any]], tenant: Mapping[str, Any], beside: Callable[[str], bytes | None]
) -> list[AreaRow]:
    if isinstance(areas, list):
        rows = [AreaRow(row["code"], row["name"], row["type"], row["parent"]) for row in areas]
    elif CATALOGUE.fullmatch(areas):
        return shipped.areas_of(areas.partition(":")[2])
    else:
        rows = read_areas(archive.ungzip(_file(areas, "areas", beside), areas), areas)
    # Official files name the government itself as the parent of its uppermost areas.
    known = {row.code for row in rows}
    return [replace(row, parent=None) if _is_tenant(row.parent, tenant, known) else row for row in rows]


def _is_tenant(parent: str | None, tenant: Mapping[str, Any], areas: set[str]) -> bool:
    return parent is not None and parent not in areas and parent in (tenant["municipality"], tenant["slug"])


def _boundary(boundary: str | None, beside: Callable[[str], bytes | None]) -> bytes | None:
    if boundary is None or CATALOGUE.fullmatch(boundary):
        return None
    return archive.ungzip(_file(boundary, "tenant.boundary", beside), boundary)


def _logo(logo: str | None, beside: Callable[[str], bytes | None]) -> tuple[bytes | None, str]:
    """The crest, made safe, and its suffix."""
    if logo is None:
        return None, ""
    content = _file(logo, "look.logo", beside)
    try:
        return made_safe(content)
    except Invalid as error:
        raise Invalid("%(file)s can't be used: %(why)s", field="look.logo", file=logo, why=refusal_of(error)) from None


def _file(name: str, field: str, beside: Callable[[str], bytes | None]) -> bytes:
    if not FILE.fullmatch(name):
        raise Invalid("`%(file)s` is no plain file name.", field=field, file=name)
    content = beside(name)
    if content is None:
        raise Invalid(
            "%(key)s names the file %(file)s, which isn't beside the bundle.", field=field, key=field, file=name
        )
    return content


def _beside_in(folder: Path) -> Callable[[str], bytes | None]:
    def read(name: str) -> bytes | None:
        path = folder / name
        if not path.is_file():
            return None
        if path.stat().st_size > archive.MOST_FILE_BYTES:
            raise Invalid("%(file)s is larger than 64 MB.", file=name)
        return path.read_bytes()

    return read


def _nothing_beside(_name: str) -> bytes | None:
    return None


def _first_language(value: Mapping[str, Any]) -> str:
    tenant = value.get("tenant")
    languages = tenant.get("languages") if isinstance(tenant, dict) else None
    return languages[0] if isinstance(languages, list) and languages and isinstance(languages[0], str) else "id"


def _flat(messages: Any, path: tuple[str | int, ...] = ()) -> list[Problem]:
    """marshmallow's tree of messages as a list."""
    if isinstance(messages, dict):
        return [
            problem
            for key, inner in messages.items()
            for problem in _flat(inner, path if key in ("_schema", "value", "key") else (*path, key))
        ]
    return [Problem(path, message if isinstance(message, str) else str(message)) for message in messages]


def _named(found: list[Problem], value: Mapping[str, Any]) -> list[Problem]:
    """The same with rows named by their codes in place of numbers."""
    named = []
    for problem in found:
        path = problem.path
        if len(path) > 1 and path[0] in ROWS and isinstance(path[1], int):
            row = value[path[0]][path[1]]
            code = row.get(ROWS[path[0]]) if isinstance(row, dict) else None
            path = (path[0], code if isinstance(code, str) else path[1], *path[2:])
        named.append(Problem(path, problem.message))
    return named


def _refusal(document: Document, found: list[Problem]) -> BundleError:
    return BundleError(document.name, [_sentence(document, problem) for problem in found])


def _sentence(document: Document, problem: Problem) -> Sentence:
    written = ""
    for part in problem.path:
        written += f"[{part}]" if isinstance(part, int) else f".{part}" if written else part
    line = document.line(_numbered(document.value, problem.path))
    what = problem.message if isinstance(problem.message, Sentence) else Sentence(problem.message)
    if line:
        return Sentence("%(place)s, line %(line)s: %(problem)s", place=written, line=line, problem=what)
    return Sentence("%(place)s: %(problem)s", place=written, problem=what)


def _numbered(value: Mapping[str, Any], path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """A path with the numbers that rows have in the document as it was written, where they are in it."""
    if len(path) > 1 and path[0] in ROWS and isinstance(rows := value.get(str(path[0])), list):
        for number, row in enumerate(rows):
            if isinstance(row, dict) and row.get(ROWS[str(path[0])]) == path[1]:
                return (path[0], number, *path[2:])
        return () if isinstance(path[1], str) else path
    return path


def _trimmed(schema: Schema, value: Mapping[str, Any]) -> dict[str, Any]:
    """The value without what its schema would fill in."""
    trimmed = {}
    for name, field in schema.fields.items():
        default = field.load_default() if callable(field.load_default) else field.load_default
        if name not in value or (default is not missing and value[name] == default):
            continue
        inner = value[name]
        if isinstance(field, fields.Nested) and isinstance(inner, list):
            inner = [_trimmed(field.schema, row) for row in inner]
        elif isinstance(field, fields.Nested) and isinstance(inner, Mapping):
            inner = _trimmed(field.schema, inner)
        trimmed[name] = inner
    return trimmed


class _Dumper(yaml.SafeDumper):
    """Without anchors, which `document.parse` refuses."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True
