"""The report, step by step and all at once, without a script."""

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from complaints.complaint import Complaint, Contact, Evidence, Remark
from complaints.evidence import of, sweep_staging
from complaints.office import Office
from tests.cast import AT_THE_BORDER, IN_BARAT, IN_TIMUR, NOWHERE, Cast, Visitor, jpeg
from tests.web.resident.sheet import Sheet
from web.app import utc_now

Visit = Callable[..., Visitor]

HOLE = {"category": "jalan-lubang", "description": "Lubang besar di depan pasar."}


def spot(point: tuple[float, float]) -> dict[str, str]:
    return {"spot": f"{point[1]}, {point[0]}"}


def taken_at(lon: float, lat: float) -> bytes:
    """A photo whose EXIF says where it was taken, in the south and the east."""
    image = Image.open(io.BytesIO(jpeg("#445566")))
    exif = Image.Exif()
    exif[0x8825] = {1: "S", 2: _sexagesimal(-lat), 3: "E", 4: _sexagesimal(lon)}
    data = io.BytesIO()
    image.save(data, "JPEG", exif=exif)
    return data.getvalue()


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    whole, rest = divmod(degrees, 1)
    minutes, rest = divmod(rest * 60, 1)
    return whole, minutes, rest * 60


def complaint_at(cast: Cast, slug: str, address: str) -> Complaint:
    cast.enter(slug)
    reference = re.search(r"/complaints/([A-Z]{3}-\w{4}-\w{4})/manage/", address)
    assert reference is not None
    return cast.session.scalars(select(Complaint).where(Complaint.reference == reference[1])).one()


def test_a_phone_goes_through_five_steps_and_ends_on_the_page_of_its_report(visit: Visit, cast: Cast) -> None:
    sheet = Sheet(visit("barat"))
    assert sheet.step == 1
    sheet.press("next-1", photos=[(jpeg(), "lubang.jpg")])
    assert sheet.step == 2
    sheet.press("next-2", spot(IN_BARAT))
    assert sheet.step == 3
    sheet.press("next-3", {"category": "jalan-lubang"})
    assert sheet.step == 4
    sheet.press("next-4", {"answers.kedalaman": "mata-kaki", "description": "Lubang besar."})
    assert sheet.step == 5
    assert "Dinas PU Kota Barat" in sheet.text
    answer = sheet.press("send", {"contact": "0812 3456 7890"}, follow=False)
    assert answer.status_code == 303
    assert answer.location.startswith("http://barat.localhost/complaints/BRT-")
    complaint = complaint_at(cast, "barat", answer.location)
    contact = cast.session.scalars(select(Contact).where(Contact.complaint_id == complaint.id)).one()
    remark = cast.session.scalars(select(Remark).where(Remark.complaint_id == complaint.id)).one()
    assert (contact.phone, contact.email, contact.may_cross) == ("+6281234567890", None, False)
    assert (remark.body, remark.answers) == ("Lubang besar.", {"kedalaman": "mata-kaki"})
    assert [photo.capture for photo in of(cast.session, complaint.id)] == ["camera"]
    page = visit("barat").get(answer.location.removeprefix("http://barat.localhost"))
    assert complaint.reference in page.get_data(as_text=True)
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_a_desk_sends_all_steps_with_one_press(visit: Visit, cast: Cast) -> None:
    sheet = Sheet(visit("barat"))
    answer = sheet.press("send", {**HOLE, **spot(IN_BARAT)}, photos=[(jpeg(), "a.jpg")], follow=False)
    assert answer.status_code == 303
    assert complaint_at(cast, "barat", answer.location).status == "received"


def test_the_same_form_sent_twice_is_one_complaint(visit: Visit, cast: Cast) -> None:
    visitor = visit("barat")
    first, second = Sheet(visitor), Sheet(visitor)
    second.fields["draft"] = first.fields["draft"]
    one = first.press("send", {**HOLE, **spot(IN_BARAT)}, photos=[(jpeg(), "a.jpg")], follow=False)
    other = second.press("send", {**HOLE, **spot(IN_BARAT)}, photos=[(jpeg(), "a.jpg")], follow=False)
    assert one.location == other.location
    cast.enter("barat")
    assert cast.session.scalar(select(func.count()).select_from(Complaint)) == 1
    assert cast.session.scalar(select(func.count()).select_from(Evidence)) == 1


