"""Whom a breach concerns in the session's city: counted, listed and gone through by the database, never kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from complaints.office import Office
from complaints.safety.breach import Breach, Kind, Reach
from tenants import scope
from tenants.directory import TenantCard

AT_ONCE = 1_000


@dataclass(frozen=True)
class Affected:
    """One person, or one report's contact. name: None where the report is anonymous or restricted."""

    kind: Kind
    name: str | None
    email: str | None
    phone: str | None


@dataclass(frozen=True)
class Count:
    """Of one city. by_mail: how many addresses can be told; unreachable: contacts with a number only."""

    card: TenantCard
    kinds: Mapping[str, int]
    by_mail: int
    unreachable: int


def count(session: Session, office: Office, breach: Breach, card: TenantCard) -> Count:
    """How many were affected in one city, each address or number once; nobody's data leaves it."""
    counted = ", ".join(f"count(DISTINCT who) FILTER (WHERE kind = '{kind}')" for kind in breach.kinds)
    with scope.enter(session, card.id):
        counts = f"{_everybody(breach)} SELECT {counted}, {_REACHED} FROM everybody"  # noqa: S608 our own words
        found = session.connection().exec_driver_sql(counts, _values(office, breach, card)).one()
        *kinds, by_mail, unreachable = found
    return Count(card, dict(zip(breach.kinds, kinds, strict=True)), by_mail, unreachable)


def people(session: Session, office: Office, breach: Breach, card: TenantCard) -> Iterator[Affected]:
    """Those affected in the session's city; one line for each contact or account, read as they are needed."""
    rows = session.connection().exec_driver_sql(
        _everybody(breach) + _LIST, _values(office, breach, card), execution_options={"yield_per": AT_ONCE}
    )
    for row in rows:
        yield Affected(Kind(row.kind), row.name, row.email, row.phone)


def addresses(
    session: Session, office: Office, breach: Breach, card: TenantCard, *, after: str, most: int
) -> Sequence[tuple[str, str]]:
    """(address, language) of the next to tell in the session's city, each address once, in their order."""
    found = session.connection().exec_driver_sql(
        _everybody(breach) + _ADDRESSES, _values(office, breach, card) | {"after": after, "most": most}
    )
    return [(row.email, row.language) for row in found]


_REACHED = "count(DISTINCT lower(email)), count(DISTINCT phone) FILTER (WHERE email IS NULL)"

_LIST = " SELECT DISTINCT kind, name, email, phone FROM everybody ORDER BY kind, email, phone, name"

_ADDRESSES = """
SELECT lower(email) COLLATE "C" AS email, min(language) AS language FROM everybody
WHERE lower(email) COLLATE "C" > %(after)s GROUP BY 1 ORDER BY 1 LIMIT %(most)s
"""

_REPORTERS = """
SELECT CASE WHEN o.anonymous OR o.visibility = 'restricted' THEN NULL ELSE c.name END AS name, c.email, c.phone,
  c.language, coalesce(lower(c.email), c.phone) AS who
FROM contacts c JOIN complaints o ON o.tenant_id = c.tenant_id AND o.id = c.complaint_id
WHERE c.erased_at IS NULL AND num_nonnulls(c.email, c.phone) > 0 AND o.received_at < %(until)s
  AND (%(stored)s OR o.received_at >= %(from)s)
"""

# Whoever asked to be told, also who hasn't confirmed it: the address lay there all the same.
_FOLLOWERS = """
SELECT NULL AS name, email, NULL AS phone, language, lower(email) AS who FROM (
  SELECT email, language, created_at, asked_at, confirmed_at FROM followers WHERE email IS NOT NULL
  UNION ALL SELECT email, language, created_at, asked_at, confirmed_at FROM incident_followers
  UNION ALL SELECT email, language, created_at, asked_at, confirmed_at FROM works_followers
  UNION ALL SELECT email, language, created_at, asked_at, confirmed_at FROM alerts
) following
WHERE created_at < %(until)s AND (%(stored)s OR greatest(created_at, asked_at, confirmed_at) >= %(from)s)
"""

_ACCOUNTS = """
SELECT a.name, a.email, coalesce(a.phone, i.value) AS phone, coalesce(a.language, 'id') AS language,
  coalesce(lower(a.email), a.phone, i.value, a.id::text) AS who
FROM accounts a LEFT JOIN LATERAL (
  SELECT value FROM identities WHERE account_id = a.id AND kind = 'phone' ORDER BY value LIMIT 1
) i ON true
WHERE a.id IN ({ids})
"""

_SIGNED_IN = """
SELECT account_id FROM sign_ins WHERE host = ANY(%(hosts)s) AND created_at < %(until)s
  AND (%(stored)s OR (expires_at >= %(from)s AND (ended_at IS NULL OR ended_at >= %(from)s)))
"""

# Most residents have no seat: they are known by what they reported, and by where they signed in.
_RESIDENTS = """
SELECT account_id FROM seats WHERE %(stored)s AND role = 'resident' AND created_at < %(until)s
  AND (ended_at IS NULL OR ended_at >= %(from)s)
UNION SELECT reporter_account_id FROM complaints WHERE reporter_account_id IS NOT NULL
  AND received_at < %(until)s AND (%(stored)s OR received_at >= %(from)s)
UNION SELECT account_id FROM signed_in
  WHERE account_id NOT IN (SELECT account_id FROM seats WHERE role <> 'resident')
  AND account_id NOT IN (SELECT id FROM accounts WHERE is_operator)
"""

_OFFICIALS = """
SELECT account_id FROM seats WHERE role NOT IN ('resident', 'operator') AND created_at < %(until)s
  AND (ended_at IS NULL OR ended_at >= %(from)s)
  AND (%(stored)s OR account_id IN (SELECT account_id FROM signed_in))
"""

_OF_KIND = {
    Kind.REPORTERS: _REPORTERS,
    Kind.FOLLOWERS: _FOLLOWERS,
    Kind.RESIDENTS: _ACCOUNTS.format(ids=_RESIDENTS),
    Kind.OFFICIALS: _ACCOUNTS.format(ids=_OFFICIALS),
}


def _everybody(breach: Breach) -> str:
    kinds = [Kind(kind) for kind in breach.kinds]
    each = " UNION ALL ".join(f"SELECT '{kind}' AS kind, * FROM ({_OF_KIND[kind]}) {kind}" for kind in kinds)  # noqa: S608 our own words
    return f"WITH signed_in AS ({_SIGNED_IN}), everybody AS ({each})"


def _values(office: Office, breach: Breach, card: TenantCard) -> dict[str, Any]:
    base = office.addresses.base_host
    return {
        "from": breach.from_at,
        "until": breach.until_at,
        "stored": breach.reach == Reach.STORED,
        "hosts": [base] if card.is_commons else sorted(office.directory.hosts_of(card, base)),
    }
