"""What several tests of this floor only read, filled once."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, make_url

from config.postgres import SUPERUSER, EmbeddedPostgres
from tests.complaints import misspelt
from tests.complaints.misspelt import Crowd
from tests.conftest import copied

MANY = 100_000


@pytest.fixture(scope="session")
def hundred_thousand(cluster: EmbeddedPostgres, cast_template: str) -> Iterator[tuple[Engine, Crowd]]:
    """The cast with a hundred thousand reports in Kota Barat, as the app role's engine; and what was planted there."""
    with copied(cluster, cast_template) as url:
        filling = create_engine(make_url(url).set(username=SUPERUSER))
        with filling.connect() as connection:
            crowd = misspelt.fill(connection, MANY)
        filling.dispose()
        engine = create_engine(url)
        yield engine, crowd
        engine.dispose()