def test_a_report_whose_answer_was_lost_is_filed_once_by_its_key(visit: Visit, cast: Cast, office: Office) -> None:
    sheet = Sheet(visit("barat"))
    typed = {**HOLE, **spot(IN_BARAT)}
    sheet.press("stay", typed, photos=[(jpeg(), "a.jpg")])
    kept = office.storage.get(f"staging/{sheet.fields['draft'][0]}/draft.json")
    photo_key = next(iter(office.storage.list(f"staging/{sheet.fields['draft'][0]}/"))).key
    photo = office.storage.get(photo_key)
    one = sheet.press("send", follow=False)
    # killed after the commit and before the draft was forgotten
    office.storage.put(
        f"staging/{one.location and sheet.visitor and _draft_of(kept)}/draft.json", kept, "application/json"
    )
    office.storage.put(photo_key, photo, "image/jpeg")
    again = Sheet(sheet.visitor, f"/report?draft={_draft_of(kept)}")
    other = again.press("send", follow=False)
    assert one.location == other.location


def _draft_of(document: bytes) -> str:
    found = re.search(rb'"id": "([0-9a-f]{32})"', document)
    assert found is not None
    return found[1].decode()


def test_going_back_after_sending_leads_to_the_report_that_was_sent(visit: Visit) -> None:
    sheet = Sheet(visit("barat"))
    draft = sheet.fields["draft"][0]
    sent = sheet.press("send", {**HOLE, **spot(IN_BARAT)}, follow=False)
    assert sheet.visitor.get(f"/report?draft={draft}&step=4").location == sent.location


def test_nothing_that_was_typed_stays_in_the_draft_of_a_filed_report(visit: Visit, office: Office) -> None:
    sheet = Sheet(visit("barat"))
    draft = sheet.fields["draft"][0]
    sheet.press("send", {**HOLE, **spot(IN_BARAT), "contact": "ani@contoh.id"}, photos=[(jpeg(), "a.jpg")])
    kept = list(office.storage.list(f"staging/{draft}/"))
    assert [one.key for one in kept] == [f"staging/{draft}/draft.json"]
    assert b"ani@contoh.id" not in office.storage.get(kept[0].key)


def test_going_back_keeps_all_that_was_typed_and_the_photo(visit: Visit) -> None:
    sheet = Sheet(visit("barat"))
    sheet.press("next-1", photos=[(jpeg(), "a.jpg")])
    sheet.press("next-2", spot(IN_BARAT) | {"place": "depan SDN 3"})
    sheet.press("next-3", {"category": "pju"})
    sheet.press("back-4", {"description": "Mati sejak Senin"})
    assert sheet.step == 3
    assert sheet.fields["place"] == ["depan SDN 3"]
    assert sheet.fields["category"] == ["pju"]
    assert sheet.fields["description"] == ["Mati sejak Senin"]
    assert sheet.answer.get_data(as_text=True).count("/report/photos/") >= 1


def test_two_tabs_of_one_draft_keep_the_photos_of_both_and_the_words_of_the_last(visit: Visit) -> None:
    visitor = visit("barat")
    one = Sheet(visitor)
    one.press("next-1", photos=[(jpeg("#111111"), "a.jpg")])
    other = Sheet(visitor, f"/report?draft={one.fields['draft'][0]}&step=2")
    one.press("stay", {"description": "dari tab satu"})
    other.press("stay", {"description": "dari tab dua"}, photos=[(jpeg("#eeeeee"), "b.jpg")])
    after = Sheet(visitor, f"/report?draft={one.fields['draft'][0]}&step=4")
    assert after.fields["description"] == ["dari tab dua"]
    assert after.fields["photo_count"] == ["2"]


def test_a_photo_can_be_taken_out_again(visit: Visit) -> None:
    sheet = Sheet(visit("barat"))
    sheet.press("next-1", photos=[(jpeg(), "a.jpg")])
    button = re.search(r'value="(drop-[0-9a-f]{64})"', sheet.answer.get_data(as_text=True))
    assert button is not None
    sheet.press(button[1])
    assert (sheet.step, sheet.fields["photo_count"]) == (1, ["0"])


def test_a_draft_that_is_no_longer_kept_begins_anew_and_says_so(visit: Visit) -> None:
    answer = visit("barat").get(f"/report?draft={'a' * 32}&step=3")
    assert answer.status_code == 200
    assert "24 " in Sheet(visit("barat"), f"/report?draft={'a' * 32}").text


def test_words_typed_into_a_swept_draft_are_still_there_and_the_lost_photos_are_named(
    visit: Visit, office: Office
) -> None:
    sheet = Sheet(visit("barat"))
    sheet.press("next-1", photos=[(jpeg(), "a.jpg")])
    sweep_staging(office.storage, utc_now() + timedelta(hours=25))
    answer = sheet.press("send", {**HOLE, **spot(IN_BARAT)})
    assert answer.status_code == 422
    assert sheet.oops("photos")
    assert sheet.fields["description"] == [HOLE["description"]]
    assert sheet.press("send", follow=False).status_code == 303


