"""`flask catalogue`: the country's municipalities, new editions of them, and what can be reported in the commons."""

from pathlib import Path

import click
from flask import current_app
from sqlalchemy.orm import Session

from complaints.office import Office
from onboarding.boundaries import acceptance, border_asking, difference, proposing
from onboarding.boundaries.catalogue import CatalogueReport, load_catalogue
from onboarding.boundaries.difference import Proposed
from onboarding.boundaries.edition_file import from_files
from onboarding.commands.boundaries import FILE, read
from onboarding.commands.progress import tell
from onboarding.commands.refusal import in_the_app
from onboarding.provision import ProvisionReport, provision_commons
from tenants.database import db
from web.app import utc_now


@click.group("catalogue", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Load the shipped catalogue: every province, kota and kabupaten, with its outline where there is one.

    Gives the commons its categories, too. For a new installation after `flask db upgrade`, and after an upgrade, whose
    newer catalogue is proposed as an edition; a second run changes nothing.
    """
    if context.invoked_subcommand is None:
        load()


@in_the_app
def load() -> None:
    """What the command does by itself."""
    office: Office = current_app.extensions["office"]
    with Session(db.engine) as session:
        loaded, commons = bring_up_to_date(session)
        if loaded.proposed:
            proposing.tell_cities(session, office, utc_now())
            session.commit()
    if not loaded.loaded and commons.unchanged:
        click.echo("The catalogue: nothing changed.")
    if loaded.loaded:
        click.echo(
            f"The catalogue holds {loaded.provinces} provinces and {loaded.municipalities} kota and kabupaten;"
            f" {len(loaded.without_outline)} of them have no outline yet: {', '.join(loaded.without_outline)}."
        )
    if loaded.proposed:
        click.echo(f"What stood before stays; {loaded.proposed} differences wait at /operator/catalogue.")
    if not commons.unchanged:
        click.echo(str(commons))


def bring_up_to_date(session: Session) -> tuple[CatalogueReport, ProvisionReport]:
    """The catalogue and the commons as they are shipped. Commits."""
    loaded = load_catalogue(session, utc_now())
    commons = provision_commons(session, now=utc_now())
    session.commit()
    return loaded, commons


@command.command("compare")
@click.argument("file", type=FILE)
@click.option("--edition", required=True, metavar="NAME", help="How it is called on pages, such as the year.")
@click.option("--codes", type=FILE, help="A list of official codes (CSV): then what it lacks has ended.")
@click.option("--code", metavar="PROP", help="The property with each feature's code; else `code` or `kode`.")
@click.option("--name", metavar="PROP", help="The property with each feature's name; else `name` or `nama`.")
@in_the_app
def compare(file: Path, edition: str, codes: Path | None, code: str | None, name: str | None) -> None:
    """Propose how a new edition (outlines in FILE, GeoJSON and others, also .gz) differs from what stands.

    A proposal for each code, name or outline that is another one, for each municipality that is new or has ended, in
    the provinces of which the file has any. Nothing else changes: a city that holds a municipality decides about it in
    its settings, about the others the operator does at /operator/catalogue or by `accept`. The same file a second time
    proposes nothing.
    """
    office: Office = current_app.extensions["office"]
    report = read(file, code, name)
    if report.faults:
        for fault in report.faults:
            click.echo(str(fault), err=True)
        raise click.ClickException(f"{len(report.faults)} outlines can't be used, so nothing is proposed.")
    try:
        listed = codes.read_bytes() if codes is not None else None
    except OSError as error:
        raise click.ClickException(f"{codes} can't be read: {error.strerror}.") from None
    with Session(db.engine) as session:
        tell(f"{len(report.features)} outlines beside what stands …")
        made = difference.propose(session, from_files(edition, report.features, listed), utc_now())
        proposing.tell_cities(session, office, utc_now())
        border_asking.take_back(session)
        session.commit()
    tell("")
    for line in _lines(made):
        click.echo(line)


@command.command("accept")
@click.argument("edition")
@in_the_app
def accept(edition: str) -> None:
    """Let all hold that EDITION proposes about municipalities without a city; cities decide about theirs."""
    office: Office = current_app.extensions["office"]
    with Session(db.engine) as session:
        done = acceptance.accept_all(session, office, by=None, now=utc_now(), edition=edition)
        session.commit()
    click.echo(f"{done} proposals of {edition} hold now." if done else f"Nothing of {edition} waits for the operator.")


def _lines(made: Proposed) -> list[str]:
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(made.counts.items()))
    lines = [f"Proposed: {counts}." if counts else "Nothing new is proposed."]
    if made.known:
        lines.append(f"{made.known} differences were proposed before.")
    if made.superseded:
        lines.append(f"{made.superseded} proposals of before are no more.")
    if made.cities:
        lines.append(f"{len(made.cities)} cities decide about {sum(made.cities.values())} of them in their settings.")
    return lines
