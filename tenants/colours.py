"""The colours of a city, repaired into the colours its pages can be read in: light and dark, whatever it picked.

Works in OKLCH (Björn Ottosson, "A perceptual color space for image processing", 2020): hue never changes, chroma is
only lowered, to stay in sRGB or out of the reader's way, lightness does the rest. Contrast is that of WCAG 2.2.
Colours are "#rrggbb", lower case.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from tenants.errors import Invalid

USUAL_COLOUR = "#0b5fa5"
"""Of a city that has chosen none."""

# The stylesheet's own colours that a city's colours are read on or beside (platform/web/styles/_tokens.scss).
WHITE = "#ffffff"
LIGHT_INK = "#17212b"
LIGHT_GROUNDS = ("#f5f7f6", "#ffffff")
NEAR_BLACK = "#0f1418"
DARK_GROUNDS = ("#171e24", "#1f272e")

FROM_HERE_DARK_TEXT = 0.78  # lightness from which white could only be read on a fill that is no longer yellow
STEP = 0.005
CHROMA_STEP = 0.002


@dataclass(frozen=True)
class Change:
    """What was changed and why, for a page to put into words.

    what: "fill_darkened" (white could not be read on it), "dark_text" (the fill stays, its text is dark),
    "text_darkened" (links and marks), "edged" (the button gets an edge, as it is too faint on white),
    "accent_darkened" (the second colour's stripe was too faint).
    given, used: the colours; ratio: what the given one had; needed: what it must have.
    """

    what: str
    given: str
    used: str
    ratio: float
    needed: float


@dataclass(frozen=True)
class Palette:
    """light, dark: CSS variable -> colour, the same ten in both, and a second colour's --accent.

    changes: of the light theme, where `given` is seen.
    """

    given: str
    light: Mapping[str, str]
    dark: Mapping[str, str]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Shade:
    """A colour in OKLCH: lightness 0 to 1, chroma from 0, hue in radians."""

    lightness: float
    chroma: float
    hue: float

    def at(self, lightness: float, chroma: float | None = None) -> "Shade":
        """The same hue at another lightness; chroma: no more than that."""
        most = self.chroma if chroma is None else min(self.chroma, chroma)
        return Shade(min(max(lightness, 0.0), 1.0), most, self.hue)


def repair(colour: str, accent: str | None = None) -> Palette:
    """The palette of a city that picked `colour` ("#f15a22", "F15A22", "#f52"). Raises Invalid if that is no colour.

    accent: a second colour, for the stripe below the bar and other lines that no words stand on.
    """
    given = parsed(colour)
    shade = _shade(given)
    light, changes = _light(given, shade)
    dark = _dark(given, shade)
    if accent is not None:
        second = parsed(accent)
        line = _darkened(_shade(second), 3.0, LIGHT_GROUNDS, start=second)
        if line != second:
            faint = min(contrast(second, ground) for ground in LIGHT_GROUNDS)
            changes += (Change("accent_darkened", second, line, faint, 3.0),)
        light |= {"--accent": line}
        dark |= {"--accent": _lightened(_shade(second), 3.0, DARK_GROUNDS)}
    return Palette(given=given, light=light, dark=dark, changes=changes)


def theme_css(palette: Palette, scope: str = ":root") -> str:
    """The stylesheet of a palette: light, and dark by the system's or the page's choice.

    scope: the selector that wears it, the whole page by default; another (a preview's) stands inside the page.
    """
    dark = ":root:not([data-theme=light])", ":root[data-theme=dark]"
    by_system, by_page = dark if scope == ":root" else (f"{dark[0]} {scope}", f"{dark[1]} {scope}")
    return (
        f"{scope} {{ {_declared(palette.light)} }}\n"
        f"@media (prefers-color-scheme: dark) {{ {by_system} {{ {_declared(palette.dark)} }} }}\n"
        f"{by_page} {{ {_declared(palette.dark)} }}\n"
    )


def paper_css(palette: Palette, scope: str) -> str:
    """The same for what is printed: light, whatever the screen is."""
    return f"{scope} {{ {_declared(palette.light)} }}\n"


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2); 4.5 for text, 3 for the edges of controls."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def parsed(colour: str) -> str:
    """The colour as "#rrggbb". Raises Invalid if it is no colour."""
    found = re.fullmatch(r"#?([0-9a-f]{3}|[0-9a-f]{6})", colour.strip().lower(), re.ASCII)
    if found is None:
        raise Invalid("A colour is a # and six digits, 0 to 9 and a to f, such as #0f7a4d.", field="colour")
    digits = found[1]
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def _light(given: str, shade: Shade) -> tuple[dict[str, str], tuple[Change, ...]]:
    changes: list[Change] = []
    soft = _hex(shade.at(0.965, 0.022))
    if shade.lightness < FROM_HERE_DARK_TEXT:
        fill, on_fill = _darkened(shade, 4.6, (WHITE,), start=given), WHITE
        if fill != given:
            changes.append(Change("fill_darkened", given, fill, contrast(given, WHITE), 4.6))
    else:
        fill, on_fill = given, LIGHT_INK
        changes.append(Change("dark_text", WHITE, LIGHT_INK, contrast(given, WHITE), 4.6))
    ink = _darkened(_shade(fill), 4.8, (*LIGHT_GROUNDS, soft), start=fill)
    edge = fill
    if contrast(fill, WHITE) < 3:
        edge = ink
        changes.append(Change("edged", given, ink, contrast(fill, WHITE), 3.0))
    if ink != given:
        changes.append(Change("text_darkened", given, ink, min(contrast(given, g) for g in LIGHT_GROUNDS), 4.8))
    tokens = {
        "--brand": given,
        "--tenant": fill,
        "--on-tenant": on_fill,
        "--tenant-press": _hex(_shade(fill).at(_shade(fill).lightness - 0.06)),
        "--tenant-edge": edge,
        "--tenant-ink": ink,
        "--tenant-soft": soft,
        "--tenant-line": _hex(shade.at(0.885, 0.05)),
        "--bar": fill,
        "--on-bar": on_fill,
    }
    return tokens, tuple(changes)


def _dark(given: str, shade: Shade) -> dict[str, str]:
    soft = _hex(shade.at(0.27, 0.035))
    fill = _lightened(shade.at(0.70, 0.15), 6.5, (NEAR_BLACK,))
    return {
        "--brand": given,
        "--tenant": fill,
        "--on-tenant": NEAR_BLACK,
        "--tenant-press": _hex(shade.at(_shade(fill).lightness + 0.06, 0.15)),
        "--tenant-edge": fill,
        "--tenant-ink": _lightened(shade.at(0.72, 0.14), 4.8, (*DARK_GROUNDS, soft)),
        "--tenant-soft": soft,
        "--tenant-line": _hex(shade.at(0.40, 0.06)),
        "--bar": _hex(shade.at(0.29, 0.06)),
        "--on-bar": WHITE,
    }


def _darkened(shade: Shade, ratio: float, grounds: tuple[str, ...], start: str) -> str:
    """The lightest of `start` and its darker steps that keeps the ratio on every ground."""
    colour, steps = start, 0
    while min(contrast(colour, ground) for ground in grounds) < ratio:
        steps += 1
        colour = _hex(shade.at(shade.lightness - steps * STEP))
    return colour


def _lightened(shade: Shade, ratio: float, grounds: tuple[str, ...]) -> str:
    colour, steps = _hex(shade), 0
    while min(contrast(colour, ground) for ground in grounds) < ratio:
        steps += 1
        colour = _hex(shade.at(shade.lightness + steps * STEP))
    return colour


def _declared(tokens: Mapping[str, str]) -> str:
    return " ".join(f"{name}: {colour};" for name, colour in tokens.items())


def _shade(colour: str) -> Shade:
    red, green, blue = _linear(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return Shade(lightness, math.hypot(a, b), math.atan2(b, a))


def _hex(shade: Shade) -> str:
    """The shade in sRGB, its chroma lowered until sRGB can show it."""
    rgb, chroma = _rgb(shade), shade.chroma
    while chroma > 0 and not all(0 <= channel <= 1 for channel in rgb):
        chroma = max(chroma - CHROMA_STEP, 0.0)
        rgb = _rgb(Shade(shade.lightness, chroma, shade.hue))
    return "#" + "".join(f"{round(min(max(channel, 0.0), 1.0) * 255):02x}" for channel in rgb)


def _rgb(shade: Shade) -> tuple[float, float, float]:
    a, b = shade.chroma * math.cos(shade.hue), shade.chroma * math.sin(shade.hue)
    long = (shade.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (shade.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (shade.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _encoded(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _encoded(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _encoded(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def _encoded(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)


def _linear(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _decoded(red), _decoded(green), _decoded(blue)


def _decoded(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