def test_what_is_wrong_stands_beside_its_field_and_in_the_summary_with_all_that_was_typed(visit: Visit) -> None:
    sheet = Sheet(visit("barat"))
    answer = sheet.press("send", {"contact": "0812", "place": "dekat pasar"}, photos=[(jpeg(), "a.jpg")])
    assert answer.status_code == 422
    for name in ("category", "description", "contact"):
        assert sheet.oops(name), name
        assert f'href="#{name}"' in answer.get_data(as_text=True)
    assert sheet.step == 3
    assert (sheet.fields["contact"], sheet.fields["place"]) == (["0812"], ["dekat pasar"])
    assert sheet.fields["photo_count"] == ["1"]


def test_an_exact_category_without_a_place_leads_back_to_the_place(visit: Visit) -> None:
    sheet = Sheet(visit("barat"))
    sheet.press("no-place")
    assert sheet.step == 3
    assert sheet.press("next-3", {"category": "jalan-lubang"}).status_code == 422
    assert sheet.step == 2
    assert sheet.oops("spot")


def test_a_category_without_a_place_needs_none_and_keeps_none(visit: Visit, cast: Cast) -> None:
    sheet = Sheet(visit("barat"))
    typed = {"category": "adminduk", "description": "KTP belum jadi", "source": "gps", "lon": "107.05", "lat": "-6.25"}
    answer = sheet.press("send", typed | {"accuracy_m": "10"}, follow=False)
    assert answer.status_code == 303, sheet.text
    complaint = complaint_at(cast, "barat", answer.location)
    assert (complaint.lon, complaint.lat, complaint.routing["rule"]) == (None, None, "chosen")


def test_a_report_from_a_neighbours_portal_is_shown_where_it_goes_before_it_goes(visit: Visit, cast: Cast) -> None:
    sheet = Sheet(visit("barat"))
    answer = sheet.press("send", {**HOLE, **spot(IN_TIMUR)})
    assert answer.status_code == 422
    assert "Kota Timur" in sheet.text
    sent = sheet.press("send", follow=False)
    assert sent.location.startswith("http://timur.localhost/complaints/TMR-")
    cast.enter("barat")
    assert cast.session.scalar(select(func.count()).select_from(Complaint)) == 0


def test_on_the_national_host_a_report_goes_by_its_place(visit: Visit) -> None:
    sheet = Sheet(visit())
    sheet.press("next-2", spot(IN_TIMUR))
    sheet.press("next-3", {"category": "jalan-lubang"})
    sheet.press("next-4", {"description": "Lubang"})
    assert "Kota Timur" in sheet.text
    assert sheet.press("send", follow=False).location.startswith("http://timur.localhost/complaints/TMR-")


def test_on_the_national_host_a_category_without_a_place_asks_for_the_city(visit: Visit) -> None:
    sheet = Sheet(visit())
    sheet.press("next-3", {"category": "adminduk"})
    assert sheet.step == 3
    assert sheet.oops("city")
    sheet.press("next-3", {"city": "timur"})
    sheet.press("next-4", {"description": "KTP belum jadi"})
    assert sheet.press("send", follow=False).location.startswith("http://timur.localhost/complaints/TMR-")


def test_on_no_citys_ground_it_says_that_nobody_answers_and_names_the_public_way(visit: Visit) -> None:
    sheet = Sheet(visit())
    sheet.press("next-2", spot(NOWHERE))
    sheet.press("next-3", {"category": "jalan-lubang"})
    sheet.press("next-4", {"description": "Lubang"})
    assert "lapor.go.id" in sheet.text
    assert "1708" in sheet.text
    sent = sheet.press("send", follow=False)
    assert sent.location.startswith("http://localhost/complaints/UMM-")
    page = visit().get(sent.location.removeprefix("http://localhost")).get_data(as_text=True)
    assert "1708" in page


def test_close_to_a_border_the_side_is_asked_and_the_answer_decides(visit: Visit, cast: Cast) -> None:
    sheet = Sheet(visit("barat"))
    answer = sheet.press("send", {**HOLE, **spot(AT_THE_BORDER)})
    assert answer.status_code == 422
    assert sheet.oops("border")
    sheet.press("stay", {"border": "timur"})
    sent = sheet.press("send", follow=False)
    assert sent.location.startswith("http://timur.localhost/complaints/TMR-")
    assert complaint_at(cast, "timur", sent.location).routing["rule"] == "chosen"


