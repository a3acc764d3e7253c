"""What every process keeps in memory: which tenant a host means, and the index that routes a point.

Each process polls one epoch row every two seconds and builds the new directory aside when it has risen, so a request
never waits for it and never touches the session before its tenant is known. Whoever changes a tenant, a domain or a
boundary calls `raise_epoch` in the same transaction.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from tenants.block import Block
from tenants.boundary import Boundary
from tenants.catalogue import Municipality
from tenants.database import Words
from tenants.errors import Unavailable
from tenants.locate import Ground, Index, Outline
from tenants.maintenance import Banner, Maintenance
from tenants.suspension import Suspension
from tenants.tenant import COMMONS_ID, HELD, Epoch, Stage, Tenant, TenantDomain, Use, in_language

POLL_SECONDS = 2.0
EPOCH = "directory"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TenantCard:
    """A tenant as every process knows it, without asking the database. shadow_id: where its rehearsals go.

    domain: its own, once it answers; every link is made with it from then on. paused_at: since when a paused one is.
    suspended: why it is out of service.
    """

    id: UUID
    slug: str
    code: str
    type: str
    name: Words
    stage: str
    municipality_code: str | None
    time_zone: str
    languages: tuple[str, ...]
    look: Mapping[str, Any]
    texts: Mapping[str, Any]
    options: Mapping[str, Any]
    revision: int
    shadow_id: UUID | None = None
    domain: str | None = None
    paused_at: datetime | None = None
    leaving_at: datetime | None = None
    erasing_at: datetime | None = None
    suspended: Words | None = None

    @property
    def is_commons(self) -> bool:
        return self.id == COMMONS_ID

    @property
    def answers(self) -> bool:
        """Whether a portal answers under its host: the commons has none of its own, the erased and shadows neither."""
        return not self.is_commons and self.stage in (Stage.REHEARSAL, *HELD)


@dataclass(frozen=True)
class Gone:
    """A city that has left: how it was called and known, and since when it is gone."""

    id: UUID
    slug: str
    code: str
    name: str
    left_at: datetime


@dataclass(frozen=True)
class Directory:
    """One state of the directory, never changed once built.

    banners: of the operators, present and coming ones. blocked: until when no city takes reports from whom, by key.
    rehearsing: the ground of cities that are being set up, which own none yet.
    """

    epoch: int
    by_id: Mapping[UUID, TenantCard]
    by_slug: Mapping[str, TenantCard]
    by_code: Mapping[str, TenantCard]
    by_domain: Mapping[str, TenantCard]
    index: Index = field(repr=False)
    banners: tuple[Banner, ...] = ()
    blocked: Mapping[str, datetime] = field(default_factory=dict)
    gone: tuple[Gone, ...] = ()
    rehearsing: tuple[Ground, ...] = field(default=(), repr=False)

    @property
    def commons(self) -> TenantCard:
        return self.by_id[COMMONS_ID]

    @cached_property
    def live(self) -> list[TenantCard]:
        """The tenants with a portal and live ground, by slug."""
        return [card for card in self.by_slug.values() if card.answers and card.stage == Stage.LIVE]

    @cached_property
    def serving(self) -> list[TenantCard]:
        """The live ones and those that have paused: whose municipality isn't free, and whose reports can be read."""
        return [card for card in self.by_slug.values() if card.answers and card.stage in (Stage.LIVE, Stage.PAUSED)]

    def left(self, known_as: str | UUID) -> Gone | None:
        """The city that has left and had this slug, code or id."""
        return next((one for one in self.gone if known_as in (one.slug, one.code, one.id)), None)

    def hosts_of(self, card: TenantCard, base_host: str) -> frozenset[str]:
        """Where a city answers: at its slug's host, and at its own domains."""
        own = (host for host, one in self.by_domain.items() if one.id == card.id)
        return frozenset({f"{card.slug}.{base_host}", *own})

    def paused_at(self, code: str | None) -> TenantCard | None:
        """The paused city whose ground a decision calls by this municipality's code, if it is one's."""
        card = self.paused.get(code) if code is not None else None
        return card if card is not None and card.stage != Stage.SUSPENDED else None

    @cached_property
    def paused(self) -> Mapping[str, TenantCard]:
        """The cities whose ground is an outline for the time, by what that is called; also one suspended meanwhile."""
        return {_code(card): card for card in self.by_id.values() if card.paused_at is not None}

    @cached_property
    def begun(self) -> frozenset[str]:
        """The municipalities of the cities that are being set up."""
        found = (self.by_id[ground.tenant_id].municipality_code for ground in self.rehearsing)
        return frozenset(code for code in found if code)

    @cached_property
    def coming(self) -> Index:
        """The ground of cities that are being set up, made for whoever asks first."""
        return Index(self.rehearsing, [])

    @cached_property
    def demonstrates(self) -> bool:
        """Whether any live tenant is one of the demonstration's."""
        return any(card.options.get("demo") for card in self.live)


