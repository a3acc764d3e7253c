"""Beside the cast, a database that has the catalogue and no city yet."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.orm import Session

from config.postgres import EmbeddedPostgres
from onboarding.boundaries.catalogue import load_catalogue
from onboarding.provision import provision_commons
from tests.cast import NOW
from tests.conftest import copied


@pytest.fixture(scope="session")
def catalogue_template(cluster: EmbeddedPostgres) -> Iterator[str]:
    """The name of a database with the migrations and the catalogue."""
    with copied(cluster, "aduan") as url:
        engine = create_engine(url)
        with Session(engine) as session:
            load_catalogue(session, NOW)
            session.commit()
        engine.dispose()
        yield make_url(url).database or ""


@pytest.fixture
def database(cluster: EmbeddedPostgres, catalogue_template: str) -> Iterator[str]:
    """SQLAlchemy URL of the app role, in a database of this test's own with the catalogue in it."""
    with copied(cluster, catalogue_template) as url:
        yield url


@pytest.fixture(scope="session")
def nation(cluster: EmbeddedPostgres, catalogue_template: str) -> Iterator[str]:
    """The name of a database with the catalogue and the commons."""
    with copied(cluster, catalogue_template) as url:
        engine = create_engine(url)
        with Session(engine) as session:
            provision_commons(session, now=NOW)
            session.commit()
        engine.dispose()
        yield make_url(url).database or ""
