"""The second factor of an account: an app's code of half a minute, a passkey (`passkey.py`), or one of ten codes for
when both are lost.

The secret is sealed with the platform's key, so that a copy of the database alone signs nobody in; of a recovery code
only a hash is kept. A code is taken once.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet
from sqlalchemy import BigInteger, ForeignKey, Index, delete, exists, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from people import passkey, totp
from people.account import WHILE_IT_EXISTS
from people.passkey import Passkey
from people.permissions import Permission, may
from tenants.database import Base, new_id
from tenants.errors import N_, Conflict, Invalid
from tenants.personal import personal

CODES = 10
OPTION = "second_factor"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are read as another."""


class Demand(StrEnum):
    """Of whom a city asks a second factor."""

    NOBODY = "nobody"
    ADMINS = "admins"
    EVERYBODY = "everybody"


class SecondFactor(Base):
    """sealed: the secret. confirmed_at: None until a first code has shown that the app has it. last_step: the step of
    the last code taken, which is taken no second time.
    """

    __tablename__ = "second_factors"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(info=personal("to sign in", until=WHILE_IT_EXISTS))
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """For when the app is lost; code_hash: SHA-256 of fifty random bits, and of the account's id."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index("ix_recovery_codes_account_id", "account_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    code_hash: Mapped[bytes]
    used_at: Mapped[datetime | None]


def demanded(options: Mapping[str, Any], role: str) -> bool:
    """Whether a city with these options asks a second factor of this role."""
    wanted = options.get(OPTION, Demand.NOBODY)
    return wanted == Demand.EVERYBODY or (wanted == Demand.ADMINS and may(role, Permission.CONFIGURE))


def has(session: Session, account_id: UUID) -> bool:
    """Whether an account has an app that was confirmed, or a passkey for whatever host."""
    key = exists().where(Passkey.account_id == account_id)
    app = exists().where(SecondFactor.account_id == account_id, SecondFactor.confirmed_at.is_not(None))
    return bool(session.scalar(select(or_(app, key))))


def has_app(session: Session, account_id: UUID) -> bool:
    """Whether an account has an app that was confirmed."""
    found = select(SecondFactor.confirmed_at).where(SecondFactor.account_id == account_id)
    return session.scalar(found) is not None


def pending_secret(session: Session, account_id: UUID, key: bytes) -> str | None:
    """The secret that waits for its first code; None where there is none."""
    row = session.get(SecondFactor, account_id)
    return _open(row.sealed, key) if row is not None and row.confirmed_at is None else None


def begin(session: Session, account_id: UUID, key: bytes, now: datetime) -> None:
    """Make a secret that waits for its first code. Raises Conflict where there is a confirmed one."""
    if has_app(session, account_id):
        raise Conflict("The second step is switched on already.")
    session.execute(delete(SecondFactor).where(SecondFactor.account_id == account_id))
    session.add(SecondFactor(account_id=account_id, sealed=_seal(totp.new_secret(), key), created_at=now))
    session.flush()


def confirm(session: Session, account_id: UUID, code: str, key: bytes, now: datetime) -> list[str]:
    """Switch it on with a first code; the recovery codes, which are told once. Raises Invalid."""
    row = session.scalar(select(SecondFactor).where(SecondFactor.account_id == account_id).with_for_update())
    if row is None or row.confirmed_at is not None:
        raise Conflict("Begin once more: there is no code to confirm.")
    step = totp.step_of_code(_open(row.sealed, key), _digits(code), now)
    if step is None:
        raise WrongCode
    row.confirmed_at, row.last_step = now, step
    return new_codes(session, account_id)


def prove(session: Session, account_id: UUID, code: str, key: bytes, now: datetime) -> None:
    """Take a code of the app, or a recovery code, each once. Raises WrongCode."""
    row = session.scalar(select(SecondFactor).where(SecondFactor.account_id == account_id).with_for_update())
    written = _digits(code)
    if len(written) == totp.DIGITS and written.isdigit():
        if row is None or row.confirmed_at is None:
            raise WrongCode
        step = totp.step_of_code(_open(row.sealed, key), written, now, after=row.last_step)
        if step is None:
            raise WrongCode
        row.last_step = step
        return
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash == _hash(account_id, written),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if used is None:
        raise WrongCode


def new_codes(session: Session, account_id: UUID) -> list[str]:
    """Ten recovery codes in place of the former ones; told once."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(CODES)]
    session.add_all(RecoveryCode(account_id=account_id, code_hash=_hash(account_id, code)) for code in codes)
    session.flush()
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def codes_left(session: Session, account_id: UUID) -> int:
    """How many recovery codes haven't been used."""
    left = select(RecoveryCode.id).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return len(session.scalars(left).all())


def remove(session: Session, account_id: UUID) -> None:
    """Switch it off wholly: app, passkeys and recovery codes."""
    passkey.remove_all(session, account_id)
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.execute(delete(SecondFactor).where(SecondFactor.account_id == account_id))
    session.flush()


def remove_app(session: Session, account_id: UUID) -> None:
    """Take the app off; with nothing left, the recovery codes go too."""
    session.execute(delete(SecondFactor).where(SecondFactor.account_id == account_id))
    settle(session, account_id)


def settle(session: Session, account_id: UUID) -> bool:
    """Whether the second step is still on once one way was taken off; where not, the recovery codes go too."""
    on = has(session, account_id)
    if not on:
        remove(session, account_id)
    return on


class WrongCode(Invalid):
    """One sentence for every wrong code."""

    def __init__(self) -> None:
        super().__init__(
            N_("This code isn't right, or was used already. Wait for the next one in your app and write that."),
            field="code",
        )


def _digits(code: str) -> str:
    return "".join(letter for letter in code.casefold() if letter.isascii() and letter.isalnum())[:20]


def _hash(account_id: UUID, code: str) -> bytes:
    return hashlib.sha256(account_id.bytes + code.encode()).digest()


def _seal(secret: str, key: bytes) -> bytes:
    return _box(key).encrypt(secret.encode())


def _open(sealed: bytes, key: bytes) -> str:
    return _box(key).decrypt(sealed).decode()


def _box(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second factor/" + key).digest()))
