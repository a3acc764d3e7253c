"""A reason that somebody else will read: long enough to say something, and no longer than one reads."""

from tenants.errors import N_, Invalid

SHORTEST = 10


def checked(reason: str, field: str = "reason", *, most: int = 500) -> str:
    """The reason without the blanks around it. Raises Invalid with its field."""
    reason = reason.strip()
    if not SHORTEST <= len(reason) <= most:
        raise Invalid(N_("Say why, in %(least)s to %(most)s characters."), field=field, least=SHORTEST, most=most)
    return reason
