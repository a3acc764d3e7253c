"""How many reports wait in the commons for the government of a municipality: a platform-wide figure, a minute old."""

from collections.abc import Collection, Mapping

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from tenants.database import Base


class Waiting(Base):
    """Open reports in the commons on the outline of one municipality. No row: none."""

    __tablename__ = "waiting"

    municipality_code: Mapped[str] = mapped_column(primary_key=True)
    reports: Mapped[int]


def note(session: Session, counts: Mapping[str, int]) -> None:
    """Bring the figures to what was counted now; nothing is written where they are that already."""
    known = {row.municipality_code: row.reports for row in session.execute(select(Waiting.__table__))}
    gone = known.keys() - counts.keys()
    if gone:
        session.execute(delete(Waiting).where(Waiting.municipality_code.in_(gone)))
    rows = [{"municipality_code": code, "reports": count} for code, count in counts.items() if known.get(code) != count]
    if rows:
        statement = insert(Waiting)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["municipality_code"], set_={"reports": statement.excluded.reports}
            ),
            rows,
        )


def waiting_for(session: Session, codes: Collection[str]) -> dict[str, int]:
    """How many wait for these municipalities; those for which none does are left out."""
    if not codes:
        return {}
    rows = session.execute(select(Waiting.__table__).where(Waiting.municipality_code.in_(codes)))
    return {row.municipality_code: row.reports for row in rows}
