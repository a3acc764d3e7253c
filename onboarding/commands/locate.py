"""`flask locate FILE.csv`: which tenant each point of a file belongs to."""

import sys
from typing import TextIO

import click
from flask import current_app
from flask.cli import with_appcontext

from tenants.errors import Invalid
from tenants.locate_csv import locate_rows
from web.app import utc_now


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8-sig", errors="surrogateescape"))
@with_appcontext
def locate(file: TextIO) -> None:
    """Route the points of FILE (CSV with columns lat and lon [, category, accuracy_m]); CSV on standard output.

    Adds tenant, rule, near_border and distance_m. A row that can't be used has the rule "invalid"; its line and the
    reason stand on standard error.
    """
    index = current_app.extensions["office"].directory.index
    progress = _progress if sys.stderr.isatty() else None
    try:
        locate_rows(file, sys.stdout, sys.stderr, index, utc_now(), progress)
    except Invalid as error:
        raise click.ClickException(error.message) from None


def _progress(rows: int) -> None:
    click.echo(f"\r{rows:,} rows", nl=False, err=True)
