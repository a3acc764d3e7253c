"""`flask catalogue`: the country's municipalities, and what can be reported where none has joined."""

import click
from sqlalchemy.orm import Session

from onboarding.catalogue import CatalogueReport, load_catalogue
from onboarding.commands.refusal import in_the_app
from onboarding.provision import ProvisionReport, provision_commons
from tenants.database import db
from web.app import utc_now


@click.command("catalogue")
@in_the_app
def command() -> None:
    """Load the shipped catalogue: every province, kota and kabupaten, with its outline where there is one.

    Gives the commons its categories, too. For a new installation after `flask db upgrade`, and after an upgrade; a
    second run changes nothing.
    """
    with Session(db.engine) as session:
        loaded, commons = bring_up_to_date(session)
    if not loaded.loaded and commons.unchanged:
        click.echo("The catalogue: nothing changed.")
    if loaded.loaded:
        click.echo(
            f"The catalogue holds {loaded.provinces} provinces and {loaded.municipalities} kota and kabupaten;"
            f" {len(loaded.without_outline)} of them have no outline yet: {', '.join(loaded.without_outline)}."
        )
    if not commons.unchanged:
        click.echo(str(commons))


def bring_up_to_date(session: Session) -> tuple[CatalogueReport, ProvisionReport]:
    """The catalogue and the commons as they are shipped. Commits."""
    loaded = load_catalogue(session)
    commons = provision_commons(session, now=utc_now())
    session.commit()
    return loaded, commons
