"""A report shared, the portal on a phone and on the city's own site."""

import io
from collections.abc import Callable

from PIL import Image
from sqlalchemy import update

from complaints.complaint import Evidence
from configuration.logo import logo_key, logo_name
from tenants.directory import raise_epoch
from tests.cast import Cast, Visitor, photo
from tests.web.staff.ground import lately
from web.resident import app_icon

Visit = Callable[..., Visitor]


def test_a_public_report_has_a_card_and_a_code_and_a_private_one_has_neither(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint(words='Lubang "besar" <b>', photos=[photo()], now=lately(hours=1))
    hidden = cast.complaint(words="Rahasia", visibility="private", now=lately(hours=1))
    shared, private = (cast.read("barat", one).reference for one in (filed, hidden))
    cast.enter("barat")
    cast.session.execute(update(Evidence).values(state="ready"))
    cast.session.commit()
    page = visit("barat").get(f"/complaints/{shared}").get_data(as_text=True)
    assert 'property="og:title" content="Jalan berlubang' in page
    assert "Lubang &#34;besar&#34; &lt;b&gt;" in page
    assert 'property="og:image" content="http://barat.localhost/media/' in page
    assert f'property="og:url" content="http://barat.localhost/complaints/{shared}"' in page
    code = visit("barat").get(f"/complaints/{shared}/qr.svg")
    assert (code.status_code, code.content_type.partition(";")[0]) == (200, "image/svg+xml")
    page = visit("barat").get(f"/complaints/{private}").get_data(as_text=True)
    assert "og:" not in page
    assert visit("barat").get(f"/complaints/{private}/qr.svg").status_code == 404


def test_the_portal_installs_in_the_citys_name_and_colours(visit: Visit) -> None:
    assert '<link rel="manifest" href="/manifest.webmanifest">' in visit("barat").get("/").get_data(as_text=True)
    manifest = visit("barat").get("/manifest.webmanifest").get_json(force=True)
    assert manifest["short_name"] == "Kota Barat"
    assert manifest["display"] == "standalone"
    icon = visit("barat").get(manifest["icons"][0]["src"])
    assert icon.content_type.startswith("image/svg+xml")
    assert manifest["theme_color"] in icon.get_data(as_text=True)
    assert visit(None).get("/manifest.webmanifest").get_json(force=True)["short_name"] == "Aduan"
    assert visit(None).get("/icon-512.png").content_type == "image/png"
    pixels = [one for one in manifest["icons"] if one["type"] == "image/png"]
    assert {(one["sizes"], one["purpose"]) for one in pixels} == {
        (sizes, purpose) for sizes in ("192x192", "512x512") for purpose in ("any", "maskable")
    }
    for one in pixels[::2]:
        with Image.open(io.BytesIO(visit("barat").get(one["src"]).data)) as drawn:
            assert f"{drawn.width}x{drawn.height}" == one["sizes"]
            counted = drawn.convert("RGB").getcolors(2**20) or []
        colours = {"#{:02x}{:02x}{:02x}".format(*pixel) for _count, pixel in counted}
        assert manifest["theme_color"] in colours
        assert len(colours) > 2  # the outline, with smooth edges


def test_a_crest_of_pixels_stands_on_the_icon_within_what_round_masks_leave() -> None:
    crest = io.BytesIO()
    Image.new("RGBA", (40, 80), "#aa0000").save(crest, "PNG")
    drawn = app_icon.draw(192, fill="#0b5fa5", ink="#ffffff", path="", crest=crest.getvalue())
    with Image.open(io.BytesIO(drawn)) as icon:
        at = [icon.getpixel(point) for point in ((96, 96), (96, 50), (60, 96), (5, 5))]
    assert at == [(170, 0, 0), (170, 0, 0), (255, 255, 255), (11, 95, 165)]


def test_a_crest_of_shapes_stands_on_the_icons_too_and_one_that_cant_be_drawn_leaves_the_outline(
    cast: Cast, visit: Visit
) -> None:
    tall = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 80"><path d="M0 0h40v80H0z" fill="#aa0000"/></svg>'
    for svg, red in ((tall, True), (b'<svg xmlns="http://www.w3.org/2000/svg" width="1e9" height="nix">', False)):
        tenant = cast.tenant("barat")
        name = logo_name(svg, ".svg")
        cast.office.storage.put(logo_key(tenant.id, name), svg, "image/svg+xml")
        tenant.look, tenant.revision = {**tenant.look, "logo": name}, tenant.revision + 1
        raise_epoch(cast.session)
        cast.session.commit()
        cast.office.keeper.refresh()
        with Image.open(io.BytesIO(visit("barat").get("/icon-192.png").data)) as icon:
            at = [icon.getpixel(point) for point in ((96, 96), (96, 50), (60, 96))]
        assert (at == [(170, 0, 0), (170, 0, 0), (255, 255, 255)]) is red
        assert ("data:image/png;base64," in visit("barat").get("/icon.svg").get_data(as_text=True)) is red


def test_the_widget_may_stand_in_any_frame_and_nothing_else_may(visit: Visit) -> None:
    widget = visit("barat").get("/widget")
    assert "frame-ancestors *" in widget.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in widget.headers
    assert "<script" not in widget.get_data(as_text=True)
    assert "frame-ancestors 'none'" in visit("barat").get("/report").headers["Content-Security-Policy"]
