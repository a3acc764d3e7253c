"""The catalogue: the country's official municipalities with codes, names, types and outlines."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

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
    why_not: why it can't be claimed, when it can't.
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


class OfficialDomain(Base):
    """A domain that a municipality's government uses; verified by an operator before a claim is taken at once."""

    __tablename__ = "official_domains"

    domain: Mapped[str] = mapped_column(primary_key=True)
    municipality_code: Mapped[str] = mapped_column(index=True)
    verified: Mapped[bool] = mapped_column(default=False)
