"""A setting's change: on record with its author, refused where somebody was quicker, and to be undone."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from configuration import editing
from configuration.change import ConfigurationChange, Did
from configuration.editing import Author, Stale
from tenants.agency import Agency
from tenants.category import Category, CategoryRevision
from tenants.tenant import Tenant
from tests.cast import NOW, Cast


def test_a_change_keeps_both_readings_its_author_and_the_revision_before_it(cast: Cast) -> None:
    actor = cast.actor("barat", "admin")
    author = Author(actor.seat_id)
    category = cast.session.scalars(select(Category).where(~Category.is_group)).first()
    assert category is not None
    tenant_revision = cast.session.scalar(select(Tenant.revision).where(Tenant.slug == "barat"))
    before, revision = category.name, category.revision
    made = editing.change(
        cast.session, category, {"name": {"id": "Lubang"}}, author=author, now=NOW, expected_version=category.version
    )
    cast.session.commit()
    assert made is not None
    assert (made.seat_id, made.did, made.section, made.fields) == (actor.seat_id, Did.CHANGED, "categories", ["name"])
    assert made.before is not None
    assert made.after is not None
    assert (made.before["name"], made.after["name"]) == (before, {"id": "Lubang"})
    assert category.revision == revision + 1
    kept = select(CategoryRevision.document).where(
        CategoryRevision.category_id == category.id, CategoryRevision.revision == category.revision
    )
    assert cast.session.scalars(kept).one()["name"] == {"id": "Lubang"}
    assert cast.session.scalar(select(Tenant.revision).where(Tenant.slug == "barat")) == (tenant_revision or 0) + 1

    editing.restore(cast.session, category, made.before, author=author, now=NOW)
    assert category.name == before
    assert category.revision == revision + 2


def test_who_saves_a_form_that_is_no_longer_true_sees_who_was_quicker(cast: Cast) -> None:
    author = Author(cast.actor("barat", "admin").seat_id)
    agency = cast.session.scalars(select(Agency)).first()
    assert agency is not None
    looked_at = agency.version
    editing.change(cast.session, agency, {"name": {"id": "Satu"}}, author=author, now=NOW, expected_version=looked_at)
    with pytest.raises(Stale) as refused:
        editing.change(
            cast.session, agency, {"name": {"id": "Dua"}}, author=author, now=NOW, expected_version=looked_at
        )
    assert refused.value.last is not None
    assert refused.value.last.seat_id == author.seat_id
    assert agency.name == {"id": "Satu"}


def test_a_reading_from_before_a_column_was_there_leaves_that_column_alone(cast: Cast) -> None:
    author = Author(cast.actor("barat", "admin").seat_id)
    category = cast.session.scalars(select(Category).where(~Category.is_group)).first()
    assert category is not None
    earlier = {**editing.reading(category), "name": {"id": "Lubang"}}
    questions = earlier.pop("questions")
    editing.restore(cast.session, category, earlier, author=author, now=NOW)
    assert (category.name, category.questions) == ({"id": "Lubang"}, questions)


def test_nothing_that_differs_is_nothing_on_record_and_the_ledger_cannot_be_changed(cast: Cast) -> None:
    author = Author(cast.actor("barat", "admin").seat_id)
    agency = cast.session.scalars(select(Agency)).first()
    assert agency is not None
    assert editing.change(cast.session, agency, {"name": agency.name}, author=author, now=NOW) is None
    assert cast.session.scalar(select(func.count()).select_from(ConfigurationChange)) == 0
    editing.end(cast.session, agency, author=author, now=NOW)
    cast.session.commit()
    with pytest.raises(ProgrammingError, match="permission denied"):
        cast.session.execute(text("UPDATE configuration_changes SET code = 'x'"))
    cast.session.rollback()
