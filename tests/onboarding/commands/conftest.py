"""Commands run as `flask …` does, on the app of the tests; the cast's two cities are there."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from config.postgres import EmbeddedPostgres
from tests import conftest


@dataclass(frozen=True)
class Said:
    """What a command wrote, and its exit code."""

    code: int
    out: str
    err: str
    out_bytes: bytes


Run = Callable[..., Said]

# The cities of the cast, instead of the bare catalogue of the other tests of onboarding.
database = conftest.database


@pytest.fixture
def run(app: Flask) -> Run:
    """run("tenants", "show", "barat"): no traceback may come out of it."""

    def command(*arguments: str | Path) -> Said:
        result = app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert "Traceback" not in result.stderr
        return Said(result.exit_code, result.stdout, result.stderr, result.stdout_bytes)

    return command


@pytest.fixture
def unmigrated(cluster: EmbeddedPostgres) -> str:
    """SQLAlchemy URL of the app role in a database without tables."""
    return cluster.url("aduan_app", "postgres")
