"""A complaint: one thing reported, with its history; what people wrote lies beside it, where erasure blanks it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from complaints.workflow import Status
from tenants.database import Base, TenantOwned
from tenants.personal import personal

OPEN = text("is_open")
UNASSIGNED = text("is_open AND holder_id IS NULL")
"""An index of its own: after `holder_id IS NULL` PostgreSQL doesn't take the rest of an index for sorted."""
DESCRIBED = text("kind = 'description'")
ERASED = text("erased_at IS NOT NULL")
WORDS = (
    "CASE WHEN kind = 'description' THEN strip(to_tsvector('simple'::regconfig,"
    " regexp_replace(lower(body || ' ' || coalesce(place, '')), '[^[:alnum:]]+', ' ', 'g'))) END"
)
WITH_THE_COMPLAINT = "with the complaint's retention"


class Complaint(TenantOwned, Base):
    """lon, lat: WGS84, None without a place. cell: `cell_of(lon, lat)`. routing: the decision, as stored.

    The due instants are None while the clock stands still or where nothing is promised; `sort_at` is never None and
    orders the queue. urgency: 0 for safety categories, else 1. pause_asked_at: since when a pause waits for approval.
    retain_until: no longer written (see reporters/retention.py); it goes with the next release.
    """

    __tablename__ = "complaints"
    __table_args__ = (
        UniqueConstraint("tenant_id", "reference"),
        ForeignKeyConstraint(["tenant_id", "category_id"], ["categories.tenant_id", "categories.id"]),
        ForeignKeyConstraint(["tenant_id", "sla_rule_id"], ["sla_rules.tenant_id", "sla_rules.id"]),
        ForeignKeyConstraint(["tenant_id", "agency_id"], ["agencies.tenant_id", "agencies.id"]),
        ForeignKeyConstraint(["tenant_id", "area_id"], ["areas.tenant_id", "areas.id"]),
        ForeignKeyConstraint(["tenant_id", "asset_id"], ["assets.tenant_id", "assets.id"]),
        ForeignKeyConstraint(["tenant_id", "holder_id"], ["seats.tenant_id", "seats.id"]),
        ForeignKeyConstraint(["tenant_id", "merged_into_id"], ["complaints.tenant_id", "complaints.id"]),
        CheckConstraint(f"status IN ({', '.join(repr(str(status)) for status in Status)})", name="status"),
        CheckConstraint("visibility IN ('public', 'private', 'restricted')", name="visibility"),
        CheckConstraint("kind IN ('complaint', 'question', 'wish')", name="kind"),
        Index("ix_complaints_open", "tenant_id", "urgency", "sort_at", "id", postgresql_where=OPEN),
        Index("ix_complaints_due", "tenant_id", "sort_at", "id", postgresql_where=OPEN),
        Index("ix_complaints_agency", "tenant_id", "agency_id", "urgency", "sort_at", "id", postgresql_where=OPEN),
        Index("ix_complaints_holder", "tenant_id", "holder_id", "urgency", "sort_at", "id", postgresql_where=OPEN),
        Index("ix_complaints_unassigned", "tenant_id", "urgency", "sort_at", "id", postgresql_where=UNASSIGNED),
        Index("ix_complaints_category", "tenant_id", "category_id", "urgency", "sort_at", "id", postgresql_where=OPEN),
        Index("ix_complaints_area", "tenant_id", "area_id", "urgency", "sort_at", "id", postgresql_where=OPEN),
        Index("ix_complaints_status", "tenant_id", "status", "urgency", "sort_at", "id"),
        Index("ix_complaints_public", "tenant_id", "visibility", "received_at", "id"),
        Index("ix_complaints_public_category", "tenant_id", "category_id", "visibility", "received_at", "id"),
        Index("ix_complaints_public_open", "tenant_id", "visibility", "received_at", "id", postgresql_where=OPEN),
        Index(
            "ix_complaints_public_changed",
            "tenant_id",
            "visibility",
            text("COALESCE(closed_at, updated_at)"),
            "id",
        ),
        Index("ix_complaints_cell", "tenant_id", "cell"),
        Index("ix_complaints_open_cell", "tenant_id", "cell", postgresql_where=OPEN),
        Index("ix_complaints_alike", "tenant_id", "category_id", "cell", "received_at"),
        Index(
            "ix_complaints_next_step", "tenant_id", "next_step_at", postgresql_where=text("next_step_at IS NOT NULL")
        ),
        Index(
            "ix_complaints_board",
            "tenant_id",
            "urgency",
            "sort_at",
            "id",
            postgresql_where=text("on_board_since IS NOT NULL"),
        ),
        Index(
            "ix_complaints_merged", "tenant_id", "merged_into_id", postgresql_where=text("merged_into_id IS NOT NULL")
        ),
        Index("ix_complaints_reporter", "tenant_id", "reporter_account_id", "received_at"),
        Index(
            "ix_complaints_asset",
            "tenant_id",
            "asset_id",
            "received_at",
            postgresql_where=text("asset_id IS NOT NULL"),
        ),
        Index("ix_complaints_ending", "tenant_id", text("right(reference, 4)")),
        Index("ix_complaints_ended", "tenant_id", "closed_at", postgresql_where=text("closed_at IS NOT NULL")),
    )

    reference: Mapped[str]
    birth_tenant_id: Mapped[UUID]
    status: Mapped[str]
    status_left: Mapped[str | None]
    is_open: Mapped[bool] = mapped_column(default=True)
    kind: Mapped[str] = mapped_column(default="complaint")
    channel: Mapped[str]
    category_id: Mapped[UUID]
    category_revision: Mapped[int]
    sla_rule_id: Mapped[UUID | None]
    sla_rule_revision: Mapped[int | None]
    priority: Mapped[str] = mapped_column(default="normal")
    urgency: Mapped[int] = mapped_column(default=1)
    agency_id: Mapped[UUID | None]
    area_id: Mapped[UUID | None]
    asset_id: Mapped[UUID | None]
    holder_id: Mapped[UUID | None]
    visibility: Mapped[str]
    anonymous: Mapped[bool] = mapped_column(default=False)
    reporter_account_id: Mapped[UUID | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    cell: Mapped[int | None] = mapped_column(BigInteger)
    routing: Mapped[dict[str, Any]]
    near_border_tenant_id: Mapped[UUID | None]
    received_at: Mapped[datetime]
    clock_from_at: Mapped[datetime]
    responded_at: Mapped[datetime | None]
    secured_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    scheduled_for: Mapped[datetime | None]
    respond_due_at: Mapped[datetime | None]
    secure_due_at: Mapped[datetime | None]
    resolve_due_at: Mapped[datetime | None]
    ceiling_at: Mapped[datetime | None]
    sort_at: Mapped[datetime]
    next_step_at: Mapped[datetime | None]
    on_board_since: Mapped[datetime | None]
    pause_asked_at: Mapped[datetime | None]
    adopted: Mapped[bool] = mapped_column(default=False)
    handed_to_tenant_id: Mapped[UUID | None]
    hand_overs: Mapped[int] = mapped_column(default=0)
    merged_into_id: Mapped[UUID | None]
    retain_until: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class HistoryRow(TenantOwned, Base):
    """Who, when, which move, from and to, by ids: append-only, the app role may neither UPDATE nor DELETE it.

    number: 1, 2, 3 … within the complaint. by: staff, reporter, system, tenant or operator. detail: ids and facts, no
    free text.
    """

    __tablename__ = "history"
    __table_args__ = (
        UniqueConstraint("tenant_id", "complaint_id", "number"),
        ForeignKeyConstraint(["tenant_id", "complaint_id"], ["complaints.tenant_id", "complaints.id"]),
        Index("ix_history_tenant_id_at", "tenant_id", "at"),
        Index(
            "ix_history_told",
            "tenant_id",
            "at",
            "id",
            postgresql_where=text("public AND from_status IS NOT NULL"),
        ),
    )

    complaint_id: Mapped[UUID]
    number: Mapped[int]
    at: Mapped[datetime]
    move: Mapped[str]
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    by: Mapped[str]
    seat_id: Mapped[UUID | None]
    remark_id: Mapped[UUID | None]
    public: Mapped[bool] = mapped_column(default=True)
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Remark(TenantOwned, Base):
    """What somebody wrote: the description with its answers, a note, a question, an answer, a reason.

    inner: for officials only; it never crosses to another tenant. words: those of a description and its place, kept by
    PostgreSQL and blanked with them; read by the search alone.
    """

    __tablename__ = "remarks"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "complaint_id"], ["complaints.tenant_id", "complaints.id"]),
        Index("ix_remarks_tenant_id_complaint_id", "tenant_id", "complaint_id"),
        Index("ix_remarks_words", "tenant_id", "words", postgresql_using="gin", postgresql_where=DESCRIBED),
        Index("ix_remarks_described", "tenant_id", "created_at", postgresql_where=DESCRIBED),
        Index("ix_remarks_erased", "tenant_id", "erased_at", postgresql_where=ERASED),
    )

    complaint_id: Mapped[UUID]
    kind: Mapped[str]
    body: Mapped[str] = mapped_column(info=personal("what was reported and answered", until=WITH_THE_COMPLAINT))
    place: Mapped[str | None] = mapped_column(info=personal("where it is, in words", until=WITH_THE_COMPLAINT))
    answers: Mapped[dict[str, Any]] = mapped_column(
        default=dict, info=personal("answers to the category's questions", until=WITH_THE_COMPLAINT)
    )
    inner: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    words: Mapped[str | None] = mapped_column(TSVECTOR, Computed(WORDS, persisted=True), deferred=True)