class Keeper:
    """Holds the present directory of a process and keeps it fresh from a thread of its own.

    The thread starts with the first question in each process, so that preloading and forking is safe.
    """

    def __init__(self, engine: Engine, utc_now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._utc_now = utc_now
        self._directory: Directory | None = None
        self._seen = time.monotonic()
        self._lock = threading.Lock()
        self._pid: int | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def current(self) -> Directory:
        """The directory, at most POLL_SECONDS behind the database. Raises Unavailable if it never could be built."""
        if self._pid != os.getpid():
            self._start()
        if self._directory is None:
            self.refresh()
        if self._directory is None:
            raise Unavailable("The service is starting. Please try again in a moment.")
        return self._directory

    @property
    def epoch(self) -> int:
        """The state of the database that is in memory; 0 before the first."""
        return self._directory.epoch if self._directory else 0

    @property
    def age_s(self) -> float:
        """Seconds since the database was last asked whether this is still its state."""
        return time.monotonic() - self._seen

    def refresh(self) -> bool:
        """Look at the epoch and build anew if it has risen; True if so."""
        with self._lock, Session(self._engine) as session:
            epoch = session.scalar(select(Epoch.value).where(Epoch.name == EPOCH)) or 0
            self._seen = time.monotonic()
            if self._directory is not None and self._directory.epoch == epoch:
                return False
            self._directory = build(session, epoch)
            return True

    def stop(self) -> None:
        """End the thread and wait for it, so that it holds no connection any more; for tests."""
        self._stop.set()
        if self._thread is not None and self._pid == os.getpid():
            self._thread.join()

    def _start(self) -> None:
        with self._lock:
            if self._pid == os.getpid():
                return
            self._pid = os.getpid()
            self._stop = threading.Event()
            self._thread = threading.Thread(target=self._poll, args=(self._stop,), name="directory", daemon=True)
        self._thread.start()

    def _poll(self, stop: threading.Event) -> None:
        while not stop.wait(POLL_SECONDS):
            try:
                self.refresh()
            except Exception:  # the database may be restarting; the old directory goes on answering
                log.warning("the directory could not be refreshed", exc_info=True)


def raise_epoch(session: Session) -> None:
    """Tell every process, by the same commit, that tenants, domains or boundaries have changed."""
    session.execute(update(Epoch).where(Epoch.name == EPOCH).values(value=Epoch.value + 1))


def build(session: Session, epoch: int) -> Directory:
    """The directory as the database has it now; reads platform-wide tables only."""
    tenants = session.scalars(select(Tenant).where(Tenant.stage != Stage.ERASED)).all()
    shadows = {tenant.shadow_of: tenant.id for tenant in tenants if tenant.shadow_of}
    proved = select(TenantDomain).where(TenantDomain.verified_at.is_not(None), TenantDomain.use == Use.PORTAL)
    domains = session.scalars(proved.order_by(TenantDomain.host)).all()
    own = {domain.tenant_id: domain.host for domain in reversed(domains)}
    out = {row.tenant_id: row.why for row in session.scalars(select(Suspension).where(Suspension.ended_at.is_(None)))}
    cards = {
        tenant.id: card_of_row(tenant, shadows.get(tenant.id), own.get(tenant.id), out.get(tenant.id))
        for tenant in tenants
    }
    named = sorted((card for card in cards.values() if card.stage != Stage.SHADOW), key=lambda card: card.slug)
    grounds, rehearsing = _grounds(session, cards)
    return Directory(
        epoch=epoch,
        by_id=cards,
        by_slug={card.slug: card for card in named},
        by_code={card.code: card for card in named},
        by_domain={domain.host: cards[domain.tenant_id] for domain in domains if domain.tenant_id in cards},
        index=Index(grounds, _outlines(session, cards)),
        rehearsing=rehearsing,
        gone=_gone(session),
        banners=tuple(
            Banner(row.words, row.from_at, row.until_at)
            for row in session.scalars(
                select(Maintenance).where(Maintenance.ended_at.is_(None)).order_by(Maintenance.from_at, Maintenance.id)
            )
        ),
        blocked={
            key: row.until_at
            for row in session.scalars(select(Block).where(Block.ended_at.is_(None)).order_by(Block.until_at))
            for key in row.keys
        },
    )


def card_of_row(
    tenant: Tenant, shadow_id: UUID | None = None, domain: str | None = None, suspended: Words | None = None
) -> TenantCard:
    """A tenant's card, also of one that has left and stands in no directory."""
    return TenantCard(
        id=tenant.id,
        slug=tenant.slug,
        code=tenant.code,
        type=tenant.type,
        name=tenant.name,
        stage=tenant.stage,
        municipality_code=tenant.municipality_code,
        time_zone=tenant.time_zone,
        languages=tuple(tenant.languages),
        look=tenant.look,
        texts=tenant.texts,
        options=tenant.options,
        revision=tenant.revision,
        shadow_id=shadow_id,
        domain=domain,
        paused_at=tenant.paused_at,
        leaving_at=tenant.leaving_at,
        erasing_at=tenant.erasing_at,
        suspended=suspended if tenant.stage == Stage.SUSPENDED else None,
    )


def _gone(session: Session) -> tuple[Gone, ...]:
    left = select(Tenant).where(Tenant.stage == Stage.ERASED, Tenant.left_at.is_not(None))
    return tuple(
        Gone(row.id, row.slug, row.code, in_language(row.name, "id", row.languages), row.left_at)
        for row in session.scalars(left)
        if row.left_at is not None
    )


def _grounds(session: Session, cards: Mapping[UUID, TenantCard]) -> tuple[list[Ground], tuple[Ground, ...]]:
    """The ground of live tenants, past and future versions too, and that of those being set up; a suspended city keeps
    its ground, a paused one gives it to the commons for the time.
    """
    grounds: list[Ground] = []
    rehearsing: list[Ground] = []
    stages = {Stage.LIVE: grounds, Stage.SUSPENDED: grounds, Stage.REHEARSAL: rehearsing}
    for row in session.scalars(select(Boundary)):
        card = cards.get(row.tenant_id)
        if card is None or card.stage not in stages or card.paused_at is not None:
            continue
        stages[Stage(card.stage)].append(
            Ground(
                boundary_id=row.id,
                tenant_id=card.id,
                slug=card.slug,
                name=_name(card),
                wkb=row.wkb,
                area_m2=row.area_m2,
                claimed_at=row.claimed_at,
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                overlay=frozenset(row.overlay),
            )
        )
    return grounds, tuple(rehearsing)


def _code(card: TenantCard) -> str:
    """What the ground of a paused city is called in a decision."""
    return card.municipality_code or card.slug


def _name(card: TenantCard) -> str:
    return card.name.get(card.languages[0], card.slug) if card.languages else card.slug


def _outlines(session: Session, cards: Mapping[UUID, TenantCard]) -> list[Outline]:
    """The outlines of municipalities without a live tenant; a live province stands for all of its members.

    A paused city's own ground is one of them, in place of the catalogue's: its neighbours don't get what lies there.
    """
    paused = {card.id: card for card in cards.values() if card.paused_at is not None}
    own = [
        Outline(code=_code(paused[tenant_id]), name=_name(paused[tenant_id]), wkb=wkb)
        for tenant_id, wkb, overlay in session.execute(
            select(Boundary.tenant_id, Boundary.wkb, Boundary.overlay).where(
                Boundary.tenant_id.in_(paused), Boundary.valid_until.is_(None)
            )
        )
        if not overlay
    ]
    taken = {card.municipality_code for card in cards.values() if card.municipality_code and card.stage in HELD}
    rows = session.execute(
        select(Municipality.code, Municipality.name, Municipality.province_code, Municipality.outline).where(
            Municipality.level == "municipality", Municipality.outline.is_not(None)
        )
    )
    return own + [
        Outline(code=code, name=name, wkb=outline)
        for code, name, province_code, outline in rows
        if outline is not None and code not in taken and province_code not in taken
    ]
