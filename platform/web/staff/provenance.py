"""Where a photo comes from, in words for officials, never for the public: what it says, and what stands out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint, Evidence, Remark
from complaints.photos.flags import Flag
from complaints.viewer import Viewer
from tenants.errors import N_


@dataclass(frozen=True)
class Wording:
    """What stands out, and in one sentence each what it may mean and what it doesn't prove. Msgids."""

    sentence: str
    means: str
    not_proven: str


WORDINGS: Mapping[Flag, Wording] = {
    Flag.REUSED: Wording(
        N_("The same picture already stands in another report."),
        N_("It may show other work than this."),
        N_("One photo may rightly belong to two reports of one place."),
    ),
    Flag.SAME_AS_BEFORE: Wording(
        N_("The photo of the work is the reporter's own photo."),
        N_("Nobody may have been there."),
        N_("Somebody may have chosen the wrong file."),
    ),
    Flag.AI_MARKED: Wording(
        N_("The file carries marks of an image generator."),
        N_("The picture, or a part of it, may be made up."),
        N_("Marks can be added and removed: a photo without any isn't thereby real."),
    ),
    Flag.BEFORE_REPORT: Wording(
        N_("The photo of the work is older than the report."),
        N_("It may show the place before it broke."),
        N_("A camera's clock may be wrong."),
    ),
    Flag.FAR_AWAY: Wording(
        N_("The photo says that it was taken more than 50 m from the place."),
        N_("It may show another place."),
        N_("The phone's position, or the pin of the report, may be off."),
    ),
    Flag.EDITED: Wording(
        N_("The file went through a program that edits pictures."),
        N_("What it shows may have been changed."),
        N_("Cropping or brightening leaves the same trace."),
    ),
    Flag.WAIVED: Wording(
        N_("The photo isn't from the camera of this page, which the city asks for."),
        N_("It may be older than it says."),
        N_("A broken or locked camera is a good reason; read the one that was given."),
    ),
    Flag.NO_METADATA: Wording(
        N_("The file says neither when nor where it was taken."),
        N_("It may be a screenshot, or came by a messenger."),
        N_("Messengers and some phones drop this from every photo; nobody is to blame for it."),
    ),
}

CAPTURES: Mapping[str, str] = {
    "camera": N_("Taken with the camera of this page"),
    "gallery": N_("Chosen from the gallery"),
    "unknown": N_("Sent as a file; the browser doesn't say whether from a camera or a gallery"),
}


@dataclass(frozen=True)
class Mark:
    """One flag in words. others: (reference, address) of reports with the same picture that the reader may see.

    reason: what its sender wrote about it.
    """

    flag: Flag
    sentence: str
    means: str
    not_proven: str
    others: Sequence[tuple[str, str]]
    found: str
    reason: str = ""


@dataclass(frozen=True)
class Provenance:
    """One photo. ready: whether the worker has drawn the copy that is shown. lon, lat: where it says it was taken.

    again: of a reporter who says, after the work, that it isn't done.

    taken_at: as the file says, else as the camera of our page said; None if neither.
    """

    id: UUID
    side: str
    ready: bool
    created_at: datetime
    capture: str
    taken_at: datetime | None
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    distance_m: float | None
    software: str
    marks: Sequence[Mark]
    again: bool = False


def provenance(session: Session, viewer: Viewer, rows: Sequence[Evidence]) -> list[Provenance]:
    """The photos of a complaint, in words; a statement where some are reused, and one where a reason was given."""
    others = _others(session, viewer, rows)
    reasons = _reasons(session, rows)
    worked_at = min((row.created_at for row in rows if row.side == "after"), default=None)
    return [
        Provenance(
            id=row.id,
            side=row.side,
            ready=row.state == "ready",
            created_at=row.created_at,
            capture=_(CAPTURES.get(row.capture, CAPTURES["unknown"])),
            taken_at=row.captured_at or row.claimed_at,
            lon=row.lon if row.lon is not None else row.claimed_lon,
            lat=row.lat if row.lat is not None else row.claimed_lat,
            accuracy_m=row.claimed_accuracy_m if row.lon is None else None,
            distance_m=row.distance_m,
            software=row.software or "",
            marks=[_mark(flag, row, others, reasons) for flag in Flag if flag.value in row.flags],
            again=row.side == "before" and worked_at is not None and row.created_at > worked_at,
        )
        for row in rows
    ]


def _mark(flag: Flag, row: Evidence, others: Mapping[UUID, Complaint], reasons: Mapping[str, str]) -> Mark:
    wording = WORDINGS[flag]
    shared = [others[UUID(twin)] for twin in row.findings.get("twins", ()) if UUID(twin) in others]
    return Mark(
        flag=flag,
        sentence=_(wording.sentence),
        means=_(wording.means),
        not_proven=_(wording.not_proven),
        others=sorted({(one.reference, f"/staff/complaints/{one.id}") for one in shared})
        if flag is Flag.REUSED
        else (),
        found=", ".join(row.findings.get("ai_marks", ())) if flag is Flag.AI_MARKED else "",
        reason=reasons.get(row.findings.get("waiver_id", ""), "") if flag is Flag.WAIVED else "",
    )


def _reasons(session: Session, rows: Sequence[Evidence]) -> dict[str, str]:
    """Why photos aren't from our page's camera, by the id of the remark; no statement where all are."""
    waivers = {UUID(row.findings["waiver_id"]) for row in rows if "waiver_id" in row.findings}
    if not waivers:
        return {}
    return {
        str(id_): body for id_, body in session.execute(select(Remark.id, Remark.body).where(Remark.id.in_(waivers)))
    }


def _others(session: Session, viewer: Viewer, rows: Sequence[Evidence]) -> dict[UUID, Complaint]:
    """The reports in which the same pictures stand, by the id of the photo there; those that the reader may see."""
    twins = {UUID(twin) for row in rows for twin in row.findings.get("twins", ())}
    if not twins:
        return {}
    found = session.execute(
        select(Evidence.id, Complaint)
        .join(Complaint, Complaint.id == Evidence.complaint_id)
        .where(Evidence.id.in_(twins))
    )
    return {twin: complaint for twin, complaint in found if viewer.sees(complaint)}
