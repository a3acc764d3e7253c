"""The two cities of the cast, in one database for a module: each test goes on from where the one before left off."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.orm import Session

from config.postgres import EmbeddedPostgres
from tests.cast import Cast
from tests.conftest import copied, put_together
from tests.onboarding.billing.stand import Stand


@pytest.fixture(scope="module")
def stand(cluster: EmbeddedPostgres, cast_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    folder: Path = tmp_path_factory.mktemp("billing")
    with copied(cluster, cast_template) as url:
        engine, owner_url = create_engine(url), make_url(url).set(username="aduan_owner")
        with (
            put_together(url, owner_url.render_as_string(hide_password=False), folder) as app,
            Session(engine) as session,
        ):
            yield Stand(app, Cast(app.extensions["office"], session))
        engine.dispose()
