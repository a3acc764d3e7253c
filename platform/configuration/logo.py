"""A city's crest: whatever file is given, what is kept is an SVG of allowed shapes alone, or a PNG drawn anew. Pure."""

import hashlib
import re
from io import BytesIO
from pathlib import PurePath
from uuid import UUID
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from PIL import Image, UnidentifiedImageError

from tenants.errors import N_, Invalid

MOST_BYTES = 5_000_000
MOST_SVG_BYTES = 1_000_000
MOST_PIXELS = 16_000_000
SIDE = 400
"""The longer side of a crest in pixels: enough for a poster's corner, and a PNG of it never has a megabyte."""
CONTENT_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}

_SVG = "http://www.w3.org/2000/svg"
_OURS = ("", _SVG)  # written by hand, the name space is often left out
_XLINK = "http://www.w3.org/1999/xlink"
_MOST_ELEMENTS = 5_000
_MOST_LEVELS = 60
_MOST_USES = 20
"""Copies of copies multiply; twenty uses can draw a thousand shapes at most."""

_SHAPES = frozenset(
    (
        "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "defs",
        "linearGradient", "radialGradient", "stop", "clipPath", "mask", "symbol", "use", "title", "desc", "style",
    )
)  # fmt: skip
_REFUSED = {
    "script": N_("The crest holds a script. Save it as a plain SVG without scripts, or as a PNG."),
    "foreignobject": N_("The crest holds a part of a web page (foreignObject). Save it as a plain SVG, or as a PNG."),
    "image": N_("The crest holds another picture. Save it as a PNG instead."),
    "feimage": N_("The crest holds another picture. Save it as a PNG instead."),
    "animate": N_("The crest moves. Save it as a plain SVG without animation, or as a PNG."),
    "set": N_("The crest moves. Save it as a plain SVG without animation, or as a PNG."),
    "animatetransform": N_("The crest moves. Save it as a plain SVG without animation, or as a PNG."),
    "animatemotion": N_("The crest moves. Save it as a plain SVG without animation, or as a PNG."),
}
_HANDLER = N_("The crest holds a script (%(name)s). Save it as a plain SVG without scripts, or as a PNG.")
_OUTSIDE = N_("The crest refers to something outside itself. Save it as a plain SVG, or as a PNG.")
_ENTITIES = N_("The crest declares entities of its own. Save it as a plain SVG, or as a PNG.")
_NO_SVG = N_("The crest can't be read as an SVG. Save it anew, or as a PNG.")
_INTRICATE = N_("The crest is too intricate. Save a simpler one, or a PNG.")

_PAINT = frozenset(
    (
        "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap",
        "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "opacity", "color",
        "clip-rule", "clip-path", "mask", "stop-color", "stop-opacity", "display", "visibility", "font-family",
        "font-size", "font-weight", "font-style", "text-anchor", "letter-spacing", "paint-order", "vector-effect",
        "dominant-baseline",
    )
)  # fmt: skip
_ATTRIBUTES = _PAINT | frozenset(
    (
        "id", "class", "d", "points", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "dx",
        "dy", "width", "height", "viewBox", "preserveAspectRatio", "transform", "gradientUnits", "gradientTransform",
        "spreadMethod", "offset", "clipPathUnits", "maskUnits", "maskContentUnits", "pathLength", "textLength",
        "lengthAdjust", "version",
    )
)  # fmt: skip
_URL = re.compile(r"url\s*\(\s*(['\"]?)\s*(?!#[\w.-]+\1\s*\))", re.IGNORECASE)
_RULE = re.compile(r"\s*([.#]?[\w-]+(?:\s*,\s*[.#]?[\w-]+)*)\s*\{([^{}]*)\}\s*")
_LOCAL = re.compile(r"#[\w.-]+")


def made_safe(content: bytes) -> tuple[bytes, str]:
    """(what is kept, ".svg" or ".png"); made safe once more, it stays the same bytes.

    content: an SVG, PNG, JPEG or WebP. Raises Invalid, in a sentence for whoever sent it.
    """
    if len(content) > MOST_BYTES:
        raise Invalid(
            N_("The crest is larger than %(most)s MB. A small PNG or SVG is enough."),
            field="logo",
            most=MOST_BYTES // 1_000_000,
        )
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return purified(content), ".svg"
    return redrawn(content), ".png"


def logo_key(tenant_id: UUID, name: str) -> str:
    """Where the crest of a tenant is stored; name: as `look.logo` of the tenant has it."""
    return f"tenant/{tenant_id}/look/{name}"


def logo_name(content: bytes, suffix: str) -> str:
    """What a crest is called: by its content, so that an address never shows another one."""
    return f"{hashlib.sha256(content).hexdigest()[:16]}{suffix}"


def content_type(name: str) -> str:
    """Of a stored crest."""
    return CONTENT_TYPES[PurePath(name).suffix]


