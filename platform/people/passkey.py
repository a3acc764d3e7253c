"""Passkeys: keys on a device that sign what we ask, for one host. A second step beside the app's codes.

A browser lets a key sign for the host that it was made on and for no other, so each is kept with its host; on another
host of the same account the app's code or a recovery code is asked for. A challenge belongs to one sign-in, is taken
once, and holds for five minutes.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import webauthn
from sqlalchemy import BigInteger, ForeignKey, Index, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from people.account import WHILE_IT_EXISTS, Account
from tenants.database import Base, new_id
from tenants.errors import N_, Conflict, Invalid, NotFound
from tenants.personal import personal

LASTS = timedelta(minutes=5)
MOST = 10
LONGEST_NAME = 60
LONGEST_ANSWER = 20_000
"""Letters of what a browser sends; with an attestation it is some two thousand."""


class Passkey(Base):
    """host: for which it signs. sign_count: as its device counted at its last use; 0 where it doesn't count."""

    __tablename__ = "passkeys"
    __table_args__ = (Index("ix_passkeys_account_id", "account_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    host: Mapped[str]
    credential_id: Mapped[bytes] = mapped_column(unique=True, info=personal("to sign in", until=WHILE_IT_EXISTS))
    public_key: Mapped[bytes] = mapped_column(info=personal("to sign in", until=WHILE_IT_EXISTS))
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str]]
    name: Mapped[str] = mapped_column(info=personal("to recognise one's devices", until=WHILE_IT_EXISTS))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PasskeyChallenge(Base):
    """What a key is to sign next, of one sign-in; a new one takes the place of the former."""

    __tablename__ = "passkey_challenges"

    sign_in_id: Mapped[UUID] = mapped_column(ForeignKey("sign_ins.id"), primary_key=True)
    purpose: Mapped[str] = mapped_column(primary_key=True)
    challenge: Mapped[bytes]
    expires_at: Mapped[datetime]


@dataclass(frozen=True)
class Site:
    """Where a key is made or used. host: without port. origin: as the browser says it. name: as it shows it."""

    host: str
    origin: str
    name: str


class WrongKey(Invalid):
    """One sentence for whatever isn't right about a key's answer."""

    def __init__(self) -> None:
        super().__init__(
            N_("This passkey couldn't be used. Please try again, or write a code of your app or a recovery code."),
            field="code",
        )


def keys_of(session: Session, account_id: UUID, host: str | None = None) -> list[Passkey]:
    """The keys of an account, the oldest first. host: only those for it."""
    found = select(Passkey).where(Passkey.account_id == account_id)
    if host is not None:
        found = found.where(Passkey.host == host)
    return list(session.scalars(found.order_by(Passkey.created_at, Passkey.id)))


def options_to_add(session: Session, account: Account, sign_in_id: UUID, site: Site, now: datetime) -> str:
    """What a browser is asked with to make a key here, as JSON. Raises Conflict where there are enough."""
    if len(keys_of(session, account.id)) >= MOST:
        raise Conflict("At most %(most)s passkeys. Remove one first.", most=MOST)
    made = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=account.id.bytes,
        user_name=account.email or account.name,
        user_display_name=account.name,
        exclude_credentials=_described(keys_of(session, account.id, site.host)),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )
    _keep(session, sign_in_id, "add", made.challenge, now)
    return webauthn.options_to_json(made)


