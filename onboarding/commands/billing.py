"""`flask billing …`: prices at the payment provider, its calls once more, and the invoices that are due."""

from datetime import UTC, datetime

import click
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.office import Office
from onboarding.billing import events, invoicing
from onboarding.billing.billing import provider
from onboarding.billing.contract import CityPlan, contract_of
from onboarding.billing.following import follow
from onboarding.billing.plans import BANDS
from onboarding.commands.refusal import in_the_app
from onboarding.leaving.erasure import tenant_named
from tenants import scope
from tenants.database import db
from tenants.errors import AduanError
from web.app import utc_now


@click.group("billing")
def command() -> None:
    """Plans and payment: prices, invoices, and what the payment provider tells."""


@command.command("prices")
@in_the_app
def prices() -> None:
    """Write the price list down at the payment provider. A second run changes nothing."""
    asked = provider()
    for band in BANDS:
        click.echo(f"{band.code}  {band.monthly.shown('id'):>14} a month  {asked.price(band)}")


@command.command("invoices")
@in_the_app
def issue() -> None:
    """Make the invoices of all months that are over, in every city. The worker does so every night."""
    office: Office = current_app.extensions["office"]
    office.keeper.refresh()
    with Session(db.engine) as session:
        made = invoicing.issue_everywhere(session, office, utc_now())
    click.echo(f"{made} invoices were made." if made else "No invoice was due.")


@command.command("replay")
@click.option("--since", type=click.DateTime(), help="Also what was settled, from this instant (UTC) on.")
@in_the_app
def replay(since: datetime | None) -> None:
    """Settle once more what the payment provider told and couldn't be settled: read how each customer stands."""
    office, asked = current_app.extensions["office"], provider()
    office.keeper.refresh()
    failed = 0
    with Session(db.engine) as session:
        ids = events.to_replay(session, since.replace(tzinfo=UTC) if since else None)
        session.commit()
        for event_id in ids:
            try:
                events.settle(session, office, asked, event_id, utc_now())
            except AduanError as error:
                failed += 1
                click.echo(f"{event_id}: {error}", err=True)
    click.echo(f"{len(ids) - failed} of {len(ids)} events are settled.")
    if failed:
        raise click.ClickException("Some couldn't be settled; a later replay tries them again.")


@command.command("read")
@click.argument("slug", required=False)
@in_the_app
def read(slug: str | None) -> None:
    """Read at the payment provider how a city stands, or every one that pays by card."""
    office, asked = current_app.extensions["office"], provider()
    office.keeper.refresh()
    with Session(db.engine) as session:
        if slug is not None:
            ids = [tenant_named(session, slug).id]
        else:
            ids = list(session.scalars(select(CityPlan.tenant_id).where(CityPlan.customer_ref.is_not(None))))
        session.commit()
        known = sum(follow(session, office, asked, tenant_id, utc_now()) for tenant_id in ids)
    click.echo(f"{known} cities were read." if known else "No city pays by card.")


@command.command("end")
@click.argument("slug")
@in_the_app
def end(slug: str) -> None:
    """End at once what a card pays for a city, as before it is erased."""
    office, asked = current_app.extensions["office"], provider()
    office.keeper.refresh()
    with Session(db.engine) as session:
        tenant_id = tenant_named(session, slug).id
        with scope.enter(session, tenant_id):
            contract = contract_of(session)
            subscription_ref = contract.subscription_ref if contract is not None else None
        session.commit()
        if subscription_ref is None:
            raise click.ClickException(f"No card pays for {slug}.")
        asked.cancel(subscription_ref)
        follow(session, office, asked, tenant_id, utc_now())
    click.echo(f"No card pays for {slug} any more.")
