"""A complaint's page to everybody, to its reporter, and to the neighbour."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from uuid import UUID
from zoneinfo import ZoneInfo

from complaints import evidence
from complaints.complaint import HistoryRow, Remark
from complaints.handling import history_of
from complaints.office import Office
from complaints.report import Reporter
from complaints.transfers.handover import hand_over
from complaints.workflow import Need
from tenants.times import full_day
from tests.cast import NOW, NOWHERE, Cast, Visitor, jpeg, photo
from web.app import utc_now

Visit = Callable[..., Visitor]


def manage(office: Office, cast: Cast, slug: str, complaint_id: UUID) -> str:
    """The path of the secret link."""
    complaint = cast.read(slug, complaint_id)
    card = cast.city(slug)
    whole = office.manage_url(card, complaint.reference, complaint.birth_tenant_id, complaint.id)
    return whole.removeprefix(office.addresses.of(card))


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def resolved(cast: Cast, now: datetime | None = None) -> UUID:
    now = now or utc_now()
    complaint_id = cast.complaint("barat", photos=[photo()], now=now)
    cast.move("barat", complaint_id, "assign", agency_id=cast.read("barat", complaint_id).agency_id, now=now)
    cast.move("barat", complaint_id, "start", by="officer", now=now)
    done, after = {Need.NOTE: "Sudah ditambal."}, [photo("#222222")]
    cast.move("barat", complaint_id, "resolve", by="officer", words=done, photos=after, now=now)
    return complaint_id


def test_a_public_complaint_shows_who_has_it_what_is_promised_and_what_was_done(visit: Visit, cast: Cast) -> None:
    complaint_id = resolved(cast)
    reference = cast.read("barat", complaint_id).reference
    answer = visit("barat").get(f"/complaints/{reference}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Dinas PU Kota Barat" in page
    assert "Sudah ditambal." in page
    assert "is-done" in page
    assert 'class="meter' in page
    assert "/manage/" not in page


def test_photos_that_are_not_drawn_yet_leave_their_room(visit: Visit, cast: Cast, office: Office) -> None:
    complaint_id = cast.complaint("barat", photos=[photo()])
    reference = cast.read("barat", complaint_id).reference
    visitor = visit("barat")
    assert "/media/" not in visitor.get(f"/complaints/{reference}").get_data(as_text=True)
    for waiting in evidence.waiting(cast.session, complaint_id):
        evidence.process(cast.session, waiting, office.storage)
    cast.session.commit()
    source = re.search(r"/media/[0-9a-f-]{36}/public", visitor.get(f"/complaints/{reference}").get_data(as_text=True))
    assert source is not None
    assert visitor.get(source[0]).mimetype == "image/jpeg"


def test_of_a_private_complaint_the_public_sees_the_status_and_its_reporter_all(
    visit: Visit, cast: Cast, office: Office
) -> None:
    complaint_id = cast.complaint("barat", visibility="private", words="Rahasia sekali.", photos=[photo()])
    for waiting in evidence.waiting(cast.session, complaint_id):
        evidence.process(cast.session, waiting, office.storage)
    cast.session.commit()
    path = manage(office, cast, "barat", complaint_id)
    visitor = visit("barat")
    public = visitor.get(path.partition("/manage/")[0]).get_data(as_text=True)
    assert "is-wait" in public
    for secret in ("Rahasia", "Jalan berlubang", "data-lon", "Utara"):
        assert secret not in public
    own = visitor.get(path).get_data(as_text=True)
    assert "Rahasia sekali." in own
    source = re.search(rf"{path}/photos/[0-9a-f-]{{36}}/public", own)
    assert source is not None
    assert visitor.get(source[0]).mimetype == "image/jpeg"
    assert visitor.get(source[0].replace(path, path[:-1] + ("0" if path[-1] != "0" else "1"))).status_code == 404
    assert visitor.get(f"/media/{source[0].split('/')[-2]}/public").status_code == 404


def test_a_wrong_token_opens_nothing_and_moves_nothing(visit: Visit, cast: Cast, office: Office) -> None:
    complaint_id = cast.complaint("barat")
    path = manage(office, cast, "barat", complaint_id)
    other = manage(office, cast, "timur", cast.complaint("timur"))
    wrong = path.partition("/manage/")[0] + "/manage/" + other.rpartition("/")[2]
    visitor = visit("barat")
    assert visitor.get(wrong).status_code == 404
    for what in ("answer", "confirmation", "reopening", "withdrawal"):
        assert visitor.post(f"{wrong}/{what}", data={"answer": "x", "reason": "x"}).status_code == 404
    assert cast.read("barat", complaint_id).status == "received"


def test_its_reporter_withdraws_it(visit: Visit, cast: Cast, office: Office) -> None:
    complaint_id = cast.complaint("barat")
    path = manage(office, cast, "barat", complaint_id)
    visitor = visit("barat")
    page = visitor.get(path).get_data(as_text=True)
    assert cast.read("barat", complaint_id).status == "received"
    answer = visitor.post(f"{path}/withdrawal", data={"version": version(page)})
    assert (answer.status_code, answer.location) == (303, path)
    assert cast.read("barat", complaint_id).status == "withdrawn"


def test_its_reporter_answers_with_words_and_a_photo(visit: Visit, cast: Cast, office: Office) -> None:
    complaint_id = cast.complaint("barat")
    cast.move("barat", complaint_id, "ask", by="supervisor", words={Need.QUESTION: "Lajur kiri atau kanan?"})
    path = manage(office, cast, "barat", complaint_id)
    visitor = visit("barat")
    page = visitor.get(path).get_data(as_text=True)
    assert "Lajur kiri atau kanan?" in page
    empty = visitor.post(f"{path}/answer", data={"version": version(page), "answer": " "})
    assert empty.status_code == 422
    sent = {"version": version(page), "answer": "Lajur kiri.", "photos": (BytesIO(jpeg("#aa0000")), "kiri.jpg")}
    assert visitor.post(f"{path}/answer", data=sent, content_type="multipart/form-data").status_code == 303
    complaint = cast.read("barat", complaint_id)
    assert complaint.status == "received"
    assert [row.move for row in history_of(cast.session, complaint_id)][-1] == "answer"
    assert [one.side for one in evidence.of(cast.session, complaint_id)] == ["before"]


def test_an_answer_that_can_not_be_sent_stays_in_its_field(visit: Visit, cast: Cast, office: Office) -> None:
    complaint_id = cast.complaint("barat")
    cast.move("barat", complaint_id, "ask", by="supervisor", words={Need.QUESTION: "Di mana?"})
    path = manage(office, cast, "barat", complaint_id)
    sent = {"version": "1", "answer": "Jawaban panjang saya", "photos": (BytesIO(b"%PDF-1.7"), "a.pdf")}
    answer = visit("barat").post(f"{path}/answer", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "Jawaban panjang saya" in answer.get_data(as_text=True)


def test_its_reporter_says_that_it_is_done_or_is_not(visit: Visit, cast: Cast, office: Office) -> None:
    complaint_id = resolved(cast)
    path = manage(office, cast, "barat", complaint_id)
    visitor = visit("barat")
    page = visitor.get(path).get_data(as_text=True)
    assert page.index(f"{path}/confirmation") < page.index("<h1")
    assert visitor.post(f"{path}/confirmation", data={"version": version(page)}).status_code == 303
    assert cast.read("barat", complaint_id).status == "confirmed"
    page = visitor.get(path).get_data(as_text=True)
    assert visitor.post(f"{path}/reopening", data={"version": version(page), "reason": ""}).status_code == 422
    assert (
        visitor.post(f"{path}/reopening", data={"version": version(page), "reason": "Berlubang lagi"}).status_code
        == 303
    )
    assert cast.read("barat", complaint_id).status == "assigned"


def test_its_reporter_reads_until_when_it_can_be_opened_again_and_when_silence_closes_it(
    visit: Visit, cast: Cast, office: Office
) -> None:
    now = utc_now()
    path = manage(office, cast, "barat", resolved(cast, now))
    page = visit("barat").get(path).get_data(as_text=True)
    last_on = full_day(now.astimezone(ZoneInfo("Asia/Jakarta")).date() + timedelta(days=14), "id")
    assert f"Anda dapat membuka kembali laporan ini sampai {last_on}." in page
    assert "ditutup pada" in page


def test_too_late_to_open_it_again_the_page_says_so_and_so_does_the_answer(
    visit: Visit, cast: Cast, office: Office
) -> None:
    complaint_id = resolved(cast, utc_now() - timedelta(days=15))
    path = manage(office, cast, "barat", complaint_id)
    visitor = visit("barat")
    page = visitor.get(path).get_data(as_text=True)
    assert f"{path}/reopening" not in page
    assert "tidak dapat dibuka kembali" in page
    answer = visitor.post(f"{path}/reopening", data={"version": version(page), "reason": "Berlubang lagi"})
    assert answer.status_code == 409
    assert "selama 14 hari" in answer.get_data(as_text=True)
    assert cast.read("barat", complaint_id).status == "resolved"


def test_a_step_that_is_no_longer_possible_is_answered_with_a_sentence(
    visit: Visit, cast: Cast, office: Office
) -> None:
    complaint_id = cast.complaint("barat")
    path = manage(office, cast, "barat", complaint_id)
    answer = visit("barat").post(f"{path}/confirmation", data={"version": "1"})
    assert answer.status_code == 409
    assert 'class="note error"' in answer.get_data(as_text=True)
    old = visit("barat").post(f"{path}/withdrawal", data={"version": "0"})
    assert old.status_code == 409
    assert cast.read("barat", complaint_id).status == "received"


def test_a_reference_leads_to_its_host_however_it_is_written(visit: Visit, cast: Cast) -> None:
    reference = cast.read("barat", cast.complaint("barat")).reference
    here = f"http://barat.localhost/complaints/{reference}"
    assert visit("timur").get(f"/complaints/{reference}").location == here
    assert visit().get(f"/complaints/{reference}").location == here
    assert visit("barat").get(f"/complaints/{reference.lower().replace('-', '')}").location == here
    assert visit("timur").get(f"/track?reference={reference.replace('-', ' ').lower()}").location == here
    assert visit("barat").get("/complaints/BRT-0000-0001").status_code == 404


def test_a_complaint_that_was_handed_over_is_found_where_it_is_now_also_by_its_secret_link(
    visit: Visit, cast: Cast, office: Office
) -> None:
    complaint_id = cast.complaint("barat")
    path = manage(office, cast, "barat", complaint_id)
    actor = cast.actor("barat", "supervisor")
    card = cast.enter("barat")
    complaint = cast.read("barat", complaint_id)
    reason = "Di seberang batas."
    hand_over(cast.session, office, complaint, cast.city("timur"), actor=actor, card=card, reason=reason, now=NOW)
    cast.session.commit()
    moved = visit("barat").get(path)
    assert (moved.status_code, moved.location) == (302, f"http://timur.localhost{path}")
    page = visit("timur").get(path).get_data(as_text=True)
    assert "Kota Timur" in page
    assert reason in page


def test_what_no_city_owns_lives_on_the_national_host(visit: Visit, cast: Cast, office: Office) -> None:
    complaint_id = cast.complaint("commons", at=NOWHERE)
    path = manage(office, cast, "commons", complaint_id)
    national = visit()
    assert national.get(path.partition("/manage/")[0]).status_code == 200
    page = national.get(path).get_data(as_text=True)
    assert national.post(f"{path}/withdrawal", data={"version": version(page)}).status_code == 303
    assert cast.read("commons", complaint_id).status == "withdrawn"


def test_internal_notes_and_the_names_of_officials_are_not_shown(visit: Visit, cast: Cast, office: Office) -> None:
    complaint_id = cast.complaint("barat", reporter=Reporter(name="Ani Pelapor", email="ani@contoh.id"))
    cast.move("barat", complaint_id, "note", by="officer", words={Need.NOTE: "Catatan dalam saja"})
    cast.move("barat", complaint_id, "reply", by="officer", words={Need.NOTE: "Kami periksa besok"})
    path = manage(office, cast, "barat", complaint_id)
    for address in (path, path.partition("/manage/")[0]):
        page = visit("barat").get(address).get_data(as_text=True)
        assert "Kami periksa besok" in page
        for hidden in ("Catatan dalam saja", "Officer Kota Barat", "ani@contoh.id", "Ani Pelapor"):
            assert hidden not in page


def test_what_was_erased_leaves_a_sentence(visit: Visit, cast: Cast, office: Office) -> None:
    complaint_id = cast.complaint("barat", words="Nomor KTP saya 123")
    cast.enter("barat")
    remark = cast.session.query(Remark).filter(Remark.complaint_id == complaint_id).one()
    remark.body, remark.erased_at = "", NOW
    cast.session.commit()
    page = visit("barat").get(manage(office, cast, "barat", complaint_id)).get_data(as_text=True)
    assert "KTP" not in page
    assert cast.session.query(HistoryRow).filter(HistoryRow.complaint_id == complaint_id).count() == 1
