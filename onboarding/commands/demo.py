"""`flask demo`: three cities with people and complaints, to look at and to try out."""

import click
from flask import current_app
from sqlalchemy.orm import Session

from complaints.office import Office
from onboarding import demonstration
from onboarding.batch import provision_all
from onboarding.commands.catalogue import bring_up_to_date
from onboarding.commands.progress import tell
from onboarding.commands.refusal import in_the_app
from tenants import scope
from tenants.database import db
from tenants.directory import raise_epoch
from web.app import utc_now
from web.config import WebConfig


@click.command("demo")
@in_the_app
def command() -> None:
    """Set up DKI Jakarta, Kota Bekasi and Kota Depok with people and plausible complaints.

    A second run goes on where the first was interrupted, and changes nothing once all is there. Refuses unless APP_ENV
    is development and BASE_HOST is localhost: its passwords are public.
    """
    config: WebConfig = current_app.extensions["web_config"]
    office: Office = current_app.extensions["office"]
    if config.production or config.base_host != "localhost":
        raise click.ClickException(
            "The demonstration has public passwords, so it is set up only where APP_ENV is development and BASE_HOST"
            " is localhost."
        )
    with Session(db.engine) as session:
        if demonstration.is_complete(session):
            click.echo("The demonstration is there already; nothing changed.")
            return
        _set_up(session, office)


def _set_up(session: Session, office: Office) -> None:
    now = utc_now()
    tell("The catalogue …")
    loaded, _ = bring_up_to_date(session)
    tell("")
    if loaded.loaded:
        click.echo("The catalogue of Indonesia's municipalities is loaded.")
    tell("Three cities …")
    for report in provision_all(session, demonstration.bundles(), now=now, storage=office.storage):
        # one may have been erased by hand since; the other cities are worth looking at
        if report.problem or report.disputed:
            tell("")
            click.echo(str(report), err=True)
    scope.name_tenant(session, None)
    demonstration.set_passwords(session, now)
    raise_epoch(session)
    session.commit()
    office.keeper.refresh()
    tell("Their complaints …")
    told = demonstration.tell_stories(session, office, now)
    scope.name_tenant(session, None)
    demonstration.note_complete(session)
    session.commit()
    tell("")
    click.echo(f"The demonstration has {told.new + told.known} complaints, {told.new} of them new.")
