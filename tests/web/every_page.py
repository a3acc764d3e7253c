"""Every page that the app can answer with, through the test client: of each route, and what shows only sometimes."""

from collections.abc import Iterator
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from complaints import bulk
from complaints.workflow import Need
from tests.cast import AT_THE_BORDER, IN_BARAT, IN_TIMUR, NOWHERE, Visitor, jpeg
from tests.onboarding.signing_up import every_page_of_the_signup
from tests.web.resident.sheet import Sheet
from tests.web.rightful import CALLS
from tests.web.rightful.crews import staff_check
from tests.web.rightful.world import World

Pages = Iterator[tuple[str, TestResponse]]

NO_PAGES = (
    "api_docs.read",
    "billing_hook.receive",
    "hooks.deliveries",
    "hooks.replies",
    "house.alive",
    "house.ready",
    "metrics.metrics",
    "operator_outbox.message",
)
"""English for programmers; addresses without a page; a mail, whose words are in messages/."""

PAST_ALL = "2020-01-01T00:00:00%2B00:00~00000000-0000-4000-8000-000000000000"


class People:
    """One browser for each person and host, signed in once."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._visitors: dict[tuple[str | None, str | None], Visitor] = {}

    def at(self, host: str | None, who: str | None = None) -> Visitor:
        if (host, who) not in self._visitors:
            visitor = self._visitors[host, who] = Visitor(self.app, host)
            if who is not None:
                city = "aduan" if who == "operator" else host or "aduan"
                visitor.sign_in(f"{who}@{city}.example")
        return self._visitors[host, who]


def every_page(app: Flask, world: World) -> Pages:
    """The page of every rightful call, and the pages that need more than one call: empty, wrong, in between."""
    people = People(app)
    for (endpoint, method), entry in CALLS.items():
        if endpoint in NO_PAGES:
            continue
        for name, call in entry.items() if isinstance(entry, dict) else [("", entry)]:
            ask = call.make(world)
            visitor = people.at(call.host, call.who)
            options: dict[str, Any] = {"data": dict(ask.data())} if ask.data else {}
            answer = visitor.open(ask.path, method=method, **options)
            if answer.status_code in (302, 303):
                answer = visitor.get(answer.location.removeprefix(visitor.origin))
            if answer.mimetype == "text/html":
                yield f"{method} {endpoint} {name}".strip(), answer
            else:
                answer.close()  # a file that is sent while it is read holds its request open
    world.switch(None)
    yield from _of_residents(people, world)
    yield from _of_reports(people)
    yield from _of_officials(people, world)


def _of_residents(people: People, world: World) -> Pages:
    for host in ("barat", None):
        visitor = people.at(host)
        for path in (
            "/",
            "/?city=atlantis",
            "/complaints",
            "/complaints?status=done",
            "/nowhere",
            "/track",
            "/privacy",
        ):
            yield f"{host} {path}", visitor.get(path)
        for path in ("/track?reference=BRT-0000-0000", "/track?reference=B", f"/complaints?after={PAST_ALL}"):
            yield f"{host} {path}", visitor.get(path)
        yield (
            f"{host}: wrong password",
            visitor.post("/sign-in", data={"email": "siapa@contoh.example", "password": "x"}),
        )
        yield f"{host}: wrong method", visitor.post("/privacy")
        yield f"{host}: another origin", visitor.post("/sign-in", headers={"Origin": "http://elsewhere.example"})
    yield "code asked for", people.at("barat").post("/sign-in/code", data={"contact": "siapa@contoh.example"})
    yield "code to a phone", people.at("barat").post("/sign-in/code", data={"contact": "0812 3456 7890"})
    yield "code to nowhere", people.at("barat").post("/sign-in/code", data={"contact": "x"})
    wrong = {"contact": "siapa@contoh.example", "code": "1"}
    yield "wrong code", people.at("barat").post("/sign-in/code/entry", data=wrong)
    for path in ("/areas", "/areas/BRT.1", "/complaints?q=lubang", "/complaints?q=zzzz", "/widget"):
        yield f"city: {path}", people.at("barat").get(path)
    yield "not allowed", people.at("barat", "officer").get("/admin")
    yield "account without reports", people.at("timur", "resident").get("/account")
    yield from every_page_of_the_signup(people.app, world)
    visitor = people.at("barat")
    for moves, resource in (
        ((), "answer"),
        (("ask",), "answer"),
        (("start", "resolve"), "reopening"),
        (("start", "schedule"), "answer"),
        (("reject",), "reopening"),
        (("start", "resolve", "confirm"), "reopening"),
    ):
        path, _ = world.manage(world.private(*moves))
        yield f"own report after {moves}", visitor.get(path + "?sent=1")
        yield f"own data after {moves}", visitor.get(f"{path}/data?changed=1")
        yield f"own report after {moves}, empty {resource}", visitor.post(f"{path}/{resource}", data={})
    rejected = world.cast.complaint("barat")
    world.cast.move("barat", rejected, "reject", words={Need.REASON: "Salah kategori."}, right_category="pju")
    yield "own report to be sent again", visitor.get(world.manage(rejected)[0])
    public = world.cast.complaint("barat", words="Lubang di jalan.")
    for move in ("start", "resolve"):
        yield f"public report before {move}", visitor.get(f"/complaints/{world.reference(public)}")
        world.move(public, move)
    yield "public report that is done", visitor.get(f"/complaints/{world.reference(public)}")
    yield "who follows it", visitor.get(f"/complaints/{world.reference(public)}/follow?asked=1")
    yield "a wrong address", visitor.post(f"/complaints/{world.reference(public)}/follow", data={"email": "x"})
    nowhere = world.cast.complaint("barat", at=NOWHERE, words="Lubang di jalan.")
    assert nowhere


def _of_reports(people: People) -> Pages:
    for host, spot in (("barat", IN_BARAT), ("barat", IN_TIMUR), ("barat", AT_THE_BORDER), (None, NOWHERE)):
        sheet = Sheet(people.at(host))
        yield f"{host} {spot}, step 1", sheet.answer
        sheet.press("next-1", photos=[(jpeg(), "a.jpg"), (b"no photo", "b.jpg")])
        yield f"{host} {spot}, bad photo", sheet.answer
        sheet.press("next-2", {"spot": ""})
        yield f"{host} {spot}, no place", sheet.answer
        sheet.press("find", {"spot": "https://maps.app.goo.gl/abc"})
        yield f"{host} {spot}, short link", sheet.answer
        sheet.press("next-2", {"spot": f"{spot[1]}, {spot[0]}", "place": "Depan pasar"})
        sheet.press("next-3", {"category": ""})
        yield f"{host} {spot}, no category", sheet.answer
        sheet.press("search", {"q": "Atlantis"})
        yield f"{host} {spot}, nothing found", sheet.answer
        sheet.press("next-3", {"q": "", "category": "jalan-lubang"})
        yield f"{host} {spot}, questions", sheet.answer
        sheet.press("next-4", {"description": ""})
        yield f"{host} {spot}, no description", sheet.answer
        sheet.press("next-4", {"description": "Lubang di jalan."})
        sheet.press("send", {"contact": "bukan nomor", "visibility": "private"})
        yield f"{host} {spot}, wrong contact", sheet.answer
    yield "draft that is gone", people.at("barat").get(f"/report?draft={'0' * 32}")


def _of_officials(people: People, world: World) -> Pages:
    officer, supervisor = people.at("barat", "officer"), people.at("barat", "supervisor")
    for tab in ("mine", "agency", "unassigned", "today", "late", "all"):
        for more in ("", "&status=coordinating", "&category=jalan-lubang"):
            yield f"queue {tab} {more}", officer.get(f"/staff?tab={tab}{more}")
        yield f"empty queue {tab}", people.at("timur", "officer").get(f"/staff?tab={tab}")
    yield "morning of an agency", officer.get("/staff/morning?agency=uptd")
    yield "morning of nobody's agency", officer.get("/staff/morning?agency=atlantis")
    for fields in (
        {},
        {"go": "look", "q": "jalan", "contact": "bukan nomor"},
        {"go": "look", "q": "Atlantis", "channel": "x"},
        {"go": "look", "q": "Jalan berlubang", "spot": "-6.25, 107.05"},
        {"go": "send", "q": "Jalan berlubang", "spot": "-6.25, 106.95", "description": "Lubang di jalan."},
    ):
        yield f"report for somebody with {fields}", officer.post("/staff/report", data=fields)
        yield f"work already done with {fields}", officer.post("/staff/report/done", data=fields)
    for period in ("7", "365", "2026-03", "x"):
        yield f"figures of {period}", supervisor.get(f"/staff/figures?period={period}")
    yield "number not found", officer.get("/staff?number=BRT-0000")
    at_border = world.cast.complaint("barat", at=AT_THE_BORDER)
    page = f"/staff/complaints/{at_border}"
    yield "near the border", supervisor.get(page)
    yield "somebody was quicker", supervisor.post(f"{page}/question", data={"version": "0", "question": "Di mana?"})
    yield "impossible step", supervisor.get(f"{page}/validation")
    yield "step without a version", supervisor.post(f"{page}/start")
    world.move(at_border, "start")
    for resource in ("resolution", "schedule", "question", "hand-over", "assignment", "rejection", "remarks", "note"):
        for fields in ({}, {"date": "2020-01-01", "photo": "", "tenant": "atlantis", "agency": "nobody"}):
            data = {"version": world.version(at_border), **fields}
            yield f"{resource} with {fields}", supervisor.post(f"{page}/{resource}", data=data)
    yield "work of nobody yet", supervisor.get(f"{page}/work")
    world.switch("validation")
    waiting = world.private("start", "submit")
    verdict = {"verdict": "send_back", "version": world.version(waiting)}
    yield "work that waits", people.at("barat", "admin").get(f"/staff/complaints/{waiting}/work")
    yield "own work", supervisor.get(f"/staff/complaints/{waiting}/work")
    yield "sent back without a reason", supervisor.post(f"/staff/complaints/{waiting}/work/verdict", data=verdict)
    yield "list of what waits", supervisor.get(f"/staff/validation?done=validation&last={waiting}")
    yield "list of what waits, looked at", officer.get("/staff/validation")
    world.switch(None)
    check = staff_check(world).path
    yield "own work to be checked", supervisor.get(check)
    yield "check left empty", people.at("barat", "admin").post(f"{check}/verdict", data={"version": "0"})
    yield "checks", supervisor.get("/staff/checks?done=1")
    yield "no checks", people.at("timur", "supervisor").get("/staff/checks")
    yield "nothing waits", people.at("timur", "supervisor").get("/staff/validation")
    yield from _of_corrections(supervisor, world)
    yield from _of_selections(supervisor, world)
    operator = people.at(None, "operator")
    yield "empty entry", operator.post("/operator/tenants/barat/entry", data={"reason": ""})
    yield "no such city", operator.get("/operator/tenants/atlantis/entry")
    yield "not signed in", people.at("barat").post(f"{page}/start")


def _of_selections(supervisor: Visitor, world: World) -> Pages:
    chosen = [f"{one}~1" for one in (world.cast.complaint("barat"), world.cast.complaint("timur"))]
    for move in bulk.BULK:
        yield f"{move} for many", supervisor.post("/staff/selection", data={"move": move, "chosen": chosen})
        data = {"move": move, "chosen": chosen, "go": "make"}
        yield f"{move} for many, left empty", supervisor.post("/staff/selection", data=data)
    for fields in ({}, {"move": "take"}, {"move": "resolve"}, {"move": "take", "chosen": "x"}):
        yield f"selection with {fields}", supervisor.post("/staff/selection", data=fields)


def _of_corrections(supervisor: Visitor, world: World) -> Pages:
    complaint_id = world.cast.complaint("barat", category="pencemaran", answers={"jenis": "air"})
    page = f"/staff/complaints/{complaint_id}/correction"
    for fields in (
        {"category": "pju"}, {"category": "aparatur"}, {"category": "lain", "kind": "wish"}, {"priority": "high"},
        {"lon": str(IN_TIMUR[0])}, {"lon": str(NOWHERE[0]), "lat": str(NOWHERE[1])},
        {"lat": "x"}, {"lat": ""}, {"category": ""}, {"kind": "x"}, {"priority": "x"}, {"seen": "x", "priority": "low"},
        {},
    ):  # fmt: skip
        data = {
            "version": world.version(complaint_id), "category": "pencemaran", "kind": "complaint",
            "priority": "normal", "lat": str(IN_BARAT[1]), "lon": str(IN_BARAT[0]), **fields,
        }  # fmt: skip
        yield f"correction with {fields}", supervisor.post(page, data=data)
