"""Two administrators on one form: the second sees what the first one saved, beside what they had typed themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import g

from configuration.editing import Stale
from people.seats import name_of


@dataclass(frozen=True)
class Clash:
    """by, at: who saved it meanwhile; "" and None where that isn't on record. differs: (control, what stands now)."""

    by: str
    at: datetime | None
    differs: list[tuple[str, str]]


def clash(error: Stale, typed: Mapping[str, str], stands: Mapping[str, str]) -> Clash:
    """What somebody else has saved since. typed, stands: values by the names of the form's controls."""
    last = error.last
    return Clash(
        by=name_of(g.session, last.seat_id) if last else "",
        at=last.at if last else None,
        differs=[(name, now) for name, now in stands.items() if typed.get(name, "").strip() != now.strip()],
    )
