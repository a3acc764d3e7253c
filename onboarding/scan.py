"""What is brought as a letter or a paper: a PDF or a photo of it, known by its first bytes and never by its name."""

from tenants.errors import Invalid

MOST_BYTES = 5_000_000
KINDS = {
    b"%PDF-": ("pdf", "application/pdf"),
    b"\xff\xd8\xff": ("jpg", "image/jpeg"),
    b"\x89PNG": ("png", "image/png"),
}


def kind_of(content: bytes, field: str) -> tuple[str, str]:
    """Its ending and its type. Raises Invalid for no file, a large one, or another kind."""
    if not content:
        raise Invalid("Choose the file.", field=field)
    if len(content) > MOST_BYTES:
        raise Invalid("A document may have up to 5 MB.", field=field)
    found = next((kind for start, kind in KINDS.items() if content.startswith(start)), None)
    if found is None:
        raise Invalid("A document is a PDF, or a photo of it as JPEG or PNG.", field=field)
    return found


def type_of(ending: str) -> str:
    """The type of a file that was kept, by its ending."""
    return next(kind for name, kind in KINDS.values() if name == ending)