class Contact(TenantOwned, Base):
    """How the reporter can be reached. may_cross: consent that it goes along to another tenant.

    told_by: the channel that they prefer, None for ours. choices: what they hear of, and when. stopped_at: since when
    they want no messages.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("tenant_id", "complaint_id"),
        ForeignKeyConstraint(["tenant_id", "complaint_id"], ["complaints.tenant_id", "complaints.id"]),
        Index("ix_contacts_phone", "tenant_id", "phone", postgresql_where=text("phone IS NOT NULL")),
        Index("ix_contacts_email", "tenant_id", "email", postgresql_where=text("email IS NOT NULL")),
        Index("ix_contacts_erased", "tenant_id", "erased_at", postgresql_where=ERASED),
    )

    complaint_id: Mapped[UUID]
    name: Mapped[str | None] = mapped_column(info=personal("to address the reporter", until=WITH_THE_COMPLAINT))
    email: Mapped[str | None] = mapped_column(info=personal("to answer the reporter", until=WITH_THE_COMPLAINT))
    phone: Mapped[str | None] = mapped_column(info=personal("to answer the reporter", until=WITH_THE_COMPLAINT))
    language: Mapped[str]
    may_cross: Mapped[bool] = mapped_column(default=False)
    told_by: Mapped[str | None]
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict)
    stopped_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]


class Evidence(TenantOwned, Base):
    """A photo with its provenance. side: before (the reporter's), after (the official's), check (of whoever looked on
    the spot, for officials alone), work (a crew's, until it is approved), added (of somebody else, until an official
    shows it) or others (from then on).

    key: the original as it came; public_key and thumb_key: re-encoded, upright, without EXIF, None until the worker has
    been there. state: stored, ready or refused. captured_at, lon, lat: as the file says; claimed_*: as our page's
    camera said. distance_m: the farther of both from the complaint's point. phash, fine_hash: see likeness; band_1 to
    band_4 are pieces of phash, None for a plain picture. flags: what a validator should look at; findings: what they
    rest on (twins: ids of photos of other complaints; ai_marks; waiver_id: of the remark that says why our page's
    camera didn't take it), which never crosses to another tenant.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "complaint_id"], ["complaints.tenant_id", "complaints.id"]),
        CheckConstraint("side IN ('before', 'after', 'check', 'work', 'added', 'others')", name="side"),
        CheckConstraint("state IN ('stored', 'ready', 'refused')", name="state"),
        Index("ix_evidence_tenant_id_complaint_id", "tenant_id", "complaint_id"),
        Index("ix_evidence_band_1", "tenant_id", "band_1"),
        Index("ix_evidence_band_2", "tenant_id", "band_2"),
        Index("ix_evidence_band_3", "tenant_id", "band_3"),
        Index("ix_evidence_band_4", "tenant_id", "band_4"),
    )

    complaint_id: Mapped[UUID]
    side: Mapped[str]
    state: Mapped[str] = mapped_column(default="stored")
    key: Mapped[str]
    public_key: Mapped[str | None]
    thumb_key: Mapped[str | None]
    content_type: Mapped[str]
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    sha256: Mapped[bytes]
    phash: Mapped[int | None] = mapped_column(BigInteger)
    fine_hash: Mapped[bytes | None]
    band_1: Mapped[int | None]
    band_2: Mapped[int | None]
    band_3: Mapped[int | None]
    band_4: Mapped[int | None]
    captured_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    capture: Mapped[str] = mapped_column(default="unknown")
    lon: Mapped[float | None] = mapped_column(info=personal("where the photo was taken", until=WITH_THE_COMPLAINT))
    lat: Mapped[float | None] = mapped_column(info=personal("where the photo was taken", until=WITH_THE_COMPLAINT))
    claimed_lon: Mapped[float | None] = mapped_column(
        info=personal("where the official stood", until=WITH_THE_COMPLAINT)
    )
    claimed_lat: Mapped[float | None] = mapped_column(
        info=personal("where the official stood", until=WITH_THE_COMPLAINT)
    )
    claimed_accuracy_m: Mapped[float | None]
    distance_m: Mapped[float | None]
    software: Mapped[str | None]
    flags: Mapped[list[str]] = mapped_column(default=list)
    findings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]