def options_to_prove(session: Session, account_id: UUID, sign_in_id: UUID, site: Site, now: datetime) -> str:
    """What a browser is asked with to use a key here, as JSON. Raises NotFound where there is none."""
    keys = keys_of(session, account_id, site.host)
    if not keys:
        raise NotFound("You have no passkey for this address.")
    made = webauthn.generate_authentication_options(
        rp_id=site.host,
        allow_credentials=_described(keys),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    _keep(session, sign_in_id, "prove", made.challenge, now)
    return webauthn.options_to_json(made)


def add(
    session: Session, account_id: UUID, sign_in_id: UUID, site: Site, answer: str, name: str, now: datetime
) -> Passkey:
    """Keep a new key by what the browser answered. Raises Invalid, naming the field.

    The challenge is used up also by a wrong answer: that is committed before anything is looked at.
    """
    challenge = _take(session, sign_in_id, "add", now)
    given = _read(answer)
    name = _checked(name)
    try:
        seen = webauthn.verify_registration_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise Invalid("The passkey couldn't be made. Please try again.", field="name") from error
    if session.scalar(select(Passkey.id).where(Passkey.credential_id == seen.credential_id)) is not None:
        raise Invalid("This device has a passkey here already.", field="name")
    key = Passkey(
        id=new_id(),
        account_id=account_id,
        host=site.host,
        credential_id=seen.credential_id,
        public_key=seen.credential_public_key,
        sign_count=seen.sign_count,
        transports=_transports(given),
        name=name,
        created_at=now,
    )
    session.add(key)
    session.flush()
    return key


def prove(session: Session, account_id: UUID, sign_in_id: UUID, site: Site, answer: str, now: datetime) -> None:
    """Take a key's signature, once. Raises WrongKey, also where a counter hasn't risen: the key may be a copy."""
    challenge = _take(session, sign_in_id, "prove", now)
    given = _read(answer)
    try:
        credential_id = webauthn.base64url_to_bytes(str(given.get("id", "")))
    except ValueError:
        raise WrongKey from None
    found = select(Passkey).where(
        Passkey.account_id == account_id, Passkey.host == site.host, Passkey.credential_id == credential_id
    )
    key = session.scalar(found.with_for_update())
    if key is None:
        raise WrongKey
    try:
        seen = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise WrongKey from error
    key.sign_count, key.used_at = seen.new_sign_count, now
    session.flush()


def key_of(session: Session, account_id: UUID, key_id: UUID) -> Passkey:
    """One of an account's own keys. Raises NotFound, also for another's."""
    key = session.scalar(select(Passkey).where(Passkey.id == key_id, Passkey.account_id == account_id))
    if key is None:
        raise NotFound("There is no such passkey.")
    return key


def rename(session: Session, key: Passkey, name: str) -> None:
    """Call it otherwise. Raises Invalid."""
    key.name = _checked(name)
    session.flush()


def remove(session: Session, key: Passkey) -> None:
    """Forget a key."""
    session.delete(key)
    session.flush()


def remove_all(session: Session, account_id: UUID) -> None:
    """Forget every key of an account."""
    session.execute(delete(Passkey).where(Passkey.account_id == account_id))


def _keep(session: Session, sign_in_id: UUID, purpose: str, challenge: bytes, now: datetime) -> None:
    session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at < now))  # what nobody answered
    row = {"sign_in_id": sign_in_id, "purpose": purpose, "challenge": challenge, "expires_at": now + LASTS}
    adding = insert(PasskeyChallenge).values(row)
    session.execute(adding.on_conflict_do_update(index_elements=["sign_in_id", "purpose"], set_=row))


def _take(session: Session, sign_in_id: UUID, purpose: str, now: datetime) -> bytes:
    taken = session.execute(
        delete(PasskeyChallenge)
        .where(PasskeyChallenge.sign_in_id == sign_in_id, PasskeyChallenge.purpose == purpose)
        .returning(PasskeyChallenge.challenge, PasskeyChallenge.expires_at),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    session.commit()  # used up also when the answer turns out wrong
    if taken is None or taken.expires_at <= now:
        raise Invalid("This took too long. Please try once more.", field="name" if purpose == "add" else "code")
    return taken.challenge


def _read(answer: str) -> dict[str, Any]:
    try:
        read = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise WrongKey
    return read


def _checked(name: str) -> str:
    plain = " ".join("".join(letter for letter in name if letter.isprintable()).split())
    if not plain:
        raise Invalid("Name the passkey, so that you recognise it later.", field="name")
    if len(plain) > LONGEST_NAME:
        raise Invalid("At most %(most)s characters.", field="name", most=LONGEST_NAME)
    return plain


def _transports(given: dict[str, Any]) -> list[str]:
    """By which ways the browser reaches the key, as far as we know them."""
    response = given.get("response")
    told = response.get("transports") if isinstance(response, dict) else None
    known = [one.value for one in AuthenticatorTransport]
    return [one for one in told if one in known] if isinstance(told, list) else []


def _described(keys: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=key.credential_id, transports=[AuthenticatorTransport(one) for one in key.transports]
        )
        for key in keys
    ]
