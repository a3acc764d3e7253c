"""Ready replies: written once, found below a report by title, read in the reporter's language, and taken away."""

from collections.abc import Callable

from onboarding.bundle import read_bundle, write_bundle
from onboarding.export import export_tenant
from tests.cast import Cast, Visitor
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]
PATH = "/admin/replies"
SAID = {
    "title-id": "Sedang dijadwalkan",
    "text-id": "{agency} menjadwalkan laporan {reference}.",
    "title-en": "Being scheduled",
    "text-en": "{agency} schedules report {reference}.",
}


def test_a_reply_is_written_found_below_a_report_changed_and_taken_away(visit: Visit, cast: Cast) -> None:
    admin, officer = visit("barat", "admin"), visit("barat", "officer")
    report = f"/staff/complaints/{cast.complaint('barat')}?lang=en"
    assert admin.post(PATH, data=SAID).location == f"{PATH}?saved=1"
    assert "Being scheduled id, en" in words(admin.get(f"{PATH}?lang=en"))
    below = officer.get(report).get_data(as_text=True)
    assert "Being scheduled" in below
    assert "menjadwalkan laporan BRT-" in below  # the reporter reads Indonesian
    path = f"{PATH}/reply_sedang-dijadwalkan"
    exported = write_bundle(export_tenant(cast.session, cast.city("barat").id))
    assert read_bundle(exported).document["texts"]["reply_sedang-dijadwalkan"]["en"].startswith("Being scheduled\n")

    cast.enter("barat")
    form = SAID | {"version": str(cast.tenant("barat").version), "title-en": "", "text-en": ""}
    assert admin.post(path, data=form).status_code == 303
    stale = admin.post(f"{path}?lang=en", data=form | {"text-id": "Lain sama sekali."})
    assert stale.status_code == 409
    assert "Lain sama sekali." in stale.get_data(as_text=True)
    assert "Being scheduled" not in officer.get(report).get_data(as_text=True)
    assert visit("timur", "admin").get(path).status_code == 404
    assert visit("timur", "admin").post(f"{path}/removal").status_code == 404
    assert admin.post(f"{path}/removal").status_code == 303
    assert admin.get(path).status_code == 404
    assert "menjadwalkan laporan" not in officer.get(report).get_data(as_text=True)


def test_what_no_reply_can_say_is_named_at_its_field_and_kept(visit: Visit) -> None:
    admin = visit("barat", "admin")
    wrong = {
        "title-id": "AKAN  diperiksa di lokasi",
        "text-id": "{nama} menunggu",
        "title-en": "",
        "text-en": "Brace }",
    }
    answer = admin.post(f"{PATH}?lang=en", data=wrong)
    assert answer.status_code == 422
    said = words(answer)
    for sentence in (
        "There is a ready reply with this title already.",
        "known to this message, which knows: {agency}, {category}, {city}, {due}, {reference}.",
        "Write a title by which officials find it.",
        "There is a brace that belongs to no placeholder",
    ):
        assert sentence in said
    assert "{nama} menunggu" in answer.get_data(as_text=True)
    assert admin.post(PATH, data={"title-id": "Kosong"}).status_code == 422
