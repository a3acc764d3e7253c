"""How a page leads to whoever is responsible instead of the city."""

import re

_TELEPHONE = re.compile(r"\+?[0-9][0-9 ()./-]{1,30}")


def contact_href(contact: str) -> str:
    """The address behind a telephone number or a web address; "" for anything else, which is only read."""
    contact = contact.strip()
    if _TELEPHONE.fullmatch(contact):
        return "tel:" + re.sub(r"[^0-9+]", "", contact)
    return contact if re.match(r"https?://[^\s\"<>]+\Z", contact) else ""
