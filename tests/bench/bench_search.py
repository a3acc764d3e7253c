"""The console's search among a million reports of one city, as the app role under row-level security.

The reports are written as residents write them, in Indonesian and English; forty thousand made-up names stand in them
beside the words that everybody uses. Asked for are words that all of it has, words as they are written, thirty queries
full of slips, words that one report in a million has, words that nearly every report has, and the same within a list of
the queue, by a supervisor who sees everything and by an officer who doesn't. One search is everything that it asks the
database, in one session; each query is asked once a round, in turn, so that none is warm from the round before.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import psycopg
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from complaints.finding import search
from complaints.finding.called import Called, called
from complaints.queue import Filter, Tab
from complaints.reference import format_reference
from complaints.rules.rulebooks import Rulebooks
from complaints.viewer import Viewer
from people.seat import Seat, SeatAgency
from tenants import scope
from tenants.area import Area
from tenants.directory import build as directory
from tests.bench import city
from tests.bench.ground import Ground
from tests.complaints.misspelt import ABOUT, PLANTED, body_of, report
from tests.complaints.plenty import ROUTING

MANY = 1_000_000
NAMES = 40_000
ROUNDS = 5
SLUG, CODE = "jakarta", "JKT"
SYLLABLES = (
    "ba be bi bu ca da de di du ga gi ha ja ju ka ke ki ku la le li lu ma me mu na ni nu pa ra ri sa si ta wa ya"
)

OFTEN = (
    "jalan", "jl", "no", "rt 05 rw 10", "jalan raya", "lampu", "sudah", "mohon segera ditindaklanjuti", "banjir",
    "sampah", "jalan berlubang", "macet", "depan", "the",
)  # fmt: skip
EXACT = (
    "lampu jalan mati sudirman", "jalan berlubang jl melati", "pohon tumbang depan puskesmas",
    "pothole near the mosque", "sampah menumpuk galaxy", "parkir liar trotoar kalimalang",
    "gorong-gorong tersumbat kranji", "macet total terminal", "banjir setinggi lutut teluk pucung",
    "street light is out harapan indah", "air masuk rumah rt 07 rw 11", "dahan patah menimpa kabel belakang pasar",
    "jalan banjir macet pohon", "selokan mampet gereja no 17",
)  # fmt: skip
WITHIN = ("lampu jalan mati", "jln brlubang", "banjr", "jalan", "no", "pohon tumbang gereja", "sampah", "macet")

STAGE = """
CREATE TEMP TABLE stage (n integer, id uuid, reference text, category text, body text, place text)
"""
COMPLAINTS = """
INSERT INTO complaints (tenant_id, id, reference, birth_tenant_id, status, is_open, kind, channel, category_id,
    category_revision, priority, urgency, agency_id, area_id, holder_id, visibility, anonymous, lon, lat, cell, routing,
    received_at, clock_from_at, sort_at, adopted, hand_overs, updated_at, version)
SELECT c.tenant_id, g.id, g.reference, c.tenant_id,
    CASE WHEN n % 50 = 0 THEN 'in_progress' ELSE 'confirmed' END, n % 50 = 0, 'complaint', 'web', c.id, 1, 'normal', 1,
    a.ids[1 + n % cardinality(a.ids)], r.ids[1 + n % cardinality(r.ids)],
    CASE WHEN n % 3 > 0 THEN s.ids[1 + n % cardinality(s.ids)] END,
    CASE WHEN n % 21 = 0 THEN 'private' ELSE 'public' END, false, 106.9 + n % 1000 / 10000.0,
    -6.3 + n % 991 / 10000.0, 0, $1::jsonb, now() - n * interval '90 seconds', now(),
    now() + (n % 4000 - 2000) * interval '7 minutes', false, 0, now(), 1
FROM stage g JOIN categories c ON c.tenant_id = $2 AND c.code = g.category,
    LATERAL (SELECT array_agg(id ORDER BY code) AS ids FROM agencies WHERE tenant_id = c.tenant_id) a,
    LATERAL (SELECT array_agg(id ORDER BY code) AS ids FROM areas WHERE tenant_id = c.tenant_id AND depth = 2) r,
    LATERAL (SELECT array_agg(id ORDER BY id) AS ids FROM seats WHERE tenant_id = c.tenant_id AND role = 'officer') s
