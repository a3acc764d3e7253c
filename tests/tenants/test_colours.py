import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.colours import Palette, contrast, parsed, repair, theme_css
from tenants.errors import Invalid

ROOT = Path(__file__).parents[2]
LOOKS = ROOT / "../shared/looks/aduan.css"
STYLES = ROOT / "platform/web/styles/_tokens.scss"

TOKENS = [
    "--brand",
    "--tenant",
    "--on-tenant",
    "--tenant-press",
    "--tenant-edge",
    "--tenant-ink",
    "--tenant-soft",
    "--tenant-line",
    "--bar",
    "--on-bar",
]
FIVE = {"national": "#2f5d86", "bekasi": "#0f7a4d", "jakarta": "#f15a22", "bogor": "#f4b81c", "depok": "#6a3fb0"}
GROUNDS = ["--ground", "--surface", "--sunk", "--warn-soft", "--ask-soft", "--error-soft", "--inner"]
STATUSES = ["--wait", "--busy", "--done", "--end", "--ask", "--error", "--ink", "--soft-ink"]

colours = st.builds("#{:06x}".format, st.integers(0, 0xFFFFFF))


def platform_tokens(theme: str) -> dict[str, str]:
    """What the stylesheet itself sets, read from it, so that the two can't part."""
    block = re.search(rf"@mixin {theme} \{{(.*?)\n\}}", STYLES.read_text(), re.DOTALL)
    assert block
    return {name: parsed(colour) for name, colour in re.findall(r"(--[\w-]+): (#[0-9a-f]{3,6});", block[1])}


LIGHT, DARK = platform_tokens("light"), platform_tokens("dark")


def text_pairs(tenant: dict[str, str], shared: dict[str, str]) -> list[tuple[str, str]]:
    on_grounds = [(tenant["--tenant-ink"], shared[ground]) for ground in GROUNDS]
    on_wash = [(shared[word], tenant["--tenant-soft"]) for word in STATUSES]
    return [
        *on_grounds,
        *on_wash,
        (tenant["--tenant-ink"], tenant["--tenant-soft"]),
        (tenant["--on-tenant"], tenant["--tenant"]),
        (tenant["--on-tenant"], tenant["--tenant-press"]),
        (tenant["--on-bar"], tenant["--bar"]),
        (shared["--surface"], tenant["--tenant-ink"]),  # the ticked step's number in its disc
    ]


def edge_pairs(tenant: dict[str, str], shared: dict[str, str]) -> list[tuple[str, str]]:
    beside = [shared["--ground"], shared["--surface"], tenant["--tenant-soft"]]
    return [(edge, ground) for edge in (tenant["--tenant-edge"], shared["--line-strong"]) for ground in beside]


@given(colours)
def test_all_text_in_any_citys_colours_can_be_read_in_both_themes(colour: str) -> None:
    palette = repair(colour)
    for tenant, shared in ((dict(palette.light), LIGHT), (dict(palette.dark), DARK)):
        for front, ground in text_pairs(tenant, shared):
            assert contrast(front, ground) >= 4.5, (front, ground)


@given(colours)
def test_the_edges_of_controls_stand_out_in_any_citys_colours_in_both_themes(colour: str) -> None:
    palette = repair(colour)
    for tenant, shared in ((dict(palette.light), LIGHT), (dict(palette.dark), DARK)):
        for edge, ground in edge_pairs(tenant, shared):
            assert contrast(edge, ground) >= 3, (edge, ground)


@given(colours)
def test_both_themes_have_the_same_ten_tokens_and_each_is_a_colour(colour: str) -> None:
    palette = repair(colour)
    for theme in (palette.light, palette.dark):
        assert list(theme) == TOKENS
        assert all(parsed(value) == value for value in theme.values())


@given(colours)
def test_the_colour_as_given_remains_where_nothing_is_read(colour: str) -> None:
    palette = repair(colour)
    assert palette.given == palette.light["--brand"] == palette.dark["--brand"] == colour


@given(colours)
def test_a_colour_that_was_changed_says_so(colour: str) -> None:
    palette = repair(colour)
    what = {change.what for change in palette.changes}
    assert ("fill_darkened" in what) == (palette.light["--tenant"] != colour)
    assert ("text_darkened" in what) == (palette.light["--tenant-ink"] != colour)
    assert ("edged" in what) == (palette.light["--tenant-edge"] != palette.light["--tenant"])
    assert ("dark_text" in what) == (palette.light["--on-tenant"] != "#ffffff")


