"""The same people in every test: two neighbouring cities, with a resident and staff in each.

Kota Barat (BRT) and Kota Timur (TMR) are squares that share the meridian 107.0; each has two kecamatan, north and
south. Every page test asks what the neighbour sees.
"""

import io
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import yaml
from argon2 import PasswordHasher
from flask import Flask
from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import Client, TestResponse

from complaints import evidence, filing, handling
from complaints.complaint import Complaint
from complaints.evidence import Photo
from complaints.handling import REPORTER, Actor, Carried
from complaints.office import Office
from complaints.report import Report
from complaints.workflow import Need
from onboarding.bundle import read_bundle
from onboarding.provision import provision, provision_commons
from people.account import Account
from people.sign_in import seat_of
from tenants import scope
from tenants.directory import TenantCard
from tenants.tenant import Tenant
from tests.web.stand import strict

PASSWORD = "a password of the tests"
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""Signing in at full strength costs a tenth of a second; a hash carries its own strength."""
FOUNDED = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
"""A Wednesday at ten in the morning in Jakarta."""
CITIES = {"barat": ("BRT", "Kota Barat", 106.9), "timur": ("TMR", "Kota Timur", 107.0)}
IN_BARAT = (106.95, -6.25)
IN_TIMUR = (107.05, -6.25)
AT_THE_BORDER = (106.9998, -6.25)
NOWHERE = (106.5, -7.9)


def provision_the_cast(session: Session) -> None:
    """Make the commons, both cities and their people, by the code that onboards every city."""
    provision_commons(session, now=FOUNDED)
    session.commit()
    with tempfile.TemporaryDirectory() as folder:
        for slug in CITIES:
            scope.name_tenant(session, None)
            provision(session, read_bundle(write_bundle(Path(folder), slug)), now=FOUNDED)
            session.commit()
    scope.name_tenant(session, None)
    hashed = QUICK.hash(PASSWORD)
    session.add(Account(email="operator@aduan.example", name="Operator", is_operator=True, created_at=FOUNDED))
    session.flush()
    for account in session.scalars(select(Account)):
        account.password_hash = hashed
    session.commit()


def write_bundle(folder: Path, slug: str) -> Path:
    """The bundle of one of the cities, with its outlines beside it."""
    code, name, west = CITIES[slug]
    (folder / f"{slug}.geojson").write_text(json.dumps(_square("", name, west, -6.3, 0.1, 0.1)))
    areas = [
        _square(f"{code}.1", "Utara", west, -6.25, 0.1, 0.05) | {"id": f"{code}.1"},
        _square(f"{code}.2", "Selatan", west, -6.3, 0.1, 0.05) | {"id": f"{code}.2"},
    ]
    (folder / f"{slug}-areas.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": areas}))
    bundle = {
        "format": 1,
        "tenant": {
            "slug": slug,
            "code": code,
            "name": {"id": name, "en": name.replace("Kota", "City of")},
            "type": "kota",
            "time_zone": "Asia/Jakarta",
            "languages": ["id", "en"],
            "boundary": f"{slug}.geojson",
        },
        "areas": f"{slug}-areas.geojson",
        "agencies": [
            {"code": "pu", "email": f"pu@{slug}.example", "name": {"id": f"Dinas PU {name}", "en": "Works"}},
            {"code": "uptd", "parent": "pu", "name": {"id": f"UPTD Jalan {name}", "en": "Road unit"}},
        ],
        "people": [
            {"email": f"admin@{slug}.example", "name": f"Admin {name}", "role": "admin", "agencies": ["diskominfo"]},
            {
                "email": f"supervisor@{slug}.example",
                "name": f"Supervisor {name}",
                "role": "supervisor",
                "agencies": ["pu"],
            },
            {"email": f"officer@{slug}.example", "name": f"Officer {name}", "role": "officer", "agencies": ["pu"]},
            {"email": f"colleague@{slug}.example", "name": f"Colleague {name}", "role": "officer", "agencies": ["pu"]},
            {"email": f"resident@{slug}.example", "name": f"Resident {name}", "role": "resident"},
        ],
    }
    path = folder / f"{slug}.yaml"
    path.write_text(yaml.safe_dump(bundle, allow_unicode=True))
    return path


def _square(code: str, name: str, west: float, south: float, width: float, height: float) -> dict[str, Any]:
    east, north = round(west + width, 6), round(south + height, 6)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name, "type": "kecamatan", "level": "kecamatan", "parent": None},
        "geometry": {"type": "MultiPolygon", "coordinates": [[ring]]},
    }


@dataclass
class Cast:
    """The cities and what their people do, through the verbs."""

    office: Office
    session: Session

    def city(self, slug: str) -> TenantCard:
        return self.office.directory.by_slug[slug]

    def enter(self, slug: str) -> TenantCard:
        """Turn the session to a city, in a new transaction."""
        card = self.city(slug)
        self.session.commit()
        self.session.expunge_all()
        scope.name_tenant(self.session, card.id)
        return card

    def actor(self, slug: str, role: str) -> Actor:
        """A member of a city's staff; the session is turned to that city."""
        self.enter(slug)
        account = self.session.scalars(select(Account).where(Account.email == f"{role}@{slug}.example")).one()
        seated = seat_of(self.session, account.id)
        assert seated is not None
        seat, agency_ids = seated
        return Actor("staff", seat.id, seat.role, agency_ids)

    def complaint(
        self,
        slug: str = "barat",
        *,
        category: str = "jalan-lubang",
        words: str = "Lubang besar di depan pasar.",
        at: tuple[float, float] | None = None,
        now: datetime = NOW,
        photos: Sequence[Photo] = (),
        key: str | None = None,
        **more: Any,
    ) -> UUID:
        """File a complaint in a city and commit it; its id. The session is turned to that city."""
        lon, lat = at or (IN_BARAT if slug == "barat" else IN_TIMUR)
        report = Report(category=category, description=words, lon=lon, lat=lat, **more)
        card = self.enter(slug)
        filed = filing.file_complaint(
            self.session, self.office, report, key=key or str(uuid4()), host=card, photos=photos, now=now
        )
        self.session.commit()
        return filed.complaint_id

    def read(self, slug: str, complaint_id: UUID) -> Complaint:
        """The complaint as a city has it now."""
        self.enter(slug)
        return handling.complaint_here(self.session, complaint_id)

    def move(
        self,
        slug: str,
        complaint_id: UUID,
        name: str,
        *,
        by: str = "supervisor",
        words: Mapping[Need, str] | None = None,
        now: datetime = NOW,
        **carried: Any,
    ) -> Complaint:
        """Make a move and commit it. by: a role, or "reporter"."""
        actor = REPORTER if by == "reporter" else self.actor(slug, by)
        card = self.enter(slug)
        complaint = handling.complaint_here(self.session, complaint_id)
        handling.move(
            self.session,
            self.office,
            complaint,
            name,
            actor=actor,
            card=card,
            now=now,
            carried=Carried(words=dict(words or {}), **carried),
        )
        self.session.commit()
        return complaint

    def tenant(self, slug: str) -> Tenant:
        return self.session.scalars(select(Tenant).where(Tenant.slug == slug)).one()


