"""The demonstration: three cities from their bundles, and complaints made by the verbs, none by INSERT."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import shapely
import yaml
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from complaints import evidence, filing, handling
from complaints.evidence import Photo
from complaints.handling import REPORTER, Actor, Carried
from complaints.office import Office
from complaints.report import Report, Reporter
from complaints.transfers import handover
from complaints.workflow import Need
from onboarding.boundaries import catalogue
from onboarding.bundle import TEMPLATE
from people.account import Account
from people.sign_in import hash_password, seat_of
from tenants import scope
from tenants.area import Area
from tenants.boundary import Boundary
from tenants.directory import TenantCard
from tenants.tenant import Epoch

FOLDER = Path(__file__).parent / "demo"
CITIES = ("jakarta", "bekasi", "depok")
PASSWORD = "aduan-demo"  # noqa: S105  (public: it stands in the README)
OPERATOR = "operator@aduan.example"
EPOCH = "demonstration"
"""The row of `epochs` whose note says which bundles, stories and catalogue were set up to their end."""

_Loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


@dataclass(frozen=True)
class Told:
    """What telling the stories did: complaints that are new, and those that were there before."""

    new: int
    known: int


def is_complete(session: Session) -> bool:
    """Whether the demonstration as it is shipped now was set up to its end; whatever people did in it since stays."""
    return session.scalar(select(Epoch.note).where(Epoch.name == EPOCH)) == _version()


def note_complete(session: Session) -> None:
    """Remember that it was, so that the next run has nothing to compare."""
    note = {"value": 1, "note": _version()}
    session.execute(insert(Epoch).values(name=EPOCH, **note).on_conflict_do_update(index_elements=["name"], set_=note))


def _version() -> str:
    """Changes when anything does that the demonstration is made of."""
    digest = hashlib.sha256(catalogue.version().encode())
    for path in (TEMPLATE, *sorted(FOLDER.rglob("*.*"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def set_passwords(session: Session, now: datetime) -> int:
    """Give every account of the demonstration its password, and make the operator; how many were new."""
    hashed = None
    accounts = list(session.scalars(select(Account).where(Account.email.like("%.example"))))
    if not any(account.email == OPERATOR for account in accounts):
        operator = Account(email=OPERATOR, name="Operator", is_operator=True, created_at=now)
        session.add(operator)
        accounts.append(operator)
    given = 0
    for account in accounts:
        if account.password_hash is None:
            hashed = hashed or hash_password(PASSWORD)
            account.password_hash, account.confirmed_at = hashed, now
            given += 1
    session.flush()
    return given


def tell_stories(session: Session, office: Office, now: datetime) -> Told:
    """Make the complaints of the demonstration, one transaction each; those that exist are left as they are.

    A story in which a city appears that isn't live any more is left out.
    """
    new = known = 0
    live = {card.slug for card in office.directory.live}
    for city in yaml.load((FOLDER / "complaints.yaml").read_bytes(), _Loader):  # noqa: S506  (a safe one)
        for number, story in enumerate(city["stories"]):
            if not live.issuperset({city["city"], *_other_cities(story)}):
                continue
            card = office.directory.by_slug[city["city"]]
            scope.name_tenant(session, card.id)
            if _tell(session, office, card, f"{card.slug}/{number}", story, now):
                new += 1
            else:
                known += 1
            session.commit()
    return Told(new, known)


def _other_cities(story: Mapping[str, Any]) -> Iterator[str]:
    if "border" in story:
        yield story["border"]
    for move in story.get("moves", ()):
        if move[2] == "hand_over":
            yield move[3]["city"]


def _tell(
    session: Session, office: Office, card: TenantCard, name: str, story: Mapping[str, Any], now: datetime
) -> bool:
    key = hashlib.sha256(f"demonstration/{name}".encode()).hexdigest()
    if filing.is_taken(session, key):  # also by an earlier version's words or pictures
        return False
    received_at = now - timedelta(hours=story["before"])
    lon, lat = _point(session, office, card, story)
    by = _account(session, f"{story['by']}@{card.slug}.example") if story.get("by") else None
    report = Report(
        category=story["category"],
        description=story["words"],
        lon=lon,
        lat=lat,
        accuracy_m=12.0,
        place=story["place"],
        answers=story.get("answers", {}),
        reporter=Reporter(email=story.get("email"), name=by.name if by else None, may_cross=True),
        account_id=by.id if by else None,
    )
    photos = [_photo(story["photo"])] if story.get("photo") else []
    filed = filing.file_complaint(session, office, report, key=key, host=card, photos=photos, now=received_at)
    session.commit()
    for move in story.get("moves", ()):
        _move(session, office, card, filed, received_at, *move)
        session.commit()
    return True


def _move(
    session: Session,
    office: Office,
    card: TenantCard,
    filed: filing.Filed,
    received_at: datetime,
    hours: float,
    who: str,
    name: str,
    more: Mapping[str, Any] | None = None,
) -> None:
    more = more or {}
    at = received_at + timedelta(hours=hours)
    complaint = handling.complaint_here(session, filed.complaint_id)
    actor = REPORTER if who == "reporter" else _actor(session, f"{who}@{card.slug}.example")
    if name == "hand_over":
        to = office.directory.by_slug[more["city"]]
        handover.hand_over(session, office, complaint, to, actor=actor, card=card, reason=more["reason"], now=at)
        return
    book = office.rulebooks.of(session, card)
    agency = next((one.id for one in book.agencies.values() if one.code == more.get("agency")), None)
    carried = Carried(
        words={need: more[need.value] for need in Need if isinstance(more.get(need.value), str) and need in _WORDS},
        agency_id=agency,
        date=at + timedelta(days=more["days"]) if "days" in more else None,
        photos=[_photo(more["photo"])] if "photo" in more else (),
    )
    handling.move(session, office, complaint, name, actor=actor, card=card, now=at, carried=carried)


_WORDS = (Need.NOTE, Need.QUESTION, Need.ANSWER, Need.REASON)


def _actor(session: Session, email: str) -> Actor:
    seated = seat_of(session, _account(session, email).id)
    if seated is None:
        raise LookupError(f"{email} has no seat in this city")
    seat, agency_ids = seated
    return Actor("staff", seat.id, seat.role, agency_ids)


def _account(session: Session, email: str) -> Account:
    return session.scalars(select(Account).where(Account.email == email)).one()


def _point(session: Session, office: Office, card: TenantCard, story: Mapping[str, Any]) -> tuple[float, float]:
    """A point inside the story's kelurahan, or just on this side of the border to another city."""
    if "border" in story:
        return _beside(session, card, office.directory.by_slug[story["border"]])
    name = story["kelurahan"]
    for area in session.scalars(select(Area).order_by(Area.depth.desc(), Area.code)):
        if name in area.name.values() and area.wkb:
            inside = shapely.from_wkb(area.wkb).representative_point()
            return round(inside.x, 6), round(inside.y, 6)
    raise LookupError(f"{card.slug} has no area called {name}")


def _beside(session: Session, card: TenantCard, other: TenantCard) -> tuple[float, float]:
    here, there = (
        shapely.from_wkb(session.scalars(select(Boundary.wkb).where(Boundary.tenant_id == one.id)).one())
        for one in (card, other)
    )
    strip = here.intersection(there.buffer(0.0002))
    inside = max(getattr(strip, "geoms", [strip]), key=lambda part: part.area).representative_point()
    return inside.x, inside.y


@lru_cache
def _photo(name: str) -> Photo:
    return evidence.look_at([(FOLDER / "photos" / f"{name}.jpg").read_bytes()], capture="camera")[0]


def bundles() -> Iterator[Path]:
    """The bundles of the demonstration's cities."""
    return (FOLDER / f"{city}.yaml" for city in CITIES)