class Holding(TenantOwned, Base):
    """Who had it from when until when: time is kept per owner, so that nobody answers for another's."""

    __tablename__ = "holdings"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "complaint_id"], ["complaints.tenant_id", "complaints.id"]),
        ForeignKeyConstraint(["tenant_id", "agency_id"], ["agencies.tenant_id", "agencies.id"]),
        Index("ix_holdings_tenant_id_complaint_id", "tenant_id", "complaint_id"),
        Index("ix_holdings_tenant_id_agency_id", "tenant_id", "agency_id"),
    )

    complaint_id: Mapped[UUID]
    agency_id: Mapped[UUID | None]
    seat_id: Mapped[UUID | None]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]


class PauseRow(TenantOwned, Base):
    """While the next word was somebody else's: closed-open; until_at None while it runs.

    decision: whether it stops the clock, see `pausing.py`. reminded_at: when the reporter was reminded.
    """

    __tablename__ = "pauses"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "complaint_id"], ["complaints.tenant_id", "complaints.id"]),
        Index("ix_pauses_tenant_id_complaint_id", "tenant_id", "complaint_id"),
    )

    complaint_id: Mapped[UUID]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    decision: Mapped[str | None]
    reminded_at: Mapped[datetime | None]


class Forwarding(TenantOwned, Base):
    """In the birth tenant: where a reference lives now, however often it was handed on, and what its reporter knows.

    known_tenant_id: whom they know to have it, None for the birth tenant. message_id: of the message that tells them of
    announced_tenant_id; while it waits, the next passing takes its place.
    """

    __tablename__ = "forwardings"
    __table_args__ = (UniqueConstraint("tenant_id", "reference"),)

    reference: Mapped[str]
    complaint_id: Mapped[UUID]
    holder_tenant_id: Mapped[UUID]
    moved_at: Mapped[datetime]
    known_tenant_id: Mapped[UUID | None]
    announced_tenant_id: Mapped[UUID | None]
    message_id: Mapped[UUID | None]


