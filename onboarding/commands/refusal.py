"""How a command refuses: a sentence on standard error and an exit code, never a traceback for what can be foreseen."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from tenants.errors import AduanError
from tenants.scope import UnsafeRole

UNDEFINED = ("42P01", "42703", "42883")
"""SQLSTATEs of a table, a column and a function that isn't there."""

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


def in_the_app(command: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Run a command in the app's context; what it refuses and what the database can't do is said in a sentence."""

    @wraps(command)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        refusals: tuple[type[Exception], ...] = (AduanError, UnsafeRole, *current_app.extensions["refusals"])
        try:
            return command(*args, **kwargs)
        except refusals as error:
            raise click.ClickException(str(error)) from None
        except DBAPIError as error:
            sentence = _sentence(error)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from None

    return with_appcontext(run)


def _sentence(error: DBAPIError) -> str | None:
    """What to do about an error of the database; None for one that nobody foresaw."""
    if isinstance(error, OperationalError):
        said = " ".join(str(error.orig).split())
        return f"The database doesn't answer. Is it running, and is DATABASE_URL right? It said: {said}"
    if isinstance(error, ProgrammingError) and getattr(error.orig, "sqlstate", None) in UNDEFINED:
        return "The database isn't at this version of Aduan yet: run 'flask db upgrade' first."
    return None
