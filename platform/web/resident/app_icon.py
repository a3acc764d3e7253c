"""The city's icon as a PNG, for phones that draw no SVG on their home screen. Pure, but for the drawing.

Round masks cut the corners off: what counts lies within the middle four fifths (W3C: maskable icons).
"""

import io
import re
from collections.abc import Sequence

from PIL import Image, ImageDraw

SIZES = (192, 512)
FINER = 4
"""Drawn so much larger, then made smaller, since Pillow's polygons have rough edges."""

OUTLINE = 0.5
"""How wide the outline of the city is drawn, as a share of the icon."""
PLATE, CREST = 0.76, 0.5
"""How wide the white disc below a crest is, and the crest on it at most."""

BUBBLE = ((12, 12), (52, 12), (52, 41), (33, 41), (20, 53), (20, 41), (12, 41))
"""What stands for a city without an outline, in a box of 64 by 64."""

_POINT = re.compile(r"(-?[\d.]+) (-?[\d.]+)")
BOX = 64


def draw(size: int, *, fill: str, ink: str, path: str, crest: bytes | None) -> bytes:
    """The icon of this many pixels a side. path: the outline in a box of 64 by 64, "" for none. crest: a PNG."""
    icon = _with_crest(size, fill, crest) if crest is not None else _with_outline(size, fill, ink, path)
    out = io.BytesIO()
    icon.save(out, "PNG", optimize=True)
    return out.getvalue()


def _with_outline(size: int, fill: str, ink: str, path: str) -> Image.Image:
    side = size * FINER
    icon = Image.new("RGB", (side, side), fill)
    points: Sequence[tuple[float, float]] = [(float(x), float(y)) for x, y in _POINT.findall(path)] or BUBBLE
    scale, margin = side * OUTLINE / BOX, side * (1 - OUTLINE) / 2
    ImageDraw.Draw(icon).polygon([(margin + x * scale, margin + y * scale) for x, y in points], fill=ink)
    return icon.resize((size, size), Image.Resampling.LANCZOS)


def _with_crest(size: int, fill: str, crest: bytes) -> Image.Image:
    side = size * FINER
    icon = Image.new("RGB", (side, side), fill)
    edge = side * (1 - PLATE) / 2
    ImageDraw.Draw(icon).ellipse([edge, edge, side - edge, side - edge], fill="#ffffff")
    icon = icon.resize((size, size), Image.Resampling.LANCZOS)
    with Image.open(io.BytesIO(crest), formats=("PNG",)) as picture:
        drawn = picture.convert("RGBA")
    factor = size * CREST / max(drawn.size)
    drawn = drawn.resize(
        (max(1, round(drawn.width * factor)), max(1, round(drawn.height * factor))), Image.Resampling.LANCZOS
    )
    icon.paste(drawn, ((size - drawn.width) // 2, (size - drawn.height) // 2), drawn)
    return icon
