"""When two names are the same name: whatever their capitals, their spaces and their Unicode form. Pure."""

import unicodedata


def folded(name: str) -> str:
    """A name as it is compared. Characters that nobody sees (a joiner, a mark of direction) don't part two names."""
    seen = "".join(letter for letter in unicodedata.normalize("NFKC", name) if unicodedata.category(letter) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", seen.casefold()).split())
