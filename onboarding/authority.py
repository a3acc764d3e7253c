"""What an address proves: the office of a municipality, some office of the state, or nothing. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tenants.errors import Invalid

GOVERNMENT = "go.id"
PRIVATE = frozenset(
    {
        "gmail.com", "googlemail.com", "yahoo.com", "yahoo.co.id", "ymail.com", "rocketmail.com", "outlook.com",
        "outlook.co.id", "hotmail.com", "live.com", "icloud.com", "me.com", "proton.me", "protonmail.com", "zoho.com",
        "aol.com", "gmx.com", "mail.com",
    }
)  # fmt: skip
DISPOSABLE = frozenset(
    {
        "mailinator.com", "guerrillamail.com", "guerrillamail.net", "sharklasers.com", "10minutemail.com",
        "temp-mail.org", "tempmail.com", "yopmail.com", "trashmail.com", "getnada.com", "dispostable.com",
        "maildrop.cc", "throwawaymail.com", "fakeinbox.com", "mohmal.com", "emailondeck.com", "mintemail.com",
        "moakt.com", "tempr.email", "discard.email", "mailnesia.com", "spamgourmet.com",
    }
)  # fmt: skip


class Standing(StrEnum):
    """OFFICIAL: the office of this municipality, by a row that an operator has verified. STATE: another office."""

    OFFICIAL = "official"
    STATE = "state"


@dataclass(frozen=True)
class Domain:
    """A row of the curated table."""

    municipality_code: str
    verified: bool


Domains = Mapping[str, Domain]


def check_address(email: str, domains: Domains) -> None:
    """Raise Invalid, in a sentence for each kind, for an address that proves no office."""
    names = _names(email)
    if any(name in DISPOSABLE for name in names):
        raise Invalid("This is a throw-away address. Use the address of your office, ending in .go.id.", field="email")
    if any(name in PRIVATE for name in names):
        raise Invalid("This is a private address. Use the address of your office, ending in .go.id.", field="email")
    if GOVERNMENT not in names and not any(name in domains and domains[name].verified for name in names):
        raise Invalid(
            "Use the address of your office, ending in .go.id. If your office has another one, ask the operator of"
            " this platform to enter it first.",
            field="email",
        )


def municipality_of(email: str, domains: Domains) -> str | None:
    """Whose address it seems to be, verified or not: what is proposed first."""
    return next((domains[name].municipality_code for name in _names(email) if name in domains), None)


def standing(email: str, municipality_code: str, domains: Domains) -> Standing:
    """What an address proves about a municipality. Raises Invalid for the verified office of another one."""
    for name in _names(email):
        row = domains.get(name)
        if row is None or not row.verified:
            continue
        if row.municipality_code == municipality_code:
            return Standing.OFFICIAL
        raise Invalid("Your address belongs to the office of another government; choose that one.", field="place")
    return Standing.STATE


def _names(email: str) -> list[str]:
    """The domain of an address and those above it, the longest first: `mail.bogor.go.id`, `bogor.go.id`, `go.id`."""
    parts = email.rpartition("@")[2].casefold().split(".")
    return [".".join(parts[start:]) for start in range(len(parts) - 1)]
