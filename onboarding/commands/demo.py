"""`flask demo`: three cities with people and complaints, to look at and to try out."""

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from complaints.office import Office
from onboarding import demonstration
from onboarding.bundle import read_bundle
from onboarding.catalogue import load_catalogue
from onboarding.provision import provision, provision_commons
from tenants import scope
from tenants.database import db
from tenants.directory import raise_epoch
from web.app import utc_now
from web.config import WebConfig


@click.command()
@with_appcontext
def demo() -> None:
    """Set up DKI Jakarta, Kota Bekasi and Kota Depok with plausible complaints; a second run adds what is missing.

    Refuses unless APP_ENV is development and BASE_HOST is localhost: its passwords are public.
    """
    config: WebConfig = current_app.extensions["web_config"]
    office: Office = current_app.extensions["office"]
    if config.production or config.base_host != "localhost":
        raise click.ClickException(
            "The demonstration has public passwords, so it is set up only where APP_ENV is development and BASE_HOST"
            " is localhost."
        )
    now = utc_now()
    with Session(db.engine) as session:
        if load_catalogue(session).loaded:
            click.echo("The catalogue of Indonesia's municipalities is loaded.")
        provision_commons(session, now=now)
        session.commit()
        for path in demonstration.bundles():
            scope.name_tenant(session, None)
            provision(session, read_bundle(path), now=now, storage=office.storage)
            session.commit()
        scope.name_tenant(session, None)
        demonstration.set_passwords(session, now)
        raise_epoch(session)
        session.commit()
        office.keeper.refresh()
        told = demonstration.tell_stories(session, office, now)
    click.echo(f"The demonstration has {told.new + told.known} complaints, {told.new} of them new.")