def redrawn(content: bytes) -> bytes:
    """A picture's pixels as a PNG of at most SIDE on its longer side, without anything else that the file held."""
    try:
        with Image.open(BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Invalid(
                    N_("The crest has %(width)s × %(height)s pixels. Make it smaller; 400 × 400 are enough."),
                    field="logo",
                    width=picture.width,
                    height=picture.height,
                )
            drawn = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Invalid(N_("The crest has to be an SVG, PNG, JPEG or WebP file."), field="logo") from None
    if max(drawn.size) > SIDE:
        drawn.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    clean = Image.new("RGBA", drawn.size)  # knows nothing of the file, whose texts Pillow would write again
    clean.paste(drawn)
    out = BytesIO()
    clean.save(out, "PNG", optimize=True)
    return out.getvalue()


def purified(content: bytes) -> bytes:
    """An SVG with nothing but allowed elements, attributes and values; what can't do harm is left out in silence.

    Raises Invalid for scripts, event handlers, web pages and pictures within, references to the outside, entities.
    """
    if len(content) > MOST_SVG_BYTES:
        raise _refusal(_INTRICATE)
    writing = _Writing()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = writing.doctype
    parser.EntityDeclHandler = writing.entity
    parser.StartElementHandler = writing.start
    parser.EndElementHandler = writing.end
    parser.CharacterDataHandler = writing.words
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise _refusal(_NO_SVG) from None
    return writing.result()


class _Writing:
    """One pass over the parser's events."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._open: list[str] = []
        self._skipped = 0
        self._elements = 0
        self._uses = 0
        self._style = ""

    def doctype(self, _name: str, _system: str | None, _public: str | None, has_internal_subset: int) -> None:
        if has_internal_subset:
            raise _refusal(_ENTITIES)

    def entity(self, *_declared: object) -> None:
        raise _refusal(_ENTITIES)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        self._elements += 1
        if self._elements > _MOST_ELEMENTS or len(self._open) + self._skipped > _MOST_LEVELS:
            raise _refusal(_INTRICATE)
        if tag.lower() in _REFUSED:  # in whatever name space: a page that takes it in might read it as its own
            raise _refusal(_REFUSED[tag.lower()])
        kept = self._kept(tag, attributes)
        if not self._open and not self._skipped and (tag != "svg" or space not in _OURS):
            raise _refusal(_NO_SVG)
        if self._skipped or space not in _OURS or tag not in _SHAPES:
            self._skipped += 1
            return
        if tag == "use":
            self._uses += 1
            if self._uses > _MOST_USES:
                raise _refusal(_INTRICATE)
        if not self._open:
            kept = {"xmlns": _SVG, **kept}
        self._open.append(tag)
        self._parts.append(f"<{tag}{''.join(f' {key}={quoteattr(value)}' for key, value in kept.items())}>")

    def end(self, _name: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        tag = self._open.pop()
        if tag == "style":
            self._parts.append(escape(_rules(self._style)))
            self._style = ""
        self._parts.append(f"</{tag}>")

    def words(self, text: str) -> None:
        if self._skipped or not self._open:
            return
        if self._open[-1] == "style":
            self._style += text
        elif self._open[-1] in ("text", "tspan", "title", "desc"):
            self._parts.append(escape(text))

    def result(self) -> bytes:
        return "".join(self._parts).encode()

    def _kept(self, tag: str, attributes: dict[str, str]) -> dict[str, str]:
        kept = {}
        for name, value in attributes.items():
            space, _, key = name.rpartition(" ")
            if key.lower().startswith("on"):
                raise Invalid(_HANDLER, field="logo", name=key)
            if key.lower() in ("href", "src"):
                if not _LOCAL.fullmatch(value.strip()):
                    raise _refusal(_OUTSIDE)
                if tag in ("use", "linearGradient", "radialGradient") and space in ("", _XLINK):
                    kept["href"] = value.strip()
            elif space:
                continue
            elif key == "style":
                if declared := _declarations(value):
                    kept["style"] = declared
            elif key in _ATTRIBUTES:
                kept[key] = _sound(value)
        return dict(sorted(kept.items()))


def _rules(sheet: str) -> str:
    """A style sheet of plain rules, written one way."""
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    written, at = [], 0
    while at < len(sheet.rstrip()):
        found = _RULE.match(sheet, at)
        if found is None:
            if "@" in sheet[at:] or "\\" in sheet[at:]:
                raise _refusal(_OUTSIDE)
            raise _refusal(_NO_SVG)
        selectors = re.sub(r"\s*,\s*", ",", found[1])
        written.append(f"{selectors}{{{_declarations(found[2])}}}")
        at = found.end()
    return "".join(written)


def _declarations(style: str) -> str:
    """`property:value;` of allowed properties."""
    kept = []
    for one in style.split(";"):
        name, _, value = one.partition(":")
        _sound(value)
        if name.strip().lower() in _PAINT and value.strip():
            kept.append(f"{name.strip().lower()}:{value.strip()}")
    return ";".join(kept)


def _sound(value: str) -> str:
    """A value that reaches nothing outside the file. Backslashes could hide an address from this look."""
    if _URL.search(value) or "\\" in value or re.search(r"@import|expression\s*\(|javascript:", value, re.IGNORECASE):
        raise _refusal(_OUTSIDE)
    return value


def _refusal(sentence: str) -> Invalid:
    return Invalid(sentence, field="logo")
