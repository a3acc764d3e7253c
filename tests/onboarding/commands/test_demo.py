"""`flask demo`: set up once, from wherever it was interrupted, and only at home."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from config.postgres import EmbeddedPostgres
from onboarding import demonstration
from tests.conftest import copied, put_together
from tests.onboarding.commands.conftest import Run


@pytest.fixture
def database(cluster: EmbeddedPostgres) -> Iterator[str]:
    """A database without the cast, whose cities would lie on the demonstration's ground."""
    with copied(cluster, "aduan") as url:
        yield url


@pytest.mark.parametrize("config", [{"production": True}, {"base_host": "aduan.example"}])
def test_the_demonstration_with_its_public_passwords_stays_at_home(
    database: str, owner_url: str, tmp_path: Path, config: dict[str, object]
) -> None:
    with put_together(database, owner_url, tmp_path, **config) as app:
        result = app.test_cli_runner().invoke(args=["demo"])

    assert result.exit_code == 1
    assert "public passwords" in result.stderr


def test_the_demonstration_is_set_up_once_and_goes_on_where_it_was_interrupted(
    run: Run, owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(demonstration, "tell_stories", interrupted)
        assert run("demo").code == 130
    assert not complete(owner)
    first = run("demo")
    complaints = owner.scalar(text("SELECT count(*) FROM complaints"))
    owner.rollback()
    second = run("demo")

    assert first.out.splitlines()[-1].endswith("38 of them new.")
    assert second.out == "The demonstration is there already; nothing changed.\n"
    assert owner.scalar(text("SELECT count(*) FROM complaints")) == complaints


def test_the_demonstration_bears_that_a_city_was_erased(run: Run, owner: Connection) -> None:
    run("demo")
    run("tenants", "suspend", "depok")
    run("tenants", "erase", "depok", "--yes-erase", "depok")
    owner.execute(text("UPDATE epochs SET note = 'an older one' WHERE name = 'demonstration'"))
    owner.commit()
    said = run("demo")

    assert said.code == 0
    assert "depok: refused." in said.err
    assert complete(owner)


def interrupted(*_: object) -> None:
    raise SystemExit(130)


def complete(owner: Connection) -> bool:
    note = owner.scalar(text("SELECT note FROM epochs WHERE name = 'demonstration'"))
    owner.rollback()
    return note not in (None, "an older one")
