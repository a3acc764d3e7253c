"""The reference of a complaint, `BKS-7K3M-9QX1`, and the secret link of its reporter.

Birth tenant's code, seven random characters of Crockford's base 32, and their check character (Luhn mod 32 over the
seven). A reference is no credential; the token is.
"""

import re
import secrets
from uuid import UUID

from complaints.seal import is_same, seal

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FORGIVEN = str.maketrans("ILO", "110")


def new_reference(code: str) -> str:
    """A fresh reference of a tenant's code; 32^7 of them, so a clash is met by trying again."""
    drawn = secrets.randbits(35)  # five bits for each character
    body = "".join(ALPHABET[drawn >> bits & 31] for bits in range(0, 35, 5))
    return format_reference(code, body)


def format_reference(code: str, body: str) -> str:
    """The reference of a code and seven characters."""
    whole = body + check_character(body)
    return f"{code}-{whole[:4]}-{whole[4:]}"


def check_character(body: str) -> str:
    """Luhn mod 32 over the characters, doubling every second from the right."""
    total = 0
    for index, character in enumerate(reversed(body)):
        value = ALPHABET.index(character) * (2 if index % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


def parse_reference(text: str) -> str | None:
    """The reference in its one written form, or None if it can't be one.

    Case, spaces and dashes don't matter; I, L and O are forgiven in the last eight characters only.
    """
    bare = re.sub(r"[\s\-‐-―]", "", text).upper()
    if not re.fullmatch(r"[A-Z]{3}[0-9A-Z]{8}", bare):
        return None
    code, whole = bare[:3], bare[3:].translate(_FORGIVEN)
    if any(character not in ALPHABET for character in whole) or check_character(whole[:7]) != whole[7]:
        return None
    return f"{code}-{whole[:4]}-{whole[4:]}"


def manage_token(secret: bytes, birth_tenant_id: UUID, complaint_id: UUID) -> str:
    """The secret of the manage link: reckoned, so that the same can be given again for a repeated key.

    It names the birth tenant, so a hand-over doesn't change it.
    """
    return seal(secret, b"manage", birth_tenant_id, complaint_id)


def is_manage_token(token: str, secret: bytes, birth_tenant_id: UUID, complaint_id: UUID) -> bool:
    """Whether the token is the one of this complaint, in constant time."""
    return is_same(token, manage_token(secret, birth_tenant_id, complaint_id))