"""
REMARKS = """
INSERT INTO remarks (tenant_id, id, complaint_id, kind, body, place, answers, "inner", created_at)
SELECT c.tenant_id, gen_random_uuid(), c.id, 'description', g.body, g.place, '{}', false, c.received_at
FROM stage g JOIN complaints c ON c.tenant_id = $1 AND c.id = g.id
"""
VOCABULARY = """
INSERT INTO vocabulary (tenant_id, id, word, skeleton, times)
SELECT tenant_id, gen_random_uuid(), word, translate(word, 'aeiou', ''), count(*)
FROM remarks, unnest(tsvector_to_array(words)) AS word WHERE tenant_id = $1 GROUP BY tenant_id, word
ON CONFLICT (tenant_id, word) DO UPDATE SET times = EXCLUDED.times
"""


@dataclass(frozen=True)
class Asked:
    """One search. kind: which of the figures it goes into."""

    kind: str
    query: str
    viewer: Viewer
    within: Filter | None = None

    @property
    def words(self) -> str:
        return f"{self.query!r}{f' in {self.within.tab}' if self.within else ''}"


def run(ground: Ground) -> dict[str, float | str]:
    """Milliseconds a search: p95 of a round over all of them, median of rounds; of each kind; and the slowest one."""
    database = ground.copy("search")
    with ground.superuser(database) as connection:
        rare = _fill(connection)
    engine = create_engine(ground.server.url("aduan_app", database))
    took: dict[Asked, list[float]] = {}
    now = datetime.now(UTC)
    with Session(engine) as session:
        card = directory(session, 0).by_slug[SLUG]
        session.commit()
        scope.name_tenant(session, card.id)
        names = called(Rulebooks().of(session, card))
        every = _asked(session, rare)
        session.commit()
        for number in range(ROUNDS + 1):
            for one in every:
                ms = _ms(session, names, one, now)
                if number:  # the first round warms
                    took.setdefault(one, []).append(ms)
    engine.dispose()
    ground.drop(database)
    kinds = sorted({one.kind for one in every})
    worst = max(took, key=lambda one: median(took[one]))
    return {
        "search_p95_ms": _p95(list(took.values())),
        **{f"search_{kind}_p95_ms": _p95([took[one] for one in every if one.kind == kind]) for kind in kinds},
        "search_median_ms": round(median(median(one) for one in took.values()), 1),
        "search_worst_ms": round(median(took[worst]), 1),
        "search_worst": worst.words,
        "search_queries": len(every),
    }


def _p95(many: Sequence[Sequence[float]]) -> float:
    """many: the rounds of each query."""
    return round(median(float(np.percentile(one, 95)) for one in zip(*many, strict=True)), 1)


def _ms(session: Session, names: Called, asked: Asked, now: datetime) -> float:
    began = perf_counter()
    search.find(
        session,
        names,
        asked.viewer,
        asked.query,
        code=CODE,
        within=asked.within,
        now=now,
        today_ends_at=now + timedelta(hours=5),
    )
    session.commit()
    return (perf_counter() - began) * 1000


def _asked(session: Session, rare: Sequence[str]) -> list[Asked]:
    chief = Viewer(UUID(int=1), (), sees_restricted=True, sees_other_agencies=True)
    seat_id = session.scalars(select(Seat.id).where(Seat.role == "officer").order_by(Seat.id).limit(1)).one()
    own = tuple(session.scalars(select(SeatAgency.agency_id).order_by(SeatAgency.agency_id).limit(1)))
    officer = Viewer(seat_id, own, sees_restricted=False)
    area_id = session.scalars(select(Area.id).where(Area.depth == 2).order_by(Area.code).limit(1)).one()
    lists = (Filter(Tab.ALL), Filter(Tab.MINE), Filter(Tab.AGENCY), Filter(Tab.LATE), Filter(Tab.ALL, area_id=area_id),
             Filter(Tab.ALL, status="confirmed"))  # fmt: skip
    return [
        *(Asked("often", query, viewer) for query in OFTEN for viewer in (chief, officer)),
        *(Asked("exact", query, viewer) for query in EXACT for viewer in (chief, officer)),
        *(Asked("misspelt", query, chief) for query in [*(one.query for one in PLANTED), *(one for one, _ in ABOUT)]),
        *(Asked("rare", query, viewer) for query in rare for viewer in (chief, officer)),
        *(Asked("within", query, officer, within) for query in WITHIN for within in lists),
    ]


def _fill(connection: psycopg.Connection[Any]) -> list[str]:
    """The reports, the planted ones among them, and the words that they are written in; some rare ones of those."""
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET synchronous_commit = off")
    connection.execute("SET maintenance_work_mem = '512MB'")
    (tenant_id,) = connection.execute("SELECT id FROM tenants WHERE slug = %s", [SLUG]).fetchone() or (None,)
    connection.execute(city.SEATS, {"tenant": tenant_id, "officials": city.OFFICIALS})
    connection.execute(STAGE)
    chance = random.Random(311)
    names = sorted({"".join(chance.choices(SYLLABLES.split(), k=chance.randint(2, 4))) for _ in range(NAMES)})
    planted = {1 + index * (MANY // len(PLANTED)): one for index, one in enumerate(PLANTED)}
    numbers = chance.sample(range(32**7), MANY)
    with connection.cursor() as cursor, cursor.copy("COPY stage FROM STDIN") as copy:
        for n in range(MANY):
            category, body, place = report(chance)
            if n in planted:
                category, body, place = planted[n].category, planted[n].words, planted[n].place
            elif n % 3 == 0:
                place = f"{place} {names[int(len(names) * chance.random() ** 3)].title()}"
            copy.write_row((n, uuid4(), format_reference(CODE, body_of(numbers[n])), category, body, place))
    dropped = connection.execute(city.INDEXES).fetchall()
    for name, _ in dropped:
        connection.execute(f"DROP INDEX {name}")
    for statement, given in ((COMPLAINTS, [ROUTING, tenant_id]), (REMARKS, [tenant_id]), (VOCABULARY, [tenant_id])):
        with psycopg.RawCursor(connection) as cursor:
            cursor.execute(statement, given)
    for _, definition in dropped:
        connection.execute(definition)
    connection.execute("VACUUM ANALYZE")
    connection.execute("CHECKPOINT")
    return ["kelinci gang", "nasio", "sukaesih", "amaroossa", "bulog perempatan", "cikeas", names[-1], names[-2]]
