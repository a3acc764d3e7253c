"""`flask tenants …`: look at tenants, move them, take them out of service."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint
from complaints.office import Office
from onboarding import opening
from onboarding.billing import invoicing
from onboarding.boundaries.neighbours import Held
from onboarding.bundle import read_bundle, write_bundle
from onboarding.commands.onboard import ask_neighbours, tell_report
from onboarding.commands.refusal import in_the_app
from onboarding.export import export_tenant
from onboarding.leaving import erasure
from onboarding.leaving.erasure import tenant_named
from people.seat import Seat
from tenants import scope
from tenants.agency import Agency
from tenants.area import Area
from tenants.boundary import Boundary
from tenants.category import Category
from tenants.database import db
from tenants.tenant import Stage, Tenant, TenantDomain, in_language
from web.app import utc_now


@click.group("tenants")
def command() -> None:
    """Look at tenants, move them between platforms, suspend and erase them."""


@command.command("list")
@in_the_app
def show_all() -> None:
    """List every tenant with its code, stage, type and name, erased ones too."""
    with Session(db.engine) as session:
        tenants = session.scalars(select(Tenant).where(Tenant.stage != Stage.SHADOW).order_by(Tenant.slug)).all()
        _table([(row.slug, row.code, row.stage, row.type, _name(row)) for row in tenants])


@command.command("show")
@click.argument("slug")
@in_the_app
def show(slug: str) -> None:
    """Show one tenant: its stage, ground, addresses and how much it holds."""
    with Session(db.engine) as session:
        tenant = tenant_named(session, slug)
        _table([(f"{name}:", value) for name, value in _facts(session, tenant)])


@command.command("export")
@click.argument("slug")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@in_the_app
def export(slug: str, out: Path | None) -> None:
    """Write a tenant's whole configuration as a bundle (a zip): to standard output, or to the file of --out.

    Holds its boundary, areas, agencies, categories, rules, calendars, staff, look and texts; no complaints, residents,
    ids, dates or secrets. The same configuration gives the same bytes.
    """
    office: Office = current_app.extensions["office"]
    if out is None and sys.stdout.isatty():
        raise click.UsageError("A bundle is a zip, which no terminal can show: name a file with --out, or redirect it.")
    with Session(db.engine) as session:
        content = write_bundle(export_tenant(session, tenant_named(session, slug).id, storage=office.storage))
    if out is None:
        sys.stdout.buffer.write(content)
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{out} can't be written: {error.strerror}.") from None
    click.echo(f"{slug} is in {out} ({len(content):,} bytes).", err=True)


@command.command("import")
@click.argument("bundle", type=click.Path(path_type=Path))
@in_the_app
def import_bundle(bundle: Path) -> None:
    """Make a tenant from a BUNDLE, or bring it to it: a zip of `export`, or a YAML or JSON document.

    A second run changes nothing and says so. `flask onboard` takes many, and goes live by the same rule.
    """
    office: Office = current_app.extensions["office"]
    with Session(db.engine) as session:
        report = opening.bring(session, read_bundle(bundle), Held(), now=utc_now(), storage=office.storage)
        session.commit()
        ask_neighbours(session, office, report)
    tell_report(report)
    if report.disputed:
        raise click.ClickException(f"{report.slug} isn't live.")


@command.command("suspend")
@click.argument("slug")
@in_the_app
def suspend(slug: str) -> None:
    """Take a tenant out of service. It keeps its data and its ground; `resume` puts it back, `erase` may follow."""
    with Session(db.engine) as session:
        changed = erasure.suspend(session, tenant_named(session, slug))
        session.commit()
    click.echo(f"{slug} is suspended." if changed else f"{slug} is suspended already; nothing changed.")


@command.command("resume")
@click.argument("slug")
@in_the_app
def resume(slug: str) -> None:
    """Put a suspended tenant back into service."""
    with Session(db.engine) as session:
        changed = erasure.resume(session, tenant_named(session, slug))
        session.commit()
    click.echo(f"{slug} is in service again." if changed else f"{slug} is in service; nothing changed.")


@command.command("erase")
@click.argument("slug")
@click.option("--yes-erase", metavar="SLUG", help="Its slug once more: without it nothing is deleted.")
@in_the_app
def erase(slug: str, yes_erase: str | None) -> None:
    """Delete everything of a suspended tenant: complaints, photos, people's seats, configuration and boundaries.

    Without --yes-erase it only says what would go. There is no way back. The slug and the code stay taken for ever;
    accounts stay, since people may have a seat elsewhere. Its last months are invoiced; invoices and their papers stay.
    """
    office: Office = current_app.extensions["office"]
    with Session(db.engine) as session:
        tenant = tenant_named(session, slug)
        if yes_erase != slug:
            if yes_erase is not None:
                raise click.UsageError(f"--yes-erase says {yes_erase}, and the tenant is {slug}: nothing was deleted.")
            raise click.ClickException(_warning(session, tenant))
        card = office.directory.by_id.get(tenant.id)
        if card is not None:
            with scope.enter(session, tenant.id):
                invoicing.close_the_last(session, office, card, utc_now())
        erased = erasure.erase(session, office.storage, tenant, now=utc_now())
    click.echo(f"{slug} is erased: {erased.rows:,} rows and {erased.files:,} files.")


def _warning(session: Session, tenant: Tenant) -> str:
    would_go = erasure.holdings(session, tenant)
    counted = (
        f"{would_go.complaints:,} complaints, {would_go.photos:,} photos, {would_go.messages:,} messages,"
        f" {would_go.people:,} people's seats, {would_go.boundaries:,} boundaries"
    )
    suspended = (
        "" if tenant.stage in (Stage.SUSPENDED, Stage.ERASED) else f"'flask tenants suspend {tenant.slug}', then "
    )
    return (
        f"Nothing was deleted. This would erase {_name(tenant)} for good: {counted}. To do it: {suspended}"
        f"'flask tenants erase {tenant.slug} --yes-erase {tenant.slug}'."
    )


def _facts(session: Session, tenant: Tenant) -> Iterator[tuple[str, str]]:
    office: Office = current_app.extensions["office"]
    yield "slug", tenant.slug
    yield "code", tenant.code
    yield "name", _name(tenant)
    yield "type", tenant.type
    yield "stage", tenant.stage
    yield "municipality", tenant.municipality_code or "none of the catalogue"
    yield "time zone", tenant.time_zone
    yield "languages", ", ".join(tenant.languages)
    card = office.directory.by_id.get(tenant.id)
    if card is not None and card.answers:
        yield "address", office.addresses.of(card)
    for domain in session.scalars(select(TenantDomain).where(TenantDomain.tenant_id == tenant.id)):
        yield "domain", f"{domain.host}{'' if domain.verified_at else ' (not verified)'}"
    yield "since", f"{tenant.created_at:%Y-%m-%d}"
    grounds = session.scalars(select(Boundary).where(Boundary.tenant_id == tenant.id).order_by(Boundary.created_at))
    for ground in grounds:
        held = f"from {ground.valid_from:%Y-%m-%d %H:%M}" if ground.valid_from else "from the beginning"
        until = f" until {ground.valid_until:%Y-%m-%d %H:%M}" if ground.valid_until else ""
        overlay = f", for {', '.join(ground.overlay)}" if ground.overlay else ""
        yield "ground", f"{ground.area_m2 / 1e6:,.2f} km² {held}{until}{overlay}"
    with scope.enter(session, tenant.id):
        for what, statement in _COUNTS.items():
            yield what, f"{session.scalar(statement) or 0:,}"


_COUNTS = {
    "areas": select(func.count(Area.id)).where(Area.ended_at.is_(None)),
    "agencies": select(func.count(Agency.id)).where(Agency.ended_at.is_(None)),
    "categories": select(func.count(Category.id)).where(Category.ended_at.is_(None), Category.is_group.is_(False)),
    "people": select(func.count(Seat.id)).where(Seat.ended_at.is_(None)),
    "complaints": select(func.count(Complaint.id)),
    "of them open": select(func.count(Complaint.id)).where(Complaint.is_open),
}


def _name(tenant: Tenant) -> str:
    return in_language(tenant.name, tenant.languages[0] if tenant.languages else "id")


def _table(rows: Sequence[Sequence[str]]) -> None:
    """Rows in columns as wide as they need; the last one runs on."""
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(len(rows[0]) - 1)] if rows else []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        click.echo("  ".join([*cells, row[-1]]))
