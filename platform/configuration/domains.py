"""A city's own domains: named by an administrator, proved by records of the domain name system, and only then used.

Whoever may set a record of the domain is its owner: the token in it is made for one city and one domain, so that
another city's record proves nothing. Several cities may name a domain; it is whose record is found.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from complaints.office import Office
from complaints.seal import seal
from configuration import editing
from configuration.editing import Author
from tenants.directory import TenantCard, raise_epoch
from tenants.errors import N_, Conflict, Invalid, NotFound
from tenants.names import Resolver
from tenants.tenant import TenantDomain, Use

MOST = 6
OWNER = "_aduan"
"""Under this name of the domain stands the token."""

_HOST = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


@dataclass(frozen=True)
class Record:
    """One record to set. seen: what stands there now; None where it wasn't asked. right: whether that will do."""

    name: str
    kind: str
    value: str
    seen: tuple[str, ...] | None = None
    right: bool = False


def add(
    session: Session, office: Office, card: TenantCard, host: str, use: str, *, author: Author, now: datetime
) -> TenantDomain:
    """Name a domain; nothing is served or sent from it yet. Raises Invalid, field host, or Conflict."""
    name = _name(host)
    base = office.addresses.base_host
    if use not in list(Use):
        raise Invalid(N_("Choose what the domain is for."), field="use")
    if name == base or name.endswith(f".{base}"):
        raise Invalid(N_("This name is the platform's own. Write a domain of your government."), field="host")
    own = select(TenantDomain).where(TenantDomain.tenant_id == card.id)
    if session.scalar(own.where(TenantDomain.host == name, TenantDomain.use == use)) is not None:
        raise Conflict(N_("This domain is in the list already."), field="host")
    if (session.scalar(select(func.count()).select_from(own.subquery())) or 0) >= MOST:
        raise Invalid(N_("At most %(most)s domains are possible; take one out first."), field="host", most=MOST)
    row = TenantDomain(host=name, use=use, tenant_id=card.id, added_at=now)
    editing.add(session, row, author=author, now=now)
    return row


def remove(session: Session, card: TenantCard, domain_id: UUID, *, author: Author, now: datetime) -> None:
    """Take a domain out; from then on nothing answers there and links use the slug's host. Raises NotFound."""
    editing.end(session, domain_here(session, card, domain_id), author=author, now=now)


def check(
    session: Session, office: Office, card: TenantCard, domain_id: UUID, *, author: Author, now: datetime
) -> list[Record]:
    """Look at what the records say, and use the domain if they are right, or stop using it if they no longer are.

    Raises NotFound, Unavailable where the domain name system can't be asked (nothing changes), and Conflict where
    another city uses the domain.
    """
    row = domain_here(session, card, domain_id)
    records = [_seen(office.resolver, record) for record in wanted(office, card, row)]
    row.checked_at = now
    proved = all(record.right for record in records)
    if proved and row.verified_at is None:
        others = select(TenantDomain.id).where(
            TenantDomain.host == row.host, TenantDomain.use == row.use, TenantDomain.verified_at.is_not(None)
        )
        if session.scalar(others) is not None:
            raise Conflict(N_("Another city uses this domain. It has to take it out first."))
        editing.change(session, row, {"verified_at": now}, author=author, now=now)
    elif not proved and row.verified_at is not None:
        editing.change(session, row, {"verified_at": None}, author=author, now=now)
    raise_epoch(session)
    session.flush()
    return records


def wanted(office: Office, card: TenantCard, row: TenantDomain) -> list[Record]:
    """The records that a domain needs."""
    proof = Record(f"{OWNER}.{row.host}", "TXT", f"aduan={token_of(office, card.id, row.host)}")
    base = office.addresses.base_host
    if row.use == Use.MAIL:
        return [proof, Record(row.host, "TXT", f"v=spf1 include:{base} ~all")]
    return [proof, Record(row.host, "CNAME", f"{card.slug}.{base}")]


def listed(session: Session, card: TenantCard) -> Sequence[TenantDomain]:
    """The city's domains."""
    query = select(TenantDomain).where(TenantDomain.tenant_id == card.id).order_by(TenantDomain.use, TenantDomain.host)
    return session.scalars(query.limit(MOST)).all()


def domain_here(session: Session, card: TenantCard, domain_id: UUID) -> TenantDomain:
    """The domain of this id, if it is the city's. Raises NotFound."""
    row = session.get(TenantDomain, domain_id)
    if row is None or row.tenant_id != card.id:
        raise NotFound(N_("There is no such domain here."))
    return row


def token_of(office: Office, tenant_id: UUID, host: str) -> str:
    """What proves that one city owns one domain."""
    return seal(office.secret, b"domain", tenant_id, tenant_id, host.encode())


def _seen(resolver: Resolver, record: Record) -> Record:
    seen = resolver.look_up(record.name, record.kind)
    if record.kind == "CNAME":
        right = [one.rstrip(".") for one in seen] == [record.value]
        if not seen:  # a domain without a label before it can't have an alias; the same addresses do as well
            seen = _addresses(resolver, record.name)
            ours = _addresses(resolver, record.value)
            right = bool(seen) and set(seen) <= set(ours)
    elif record.value.startswith("v=spf1"):
        include = record.value.split()[1]
        seen = [one for one in seen if one.lower().startswith("v=spf1")]
        right = len(seen) == 1 and include in seen[0].lower().split()
    else:
        right = record.value in seen
    return Record(record.name, record.kind, record.value, tuple(seen[:5]), right)


def _addresses(resolver: Resolver, name: str) -> list[str]:
    return sorted([*resolver.look_up(name, "A"), *resolver.look_up(name, "AAAA")])


def _name(host: str) -> str:
    written = host.strip().lower().rstrip(".").removeprefix("https://").removeprefix("http://").partition("/")[0]
    try:
        name = written.encode("idna").decode()
    except UnicodeError:
        name = ""
    if len(name) > 200 or not _HOST.fullmatch(name):
        raise Invalid(N_("Write a domain such as lapor.bogorkota.go.id."), field="host")
    return name
