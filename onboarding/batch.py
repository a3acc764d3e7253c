"""Many cities from their bundles, one after the other: each whole or not at all, and what is done is passed over.

A city remembers by which bundle it was brought to what it is, and at which revision. While both are the same there is
nothing to compare, so whoever runs it again after a kill is soon where it stopped.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from complaints.photos.storage import Storage
from configuration.document import parse
from onboarding import archive, opening
from onboarding.boundaries import catalogue
from onboarding.boundaries.neighbours import Held
from onboarding.bundle import TEMPLATE, read_bundle
from onboarding.provision import ProvisionReport
from tenants.catalogue import Municipality
from tenants.errors import AduanError, Invalid
from tenants.tenant import Stage, Tenant

MARK = "bundle"
"""The key of a city's options that holds the mark: the digest of its bundle, and the revision that it came to."""
LAYOUT = "1"
"""Raised when the same bundle is to be compared anew, because what is made of it has changed."""
ENDINGS = (".yaml", ".yml", ".json", ".zip")


def sources_in(paths: Iterable[Path]) -> list[Path]:
    """The bundles: each file as it is, and of a folder all that look like one, by name. Raises Invalid for none."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(one for one in path.iterdir() if one.suffix in ENDINGS and one.is_file())
        if not inside:
            raise Invalid(f"{path} holds no bundle: none of its files ends in {', '.join(ENDINGS)}.")
        found += inside
    return found


def provision_all(
    session: Session,
    sources: Iterable[Path],
    *,
    now: datetime,
    stage: Stage = Stage.LIVE,
    storage: Storage | None = None,
) -> Iterator[ProvisionReport]:
    """One tenant after the other, a transaction each, in memory that doesn't grow with their number.

    A bundle that is refused changes nothing, is told in its report, and doesn't stop the others; a city whose boundary
    lies on ground that others hold stays in rehearsal (`opening.py`). Two who bring the same city at once come one
    after the other. Commits.
    """
    platform, held = _of_the_platform(), Held()
    known = _known(session)
    session.commit()
    for source in sources:
        try:
            digest = _digest(session, source, platform)
            if digest in known:
                report = ProvisionReport(known[digest])
            else:
                report = _bring(session, source, digest, held, now=now, stage=stage, storage=storage)
            session.commit()
        except AduanError as error:
            session.rollback()
            report = ProvisionReport(source.stem, problem=str(error))
        session.expunge_all()
        yield report


def _bring(
    session: Session, source: Path, digest: str, held: Held, *, now: datetime, stage: Stage, storage: Storage | None
) -> ProvisionReport:
    bundle = read_bundle(source)
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:city, 0))"), {"city": f"onboard/{bundle.slug}"}
    )
    report = opening.bring(session, bundle, held, now=now, stage=stage, storage=storage)
    session.flush()
    tenant = session.get_one(Tenant, report.tenant_id, populate_existing=True)
    tenant.options = {**tenant.options, MARK: f"{digest}:{tenant.revision}"}
    return report


def _known(session: Session) -> dict[str, str]:
    """The slug by the digest of each bundle by which a city is still what it was made; not of one in rehearsal, which
    may go live by now.
    """
    mark = Tenant.options[MARK].astext
    rows = session.execute(
        select(Tenant.slug, Tenant.revision, mark).where(
            mark.is_not(None), Tenant.stage.not_in((Stage.ERASED, Stage.SHADOW, Stage.REHEARSAL))
        )
    )
    found = {}
    for slug, revision, written in rows:
        digest, _, at = written.partition(":")
        if at == str(revision):
            found[digest] = slug
    return found


def _of_the_platform() -> bytes:
    """What every city gets besides its own bundle."""
    digest = hashlib.sha256(f"{LAYOUT} {catalogue.version()}".encode())
    for template in sorted(TEMPLATE.parent.glob("*.yaml")):
        digest.update(template.read_bytes())
    return digest.digest()


def _digest(session: Session, source: Path, platform: bytes) -> str:
    """Of all that a bundle says: its bytes, those of the files that it names, and the outline in the catalogue."""
    try:
        content = source.read_bytes()
    except OSError as error:
        raise Invalid(f"{source} can't be read: {error.strerror}.") from None
    digest = hashlib.sha256(platform + content)
    if archive.is_zip(content):
        return digest.hexdigest()
    given = parse(content, source.name).value
    for named in _named(given):
        digest.update(f"\n{named}\n".encode())
        if named.startswith("catalogue:"):
            code = named.partition(":")[2]
            either = or_(Municipality.code == code, Municipality.province_code == code)
            for outline in session.scalars(select(Municipality.outline).where(either).order_by(Municipality.code)):
                digest.update(outline or b"-")
        elif (beside := source.parent / named).is_file():
            digest.update(beside.read_bytes())
    return digest.hexdigest()


def _named(given: Any) -> Sequence[str]:
    """What a document names besides itself: its boundary, its areas, its crest."""
    if not isinstance(given, Mapping):
        return []
    tenant, look = given.get("tenant"), given.get("look")
    found = [
        tenant.get("boundary") if isinstance(tenant, Mapping) else None,
        given.get("areas"),
        look.get("logo") if isinstance(look, Mapping) else None,
    ]
    return [one for one in found if isinstance(one, str)]
