"""A city's look and words: saved together, checked together, and seen by residents at once."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tenants.tenant import Tenant
from tests.cast import Cast, Visitor, jpeg
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]

CREST = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


def form(cast: Cast, **more: Any) -> dict[str, Any]:
    cast.enter("barat")
    return {
        "version": str(cast.tenant("barat").version),
        "language-0": "id",
        "language-1": "en",
        "name-id": "Kota Barat",
        "name-en": "City of Barat",
        "greeting-en": "Is something wrong in Barat? Tell us.",
        "banner-en": "Because of the flood we answer later this week.",
        "imprint-id": "Diskominfo Kota Barat\nJalan Merdeka 1",
        "privacy-en": "Our data protection officer: dpo@barat.example",
        "colour": "#0F7A4D",
        "accent": "#ffcc00",
        "number-0": "021 119",
        "whose-0-en": "Ambulance",
    } | more


def test_what_is_saved_stands_on_residents_pages_at_once(visit: Visit, cast: Cast) -> None:
    visitor = visit("barat", "admin")
    answer = visitor.post("/admin/look", data=form(cast, logo=(BytesIO(CREST), "crest.svg")))
    assert (answer.status_code, answer.location) == (303, "/admin/look?saved=1")
    resident = visit("barat")
    front, report = resident.get("/?lang=en"), resident.get("/report?lang=en")
    for page in (front, report):
        assert "Because of the flood we answer later this week." in words(page)
        assert 'href="tel:021 119"' in page.get_data(as_text=True)
        assert 'href="/imprint"' in page.get_data(as_text=True) or page is report
    assert "Is something wrong in Barat?" in words(front)
    assert "Diskominfo Kota Barat" in words(resident.get("/imprint?lang=en"))
    assert "dpo@barat.example" in words(resident.get("/privacy?lang=en"))
    theme = resident.get("/theme.css").get_data(as_text=True)
    assert "--brand: #0f7a4d" in theme
    assert "--accent: #ffcc00" not in theme.split("@media")[0], "too faint on white"

    crest = front.get_data(as_text=True).split('<img class="mark crest" src="')[1].split('"')[0]
    drawn = resident.get(crest)
    assert drawn.mimetype == "image/svg+xml"
    assert b'<path d="M0 0h9v9z">' in drawn.data
    assert "sandbox" in drawn.headers["Content-Security-Policy"]
    assert visit("timur").get(crest).status_code == 404
    assert "flood" not in words(visit("timur").get("/?lang=en"))

    assert "greeting" in words(visitor.get("/admin/changes?lang=en")) or "texts" in words(
        visitor.get("/admin/changes?lang=en")
    )
    cast.enter("barat")
    visitor.post("/admin/look", data=form(cast, without_logo="yes"))
    assert resident.get(crest).status_code == 404
    assert "<img class=" not in resident.get("/").get_data(as_text=True).split("</header>")[0]


def test_all_that_is_wrong_is_named_and_nothing_is_saved_or_lost(visit: Visit, cast: Cast) -> None:
    visitor = visit("barat", "admin")
    wrong = form(
        cast,
        colour="hijau",
        **{"name-id": " ", "language-1": "id", "number-0": "telepon", "greeting-en": "x" * 301},
        logo=(BytesIO(CREST.replace(b"<path", b"<script/><path")), "crest.svg"),
    )
    answer = visitor.post("/admin/look?lang=en", data=wrong)
    assert answer.status_code == 422
    said = words(answer)
    for sentence in (
        "The crest holds a script.",
        "A colour is a # and six digits",
        "A language is here twice",
        "The city needs a name in its first language.",
        "A telephone number has 2 to 19 digits",
        "This has 301 characters; at most 300 are possible.",
        "please choose the crest once more",
    ):
        assert sentence in said
    assert 'value="hijau"' in answer.get_data(as_text=True)
    cast.enter("barat")
    assert cast.tenant("barat").texts.get("imprint") is None
    boundary, body = encode_multipart(form(cast, logo=FileStorage(BytesIO(b"\x89PNG" + bytes(20_000_000)), "a.png")))
    large = visitor.post("/admin/look?lang=en", data=body, content_type=f"multipart/form-data; boundary={boundary}")
    assert "The crest is larger than 5 MB." in words(large)


def test_the_second_of_two_administrators_sees_both(visit: Visit, cast: Cast) -> None:
    first, second = visit("barat", "admin"), visit("barat", "admin")
    data = form(cast)
    assert first.post("/admin/look", data=data).status_code == 303
    answer = second.post("/admin/look?lang=en", data=data | {"banner-en": "The offices are closed on Friday."})
    assert answer.status_code == 409
    said = words(answer)
    assert "Admin Kota Barat has saved this meanwhile" in said
    assert "Because of the flood we answer later this week." in said
    assert "The offices are closed on Friday." in answer.get_data(as_text=True)
    cast.enter("barat")
    version = cast.tenant("barat").version
    again = second.post("/admin/look", data=data | {"version": str(version), "banner-en": "Closed."})
    assert again.status_code == 303
    stands = cast.session.get(Tenant, cast.city("barat").id)
    cast.session.refresh(stands)
    assert stands is not None
    assert stands.texts["banner"] == {"en": "Closed."}


def test_the_page_beside_it_follows_what_is_typed_and_saves_nothing(visit: Visit, cast: Cast) -> None:
    visitor = visit("barat", "admin")
    typed = form(cast, colour="#ffe600", go="look")
    page = visitor.post("/admin/look?lang=en", data=typed)
    assert page.status_code == 200
    assert "#ffe600 is a light colour: what is written on it is dark." in words(page)
    shown = visitor.post("/admin/look/preview?lang=en", data=typed).get_json()
    assert "Is something wrong in Barat?" in shown["phone"]
    css = visitor.get(shown["css"]).get_data(as_text=True)
    assert css.startswith(".dressed { --brand: #ffe600;")
    assert ":root {" not in css
    assert visitor.get("/admin/look.css?colour=url(x)").get_data(as_text=True).startswith(".dressed {")
    cast.enter("barat")
    assert cast.tenant("barat").look.get("accent") is None


def test_a_photo_of_a_crest_is_kept_as_a_png(visit: Visit, cast: Cast) -> None:
    visitor = visit("barat", "admin")
    visitor.post("/admin/look", data=form(cast, logo=(BytesIO(jpeg()), "crest.jpg")))
    cast.enter("barat")
    name = cast.tenant("barat").look["logo"]
    assert name.endswith(".png")
    assert visitor.get(f"/crest/{name}").data.startswith(b"\x89PNG")