_READ: set[int] = set()
"""Hashes of the pages that were read strictly in this process: most tests open a page as another left it."""


class Visitor(Client):
    """A browser at a host: keeps cookies, sends Origin with what changes something, reads HTML strictly."""

    address = "127.0.0.1"

    def __init__(self, app: Flask, slug: str | None) -> None:
        super().__init__(app)
        self.origin = f"http://{slug}.localhost" if slug else "http://localhost"

    def open(self, *args: Any, **options: Any) -> TestResponse:
        options.setdefault("base_url", self.origin)
        options.setdefault("environ_base", {"REMOTE_ADDR": self.address})
        headers = dict(options.pop("headers", {}))
        if options.get("method", "GET") not in ("GET", "HEAD"):
            headers.setdefault("Origin", self.origin)
        response = super().open(*args, headers=headers, **options)
        if response.mimetype == "text/html" and response.data and not args[0].startswith("/api/v1/docs"):
            page = response.get_data(as_text=True)
            if hash(page) not in _READ:
                strict(page)
                _READ.add(hash(page))
        return response

    def sign_in(self, email: str) -> None:
        answer = self.post("/sign-in", data={"email": email, "password": PASSWORD})
        assert answer.status_code == 303, answer.get_data(as_text=True)


def photo(colour: str = "#777777", size: tuple[int, int] = (800, 600)) -> Photo:
    """A photo, checked as an upload is."""
    return evidence.look_at([jpeg(colour, size)], capture="camera")[0]


def jpeg(colour: str = "#777777", size: tuple[int, int] = (800, 600)) -> bytes:
    """A JPEG with something in it, so that its hash tells it from others."""
    image = Image.new("RGB", size, colour)
    draw = ImageDraw.Draw(image)
    draw.ellipse([size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2], fill="#223344")
    draw.rectangle([size[0] // 2, 0, size[0], size[1] // 3], fill="#ddeeff")
    data = io.BytesIO()
    image.save(data, "JPEG", quality=80)
    return data.getvalue()


def png(colour: str = "#335577") -> bytes:
    """A small PNG of one colour."""
    data = io.BytesIO()
    Image.new("RGBA", (64, 64), colour).save(data, "PNG")
    return data.getvalue()
