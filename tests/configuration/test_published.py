"""A city's catalogue as a template for others: read by all, written by its own city, and without what is its own."""

import json

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from configuration import categories, published
from configuration.change import ConfigurationChange
from configuration.editing import Author
from configuration.faults import Faults
from configuration.published import PublishedTemplate
from tenants.errors import Conflict, NotFound
from tenants.tenant import Stage
from tests.cast import NOW, Cast
from tests.configuration.test_categories import save

NAME = {"id": "Katalog kota pesisir", "en": "A coastal city's catalogue"}


def published_by(cast: Cast, slug: str = "barat", name: dict[str, str] = NAME) -> PublishedTemplate:
    cast.enter(slug)
    row = published.publish(cast.session, name, {}, languages=["id", "en"], author=Author(), now=NOW)
    cast.session.commit()
    return row


def test_what_is_published_is_the_words_and_questions_and_nothing_of_the_citys_own(cast: Cast) -> None:
    save(cast, "pju", by_area={"BRT.2": "uptd"}, off_in=["BRT.1"])
    row_id = published_by(cast).id
    cast.enter("timur")
    found = published.one(cast.session, row_id)
    rows = {one["code"]: one for one in published.rows_of(found.template)}
    assert found.template.name == NAME
    assert found.city == {"id": "Kota Barat", "en": "City of Barat"}
    assert len(rows["pju"]["questions"]) == 2
    assert all((row["agency"], row["by_area"], row["off_in"]) == (None, {}, []) for row in rows.values())
    assert "uptd" not in json.dumps([*rows.values()])
    assert found.template.count == sum(not row["group"] for row in rows.values())


def test_what_has_changed_since_stays_as_it_was_published(cast: Cast) -> None:
    row_id = published_by(cast).id
    cast.enter("barat")
    categories.end(cast.session, categories.category_of(cast.session, "pju"), author=Author(), now=NOW)
    cast.session.commit()
    cast.enter("timur")
    assert "pju" in {one["code"] for one in published.rows_of(published.one(cast.session, row_id).template)}


def test_another_city_reads_it_and_can_neither_change_nor_withdraw_it_nor_speak_for_its_author(cast: Cast) -> None:
    row = published_by(cast)
    row_id, author_id = row.id, row.tenant_id
    cast.enter("timur")
    with pytest.raises(NotFound):
        published.withdraw(cast.session, row_id, author=Author(), now=NOW)
    for statement in ("UPDATE published_templates SET count = 0", "DELETE FROM published_templates"):
        assert cast.session.execute(text(statement)).rowcount == 0
    insert = text(
        "INSERT INTO published_templates (id, tenant_id, name, help, languages, count, rows, published_at)"
        " SELECT gen_random_uuid(), :author, name, help, languages, count, rows, published_at FROM published_templates"
    )
    with pytest.raises(ProgrammingError, match="row-level security"):
        cast.session.execute(insert, {"author": author_id})
    cast.session.rollback()
    cast.enter("barat")
    assert [one.id for one in published.own(cast.session)] == [row_id]
    published.withdraw(cast.session, row_id, author=Author(), now=NOW)
    cast.session.commit()
    assert [one.did for one in cast.session.scalars(select(ConfigurationChange).order_by(ConfigurationChange.did))] == [
        "added",
        "ended",
    ]
    cast.enter("timur")
    assert published.listed(cast.session) == []
    with pytest.raises(NotFound):
        published.one(cast.session, row_id)


def test_those_of_cities_in_service_are_listed_and_found_by_either_name(cast: Cast) -> None:
    published_by(cast)
    published_by(cast, "timur", {"id": "100 % lengkap"})
    cast.enter("barat")
    assert len(published.listed(cast.session)) == 2
    for wanted, count in (("pesisir barat", 1), ("timur", 1), ("%", 1), ("gunung", 0)):
        assert len(published.listed(cast.session, wanted)) == count, wanted
    cast.tenant("timur").stage = Stage.SUSPENDED
    cast.session.flush()
    assert len(published.listed(cast.session)) == 1


def test_a_city_that_is_only_tried_out_publishes_nothing_and_is_not_listed(cast: Cast) -> None:
    row_id = published_by(cast).id
    cast.tenant("barat").stage = Stage.REHEARSAL
    cast.session.commit()
    with pytest.raises(Conflict, match="in service"):
        published_by(cast)
    cast.session.rollback()
    cast.enter("timur")
    assert published.listed(cast.session) == []
    with pytest.raises(NotFound):
        published.one(cast.session, row_id)


def test_whom_to_call_stays_behind(cast: Cast) -> None:
    cast.enter("barat")
    lamps = categories.category_of(cast.session, "pju")
    lamps.responsible, lamps.responsible_contact = {"id": "PLN"}, "0812 3456 7890"
    cast.session.flush()
    rows = {one["code"]: one for one in published.snapshot(cast.session)}
    assert (rows["pju"]["responsible"], rows["pju"]["responsible_contact"]) == ({"id": "PLN"}, None)


def test_a_template_needs_a_name(cast: Cast) -> None:
    cast.enter("barat")
    for name, help_, field in (({"id": " "}, {}, "name"), (NAME, {"id": "x" * 601}, "help")):
        with pytest.raises(Faults) as refused:
            published.publish(cast.session, name, help_, languages=["id"], author=Author(), now=NOW)
        assert set(refused.value.by_field) == {field}