def test_an_answer_about_a_border_is_forgotten_with_the_place_it_was_given_for(visit: Visit) -> None:
    sheet = Sheet(visit("barat"))
    sheet.press("stay", {**HOLE, **spot(AT_THE_BORDER)})
    sheet.press("stay", {"border": "timur"})
    sheet.press("stay", spot(IN_BARAT))
    assert sheet.press("send", follow=False).location.startswith("http://barat.localhost/complaints/BRT-")


def test_an_area_stands_for_a_place_in_words(visit: Visit, cast: Cast) -> None:
    sheet = Sheet(visit("barat"))
    answer = sheet.press("send", {**HOLE, "area": "BRT.2", "place": "depan warung Bu Sri"}, follow=False)
    assert answer.status_code == 303, sheet.text
    complaint = complaint_at(cast, "barat", answer.location)
    assert complaint.lat is not None
    assert complaint.lat < -6.25
    assert complaint.accuracy_m == 1000
    remark = cast.session.scalars(select(Remark).where(Remark.complaint_id == complaint.id)).one()
    assert remark.place == "depan warung Bu Sri"


def test_an_address_that_names_an_area_is_placed_in_it(visit: Visit, cast: Cast) -> None:
    sheet = Sheet(visit("barat"))
    answer = sheet.press("send", {**HOLE, "spot": "Jl. Melati 3, Selatan"}, follow=False)
    assert answer.status_code == 303, sheet.text
    complaint = complaint_at(cast, "barat", answer.location)
    assert complaint.lat is not None
    assert complaint.lat < -6.25


def test_a_category_is_found_by_search_without_a_script(visit: Visit) -> None:
    sheet = Sheet(visit("barat"))
    sheet.press("search", {"q": "ular"})
    assert sheet.step == 3
    assert 'value="hewan"' in sheet.answer.get_data(as_text=True).partition("data-found")[2].partition("tiles")[0]
    assert sheet.fields["q"] == ["ular"]


def test_words_of_an_emergency_are_answered_with_112_and_stop_nothing(visit: Visit) -> None:
    sheet = Sheet(visit("barat"))
    sheet.press("stay", {**HOLE, **spot(IN_BARAT), "description": "Ada kebakaran di pasar"})
    note = sheet.answer.get_data(as_text=True).partition("data-urgent-note")
    assert " hidden" not in note[0].rpartition("<div")[2]
    assert sheet.press("send", follow=False).status_code == 303


def test_a_private_report_shows_the_public_only_that_there_is_one(visit: Visit, cast: Cast) -> None:
    sheet = Sheet(visit("barat"))
    sent = sheet.press("send", {**HOLE, **spot(IN_BARAT), "visibility": "private"}, follow=False)
    assert complaint_at(cast, "barat", sent.location).visibility == "private"


def test_an_anonymous_report_keeps_no_name_and_no_account(visit: Visit, cast: Cast) -> None:
    sheet = Sheet(visit("barat", "resident"))
    typed = {**HOLE, **spot(IN_BARAT), "name": "Ani", "anonymous": "yes"}
    complaint = complaint_at(cast, "barat", sheet.press("send", typed, follow=False).location)
    assert complaint.anonymous
    assert complaint.reporter_account_id is None
    assert cast.session.scalars(select(Contact).where(Contact.complaint_id == complaint.id)).all() == []


def test_a_photo_that_says_where_it_was_taken_offers_its_place_and_never_takes_it_unasked(
    visit: Visit, cast: Cast
) -> None:
    sheet = Sheet(visit("barat"))
    sheet.press("next-1", photos=[(taken_at(*IN_TIMUR), "a.jpg")])
    assert sheet.fields["lon"] == [""]
    offered = re.search(r'value="(photopoint-[0-9a-f]{64})"', sheet.answer.get_data(as_text=True))
    assert offered is not None
    sheet.press(offered[1])
    assert sheet.step == 2
    assert "Kota Timur" in sheet.text
    sheet.press("stay", HOLE)
    sent = sheet.press("send", follow=False)
    assert complaint_at(cast, "timur", sent.location).lon == pytest.approx(IN_TIMUR[0], abs=1e-4)


def test_the_same_problem_nearby_is_offered_before_it_is_reported_again(visit: Visit, cast: Cast) -> None:
    here = cast.read("barat", cast.complaint("barat", now=utc_now())).reference
    far = cast.complaint("barat", at=(IN_BARAT[0], IN_BARAT[1] + 0.002), now=utc_now())
    hidden = cast.complaint("barat", visibility="private", now=utc_now())
    sheet = Sheet(visit("barat"))
    sheet.press("stay", spot((IN_BARAT[0] + 0.0004, IN_BARAT[1])) | {"category": "jalan-lubang"})
    page = sheet.answer.get_data(as_text=True)
    assert f"/complaints/{here}" in page
    assert "40 m" in sheet.text
    for other in (far, hidden):
        assert cast.read("barat", other).reference not in page
    sheet.press("stay", {"category": "pju"})
    assert here not in sheet.answer.get_data(as_text=True)


