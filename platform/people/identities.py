"""How an account is known beside its e-mail address: by a number whose code was read, or at a provider of sign-ins."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from people.account import WHILE_IT_EXISTS, Account
from tenants.database import Base, new_id
from tenants.personal import personal


class Kind(StrEnum):
    """phone: +62…; oidc: the issuer and the subject there."""

    PHONE = "phone"
    OIDC = "oidc"


class AccountIdentity(Base):
    """One more name of an account, which nobody else has."""

    __tablename__ = "identities"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(str(kind)) for kind in Kind)})", name="kind"),
        Index("ix_identities_account_id", "account_id"),
    )

    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True, info=personal("to sign in", until=WHILE_IT_EXISTS))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]


def account_known_by(session: Session, kind: Kind, value: str) -> Account | None:
    """Whose identity it is."""
    return session.scalar(
        select(Account)
        .join(AccountIdentity, AccountIdentity.account_id == Account.id)
        .where(AccountIdentity.kind == kind, AccountIdentity.value == value)
    )


def account_made_for(session: Session, kind: Kind, value: str, *, name: str, now: datetime) -> Account:
    """Whose identity it is, a new account's where there is none: two who come at once get the same."""
    known = account_known_by(session, kind, value)
    if known is not None:
        return known
    account = Account(id=new_id(), email=None, name=name, created_at=now, confirmed_at=now)
    session.add(account)
    session.flush()
    if give(session, account, kind, value, now):
        return account
    session.delete(account)
    session.flush()
    found = account_known_by(session, kind, value)
    if found is None:
        raise RuntimeError("an identity is taken and nobody's")
    return found


def give(session: Session, account: Account, kind: Kind, value: str, now: datetime) -> bool:
    """Make it an identity of this account; False where it is another's."""
    row = {"kind": kind.value, "value": value, "account_id": account.id, "created_at": now}
    session.execute(insert(AccountIdentity).values(row).on_conflict_do_nothing(index_elements=["kind", "value"]))
    found = account_known_by(session, kind, value)
    return found is not None and found.id == account.id


def forget_providers(session: Session, account_id: UUID) -> None:
    """Nobody signs in to this account at a provider any more: from now on it has a password."""
    session.execute(
        delete(AccountIdentity).where(AccountIdentity.account_id == account_id, AccountIdentity.kind == Kind.OIDC),
        execution_options={"synchronize_session": "fetch"},
    )


def phones_of(session: Session, account_id: UUID) -> Sequence[str]:
    """The confirmed numbers of an account."""
    return session.scalars(
        select(AccountIdentity.value)
        .where(AccountIdentity.account_id == account_id, AccountIdentity.kind == Kind.PHONE)
        .order_by(AccountIdentity.value)
    ).all()
