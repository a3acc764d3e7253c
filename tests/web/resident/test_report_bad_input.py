"""What a report answers to what nobody should send: a sentence, and all that was typed."""

from collections.abc import Callable

import pytest

from complaints.office import Office
from complaints.safety import allowance
from tests.cast import IN_BARAT, Visitor, jpeg
from tests.web.resident.sheet import Sheet

Visit = Callable[..., Visitor]

WHOLE = {"category": "jalan-lubang", "description": "Lubang", "spot": f"{IN_BARAT[1]}, {IN_BARAT[0]}"}


def test_ten_thousand_characters_are_too_many_and_all_still_there(visit: Visit) -> None:
    sheet = Sheet(visit("barat"))
    long = "lubang besar " * 770
    assert sheet.press("send", WHOLE | {"description": long}).status_code == 422
    assert "4000" in sheet.oops("description")
    assert sheet.fields["description"] == [long]


WORDS = ["🚧🕳️ lubang 👨‍👩‍👧‍👦", "حفرة كبيرة \u202eabc\u202c", "Lubang <script>alert(1)</script> & \"'", "ꦲꦏ꧀ꦱꦫ ꦗꦮ"]


def test_any_script_of_the_world_arrives_as_it_was_typed(visit: Visit) -> None:
    for words in WORDS:
        sheet = Sheet(visit("barat"))
        sent = sheet.press("send", WHOLE | {"description": words}, follow=False)
        assert sent.status_code == 303
        page = Sheet(visit("barat"), sent.location.removeprefix("http://barat.localhost"))
        assert words in page.text
        assert "<script>alert" not in page.answer.get_data(as_text=True)


def test_control_characters_are_left_out(visit: Visit) -> None:
    sheet = Sheet(visit("barat"))
    sent = sheet.press("send", WHOLE | {"description": "Lu\x00bang\x07 di\r\nsini", "place": "a\x00b"}, follow=False)
    assert sent.status_code == 303
    assert "Lubang di" in Sheet(visit("barat"), sent.location.removeprefix("http://barat.localhost")).text


def test_what_is_no_photo_is_named_and_the_rest_stays(visit: Visit) -> None:
    for content, name in ((b"", "kosong.jpg"), (b"%PDF-1.7\n1 0 obj", "surat.pdf"), (b"GIF89a", "a.gif")):
        sheet = Sheet(visit("barat"))
        answer = sheet.press("send", WHOLE, photos=[(jpeg(), "baik.jpg"), (content, name)])
        assert answer.status_code == 422
        assert sheet.oops("photos"), name
        assert sheet.step == 1
        assert sheet.fields["photo_count"] == ["1"]
        assert sheet.press("send", follow=False).status_code == 303


def test_of_six_photos_five_stay(visit: Visit) -> None:
    sheet = Sheet(visit("barat"))
    six = [(jpeg(f"#{number}{number}{number}"), f"{number}.jpg") for number in range(6)]
    assert sheet.press("next-1", photos=six).status_code == 422
    assert "5" in sheet.oops("photos")
    assert sheet.fields["photo_count"] == ["5"]


def test_a_place_that_can_not_be_one_is_refused_beside_its_field(visit: Visit) -> None:
    for spot in ("0, 0", "106.95, -6.25", "200, 300", "https://maps.app.goo.gl/abc", "-6.25, abc 99.9.9"):
        sheet = Sheet(visit("barat"))
        assert sheet.press("send", WHOLE | {"spot": spot}).status_code == 422
        assert sheet.oops("spot"), spot
        assert sheet.fields["spot"] == [spot]


def test_a_place_abroad_or_at_sea_goes_to_nobody_and_says_so_first(visit: Visit) -> None:
    for spot in ("1.3521, 103.8198", "-5.5, 106.2"):
        sheet = Sheet(visit("barat"))
        assert sheet.press("send", WHOLE | {"spot": spot}).status_code == 422
        assert "1708" in sheet.text
        assert sheet.press("send", follow=False).location.startswith("http://localhost/complaints/UMM-")


ODD_FIELDS = [
    {"source": "gps", "lon": "nan", "lat": "inf"},
    {"source": "gps", "lon": "abc", "lat": ""},
    {"source": "map", "lon": "1e999", "lat": "-6.25", "accuracy_m": "-5"},
    {"step": "999"},
    {"step": "-1"},
    {"kind": "bribe"},
    {"visibility": "restricted"},
    {"border": "nowhere"},
    {"city": "nowhere"},
    {"area": "nowhere"},
    {"category": "nothing"},
    {"answers.nothing": "x"},
    {"answers.kedalaman": "bottomless"},
    {"shown_tenant": "timur"},
    {"asked": "x" * 5000},
    {"contact": "ani@"},
    {"contact": "halo"},
    {"contact": "+99999999999999999999"},
    {"draft": "../../etc/passwd"},
    {"draft": ""},
    {"photo_count": "99"},
    {"name": "x" * 10_000},
    {"place": "x" * 10_000},
    {"q": "%_\\" * 50},
]
ODD_BUTTONS = ("", "drop-../x", "next-99", "next-x", "back-0", "photopoint-1", "no-", "unheard-of")


def test_no_odd_field_or_button_breaks_the_page(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "MOST_OF_DEVICE", 1_000)
    visitor = visit("barat")
    for odd in ODD_FIELDS:
        assert Sheet(visitor).press("send", WHOLE | odd, follow=False).status_code in (303, 422), odd
    for go in ODD_BUTTONS:
        assert Sheet(visitor).press(go, WHOLE, follow=False).status_code in (303, 422), go


def test_a_form_of_another_site_is_refused(visit: Visit) -> None:
    answer = visit("barat").post("/report", data=WHOLE, headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403


def test_a_photo_of_a_draft_is_shown_only_with_its_id(visit: Visit, office: Office) -> None:
    sheet = Sheet(visit("barat"))
    sheet.press("next-1", photos=[(jpeg(), "a.jpg")])
    draft = sheet.fields["draft"][0]
    key = next(iter(one.key for one in office.storage.list(f"staging/{draft}/") if "draft.json" not in one.key))
    sha256 = next(part for part in sheet.answer.get_data(as_text=True).split('"') if part.startswith("/report/photos/"))
    answer = visit("barat").get(sha256)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert visit("barat").get(sha256.replace(draft, "c" * 32)).status_code == 404
    assert visit("barat").get(f"/report/photos/{draft}/{key.rpartition('/')[2]}").status_code == 404
