"""Partners outside the government: a seat in a partner's agency, and a utility that is a tenant of its own."""

import json
import tempfile
from pathlib import Path
from uuid import UUID

import yaml
from sqlalchemy import select

from onboarding.bundle import read_bundle
from onboarding.provision import provision
from people.account import Account
from people.permissions import Role
from people.seat import Seat, SeatAgency
from tenants import scope
from tests.cast import FOUNDED, PASSWORD, QUICK, Cast
from tests.complaints.moving import agency

PARTNER = "partner"
"""Signs in as partner@barat.example."""


def seat_at_pln(cast: Cast) -> UUID:
    """Give somebody of PLN a partner's seat in Kota Barat; the seat's id."""
    pln = agency(cast, "barat", "pln")
    cast.enter("barat")
    account = Account(
        email="partner@barat.example", name="Hendra", password_hash=QUICK.hash(PASSWORD), created_at=FOUNDED
    )
    cast.session.add(account)
    cast.session.flush()
    seat = Seat(account_id=account.id, role=Role.PARTNER, name="Hendra PLN", created_at=FOUNDED)
    cast.session.add(seat)
    cast.session.flush()
    cast.session.add(SeatAgency(seat_id=seat.id, agency_id=pln))
    seat_id = seat.id
    cast.session.commit()
    return seat_id


def leave(cast: Cast, seat_id: UUID) -> None:
    """Take the seat's agency away."""
    cast.enter("barat")
    for row in cast.session.scalars(select(SeatAgency).where(SeatAgency.seat_id == seat_id)):
        cast.session.delete(row)
    cast.session.commit()


def utility(cast: Cast) -> str:
    """A utility over the ground of both cities, for power cuts alone; its slug."""
    ring = [[106.85, -6.35], [107.15, -6.35], [107.15, -6.15], [106.85, -6.15], [106.85, -6.35]]
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    document = {
        "format": 1,
        "tenant": {
            "slug": "setrum", "code": "STR", "name": {"id": "Setrum Jaya", "en": "Setrum Power"}, "type": "utility",
            "time_zone": "Asia/Jakarta", "languages": ["id", "en"], "boundary": "setrum.geojson",
            "overlay": ["listrik"],
        },
        "people": [
            {"email": "supervisor@setrum.example", "name": "Supervisor", "role": "supervisor", "agencies": ["pln"]}
        ],
    }  # fmt: skip
    cast.session.commit()
    scope.name_tenant(cast.session, None)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "setrum.geojson").write_text(json.dumps(feature))
        path = Path(folder) / "setrum.yaml"
        path.write_text(yaml.safe_dump(document))
        provision(cast.session, read_bundle(path), now=FOUNDED)
    cast.session.commit()
    cast.office.keeper.refresh()
    return "setrum"
