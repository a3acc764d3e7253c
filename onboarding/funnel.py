"""How far those who begin to sign a city up come, and how long it takes: steps and instants, nothing of a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Index, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from tenants.database import Base

STEPS = ("begun", "you", "place", "people", "rehearsal", "live")
"""In the order of the wizard. Each is behind whoever reached the next."""
WEEKS = 8
TIMES_OVER = timedelta(days=365)
ZONE = ZoneInfo("Asia/Jakarta")
"""Weeks begin on a Monday of the capital."""


class SignUpStep(Base):
    """The first time that a sign-up had a step behind it. Rows are only ever added."""

    __tablename__ = "signup_steps"
    __table_args__ = (Index("ix_signup_steps_step", "step", "at"),)

    claim_id: Mapped[UUID] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


@dataclass(frozen=True)
class Week:
    """Those who began in one week, by how many of them have each step behind them today."""

    monday: date
    finished: tuple[int, ...]


@dataclass(frozen=True)
class Times:
    """From the sign-up to live: of how many cities, half of them within median, nine of ten within p90."""

    cities: int
    median: timedelta
    p90: timedelta


def note(session: Session, claim_id: UUID, step: str, now: datetime) -> None:
    """A step is behind; the second time changes nothing."""
    session.execute(insert(SignUpStep).values(claim_id=claim_id, step=step, at=now).on_conflict_do_nothing())


def weeks(session: Session, now: datetime) -> list[Week]:
    """The last weeks, the newest first, those without anybody too."""
    first = monday_of(now) - timedelta(weeks=WEEKS - 1)
    since = datetime.combine(first, datetime.min.time(), ZONE)
    begun = select(SignUpStep.claim_id).where(SignUpStep.step == STEPS[0], SignUpStep.at >= since)
    rows = session.execute(
        select(SignUpStep.claim_id, SignUpStep.step, SignUpStep.at).where(SignUpStep.claim_id.in_(begun))
    ).all()
    return by_week(
        [(row.claim_id, row.step, row.at) for row in rows], [first + timedelta(weeks=n) for n in range(WEEKS)]
    )


def by_week(rows: Iterable[tuple[object, str, datetime]], mondays: Sequence[date]) -> list[Week]:
    """rows: (whose, step, when). Who has a later step behind them has the earlier ones too. Pure."""
    furthest: dict[object, int] = {}
    began: dict[object, date] = {}
    for whose, step, at in rows:
        furthest[whose] = max(furthest.get(whose, 0), STEPS.index(step))
        if step == STEPS[0]:
            began[whose] = monday_of(at)
    return [
        Week(
            monday,
            tuple(sum(furthest[one] >= n for one, week in began.items() if week == monday) for n in range(len(STEPS))),
        )
        for monday in sorted(mondays, reverse=True)
    ]


def times(session: Session, now: datetime) -> Times | None:
    """Of the cities that went live in the last year; None where none did."""
    live = select(SignUpStep.claim_id, SignUpStep.at).where(
        SignUpStep.step == STEPS[-1], SignUpStep.at > now - TIMES_OVER
    )
    ended = {row.claim_id: row.at for row in session.execute(live)}
    began = session.execute(
        select(SignUpStep.claim_id, SignUpStep.at).where(
            SignUpStep.step == STEPS[0], SignUpStep.claim_id.in_(ended.keys())
        )
    )
    lengths = [ended[row.claim_id] - row.at for row in began]
    return Times(len(lengths), nearest_rank(lengths, 0.5), nearest_rank(lengths, 0.9)) if lengths else None


def nearest_rank(lengths: Sequence[timedelta], share: float) -> timedelta:
    """The least length within which at least this share of them lies. Pure; lengths: at least one."""
    ordered = sorted(lengths)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def monday_of(instant: datetime) -> date:
    """The Monday of the instant's week."""
    day = instant.astimezone(ZONE).date()
    return day - timedelta(days=day.weekday())
