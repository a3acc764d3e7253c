"""What a city uses, in counts beside the fair limits of its plan. It is shown and talked about; nothing is blocked."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from complaints.counts.counting import Dimension, Measure
from complaints.counts.tally import FigureCell
from onboarding.billing.contract import Contract
from onboarding.billing.plans import Counted, Plan, limits_of
from people.permissions import Permission, Role, may
from people.seat import Seat

OFFICIALS = [role for role in Role if may(role, Permission.SEE_CONSOLE)]


@dataclass(frozen=True)
class Use:
    """What, how much of it, and up to where that is fair; None: whatever was arranged."""

    counted: Counted
    used: int
    limit: int | None

    @property
    def over(self) -> bool:
        return self.limit is not None and self.used > self.limit


def usage(session: Session, contract: Contract | None, today: date) -> list[Use]:
    """Of the session's city: officials now, reports received in this month as they are counted so far."""
    plan = contract.plan if contract else Plan.FREE
    limits = limits_of(session, plan, contract.population if contract else None)
    officials = session.scalar(select(func.count(Seat.id)).where(Seat.role.in_(OFFICIALS), Seat.ended_at.is_(None)))
    reports = session.scalar(
        select(func.coalesce(func.sum(FigureCell.count), 0)).where(
            FigureCell.measure == Measure.RECEIVED,
            FigureCell.dimension == Dimension.ALL,
            FigureCell.day.between(today.replace(day=1).toordinal(), today.toordinal()),
        )
    )
    used = {Counted.OFFICIALS: officials or 0, Counted.REPORTS: int(reports or 0)}
    return [Use(one, used[one], limits.get(one)) for one in Counted]
