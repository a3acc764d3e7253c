"""A crest keeps its shapes and nothing that acts, reaches out or hides."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from configuration.logo import MOST_BYTES, SIDE, made_safe, purified
from tenants.errors import Invalid

SHAPES = (
    '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">'
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' xmlns:i="urn:i" viewBox="0 0 9 9">'
    "<style>/* a */ .a, .b { fill: #ff0; behavior: x }</style><metadata><i:rights>all</i:rights></metadata>"
    '<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs>'
    '<g class="a" i:layer="1"><path d="M0 0h9v9z" style="fill:url(#g);-i-x:1"/><use xlink:href="#g"/></g>'
    "<title>Kota &amp; Kabupaten</title></svg>"
)


def svg(inner: str) -> bytes:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' xmlns:h="http://www.w3.org/1999/xhtml">{inner}</svg>'
    ).encode()


def test_shapes_stay_and_what_no_one_needs_goes() -> None:
    kept, suffix = made_safe(SHAPES.encode())
    assert suffix == ".svg"
    assert kept.decode() == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><style>.a,.b{fill:#ff0}</style>'
        '<defs><linearGradient id="g"><stop offset="0" stop-color="red"></stop></linearGradient></defs>'
        '<g class="a"><path d="M0 0h9v9z" style="fill:url(#g)"></path><use href="#g"></use></g>'
        "<title>Kota &amp; Kabupaten</title></svg>"
    )
    assert made_safe(kept) == (kept, ".svg")


@pytest.mark.parametrize(
    ("inner", "why"),
    [
        ("<script>alert(1)</script>", "script"),
        ("<h:script>alert(1)</h:script>", "script"),
        ("<SCRIPT/>", "script"),
        ('<path onload="alert(1)"/>', "script"),
        ('<metadata><g OnClick="x"/></metadata>', "script"),
        ("<foreignObject><h:p>x</h:p></foreignObject>", "web page"),
        ('<image href="data:image/png;base64,AA"/>', "another picture"),
        ('<use href="http://elsewhere.example/a.svg#x"/>', "outside itself"),
        ('<use xlink:href="other.svg#x"/>', "outside itself"),
        ('<a href="javascript:alert(1)"><path d=""/></a>', "outside itself"),
        ('<path fill="url(http://elsewhere.example/#a)"/>', "outside itself"),
        ('<path style="fill: URL( //elsewhere.example )"/>', "outside itself"),
        ('<path style="fill:u\\72l(//elsewhere.example)"/>', "outside itself"),
        ("<style>@import url(//elsewhere.example/a.css);</style>", "outside itself"),
        ("<style>@font-face { font-family: a; src: url(//elsewhere.example) }</style>", "outside itself"),
        ('<animate attributeName="href" to="javascript:alert(1)"/>', "moves"),
        ('<set attributeName="onload" to="alert(1)"/>', "moves"),
        ("<use href='#a'/>" * 21, "intricate"),
        ("<g>" * 100 + "</g>" * 100, "intricate"),
        ("<g>", "can't be read"),
    ],
)
def test_what_acts_or_reaches_out_is_refused_in_a_sentence(inner: str, why: str) -> None:
    with pytest.raises(Invalid, match=why) as refused:
        purified(svg(inner))
    assert refused.value.field == "logo"


def test_entities_are_refused_before_they_grow() -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>'
    with pytest.raises(Invalid, match="entities"):
        purified(bomb.encode())
    with pytest.raises(Invalid, match="entities"):
        purified(b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>')
    with pytest.raises(Invalid, match="can't be read"):
        purified(b"<html><body>x</body></html>")


@given(st.text(max_size=60), st.text(max_size=30))
def test_whatever_stands_in_it_what_is_kept_stays_the_same(words: str, value: str) -> None:
    written = svg(f"<text style='{value}'>{words}</text><path d='{value}'/>")
    try:
        kept = purified(written)
    except (Invalid, UnicodeEncodeError):
        return
    assert purified(kept) == kept
    assert b"<script" not in kept.lower()


def test_a_picture_is_drawn_anew_without_what_came_with_it() -> None:
    out = BytesIO()
    image = Image.new("RGB", (1200, 600), "#0f7a4d")
    exif = Image.Exif()
    exif[0x010E] = "<script>"
    image.save(out, "JPEG", exif=exif, comment=b"<script>")
    kept, suffix = made_safe(out.getvalue())
    drawn = Image.open(BytesIO(kept))
    assert (suffix, drawn.format, drawn.size) == (".png", "PNG", (SIDE, SIDE // 2))
    assert b"script" not in kept
    assert made_safe(kept) == (kept, ".png")


def test_a_large_file_and_what_is_no_picture_are_refused_with_figures() -> None:
    with pytest.raises(Invalid) as refused:
        made_safe(b"\x89PNG" + b"\0" * 20_000_000)
    assert str(refused.value).startswith("The crest is larger than 5 MB")
    with pytest.raises(Invalid, match="has to be an SVG"):
        made_safe(b"GIF89a" + b"\0" * 100)
    assert MOST_BYTES < 20_000_000
