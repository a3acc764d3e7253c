"""`flask onboard BUNDLE…`: cities by the dozen, from their bundles."""

import sys
from pathlib import Path

import click
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.office import Office
from onboarding.batch import provision_all, sources_in
from onboarding.boundaries import border_asking
from onboarding.commands.progress import tell, watched
from onboarding.commands.refusal import in_the_app
from onboarding.provision import ProvisionReport
from tenants.catalogue import Municipality
from tenants.database import db
from web.app import utc_now


@click.command("onboard")
@click.argument("bundles", nargs=-1, required=True, metavar="BUNDLE...", type=click.Path(path_type=Path))
@in_the_app
def command(bundles: tuple[Path, ...]) -> None:
    """Bring each tenant to its BUNDLE: a zip as `flask tenants export` writes it, a YAML or JSON document, or a folder
    of any of these.

    A tenant that isn't there is made and live at once; one whose boundary lies on ground that another city holds,
    by more than two maps differ, stays in rehearsal until that city or the operator agrees, and says so; then it
    goes live by itself. One transaction each: a bundle that is refused changes nothing, is named on standard error
    and doesn't stop the others. The exit code is 1 where any was refused or isn't live. Run again after an
    interruption: what stands already is passed over.
    """
    office: Office = current_app.extensions["office"]
    refused = disputed = 0
    with Session(db.engine) as session:
        if session.scalar(select(Municipality.code).limit(1)) is None:
            click.echo("The catalogue is empty; 'flask catalogue' loads it, outlines included.", err=True)
        session.commit()
        sources = sources_in(bundles)
        reports = provision_all(session, sources, now=utc_now(), storage=office.storage)
        bar = click.progressbar(
            length=len(sources), label="Cities", show_pos=True, file=sys.stderr, hidden=not watched()
        )
        with bar:
            for report in reports:
                tell("")
                tell_report(report)
                refused += report.problem is not None
                disputed += bool(report.disputed)
                ask_neighbours(session, office, report)
                bar.update(1)
    if refused:
        raise click.ClickException(f"{refused} of {len(sources)} bundles refused; what is wrong stands above.")
    if disputed:
        raise click.ClickException(f"{disputed} of {len(sources)} cities stay in rehearsal; why stands above.")


def ask_neighbours(session: Session, office: Office, report: ProvisionReport) -> None:
    """Ask whose ground a city lies on that isn't live for it; nobody twice about the same. Commits."""
    if report.disputed and report.tenant_id is not None:
        office.keeper.refresh()
        border_asking.ask(session, office, report.tenant_id, utc_now())
        session.commit()


def tell_report(report: ProvisionReport) -> None:
    """What a bundle did, what was mended in its outlines, and who got an account; refusals on standard error."""
    click.echo(str(report), err=report.problem is not None)
    for mending in report.mendings:
        click.echo(f"  mended: {mending}")
    if report.invited:
        click.echo(f"  accounts made for {', '.join(report.invited)}")
