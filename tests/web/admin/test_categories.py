"""The categories' pages: the list, the editor with its questions, the preview, and two who edit at once."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints.photos.storage import Storage
from configuration import categories, category_bringing, category_comparing, import_notes
from tenants.category import Category
from tests.cast import NOW, Cast, Visitor
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]


def path_of(cast: Cast, code: str) -> str:
    cast.enter("barat")
    return f"/admin/categories/{categories.category_of(cast.session, code).id}"


def read(cast: Cast, code: str) -> Category | None:
    cast.enter("barat")
    return cast.session.scalar(select(Category).where(Category.code == code))


NEW: dict[str, Any] = {
    "name-id": "Jalan desa rusak",
    "name-en": "Broken village road",
    "parent": "jalan",
    "agency": "pu",
    "icon": "road",
    "place": "exact",
    "visibility": "public",
    "kinds": ["complaint", "wish"],
    "photo_wanted": "yes",
    "anonymous_allowed": "yes",
    "search_words-id": "jalan tanah, becek,  becek",
}
ASKED = {
    "questions-0-type": "yes_no",
    "questions-0-code": "",
    "questions-0-label-id": "Masih bisa dilalui?",
    "questions-0-label-en": "Can one still pass?",
    "questions-1-type": "stop",
    "questions-1-code": "",
    "questions-1-label-id": "Telepon 112",
    "questions-1-label-en": "Call 112",
}


def test_a_category_is_made_without_javascript_and_nothing_typed_is_lost_on_the_way(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    text = words(admin.post("/admin/categories/new?lang=en", data={**NEW, "agency": "", "go": "save"}))
    assert "Choose the agency that gets these reports" in text
    first = admin.post("/admin/categories/new?lang=en", data={**NEW, "new_type": "choice", "go": "ask"})
    assert 'name="questions-0-choices-1-label-id"' in first.get_data(as_text=True)
    for step, said in (("ask", "3."), ("up-1", "Call 112"), ("look", "What residents see")):
        answer = admin.post("/admin/categories/new?lang=en", data={**NEW, **ASKED, "new_type": "date", "go": step})
        assert answer.status_code == 200
        body = answer.get_data(as_text=True)
        assert said in body
        assert 'value="Broken village road"' in body
        assert 'value="Can one still pass?"' in body
        assert 'value="masih-bisa-dilalui"' in body
    refused = words(admin.post("/admin/categories/new?lang=en", data={**NEW, **ASKED, "go": "save"}))
    assert "Say after which answer the report stops" in refused
    whole = {**NEW, **ASKED, "questions-0-code": "lewat", "questions-1-when": "lewat=no", "go": "save"}
    whole["platform_code"] = "jalan-rusak"
    answer = admin.post("/admin/categories/new", data=whole)
    assert answer.status_code == 303
    made = read(cast, "jalan-desa-rusak")
    assert made is not None
    assert made.kinds == ["complaint", "wish"]
    assert made.platform_code == "jalan-rusak"
    assert made.search_words == {"id": ["jalan tanah", "becek"]}
    assert [(one["code"], one["type"], one["when"]) for one in made.questions] == [
        ("lewat", "yes_no", None),
        ("telepon-112", "stop", {"lewat": ["no"]}),
    ]
    form = {"category": "jalan-desa-rusak", "answers.lewat": "no", "description": "x", "go": "send"}
    stopped = words(visit("barat").post("/report?lang=en", data={**form, "area": "BRT.1"}))
    assert "t be sent here. Call 112" in stopped
    listed = visit("barat").get("/api/v1/categories").get_json()["categories"]
    assert "jalan-desa-rusak" in [one["code"] for one in listed]
    api = {"category": "jalan-desa-rusak", "description": "x", "lat": -6.22, "lon": 106.95, "answers": {"lewat": False}}
    refusal = visit("barat").post("/api/v1/complaints", json=api, headers={"Accept-Language": "en"})
    assert refusal.status_code == 422
    assert "Call 112" in refusal.get_json()["errors"]["answers.telepon-112"][0]
    strange = {**NEW, "name-id": "Kucing", "name-en": "Cats", "platform_code": "kucing", "go": "save"}
    assert admin.post("/admin/categories/new", data=strange).status_code == 303
    cats = read(cast, "kucing")
    assert cats is not None
    assert cats.platform_code == "lain"


@pytest.mark.parametrize(
    ("reader", "resident", "own", "theirs"),
    [
        ("id", "en", "Nama untuk warga", "Can one still pass?"),
        ("en", "id", "Name for residents", "Masih bisa dilalui?"),
    ],
)
def test_the_page_stays_in_its_readers_language_beside_a_preview_in_another(
    visit: Visit, reader: str, resident: str, own: str, theirs: str
) -> None:
    form = {**NEW, **ASKED, "preview_language": resident, "go": "look"}
    text = words(visit("barat", "admin").post(f"/admin/categories/new?lang={reader}", data=form))
    assert own in text
    assert theirs in text


def test_the_preview_is_the_form_that_residents_get_with_what_follows_from_an_answer(visit: Visit) -> None:
    admin = visit("barat", "admin")
    form = {**NEW, **ASKED, "questions-0-code": "lewat", "questions-1-when": "lewat=no", "preview_language": "en"}
    before = words(admin.post("/admin/categories/preview?lang=id", data=form))
    assert "Broken village road" in before
    assert "Can one still pass?" in before
    assert "Yes No" in before
    assert "Call 112" not in before
    after = admin.post("/admin/categories/preview", data={**form, "answers.lewat": "no"}).get_data(as_text=True)
    assert "Call 112" in after
    other = words(admin.post("/admin/categories/preview?lang=en", data={**form, "responsible-en": "The province"}))
    assert "The province is responsible" in other


def test_the_second_of_two_admins_sees_both_readings_and_who_was_quicker(visit: Visit, cast: Cast) -> None:
    admin, path = visit("barat", "admin"), path_of(cast, "pju")
    page = admin.get(f"{path}?lang=en").get_data(as_text=True)
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    form = {**NEW, "name-en": "Lamp", "name-id": "Lampu", "agency": "dishub", "seen": seen, "go": "save"}
    assert admin.post(path, data=form).status_code == 303
    refused = admin.post(f"{path}?lang=en", data={**form, "name-en": "Lantern"})
    assert refused.status_code == 409
    text = words(refused)
    assert "Somebody else has changed this meanwhile" in text
    assert "Admin Kota Barat saved it" in text
    assert "Lantern" in text
    assert "Lamp" in text
    now = refused.get_data(as_text=True).partition('name="seen" value="')[2].partition('"')[0]
    assert admin.post(path, data={**form, "name-en": "Lantern", "seen": now}).status_code == 303


def test_areas_are_named_by_a_few_letters(visit: Visit, cast: Cast) -> None:
    admin, path = visit("barat", "admin"), path_of(cast, "pju")
    added = admin.post(path, data={**NEW, "area_q": "selat", "area_agency": "uptd", "off_q": "UTARA", "go": "area"})
    body = added.get_data(as_text=True)
    assert 'name="by_area" value="BRT.2=uptd" checked' in body
    assert 'name="off_in" value="BRT.1" checked' in body
    several = admin.post(f"{path}?lang=en", data={**NEW, "area_q": "ta", "area_agency": "pu", "go": "area"})
    assert several.status_code == 422
    assert "Several areas fit" in words(several)


def test_the_list_orders_and_changes_several_and_finds_by_everyday_words(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    found = words(admin.get("/admin/categories?lang=en&q=jeglongan"))
    assert "Pothole" in found
    assert "Street light out" not in found
    ids = {code: str(path_of(cast, code).rpartition("/")[2]) for code in ("jalan", "jalan-lubang", "jalan-rusak")}
    moved = admin.post("/admin/categories/order", data={"up": ids["jalan-rusak"]})
    assert (moved.status_code, moved.location) == (303, "/admin/categories?saved=1#c-jalan-rusak")
    body = admin.get("/admin/categories").get_data(as_text=True)
    assert body.index("c-jalan-rusak") < body.index("c-jalan-lubang")
    ticked = {"id": [ids["jalan"], ids["jalan-lubang"]], "change": "visibility=private"}
    text = words(admin.post("/admin/categories/bulk?lang=en", data=ticked))
    assert "Pothole Changed." in text
    assert "A group has no setting of this kind" in text
    ended = f"{path_of(cast, 'macet')}/end"
    assert admin.post(ended).status_code == 303
    assert "Traffic jam" in words(admin.get("/admin/categories?lang=en&state=ended"))
    assert admin.post(ended.replace("/end", "/return")).status_code == 303


@pytest.mark.parametrize("path", ["/admin/categories", "/admin/categories/new"])
def test_nobody_else_sees_them(visit: Visit, cast: Cast, path: str) -> None:
    assert visit("barat", "supervisor").get(path).status_code == 403
    assert visit("timur", "admin").get(path_of(cast, "pju")).status_code == 404


def test_a_file_says_what_it_would_change_and_then_does(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    out = admin.get("/admin/categories/list.csv").get_data()
    same = words(admin.get(sheet(admin, out.decode()).location + "?lang=en"))
    assert "New: 0. Changed: 0. The same: 41. Refused: 0." in same
    refused = sheet(admin, "code;name:en;agency\npju;=Lamp;pu\n")
    assert refused.status_code == 422
    assert "Row 2 holds a formula" in words(refused)
    wrong = sheet(admin, "code;name:en;agency\npju;Lamp;pu\nbaru;New one;tidak-ada\n").location
    said = words(admin.get(f"{wrong}?lang=en"))
    assert "There is no agency tidak-ada here" in said
    assert "Take all of it over" not in said
    assert admin.post(f"{wrong}/taking").status_code == 409
    looked = sheet(admin, "code;name:en;agency\npju;Lamp;pu\n").location
    assert "Street light out" in words(admin.get(f"{looked}?lang=en"))
    unchanged = read(cast, "pju")
    assert unchanged is not None
    assert unchanged.name["en"] == "Street light out"
    for neighbour in (visit("timur", "admin").get(looked), visit("timur", "admin").post(f"{looked}/taking")):
        assert neighbour.status_code == 404
    assert admin.post(f"{looked}/taking").status_code == 303
    changed = read(cast, "pju")
    assert changed is not None
    assert changed.name["en"] == "Lamp"
    assert admin.post(f"{looked}/taking").location == looked
    assert "Taken over: 0 new categories, 1 changed." in words(admin.get(f"{looked}?lang=en"))


def test_a_sheet_is_looked_at_once_more_where_the_settings_have_changed(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    first = sheet(admin, "code;safety\npju;yes\n").location
    second = sheet(admin, "code;safety\nmacet;yes\n").location
    assert admin.post(f"{second}/taking").status_code == 303
    again = admin.post(f"{first}/taking?lang=en")
    assert (again.status_code, "settings have changed since you looked" in words(again)) == (409, True)
    assert admin.post(f"{first}/taking").location == "/admin/categories?saved=1"


def test_the_worker_compares_and_takes_a_long_sheet_and_its_page_says_how_far_it_is(
    visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(category_bringing, "AT_ONCE", 1)
    monkeypatch.setattr(category_comparing, "AT_A_TIME", 1)
    admin, office, card = visit("barat", "admin"), cast.office, cast.city("barat")
    job = office.queue.handlers[category_bringing.BRING_IN]
    page = sheet(admin, "code;safety\npju;yes\nmacet;yes\n").location
    key = UUID(page.rsplit("/", 1)[1])

    def work() -> None:
        cast.enter("barat")
        job(cast.session, card.id, key, NOW)
        cast.session.commit()

    assert "Waits for its turn" in words(admin.get(f"{page}?lang=en"))
    assert visit("timur", "admin").post(f"{page}/stopping").status_code == 303
    assert "Waits for its turn" in words(admin.get(f"{page}?lang=en"))  # a neighbour stops nothing
    work()
    assert admin.get(page, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"  # the page's own look
    assert "New: 0. Changed: 2. The same: 0. Refused: 0." in words(admin.get(f"{page}?lang=en"))
    assert admin.post(f"{page}/taking").location == page

    def asked_to_stop(step: str, _done: int, _of: int) -> None:
        told.append(words(admin.get(f"{page}?lang=en")))
        if step == import_notes.WRITING:
            admin.post(f"{page}/stopping")

    told: list[str] = []
    listening(monkeypatch, asked_to_stop)
    work()
    assert any("Compared: 1 of 2 rows" in one for one in told)
    assert "It was stopped. Nothing has changed." in words(admin.get(f"{page}?lang=en"))
    row = read(cast, "pju")
    assert row is not None
    assert not row.safety

    monkeypatch.undo()
    monkeypatch.setattr(category_bringing, "AT_ONCE", 1)
    assert admin.post(f"{page}/taking").location == page
    for _time in range(2):  # a worker that died after its commit is followed by another
        work()
    assert "Taken over: 0 new categories, 2 changed." in words(admin.get(f"{page}?lang=en"))
    row = read(cast, "pju")
    assert row is not None
    assert row.safety


def test_what_a_killed_worker_compared_anew_counts_as_seen_by_nobody(
    visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, card = visit("barat", "admin"), cast.city("barat")
    job = cast.office.queue.handlers[category_bringing.BRING_IN]
    first = sheet(admin, "code;safety\npju;yes\nmacet;yes\n").location
    other = sheet(admin, "code;name:en\npju;Lamp\n").location
    assert admin.post(f"{other}/taking").status_code == 303
    monkeypatch.setattr(category_bringing, "AT_ONCE", 1)
    assert admin.post(f"{first}/taking").location == first

    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    def work() -> None:
        cast.enter("barat")
        job(cast.session, card.id, UUID(first.rsplit("/", 1)[1]), NOW)
        cast.session.commit()

    with monkeypatch.context() as patched:
        patched.setattr(import_notes, "end", killed)
        with pytest.raises(KeyboardInterrupt):
            work()
    cast.session.rollback()
    work()
    row = read(cast, "pju")
    assert row is not None
    assert not row.safety
    assert "settings have changed since you looked" in words(admin.get(f"{first}?lang=en"))
    assert admin.post(f"{first}/taking").location == first
    work()
    assert "Taken over: 0 new categories, 2 changed." in words(admin.get(f"{first}?lang=en"))


def listening(monkeypatch: pytest.MonkeyPatch, also: import_notes.Heard) -> None:
    """Let somebody else look and act whenever the worker tells how far it is."""
    begin = import_notes.begin

    def begun(storage: Storage, key: str, now: datetime) -> import_notes.Heard:
        heard = begin(storage, key, now)

        def both(step: str, done: int, of: int) -> None:
            heard(step, done, of)
            also(step, done, of)

        return both

    monkeypatch.setattr(import_notes, "begin", begun)


def test_with_nothing_ticked_the_list_stays_and_says_what_to_do(visit: Visit) -> None:
    refused = visit("barat", "admin").post("/admin/categories/bulk?lang=en", data={"change": "visibility=private"})
    assert (refused.status_code, "Tick the categories first." in words(refused)) == (422, True)
    assert '<option value="visibility=private" selected>' in refused.get_data(as_text=True)


def sheet(admin: Visitor, content: str) -> Any:
    return admin.post("/admin/categories/files?lang=en", data={"file": (io.BytesIO(content.encode()), "a.csv")})
