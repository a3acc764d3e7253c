"""Passes complaints between the cities and commits it."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints.complaint import Complaint, Remark
from complaints.transfers import handover
from complaints.workflow import Need, Status
from messages.outbox import Message
from onboarding.bundle import read_bundle
from onboarding.provision import provision
from tenants import scope
from tests.cast import CITIES, FOUNDED, NOW, Cast, write_bundle

HOUR = timedelta(hours=1)


def pass_on(cast: Cast, complaint_id: UUID, of: str, to: str, *, by: str = "supervisor", **given: Any) -> None:
    """Hand over and commit."""
    actor = cast.actor(of, by)
    complaint = cast.read(of, complaint_id)
    handover.hand_over(
        cast.session, cast.office, complaint, cast.city(to), actor=actor, card=cast.city(of),
        reason=given.pop("reason", "Di seberang batas."), now=given.pop("now", NOW + HOUR), **given,
    )  # fmt: skip
    cast.session.commit()


def give_back(cast: Cast, complaint_id: UUID, of: str, **given: Any) -> None:
    """Return and commit."""
    actor = cast.actor(of, given.pop("by", "supervisor"))
    complaint = cast.read(of, complaint_id)
    handover.give_back(
        cast.session, cast.office, complaint, actor=actor, card=cast.city(of),
        reason="Bukan wilayah kami.", now=given.pop("now", NOW + 2 * HOUR), **given,
    )  # fmt: skip
    cast.session.commit()


def statuses(cast: Cast, complaint_id: UUID) -> dict[str, str]:
    """Where each city has it."""
    found = {}
    for slug in ("barat", "timur", "commons"):
        cast.enter(slug)
        complaint = cast.session.scalar(select(Complaint).where(Complaint.id == complaint_id))
        if complaint is not None:
            found[slug] = complaint.status
    return found


def third_city(cast: Cast) -> str:
    """Kota Hulu, west of Kota Barat; its slug."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setitem(CITIES, "hulu", ("HUL", "Kota Hulu", 106.8))
        cast.session.commit()
        scope.name_tenant(cast.session, None)
        provision(cast.session, read_bundle(write_bundle(Path(folder), "hulu")), now=FOUNDED)
        cast.session.commit()
    cast.office.keeper.refresh()
    return "hulu"


def told_where(cast: Cast, to: str = "ani@warga.example") -> list[tuple[str, str]]:
    """(state, body) of what was written to somebody about where their report went, in every city, oldest first."""
    found = []
    for slug in cast.office.directory.by_slug:
        cast.enter(slug)
        rows = cast.session.scalars(select(Message).where(Message.event == "handed_over", Message.destination == to))
        found += [(row.created_at, row.state, row.body) for row in rows]
    return [(state, body) for _at, state, body in sorted(found)]


def passing_chain(cast: Cast, complaint_id: UUID, to: str) -> None:
    """Barat -> timur, which writes a note, -> barat -> `to`, each where it isn't done yet, as people press again."""
    where = statuses(cast, complaint_id)
    if "timur" not in where:
        pass_on(cast, complaint_id, "barat", "timur")
        where["timur"] = Status.RECEIVED
    if where["timur"] == Status.RECEIVED:
        cast.enter("timur")
        if cast.session.scalar(select(Remark.id).where(Remark.complaint_id == complaint_id, Remark.inner)) is None:
            cast.move("timur", complaint_id, "note", words={Need.NOTE: "Rahasia kantor timur."}, now=NOW + HOUR)
        give_back(cast, complaint_id, "timur", now=NOW + HOUR + timedelta(minutes=1))
    cast.enter("barat")
    if cast.read("barat", complaint_id).is_open:
        pass_on(cast, complaint_id, "barat", to, now=NOW + HOUR + timedelta(minutes=2))
