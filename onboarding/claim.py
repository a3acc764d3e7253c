"""Who signs a municipality up: an address that was confirmed by mail, what was chosen so far, and in which browsers.

Nothing of a claim is in the browser but a random token: the same mail brings it to any other device.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, delete, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding import funnel
from people import proof
from people.account import Account
from tenants.database import Base, new_id
from tenants.errors import Conflict, Invalid
from tenants.personal import personal

MAIL_LASTS = timedelta(hours=24)
DEVICE_LASTS = timedelta(days=30)
MOST_TRIES = 6
LONGEST_NAME = 100
KEPT = "5 years after the city left"


class WrongCode(Invalid):
    """The code isn't the one of the newest mail, or was tried too often."""


class Claim(Base):
    """email: case-folded. link_hash, code_hash: of the newest mail, valid until expires_at, until one of them is used.

    invited: colleagues as [{"email", "role"}]. boundary: WKB of the ground that was brought, in place of the
    catalogue's; boundary_name: of its file; boundary_mended: in it, as [{"what", "where", "area_m2"}]. tenant_id:
    the city, from its rehearsal on. checked_at: when what the template filled in was looked through. rehearsed_id:
    the complaint in the shadow; rehearsed_mark: of the rules that it went by (`rules_mark.py`). erased: rows of
    rehearsals that went at going live. agreed_at: when the agreement on processing data was accepted. approved: the
    operator's word, None before it. dispute: why it is theirs and not the holder's. letter_key: the letter of
    authority in the storage.
    """

    __tablename__ = "claims"
    __table_args__ = (
        Index("ix_claims_link_hash", "link_hash"),
        Index("ix_claims_municipality_code", "municipality_code"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(unique=True, info=personal("to know who claims a city", until=KEPT))
    name: Mapped[str] = mapped_column(info=personal("to know who claims a city", until=KEPT))
    language: Mapped[str]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    link_hash: Mapped[bytes | None]
    code_hash: Mapped[bytes | None]
    code_tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime | None]
    municipality_code: Mapped[str | None]
    slug: Mapped[str | None]
    code: Mapped[str | None]
    invited: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, default=list, info=personal("to invite colleagues", until="they are invited")
    )
    boundary: Mapped[bytes | None] = mapped_column(deferred=True)
    boundary_name: Mapped[str | None]
    boundary_mended: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default=text("'[]'"))
    tenant_id: Mapped[UUID | None] = mapped_column("city_id", ForeignKey("tenants.id"), unique=True)
    checked_at: Mapped[datetime | None]
    rehearsed_id: Mapped[UUID | None]
    rehearsed_at: Mapped[datetime | None]
    rehearsed_mark: Mapped[str | None]
    erased: Mapped[int | None]
    agreed_at: Mapped[datetime | None]
    live_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    disputed_at: Mapped[datetime | None]
    dispute: Mapped[str | None] = mapped_column(info=personal("to decide between claims", until=KEPT))
    letter_key: Mapped[str | None]
    letter_name: Mapped[str | None] = mapped_column(info=personal("to prove authority", until=KEPT))
    letter_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    approved: Mapped[bool | None]
    reason: Mapped[str | None] = mapped_column(info=personal("why it was decided so", until=KEPT))


class ClaimDevice(Base):
    """A browser that began or goes on with a claim; it sees nothing of it before it is confirmed. name: typed there."""

    __tablename__ = "claim_devices"
    __table_args__ = (Index("ix_claim_devices_claim_id", "claim_id"),)

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"))
    name: Mapped[str] = mapped_column(info=personal("to know who claims a city", until="30 days"))
    confirmed_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]


def forget(session: Session, now: datetime) -> None:
    """Forget browsers whose time is over, and what was begun in them and never confirmed."""
    session.execute(delete(ClaimDevice).where(ClaimDevice.expires_at <= now))
    known = select(ClaimDevice.claim_id)
    session.execute(delete(Claim).where(Claim.confirmed_at.is_(None), Claim.id.not_in(known)))


