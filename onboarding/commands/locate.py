"""`flask locate FILE.csv`: which tenant each point of a file belongs to."""

import io
import sys
from typing import BinaryIO

import click
from flask import current_app

from onboarding.commands.progress import tell, watched
from onboarding.commands.refusal import in_the_app
from tenants.locate_csv import locate_rows
from web.app import utc_now


@click.command("locate")
@click.argument("file", type=click.File("rb"))
@in_the_app
def command(file: BinaryIO) -> None:
    """Route the points of FILE, a CSV with columns lat and lon [, category, accuracy_m]; `-` reads standard input.

    Writes the CSV to standard output with tenant, rule, near_border and distance_m added; other columns pass through. A
    row that can't be used has the rule "invalid"; its line and the reason stand on standard error. Any number of rows
    in constant memory.
    """
    # Bytes that aren't UTF-8 pass through as they are, and line ends inside quotes too.
    lines_in = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
    index = current_app.extensions["office"].directory.index
    locate_rows(lines_in, sys.stdout, sys.stderr, index, utc_now(), _progress if watched() else None)
    tell("")


def _progress(rows: int) -> None:
    tell(f"{rows:,} rows")
