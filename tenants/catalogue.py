"""The catalogue: the country's official municipalities with codes, names, types and outlines."""

from datetime import datetime

from sqlalchemy import ColumnElement, Index, Text, cast, func, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from tenants.database import Base, Words

CENTRAL = ("51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76")
EASTERN = ("81", "82", "91", "92", "93", "94", "95", "96")
"""Provinces by their codes: WITA and WIT; all others keep WIB (Keputusan Presiden 41/1987, with today's provinces)."""


def time_zone_of(code: str) -> str:
    """The time zone of a government of Indonesia by its code; West Kalimantan's own name for WIB included."""
    province = code[:2]
    if province == "61":
        return "Asia/Pontianak"
    if province in CENTRAL:
        return "Asia/Makassar"
    return "Asia/Jayapura" if province in EASTERN else "Asia/Jakarta"


class Municipality(Base):
    """A province, kota or kabupaten. 26 names are both a kota and a kabupaten: `name` always says which.

    code: Kemendagri's, with dots (`32.75`). level: province or municipality. outline: WKB, None where there is none.
    why_not: why it can't be claimed, when it can't. former_codes: that it had, the newest last; they are still found.
    ended_at: since when it is no municipality any more, such as one that was merged; its row stays, without outline.
    """

    __tablename__ = "catalogue"
    __table_args__ = (Index("ix_catalogue_level_code", "level", "code"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[str]
    type: Mapped[str]
    name: Mapped[str]
    province_code: Mapped[str]
    province_name: Mapped[str]
    claimable: Mapped[bool]
    why_not: Mapped[Words | None]
    outline: Mapped[bytes | None]
    area_m2: Mapped[float | None]
    contact_email: Mapped[str | None]
    former_codes: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
    ended_at: Mapped[datetime | None]


class OfficialDomain(Base):
    """A domain that a municipality's government uses; verified by an operator before a claim is taken at once."""

    __tablename__ = "official_domains"

    domain: Mapped[str] = mapped_column(primary_key=True)
    municipality_code: Mapped[str] = mapped_column(index=True)
    verified: Mapped[bool] = mapped_column(default=False)


def found_by(word: str) -> ColumnElement[bool]:
    """Of the rows of the catalogue: those whose name has a word, or whose code, of today or before, begins with it."""
    return or_(
        Municipality.name.icontains(word, autoescape=True),
        Municipality.code.startswith(word, autoescape=True),
        cast(Municipality.former_codes, Text).contains(f'"{word}', autoescape=True),
    )


def first_code() -> ColumnElement[str]:
    """Of a row of the catalogue: the code that it had first."""
    return func.coalesce(Municipality.former_codes[0].astext, Municipality.code)


def current_code(session: Session, code: str) -> str:
    """The code that a municipality has today, by one that it has or had; a code that nobody ever had as it is."""
    if session.scalar(select(Municipality.code).where(Municipality.code == code)) is not None:
        return code
    return session.scalar(select(Municipality.code).where(Municipality.former_codes.contains([code])).limit(1)) or code