def begin(
    session: Session, *, name: str, email: str, language: str, secret: bytes, now: datetime
) -> tuple[Claim, str, str, str]:
    """Begin, or go on on this device: (claim, token for the browser, link's token, code). The mail is the caller's.

    email: checked. An address has one claim; what was mailed before is worth nothing any more. Raises Invalid.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid("Write your name, so that your colleagues know who it was.", field="name")
    claim = session.scalar(select(Claim).where(Claim.email == email.casefold()).with_for_update())
    if claim is None:
        claim = Claim(id=new_id(), email=email.casefold(), name=name, language=language, created_at=now, invited=[])
        session.add(claim)
        session.flush()
        funnel.note(session, claim.id, "begun", now)
    link, code = secrets.token_urlsafe(32), f"{secrets.randbelow(1_000_000):06}"
    claim.link_hash, claim.code_hash = _hash(link), _code_hash(secret, claim.id, code)
    claim.code_tries, claim.expires_at = 0, now + MAIL_LASTS
    return claim, _add_device(session, claim, name, now), link, code


def confirm_by_code(session: Session, token: str, code: str, *, secret: bytes, now: datetime) -> Claim:
    """Confirm the browser that typed the code of the newest mail. Raises WrongCode; a try counts once committed."""
    device = device_of(session, token, now)
    claim = session.get(Claim, device.claim_id, with_for_update=True) if device else None
    if device is None or claim is None:
        raise WrongCode("This code is used up or too old. Have a new mail sent.", field="code")
    if claim.code_hash is None or claim.expires_at is None or claim.expires_at <= now or claim.code_tries >= MOST_TRIES:
        raise WrongCode("This code is used up or too old. Have a new mail sent.", field="code")
    claim.code_tries += 1
    written = "".join(sign for sign in code if sign.isdigit())
    if not hmac.compare_digest(_code_hash(secret, claim.id, written), claim.code_hash):
        raise WrongCode("This isn't the code of the newest mail. Look at it once more.", field="code")
    _confirm(session, claim, device, now)
    return claim


def claim_of_link(session: Session, link: str, now: datetime) -> Claim | None:
    """Whose link of the newest mail this is, not yet used or over."""
    claim = session.scalar(select(Claim).where(Claim.link_hash == _hash(link)))
    return claim if claim is not None and claim.expires_at is not None and claim.expires_at > now else None


def confirm_by_link(session: Session, link: str, now: datetime) -> tuple[Claim, str]:
    """Use the link up in the browser that posts it: (claim, token for the browser). Raises Conflict."""
    claim = session.scalar(select(Claim).where(Claim.link_hash == _hash(link)).with_for_update())
    if claim is None or claim.expires_at is None or claim.expires_at <= now:
        raise Conflict("This link was used already or is too old. Write your address once more to get a new one.")
    token = _add_device(session, claim, claim.name, now)
    device = device_of(session, token, now)
    if device is not None:
        _confirm(session, claim, device, now)
    return claim, token


def device_of(session: Session, token: str, now: datetime) -> ClaimDevice | None:
    """The browser of a token, confirmed or not yet."""
    return session.scalar(
        select(ClaimDevice).where(ClaimDevice.token_hash == _hash(token), ClaimDevice.expires_at > now)
    )


def claim_of(session: Session, token: str, now: datetime) -> Claim | None:
    """The claim that a confirmed browser goes on with."""
    device = device_of(session, token, now)
    return session.get(Claim, device.claim_id) if device is not None and device.confirmed_at is not None else None


def forget_device(session: Session, token: str, now: datetime) -> None:
    """End it in this browser; the claim stays."""
    device = device_of(session, token, now)
    if device is not None:
        session.delete(device)


def _add_device(session: Session, claim: Claim, name: str, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    session.add(ClaimDevice(token_hash=_hash(token), claim_id=claim.id, name=name, expires_at=now + DEVICE_LASTS))
    session.flush()
    return token


def _confirm(session: Session, claim: Claim, device: ClaimDevice, now: datetime) -> None:
    if claim.confirmed_at is None:
        claim.confirmed_at, claim.name = now, device.name
    device.confirmed_at = now
    funnel.note(session, claim.id, "you", now)
    claim.link_hash = claim.code_hash = claim.expires_at = None
    account = session.scalar(select(Account).where(Account.email == claim.email))
    if account is not None:
        proof.prove(session, account, now)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _code_hash(secret: bytes, claim_id: UUID, code: str) -> bytes:
    """Keyed, since a million codes are tried in a second by whoever has read the table."""
    return hmac.digest(secret, b"sign-up/" + claim_id.bytes + code.encode(), "sha256")