def test_the_side_of_a_border_can_be_chosen_anew(visit: Visit) -> None:
    sheet = Sheet(visit("barat"))
    sheet.press("stay", {**HOLE, **spot(AT_THE_BORDER)})
    sheet.press("stay", {"border": "timur"})
    assert sheet.fields["border"] == ["timur"]
    sheet.press("stay", {"border": "barat"})
    assert sheet.press("send", follow=False).location.startswith("http://barat.localhost/complaints/BRT-")


def test_a_category_that_only_officials_read_offers_no_publicity(visit: Visit, cast: Cast) -> None:
    sheet = Sheet(visit("barat"))
    sheet.press("stay", {"category": "aparatur", "description": "Diminta uang."})
    assert 'type="radio" name="visibility"' not in sheet.answer.get_data(as_text=True)
    sent = sheet.press("send", {"visibility": "public"}, follow=False)
    assert complaint_at(cast, "barat", sent.location).visibility != "public"


def test_looking_at_the_form_keeps_nothing(visit: Visit, office: Office) -> None:
    visit("barat").get("/report")
    visit("barat").get(f"/report?draft={'b' * 32}")
    assert list(office.storage.list("staging/")) == []


def test_the_page_asks_again_for_its_parts_as_json(app: Flask, visit: Visit) -> None:
    visitor = visit("barat")
    sheet = Sheet(visitor)
    data = {name: values[0] for name, values in sheet.fields.items()} | {**HOLE, **spot(IN_TIMUR), "step": "2"}
    answer = visitor.post("/report/preview", data=data)
    assert answer.status_code == 200
    assert answer.json["shown_tenant"] == "timur"
    assert answer.json["faults"] == {}
    assert "Kota Timur" in answer.json["parts"]["preview"]
    assert answer.json["point"]["lon"] == IN_TIMUR[0]
    assert Sheet(visitor, f"/report?draft={answer.json['draft']}").fields["description"] == [HOLE["description"]]


def test_a_search_forgives_typos_and_guesses_at_a_whole_sentence(visit: Visit) -> None:
    sheet = Sheet(visit("barat"))
    sheet.press("search", {**spot(IN_BARAT), "q": "lubbang", "step": "3"})
    assert "jenis masalah untuk “lubbang”" in sheet.text
    sheet.press("search", {"q": "aspalnya bolong dalam sekali depan sekolah", "step": "3"})
    assert "Dari kata-kata Anda, mungkin ini:" in sheet.text
    assert "Tidak ada yang cocok" not in sheet.text
    sheet.press("search", {"q": "zzzz", "step": "3"})
    assert "“zzzz”" in sheet.text
    assert "mungkin ini" not in sheet.text


def test_a_description_that_sounds_like_another_kind_is_offered_that_kind(visit: Visit) -> None:
    sheet = Sheet(visit("barat"))
    sheet.press(
        "next-4", {**HOLE, **spot(IN_BARAT), "description": "Tumpukan sampah, buang sampah sembarangan.", "step": "4"}
    )
    assert "Kata-kata Anda terdengar seperti" in sheet.text
    name = re.search(r'value="kind-([a-z-]+)"', sheet.answer.get_data(as_text=True))
    assert name is not None
    sheet.press(f"kind-{name[1]}")
    assert sheet.fields["category"] == [name[1]]
    assert sheet.fields["description"] == ["Tumpukan sampah, buang sampah sembarangan."]


def test_a_number_in_a_public_text_is_pointed_out_and_covered_by_one_button(visit: Visit) -> None:
    sheet = Sheet(visit("barat"))
    told = {**HOLE, **spot(IN_BARAT), "description": "Lubang. Hubungi 0812 3456 7890.", "step": "5"}
    sheet.press("stay", told)
    assert "Semua orang akan dapat membaca ini: 0812 3456 7890." in sheet.text
    sheet.press("stay", {"visibility": "private"})
    assert "Semua orang akan dapat membaca ini" not in sheet.text
    sheet.press("cover", {"visibility": "public"})
    assert sheet.fields["description"] == ["Lubang. Hubungi •••• •••• ••••."]
    assert "Semua orang akan dapat membaca ini" not in sheet.text
