"""`flask boundaries …`: outlines from files, looked at and taken into the catalogue."""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from onboarding.boundaries.outlines import import_outlines
from onboarding.commands.progress import tell
from onboarding.commands.refusal import in_the_app
from tenants import boundary_file
from tenants.boundary_file import BoundaryFeature, Fault, Report
from tenants.database import db

FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("boundaries")
def command() -> None:
    """Check files of outlines, and take them into the catalogue."""


@command.command("check")
@click.argument("file", type=FILE)
@click.option("--code", metavar="PROP", help="The property with each feature's code; else `code` or `kode`.")
@click.option("--name", metavar="PROP", help="The property with each feature's name; else `name` or `nama`.")
@in_the_app
def check(file: Path, code: str | None, name: str | None) -> None:
    """Say what would be mended in FILE and by how many m², and what can't be used, with its place.

    FILE: GeoJSON (also .gz), a zipped shapefile, KML or KMZ. Writes nothing, and needs no database. The exit code is 1
    where something can't be used.
    """
    report = read(file, code, name)
    _tell_mendings(report.features)
    click.echo(_summary(report))
    _refuse(report.faults, len(report.features), "can be used")


@command.command("import")
@click.argument("file", type=FILE)
@click.option("--code", metavar="PROP", help="The property with each feature's code; else `code` or `kode`.")
@click.option("--name", metavar="PROP", help="The property with each feature's name; else `name` or `nama`.")
@in_the_app
def import_file(file: Path, code: str | None, name: str | None) -> None:
    """Take the outlines of FILE into the catalogue: new municipalities, or new outlines of known.

    FILE: GeoJSON (also .gz), a zipped shapefile, KML or KMZ. What can be mended is, and is told with its m²; the rest
    is refused with the place of the fault, and the exit code is 1 then. Tenants keep their boundaries. A second run
    changes nothing. Properties `type` and `parent` (the code of the province) are taken along where features have them.
    """
    report = read(file, code, name)
    _tell_mendings(report.features)
    tell(f"{len(report.features)} outlines into the catalogue …")
    with Session(db.engine) as session:
        done = import_outlines(session, report.features)
        session.commit()
    tell("")
    if done.added or done.changed:
        click.echo(f"{done.added} municipalities added, {done.changed} changed, {done.unchanged} as they were.")
    else:
        click.echo("The catalogue: nothing changed.")
    _refuse([*report.faults, *done.refused], done.added + done.changed + done.unchanged, "are in the catalogue")


def read(file: Path, code: str | None, name: str | None) -> Report:
    """What a file of outlines holds, told while it is read."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file} can't be read: {error.strerror}.") from None
    tell(f"Reading {file.name} …")
    report = boundary_file.check(content, file.name, code_property=code, name_property=name)
    tell("")
    return report


def _tell_mendings(features: tuple[BoundaryFeature, ...]) -> None:
    for feature in features:
        for mending in feature.mendings:
            where = f" at {mending.where[0]:.6f}, {mending.where[1]:.6f}" if mending.where else ""
            label = " ".join(filter(None, (feature.code, feature.name))) or "A feature"
            click.echo(f"{label}: {mending.what}{where}, {mending.area_m2:,.1f} m²")


def _summary(report: Report) -> str:
    mended = [feature for feature in report.features if feature.mendings]
    mended_m2 = sum(mending.area_m2 for feature in mended for mending in feature.mendings)
    km2 = sum(feature.area_m2 for feature in report.features) / 1e6
    return (
        f"{len(report.features)} outlines can be used, {km2:,.2f} km² in all;"
        f" {len(mended)} of them mended, by {mended_m2:,.1f} m² together."
    )


def _refuse(faults: list[Fault] | tuple[Fault, ...], good: int, what: str) -> None:
    if not faults:
        return
    for fault in faults:
        click.echo(str(fault), err=True)
    raise click.ClickException(f"{len(faults)} refused, for the reasons above; {good} {what}.")