class ReadRow(TenantOwned, Base):
    """Who read a private complaint, or opened the reporter's name, and why."""

    __tablename__ = "reads"
    __table_args__ = (
        Index("ix_reads_tenant_id_complaint_id", "tenant_id", "complaint_id", "at"),
        Index("ix_reads_tenant_id_at", "tenant_id", "at", "id"),
    )

    complaint_id: Mapped[UUID]
    seat_id: Mapped[UUID]
    at: Mapped[datetime]
    what: Mapped[str]
    reason: Mapped[str | None]


class IntakeKey(Base):
    """Makes filing idempotent: keyed by itself, inserted first in the filing transaction, kept 30 days.

    key_hash: SHA-256 of (API key id or nothing, the key). request_hash: SHA-256 of what was sent; the same key with
    another body is refused. relayed_at: when the relay told the queue of this filing.
    """

    __tablename__ = "intake_keys"
    __table_args__ = (Index("ix_intake_keys_unrelayed", "created_at", postgresql_where=text("relayed_at IS NULL")),)

    key_hash: Mapped[bytes] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    complaint_id: Mapped[UUID]
    request_hash: Mapped[bytes]
    created_at: Mapped[datetime]
    relayed_at: Mapped[datetime | None]


def cell_of(lon: float, lat: float) -> int:
    """The cell of a thousandth of a degree, row-major, so that a box of the map is a few ranges of an integer.

    Text and integers compare leakproof, so such a range keeps its index under row-level security; a geometry would not.
    """
    return int((lat + 90) * 1000) * 1_000_000 + int((lon + 180) * 1000)
