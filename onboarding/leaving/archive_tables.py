"""What of the database goes into a city's archive, table by table: the one place that knows it for both ways."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Table

from tenants.boundary import Boundary
from tenants.database import Base
from tenants.tenant import Tenant, TenantDomain

LEFT_OUT = frozenset(
    {
        "archives", "breach_steps", "breach_told", "breaches", "contracts", "departures", "digest_lines",
        "help_requests", "invoice_files", "invoices", "push_subscriptions",
    }
)  # fmt: skip
"""Owned by a city and no content of it: its archives and its leaving, what it has agreed with whoever runs this very
platform, owes them, asked them and was told by them, what is on its way for the next digest, and what ties a browser to
this platform."""
FILES_LEFT_OUT = "billing-"
"""How the names of files begin that belong to such rows."""

PEOPLE = "people"
"""The accounts of those who have or had a seat: id, address and name; no password, no second step."""
LENT = (
    "SELECT s.id FROM seats s WHERE s.role = 'operator'"
    " AND s.created_at = (SELECT min(e.from_at) FROM operator_entries e WHERE e.seat_id = s.id)"
)
"""Seats that were made for an operator's entry, of whoever runs this platform. One that was the operator's own before
stays, since what was done with it names it."""

_AS = {
    # What waits to be sent is sent from here, or not at all: never by the platform that the city moves to.
    ("messages", "state"): "CASE state WHEN 'waiting' THEN 'dead' ELSE state END",
    # A letter that belongs to no report may be the way into an account, of another city's people or of the platform's
    # operators too: whoever asks for a new password at this city's host. And an address in any letter may be a secret.
    ("messages", "subject"): "CASE WHEN complaint_id IS NULL THEN '' ELSE subject END",
    ("messages", "body"): "CASE WHEN complaint_id IS NULL THEN '' ELSE regexp_replace(body, 'https?://[^[:space:]]+',"
    " '…', 'g') END",
    ("messages", "link"): "NULL",
    ("messages", "unsubscribe_url"): "NULL",
}
_PLATFORM_WIDE = {
    "boundaries": [column.name for column in Boundary.__table__.columns if column.name != "tenant_id"],
    # Its records were proved to this platform; the next one asks for its own.
    "tenant_domains": ["id", "host", "use", "added_at"],
}
TENANT = [
    column.name
    for column in Tenant.__table__.columns
    if column.name not in ("shadow_of", "leaving_at", "erasing_at", "left_at")
]
"""The columns of the city's own row; it isn't leaving where it comes to."""

assert TenantDomain.__tablename__ in _PLATFORM_WIDE


@dataclass(frozen=True)
class Archived:
    """A table as it is archived. late: columns that name another row of the same table, set once all are there.

    owned_by: columns that always name a seat, without which there is no such row; done_by: those that may name one.
    """

    name: str
    columns: Sequence[str]
    late: Sequence[str] = ()
    owned_by: Sequence[str] = ()
    done_by: Sequence[str] = ()

    @property
    def is_walled(self) -> bool:
        """Whether row-level security keeps it to one city."""
        return self.name not in (PEOPLE, *_PLATFORM_WIDE)

    def select(self) -> str:
        """SQL that gives each row as one JSON object, by id; `%(tenant_id)s` is the city's. The session is in it."""
        if self.name == PEOPLE:
            seats = f"SELECT account_id FROM seats WHERE id NOT IN ({LENT})"  # noqa: S608  own names
            rows = f"SELECT id, email, name, language FROM accounts WHERE id IN ({seats})"  # noqa: S608  own names
        else:
            said = [f'{self._said(one)} AS "{one}"' for one in self.columns]
            kept = [f"{_quoted(one)} NOT IN ({LENT})" for one in self.owned_by]
            kept += [] if self.is_walled else ["tenant_id = %(tenant_id)s"]
            where = f" WHERE {' AND '.join(kept)}" if kept else ""
            rows = f"SELECT {', '.join(said)} FROM {self.name}{where}"  # noqa: S608  names of our own tables
        return f"SELECT row_to_json(r)::text FROM ({rows} ORDER BY id) r"  # noqa: S608  own names

    def _said(self, column: str) -> str:
        if column in self.done_by:
            return f"CASE WHEN {_quoted(column)} IN ({LENT}) THEN NULL ELSE {_quoted(column)} END"
        return _AS.get((self.name, column), _quoted(column))


@cache
def archived() -> tuple[Archived, ...]:
    """Every table of an archive, each after those that it refers to."""
    owned = [
        Archived(
            table.name,
            [one.name for one in table.columns if _is_kept(table, one.name)],
            _late(table),
            _seats(table, nullable=False),
            _seats(table, nullable=True),
        )
        for table in Base.metadata.sorted_tables
        if "tenant_id" in table.primary_key.columns and table.name not in LEFT_OUT
    ]
    wide = [Archived(name, columns) for name, columns in _PLATFORM_WIDE.items()]
    return (Archived(PEOPLE, ["id", "email", "name", "language"]), *wide, *owned)


def _quoted(column: str) -> str:
    return f'"{column}"'


def _is_kept(table: Table, column: str) -> bool:
    """The city's id is the archive's own; what PostgreSQL reckons itself isn't written down."""
    return column != "tenant_id" and table.columns[column].computed is None


def _late(table: Table) -> list[str]:
    return sorted(
        key.parent.name for key in table.foreign_keys if key.column.table is table and key.parent.name != "tenant_id"
    )


def _seats(table: Table, *, nullable: bool) -> list[str]:
    """Columns that name a seat: the seats' own id, and what refers to it."""
    found = [key.parent for key in table.foreign_keys if key.column.table.name == "seats"]
    found += [table.columns["id"]] if table.name == "seats" else []
    return sorted(one.name for one in found if one.name != "tenant_id" and one.nullable is nullable)
