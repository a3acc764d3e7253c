"""Catalogues to take over: the platform's own (default, kota, kabupaten), and those that cities have published."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from configuration import published
from configuration.category_sheet import WORDED, Given
from configuration.document import parse
from configuration.fields import writing_in
from configuration.schema import CategorySchema
from onboarding.bundle import default_template
from tenants.database import Words
from tenants.errors import NotFound

NAMES = ("default", "kota", "kabupaten")
FOLDER = Path(__file__).parent / "templates"
OWN = ("agency", "by_area", "off_in", "responsible", "responsible_contact", "platform_code")
"""What a city that has the category already has decided by itself: a template leaves it."""


@dataclass(frozen=True)
class Template:
    """rows: the bundle's, groups among them, in their order. city: who published it; {} for one of the platform's."""

    key: str
    name: Words
    help: Words
    rows: tuple[Mapping[str, Any], ...]
    city: Words = field(default_factory=dict)
    published_at: datetime | None = None


def every() -> list[Template]:
    """All that there are."""
    return [template(key) for key in NAMES]


def found(session: Session, key: str) -> Template:
    """One of the platform's by its key, or a published one by its id. Raises NotFound."""
    try:
        published_id = UUID(key)
    except ValueError:
        return template(key)
    one = published.one(session, published_id)
    return Template(
        key,
        one.template.name,
        one.template.help,
        tuple(published.rows_of(one.template)),
        city=one.city,
        published_at=one.template.published_at,
    )


@lru_cache
def template(key: str) -> Template:
    """One of them. Raises NotFound."""
    if key not in NAMES:
        raise NotFound("There is no such template.")
    below = {row["code"]: row for row in default_template()["categories"]}
    if key == "default":
        name = {"id": "Katalog bawaan", "en": "Default catalogue"}
        return Template(key, name, {}, tuple(_whole(row) for row in below.values()))
    path = FOLDER / f"categories_{key}.yaml"
    document = parse(path.read_bytes(), path.name).value
    with writing_in("id"):
        above = [CategorySchema().load(row, partial=True) for row in document["categories"]]
    laid = {**below, **{row["code"]: {**below.get(row["code"], {}), **row} for row in above}}
    rows = tuple(_whole(row) for row in laid.values() if not row.get("ended"))
    return Template(key, document["name"], document["help"], rows)


def lines_of(
    chosen: Template, *, known: Container[str], agencies: Container[str], otherwise: str | None
) -> list[Given]:
    """A template's rows as they would be taken by a city.

    known: codes of its categories. agencies: codes of its agencies. otherwise: who gets what names none of these.
    """
    return [
        Given(number, _taken(row, known, agencies, otherwise), _tongues(row))
        for number, row in enumerate(chosen.rows, 1)
    ]


def _tongues(row: Mapping[str, Any]) -> Mapping[str, frozenset[str]]:
    """The languages of a row's words: what a city says in others stays."""
    return {key: frozenset(row[key]) for key in WORDED if row.get(key)}


def _taken(
    row: Mapping[str, Any], known: Container[str], agencies: Container[str], otherwise: str | None
) -> Mapping[str, Any]:
    if row["code"] in known:
        return {key: value for key, value in row.items() if key not in (*OWN, "ended")}
    agency = row["agency"] if row["agency"] in agencies or row["group"] else otherwise
    return {**{key: value for key, value in row.items() if key != "ended"}, "agency": agency, "by_area": {}}


def _whole(row: Mapping[str, Any]) -> Mapping[str, Any]:
    with writing_in("id"):
        loaded: dict[str, Any] = CategorySchema().load({"platform_code": row["code"], **row})
    return loaded