@given(colours, colours)
def test_contrast_does_not_depend_on_the_order(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_jakartas_orange_is_darkened_until_white_can_be_read_on_it() -> None:
    palette = repair("#f15a22")
    assert palette.light["--tenant"] == "#d04403"
    darkened = palette.changes[0]
    assert (darkened.what, darkened.given, darkened.used, darkened.needed) == (
        "fill_darkened",
        "#f15a22",
        "#d04403",
        4.6,
    )
    assert darkened.ratio == pytest.approx(3.4, abs=0.05)


def test_bogors_yellow_stays_and_gets_dark_text_and_an_edge() -> None:
    palette = repair("#f4b81c")
    assert palette.light["--tenant"] == palette.light["--bar"] == "#f4b81c"
    assert palette.light["--on-tenant"] == "#17212b"
    assert palette.light["--tenant-edge"] == palette.light["--tenant-ink"] != "#f4b81c"
    assert [change.what for change in palette.changes] == ["dark_text", "edged", "text_darkened"]


def test_a_colour_that_can_be_read_everywhere_is_not_touched() -> None:
    palette = repair("#0f7a4d")
    assert palette.changes == ()
    assert palette.light["--tenant"] == palette.light["--tenant-ink"] == palette.light["--bar"] == "#0f7a4d"


@pytest.mark.parametrize(("slug", "colour"), FIVE.items())
def test_the_five_tenants_of_the_looks_come_out_as_drawn(slug: str, colour: str) -> None:
    if not LOOKS.exists():
        pytest.skip("The looks are not laid beside this repository.")
    css, palette = LOOKS.read_text(), repair(colour)
    for theme, start in (
        (palette.light, f"[data-tenant={slug}]"),
        (palette.dark, f"[data-theme=dark][data-tenant={slug}]"),
    ):
        line = next(line for line in css.splitlines() if line.startswith(start))
        drawn = dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", line))
        assert list(drawn) == TOKENS
        for name, value in drawn.items():
            assert far(theme[name], value) <= 4, (name, theme[name], value)  # of 255: not to be seen


def far(one: str, other: str) -> int:
    return max(abs(int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) for at in (1, 3, 5))


def test_the_stylesheets_own_colours_are_the_platforms_repaired() -> None:
    palette = repair(FIVE["national"])
    for theme, mixin in ((palette.light, "national-light"), (palette.dark, "national-dark")):
        assert platform_tokens(mixin) == theme


@pytest.mark.parametrize("written", ["#F15A22", "f15a22", " #f15a22 "])
def test_a_colour_may_be_written_in_the_usual_ways(written: str) -> None:
    assert repair(written).given == "#f15a22"


def test_three_digits_are_six() -> None:
    assert parsed("#f52") == "#ff5522"


@pytest.mark.parametrize(
    "written",
    ["", "#", "red", "#12345", "#1234567", "#ggg000", "rgb(1,2,3)", "#f15a22; } body { display: none", "#١٢٣"],
)
def test_what_is_no_colour_is_refused_with_its_field(written: str) -> None:
    with pytest.raises(Invalid) as refusal:
        repair(written)
    assert refusal.value.field == "colour"


def test_the_theme_is_light_and_dark_by_system_and_by_page() -> None:
    palette = repair("#f15a22")
    light, by_system, by_page = theme_css(palette).strip().split("\n")
    assert light.startswith(":root { --brand: #f15a22; --tenant: #d04403;")
    assert by_system.startswith(
        "@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) { --brand: #f15a22;"
    )
    assert by_page.startswith(":root[data-theme=dark] { --brand: #f15a22;")
    assert declared(by_system) == declared(by_page) == dict(palette.dark)
    assert declared(light) == dict(palette.light)


def test_a_preview_wears_its_own_colours_inside_another_page() -> None:
    light, by_system, by_page = theme_css(repair("#f4b81c"), ".preview").strip().split("\n")
    assert light.startswith(".preview {")
    assert ":root:not([data-theme=light]) .preview {" in by_system
    assert by_page.startswith(":root[data-theme=dark] .preview {")


def declared(css: str) -> dict[str, str]:
    return dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", css))


def test_a_palette_is_a_value() -> None:
    assert repair("#f15a22") == repair("#F15A22")
    assert isinstance(repair("#f15a22"), Palette)
