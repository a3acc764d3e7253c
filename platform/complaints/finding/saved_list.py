"""A list of the queue that a member of staff has given a name: a tab of their own."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from complaints.queue import Tab
from tenants.database import Base, TenantOwned, new_id
from tenants.errors import Conflict, Invalid, NotFound

MOST_LISTS = 8
LONGEST_NAME = 30
ARGUMENTS = ("tab", "category", "area", "status", "agency", "q")
"""What a list is made of, as the address of the queue says it."""


class SavedList(TenantOwned, Base):
    """name: as its owner calls it. asked: the arguments of the queue's address."""

    __tablename__ = "saved_lists"
    __table_args__ = (
        UniqueConstraint("tenant_id", "seat_id", "name"),
        ForeignKeyConstraint(["tenant_id", "seat_id"], ["seats.tenant_id", "seats.id"]),
    )

    seat_id: Mapped[UUID]
    name: Mapped[str]
    asked: Mapped[dict[str, str]]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


def lists_of(session: Session, seat_id: UUID) -> list[SavedList]:
    """A seat's lists, the oldest first."""
    return list(session.scalars(_OF_SEAT, {"seat_id": seat_id}))


# Made once, since every page of the queue asks it.
_OF_SEAT = (
    select(SavedList).where(SavedList.seat_id == bindparam("seat_id")).order_by(SavedList.created_at, SavedList.id)
)


def save(session: Session, seat_id: UUID, name: str, asked: Mapping[str, str], now: datetime) -> SavedList:
    """Keep a list under a name. Raises Invalid, field name, for one that can't be, and when there are MOST_LISTS."""
    if len(lists_of(session, seat_id)) >= MOST_LISTS:
        raise Invalid("You have %(most)s lists of your own. Remove one first.", field="name", most=MOST_LISTS)
    row = SavedList(id=new_id(), seat_id=seat_id, name=_checked(name), asked=_known(asked), created_at=now)
    session.add(row)
    _flush(session)
    return row


def change(session: Session, seat_id: UUID, list_id: UUID, name: str, asked: Mapping[str, str]) -> SavedList:
    """Give a list another name and what it shows now. Raises NotFound for a list that isn't this seat's."""
    row = _own(session, seat_id, list_id)
    row.name, row.asked = _checked(name), _known(asked)
    _flush(session)
    return row


def remove(session: Session, seat_id: UUID, list_id: UUID) -> None:
    """Remove a list; its reports stay. Raises NotFound for a list that isn't this seat's."""
    session.delete(_own(session, seat_id, list_id))
    session.flush()


def _own(session: Session, seat_id: UUID, list_id: UUID) -> SavedList:
    row = session.scalar(select(SavedList).where(SavedList.id == list_id, SavedList.seat_id == seat_id))
    if row is None:
        raise NotFound("There is no such list. Somebody may have removed it.")
    return row


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name or not name.isprintable():
        raise Invalid("Give the list a name.", field="name")
    if len(name) > LONGEST_NAME:
        raise Invalid("Up to %(most)s characters, please.", field="name", most=LONGEST_NAME)
    return name


def _known(asked: Mapping[str, str]) -> dict[str, str]:
    """What describes a list. Raises Invalid for a tab that isn't one; the rest is checked where it is shown."""
    kept = {name: asked[name] for name in ARGUMENTS if asked.get(name)}
    if kept.get("tab", Tab.ALL) not in list(Tab):
        raise Invalid("There is no such list. Choose one of the tabs.", field="tab")
    return kept


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        if name == "uq_saved_lists_tenant_id_seat_id_name":
            raise Conflict("You already have a list of this name.", field="name") from error
        raise
