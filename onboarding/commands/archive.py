"""`flask archive …`: everything of a city, out of one platform and into another."""

import sys
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import click
from flask import current_app
from sqlalchemy.orm import Session

from complaints.office import Office
from onboarding.commands.progress import tell
from onboarding.commands.refusal import in_the_app
from onboarding.leaving.city_archive import Made, write_archive
from onboarding.leaving.city_import import import_archive
from onboarding.leaving.erasure import tenant_named
from tenants.database import db
from web.app import utc_now


@click.group("archive")
def command() -> None:
    """Take everything of a city out (complaints, evidence, history, people), and bring it into another platform."""


@command.command("export")
@click.argument("slug")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@in_the_app
def export(slug: str, out: Path | None) -> None:
    """Write a city's archive (a tar; docs/archive.md): to standard output, or to the file of --out.

    In constant memory, and as the city is at one instant. The same city gives the same tables and files.
    """
    office: Office = current_app.extensions["office"]
    if out is None and sys.stdout.isatty():
        raise click.UsageError("An archive is a tar, which no terminal can show: name a file with --out.")
    with Session(db.engine) as session:
        tenant_id = tenant_named(session, slug).id
    if out is None:
        made = write_archive(db.engine, office.storage, tenant_id, sys.stdout.buffer, now=utc_now(), progress=_tell)
        sys.stdout.buffer.flush()
    else:
        made = _write(office, tenant_id, out)
    tell("")
    click.echo(
        f"{slug}: {made.complaints:,} complaints and {made.files:,} files in {made.size:,} bytes;"
        f" sha256 {made.sha256.hex()}.",
        err=True,
    )


@command.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--over-ground", is_flag=True, help="Agree that its boundary lies on ground that others hold by now.")
@in_the_app
def import_city(file: BinaryIO, over_ground: bool) -> None:
    """Bring a city in from the FILE of `export` (- for standard input): as it was, or not at all.

    Its slug, code and municipality must be free here, and its ground no other city's by more than two maps differ.
    Whoever worked there and has no account here gets one without a password. What had not been sent stays unsent.
    """
    office: Office = current_app.extensions["office"]
    with Session(db.engine) as session:
        now = utc_now()
        came = import_archive(session, office.storage, file, now=now, over_ground=over_ground, progress=_tell)
    tell("")
    click.echo(
        f"{came.slug} is here: {sum(came.rows.values()):,} rows, {came.rows.get('complaints', 0):,} of them complaints,"
        f" and {came.files:,} files; {came.people:,} new accounts."
    )


def _write(office: Office, tenant_id: UUID, out: Path) -> Made:
    """To a file that is there only once it is whole."""
    unfinished = out.with_name(f".{out.name}.unfinished")
    try:
        with unfinished.open("wb") as stream:
            made = write_archive(db.engine, office.storage, tenant_id, stream, now=utc_now(), progress=_tell)
        unfinished.replace(out)
    except OSError as error:
        raise click.ClickException(f"{out} can't be written: {error.strerror}.") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return made


def _tell(what: str, number: int) -> None:
    tell(f"{what}: {number:,}")
