"""Every page that a browser can open, with what has to be there before it shows all that it has.

`test_axe.py` opens each of them and fails on a route that is missing here.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tests.cast import jpeg
from tests.journeys.conftest import Platform
from tests.journeys.person import Person

IN_BEKASI = (106.9756, -6.2383)
IN_JAKARTA_BESIDE_BEKASI = (106.90419, -6.270092)
IN_KABUPATEN_BEKASI = (107.15, -6.3)
"""A place whose government isn't on the platform."""

NO_ID = "00000000-0000-4000-8000-000000000000"
OFFICER, SUPERVISOR, ADMIN, RESIDENT = (
    f"{role}@bekasi.example" for role in ("officer", "supervisor", "admin", "resident")
)
OPERATOR = "operator@aduan.example"


@dataclass(frozen=True)
class Shown:
    """One page. name: what it shows. slug: of the host; None is the national one. who: whose sign-in.

    form: sent by POST. status: of the answer. phone_only: a desk shows nothing else there than on another page.
    """

    name: str
    path: str
    slug: str | None = "bekasi"
    who: str | None = None
    form: Mapping[str, str] | None = None
    status: int = 200
    phone_only: bool = False


def every_page(platform: Platform) -> list[Shown]:
    """All of them, on Kota Bekasi and the national host."""
    nobody = Person(platform, "bekasi")
    officer = Person(platform, "bekasi", OFFICER)
    return [
        *_national(platform),
        *_city(nobody),
        *_report(platform),
        *_complaints(nobody, officer),
        *_console(nobody, officer),
        *_incidents(nobody, officer),
        *_settings(Person(platform, "bekasi", ADMIN)),
        *_operators(platform),
    ]


def _settings(admin: Person) -> Iterator[Shown]:
    """Every page of the settings that a link leads to, one of each shape of address."""
    waiting, seen = ["/admin"], {""}
    while waiting:
        path = waiting.pop(0)
        shape = _ID.sub("{}", "/".join([*path.split("/")[:4], *("*" for _ in path.split("/")[4:])]))
        if shape in seen:
            continue
        seen.add(shape)
        yield Shown(f"settings: {shape}", path, who=ADMIN)
        waiting += [found for found in _LINK.findall(admin.get(path).text) if not found.endswith(_FILES)]
    person = next(one for one in _LINK.findall(admin.get("/admin/people").text) if _ID.search(one))
    yield Shown("settings: deputies of a person", f"{person}/deputies", who=ADMIN)


_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FILES = (".csv", ".xlsx", ".zip", ".css", ".svg", ".png")
_LINK = re.compile(r'href="(/admin/[^"?#]+)')


def _national(platform: Platform) -> Iterator[Shown]:
    reported = Person(platform).report(IN_KABUPATEN_BEKASI)
    own = reported["manage_url"].removeprefix(platform.url())
    for name, path in (
        ("front page", "/"),
        ("cities found", "/?city=bekasi"),
        ("no city found", "/?city=atlantis"),
        ("form of a report", "/report"),
        ("search by number", "/track"),
        ("figures of all cities", "/figures"),
        ("reports without a government", "/complaints"),
        ("report without a government", f"/complaints/{reported['reference']}"),
        ("own report without a government", f"{own}?sent=1"),
        ("personal data", "/privacy"),
        ("all governments", "/governments"),
        ("prices", "/prices"),
        ("processing agreement", "/agreement"),
        ("where data lies", "/where-data-lies"),
        ("exit plan", "/exit-plan"),
        ("joining", "/signup"),
        ("joining of a city", "/signup?municipality=32.71"),
        ("joining of a part of Jakarta", "/signup?municipality=31.71"),
        ("sign-in", "/sign-in"),
        ("the API's description", "/api/v1/docs"),
    ):
        yield Shown(f"national: {name}", path, None)
    yield Shown("national: own reports", "/account", None, OPERATOR)
    yield Shown("national: number not found", "/track?reference=BKS-0000-0000", None, status=404)
    yield Shown("national: no such page", "/nowhere", None, status=404)
    yield Shown("no such city", "/", "atlantis", status=404)


def _city(nobody: Person) -> Iterator[Shown]:
    for name, path in (
        ("front page", "/"),
        ("reports", "/complaints"),
        ("reports that are done", "/complaints?status=done"),
        ("reports after the last", f"/complaints?after=2020-01-01T00:00:00%2B00:00~{NO_ID}"),
        ("map", "/map"),
        ("figures", "/figures?period=365"),
        ("search by number", "/track"),
        ("personal data", "/privacy"),
        ("sign-in", "/sign-in"),
    ):
        yield Shown(f"city: {name}", path)
    yield Shown("city: front page in English", "/?lang=en")
    yield Shown("city: number that can't be", "/track?reference=BKS-12", status=404)
    yield Shown("city: wrong password", "/sign-in", form={"email": "siapa@contoh.example", "password": "x"}, status=422)
    yield Shown("city: own reports", "/account", who=RESIDENT)
    yield Shown("city: one's own account", "/account/data", who=RESIDENT)
    yield Shown("city: account that goes", "/account/erased")
    yield Shown("city: no report of one's own", "/account", who=ADMIN)
    yield Shown("city: no such page", "/nowhere", status=404)
    yield Shown("city: not allowed", "/admin", who=OFFICER, status=403)
    yield Shown("forgotten password", "/password")
    yield Shown("link of a password that is over", f"/password/{'x' * 43}", status=404)
    yield Shown("invitation that is over", f"/invitation/{'x' * 32}", status=404)
    yield Shown("sign-ins, password and second step", "/account/security", who=OFFICER)
    yield Shown("while I am away", "/staff/deputies", who=OFFICER)
    yield Shown("a deputy that can't be", "/staff/deputies", form={"from_on": "2020-01-01"}, who=OFFICER, status=422)
    yield Shown("city: wrong method", "/privacy", form={"a": "b"}, status=405)


def _report(platform: Platform) -> Iterator[Shown]:
    whole = {
        "spot": f"{IN_BEKASI[1]}, {IN_BEKASI[0]}",
        "place": "Depan pasar",
        "category": "jalan-lubang",
        "description": "Lubang besar, ada pengendara yang jatuh dan luka parah.",
        "contact": "0812 3456 7890",
        "asked": "kedalaman",
        "go": "next-1",
    }
    for city, slug in (("Bekasi", "bekasi"), ("Jakarta, for Bekasi", "jakarta")):
        draft = _draft(Person(platform, slug), whole, photos=(jpeg(),))
        for step in range(1, 6):
            yield Shown(
                f"report from {city}: step {step}", f"/report?draft={draft}&step={step}", slug, phone_only=step > 1
            )
    border = {**whole, "spot": "{1}, {0}".format(*IN_JAKARTA_BESIDE_BEKASI)}
    draft = _draft(Person(platform, "bekasi"), border)
    yield Shown("report: which side of the border", f"/report?draft={draft}&step=3")
    uncovered = {**whole, "spot": "{1}, {0}".format(*IN_KABUPATEN_BEKASI), "visibility": "private"}
    draft = _draft(Person(platform), uncovered)
    for step in (2, 3, 5):
        yield Shown(
            f"report without a government: step {step}",
            f"/report?draft={draft}&step={step}",
            None,
            phone_only=step > 2,
        )
    yield Shown("report: draft that is gone", f"/report?draft={'0' * 32}&step=3")
    nothing = {"spot": "", "contact": "", "visibility": "", "shown_tenant": ""}
    yield Shown("report: nothing filled in", "/report", form={**nothing, "go": "send"}, status=422)
    for step, fields in (
        (2, {"spot": "https://maps.app.goo.gl/abc"}),
        (3, {"spot": whole["spot"], "category": ""}),
        (4, {"spot": whole["spot"], "category": "jalan-lubang", "description": "", "asked": "kedalaman"}),
        (5, {**whole, "contact": "bukan nomor", "go": "send", "answers.kedalaman": "mata-kaki"}),
    ):
        yield Shown(
            f"report: step {step} with something to put right",
            "/report",
            form={"go": f"next-{step}", "step": str(step), **fields},
            status=422,
        )


def _complaints(nobody: Person, officer: Person) -> Iterator[Shown]:
    """Each kind of page of a complaint: for everybody, and for its reporter in each state with a question."""
    platform = nobody.platform
    for status, path in _of_each_status(nobody, _public(nobody)):
        yield Shown(f"complaint: {status}", path)
    fresh = nobody.report(IN_BEKASI)
    private = nobody.report(IN_BEKASI, visibility="private")
    yield Shown("own report, just sent", f"{_path(fresh['manage_url'])}?sent=1")
    yield Shown("private report", f"/complaints/{private['reference']}")
    asked, done = nobody.report(IN_BEKASI), nobody.report(IN_BEKASI)
    move(officer, asked["reference"], "question", {"question": "Di sisi mana dari pasar?"})
    move(officer, done["reference"], "start")
    move(officer, done["reference"], "resolution", {"note": "Sudah ditambal."}, photo=jpeg("#445566"))
    yield Shown("own report's data", f"{_path(fresh['manage_url'])}/data")
    yield Shown("areas of the city", "/areas")
    yield Shown("area of the city", _links(nobody.get("/areas").text, r"/areas/[0-9.]+")[0])
    yield Shown("news of new reports", "/alerts")
    yield Shown("news of nowhere", "/alerts", form={"spot": "depan pasar", "radius": "500"}, status=422)
    yield Shown("sign-in by code", "/sign-in/code")
    yield Shown("widget for the city's own site", "/widget")
    yield Shown("own report with a question", _path(asked["manage_url"]))
    yield Shown("own report, empty answer", f"{_path(asked['manage_url'])}/answer", form={"answer": ""}, status=422)
    yield Shown("own report that is done", _path(done["manage_url"]))
    yield Shown(
        "own report, opened again without a reason", f"{_path(done['manage_url'])}/reopening", form={}, status=422
    )
    at_border = nobody.report(IN_JAKARTA_BESIDE_BEKASI)
    jakarta = Person(platform, "jakarta", "supervisor@jakarta.example")
    page = f"/staff/complaints/{id_of(jakarta, at_border['reference'])}"
    yield Shown("console of Jakarta: near the border", page, "jakarta", jakarta.email)
    yield Shown("console of Jakarta: hand-over", f"{page}/hand-over", "jakarta", jakarta.email)
    page = f"/complaints/{fresh['reference']}/follow"
    yield Shown("complaint: follow it", page)
    yield Shown("complaint: follow it, not an address", page, form={"email": "bukan"}, status=422)
    yield Shown("link of a follower", _link_of_a_follower(nobody, page))
    yield Shown("link that ends messages", _mailed(nobody, r"/unsubscribe/[\w/-]+"))
    broken = _path(fresh["manage_url"])[:-3] + "xxx"
    yield Shown("secret link that isn't whole", broken, status=404)


def _console(nobody: Person, officer: Person) -> Iterator[Shown]:
    for tab in ("mine", "agency", "unassigned", "today", "late", "all"):
        yield Shown(f"console: {tab}", f"/staff?tab={tab}", who=OFFICER)
    yield Shown("console: map", "/staff/map", who=OFFICER)
    yield Shown("console: route of the day", "/staff/route", who=OFFICER)
    yield Shown("console: no route", "/staff/route", who=SUPERVISOR)
    yield Shown("console: parts of one's agency", "/staff/parts", who=OFFICER)
    yield Shown("console: who read what", "/staff/reads", who=ADMIN)
    yield Shown("console: for where there is no signal", "/staff/kept", who=OFFICER)
    yield Shown("console: nothing for where there is no signal", "/staff/kept", who=SUPERVISOR)
    yield Shown("console: nothing of one's own", "/staff?tab=mine", who=SUPERVISOR)
    yield Shown("console: a filter that nothing fits", "/staff?tab=all&status=coordinating", who=OFFICER)
    yield Shown("console: nothing found", "/staff?q=zeppelin", who=OFFICER)
    supervisor = Person(nobody.platform, "bekasi", SUPERVISOR)
    steps: set[str] = set()
    queued = _links(supervisor.get("/staff?tab=all").text, r"/staff/complaints/[0-9a-f-]{36}")
    ended = [f"/staff/complaints/{id_of(supervisor, path.rpartition('/')[2])}" for path in _public(nobody)]
    for status, path in _of_each_status(supervisor, [*queued, *ended]):
        yield Shown(f"console: complaint {status}", path, who=SUPERVISOR)
        for form in sorted(set(_links(supervisor.get(path).text, rf"{path}/[a-z-]+"))):
            step = form.rpartition("/")[2]
            if step not in steps:
                steps.add(step)
                yield Shown(f"console: {step}", form, who=SUPERVISOR)
    started = nobody.report(IN_BEKASI)
    move(officer, started["reference"], "start")
    page = f"/staff/complaints/{id_of(officer, started['reference'])}"
    version = _version(officer.get(page).text)
    for resource in ("resolution", "schedule", "question"):
        yield Shown(
            f"console: {resource} left empty", f"{page}/{resource}", who=OFFICER, form={"version": version}, status=422
        )
    yield Shown(
        "console: somebody was quicker",
        f"{page}/question",
        who=OFFICER,
        form={"version": "1", "question": "Di mana?"},
        status=409,
    )
    yield Shown(
        "console: empty note",
        f"{page}/remarks",
        who=OFFICER,
        form={"version": version, "audience": "note", "note": ""},
        status=422,
    )
    yield Shown("console: before and after", f"{page}/work", who=SUPERVISOR)
    yield Shown("console: checks on the spot", "/staff/checks", who=SUPERVISOR)
    yield Shown("console: what waits for validation", "/staff/validation", who=SUPERVISOR)
    yield Shown("console: who the reporter is", f"{page}/reporter", who=ADMIN)
    yield Shown("console: no such report", f"/staff/complaints/{NO_ID}", who=OFFICER, status=404)
    yield Shown("console: step that isn't possible", f"{page}/validation", who=OFFICER, status=409)
    yield Shown("console: morning", "/staff/morning", who=SUPERVISOR)
    yield Shown("console: morning of one's own agency", "/staff/morning", who=OFFICER)
    yield Shown("console: report for somebody", "/staff/report", who=OFFICER)
    yield Shown("console: work already done", "/staff/report/done", who=OFFICER)
    call = {"go": "look", "q": "Jalan berlubang", "spot": "{1}, {0}".format(*IN_BEKASI), "channel": "phone"}
    yield Shown("console: report for somebody, looked at", "/staff/report", who=OFFICER, form=call)
    yield Shown("console: report for somebody, lacking", "/staff/report", who=OFFICER, form={"go": "send"}, status=422)
    yield Shown("console: figures", "/staff/figures?period=365", who=SUPERVISOR)
    yield Shown("console: figures of one's own agency", "/staff/figures", who=OFFICER)
    yield Shown("settings: no bundle chosen", "/admin/bundle", who=ADMIN, form={}, status=422)
    yield Shown("settings: who changed what", "/admin/changes", who=ADMIN)
    yield Shown("settings: a new promise", "/admin/rules/new?category=apill-rambu", who=ADMIN)
    yield Shown(
        "settings: who gets this", "/admin/who-gets-this?category=jalan-lubang&spot=-6.2383,106.9756", who=ADMIN
    )
    yield Shown("settings: a new group", "/admin/categories/new?group=1", who=ADMIN)
    yield Shown(
        "settings: a category with faults",
        "/admin/categories/new",
        who=ADMIN,
        form={"go": "save", "questions-0-type": "choice", "questions-1-type": "stop"},
        status=422,
    )
    yield Shown("look that can't be kept", "/admin/look", who=ADMIN, form={"version": "1"}, status=422)
    yield Shown("city: imprint", "/imprint")
    yield Shown("domains", "/admin/domains", who=ADMIN)
    yield Shown("domain that can't be", "/admin/domains", who=ADMIN, form={"host": "-", "use": "portal"}, status=422)
    yield Shown("known works", "/admin/notices", who=ADMIN)
    yield Shown("new notice of works", "/admin/notices/new", who=ADMIN)
    yield Shown("notice that can't be kept", "/admin/notices", who=ADMIN, form={"place": "box"}, status=422)
    yield Shown("texts of messages", "/admin/texts", who=ADMIN)
    yield Shown("text of a message", "/admin/texts/received/id", who=ADMIN)
    wrong = {"version": "1", "subject": "", "body": "{"}
    yield Shown("text that can't be kept", "/admin/texts/received/id", who=ADMIN, form=wrong, status=422)
    yield Shown("ways of working that can't be kept", "/admin/options", who=ADMIN, form={"version": "1"}, status=422)
    yield Shown("preferences", "/staff/preferences", who=OFFICER)
    wrong = {"escalated": "never", "digest_at": "pagi"}
    yield Shown("preferences that can't be kept", "/staff/preferences", who=OFFICER, form=wrong, status=422)


def _incidents(nobody: Person, officer: Person) -> Iterator[Shown]:
    yield Shown("console: no incident", "/staff/incidents", who=OFFICER)
    supervisor = Person(nobody.platform, "bekasi", SUPERVISOR)
    flooded = [id_of(officer, nobody.report(IN_BEKASI, category="banjir")["reference"]) for _ in range(2)]
    new = f"/staff/incidents/new?from={flooded[0]}"
    yield Shown("console: new incident", new, who=SUPERVISOR)
    yield Shown("console: incident left empty", "/staff/incidents", who=SUPERVISOR, form={"title": ""}, status=422)
    point = {"lon": str(IN_BEKASI[0]), "lat": str(IN_BEKASI[1]), "radius_m": "1000", "from": flooded[0]}
    opened = supervisor.post("/staff/incidents", {"title": "Banjir", "text": "Hindari jalan ini.", **point})
    page = opened.location
    assert supervisor.post(f"{page}/answers", {"version": "1", "note": "Pompa sudah dikirim."}).status == 303
    yield Shown("console: incidents", "/staff/incidents", who=OFFICER)
    yield Shown("console: incident", page, who=SUPERVISOR)
    yield Shown("console: incident of others", page, who=OFFICER)
    yield Shown("console: complaint of an incident", f"/staff/complaints/{flooded[0]}", who=SUPERVISOR)
    public = page.removeprefix("/staff")
    yield Shown("incident", public)
    yield Shown("incident: a wrong address", f"{public}/follow", form={"email": "kacau"}, status=422)
    yield Shown("incident: city's front page", "/")
    assert nobody.post(f"{public}/follow", {"email": "pengikut.banjir@contoh.example"}).status == 303
    yield Shown("incident: link of a follower", _mailed(nobody, r"/incidents/following/[0-9a-f-]{36}/\w+"))


def _operators(platform: Platform) -> Iterator[Shown]:
    operator = Person(platform, None, OPERATOR)
    yield Shown("operator: overview", "/operator", None, OPERATOR)
    yield Shown("operator: cities", "/operator/tenants", None, OPERATOR)
    yield Shown("operator: outbox", "/operator/outbox", None, OPERATOR)
    messages = _links(operator.get("/operator/outbox").text, r"/operator/outbox/bekasi/[0-9a-f-]{36}")
    yield Shown("operator: message", messages[0], None, OPERATOR)
    yield Shown("operator: entry", "/operator/tenants/bekasi/entry", None, OPERATOR)
    yield Shown(
        "operator: entry without a reason",
        "/operator/tenants/bekasi/entry",
        None,
        OPERATOR,
        form={"reason": ""},
        status=422,
    )
    yield from _operating(platform, operator)
    yield Shown("operator: sign-ups", "/operator/claims", None, OPERATOR)
    yield Shown("operator: official domains", "/operator/domains", None, OPERATOR)
    yield Shown("operator: the year's holidays", "/operator/calendar", None, OPERATOR)
    yield Shown("operator: plans and invoices", "/operator/plans", None, OPERATOR)
    yield Shown("operator: value-added tax", "/operator/tax", None, OPERATOR)
    yield Shown("operator: plan of a city", "/operator/plans/bekasi", None, OPERATOR)
    yield Shown("operator: disputes", "/operator/disputes", None, OPERATOR)
    yield Shown("operator: no such city", "/operator/tenants/atlantis/entry", None, OPERATOR, status=404)


def _operating(platform: Platform, operator: Person) -> Iterator[Shown]:
    """What operators do for all cities: questions, banners, blocks, suspensions, borders, breaches."""
    asked = {"question": "Bagaimana mengubah jam kerja?", "page": "/admin/calendars"}
    assert Person(platform, "bekasi", ADMIN).post("/admin/help", asked).status == 303
    yield Shown("settings: a question that says nothing", "/admin/help", who=ADMIN, form={"question": ""}, status=422)
    yield Shown("operator: questions", "/operator/help", None, OPERATOR)
    questions = _links(operator.get("/operator/help").text, r"/operator/help/[0-9a-f-]{36}")
    yield Shown("operator: question", questions[0], None, OPERATOR)
    for name in ("maintenance", "blocks", "borders", "catalogue", "breaches"):
        yield Shown(f"operator: {name}", f"/operator/{name}", None, OPERATOR)
    yield Shown("operator: suspension", "/operator/tenants/depok/suspension", None, OPERATOR)
    breach = {
        "happened": "Berkas cadangan dapat dibaca orang lain.", "found": "2026-01-05T08:00", "reach": "stored",
        "from": "2026-01-01T00:00", "until": "2026-01-05T00:00", "kinds": "officials", "slugs": "bekasi",
    }  # fmt: skip
    yield Shown("operator: breach of nothing", "/operator/breaches", None, OPERATOR, form={}, status=422)
    yield Shown("operator: breach", operator.post("/operator/breaches", breach).location, None, OPERATOR)


def _of_each_status(person: Person, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Of some complaints' pages the first in each status: the status as the page says it, and the path."""
    seen = set()
    for path in dict.fromkeys(paths):
        text = person.get(path).text
        own = text[max(text.find('class="say"'), text.find('id="detail"')) :]
        status = re.findall(r'class="status is-\w+">([^<.]+)', own)[0]
        if status not in seen:
            seen.add(status)
            yield status, path


def _link_of_a_follower(nobody: Person, page: str) -> str:
    """The link by which somebody confirms that they follow a complaint, as it was sent to them."""
    answer = nobody.post(page, {"email": "pengikut@contoh.example"})
    assert answer.status in (200, 303), answer.text
    return _mailed(nobody, r"(?<!incidents)/following/[0-9a-f-]{36}/\w+")


def _mailed(nobody: Person, pattern: str) -> str:
    """The latest path of this form in a message of Kota Bekasi."""
    operator = Person(nobody.platform, None, OPERATOR)
    for message in _links(operator.get("/operator/outbox").text, r"/operator/outbox/bekasi/[0-9a-f-]{36}"):
        found = re.search(pattern, operator.get(message).text)
        if found:
            return found[0]
    raise AssertionError("nobody was written to")


def _public(nobody: Person) -> list[str]:
    """The pages of the complaints that everybody sees in the list."""
    return list(dict.fromkeys(_links(nobody.get("/complaints").text, r"/complaints/BKS-[0-9A-Z-]+")))


def _draft(person: Person, fields: Mapping[str, str], photos: tuple[bytes, ...] = ()) -> str:
    answer = person.post("/report", fields, photos=photos, photo_field="camera")
    assert answer.status == 303, answer.text
    return re.findall(r"draft=([0-9a-f]{32})", answer.location)[0]


def move(
    official: Person, reference: str, resource: str, fields: Mapping[str, str] | None = None, photo: bytes | None = None
) -> None:
    page = f"/staff/complaints/{id_of(official, reference)}"
    version = _version(official.get(page).text)
    answer = official.post(
        f"{page}/{resource}", {"version": version, **(fields or {})}, photos=(photo,) if photo else ()
    )
    assert answer.status == 303, answer.text


def id_of(official: Person, reference: str) -> str:
    answer = official.get(f"/staff?q={reference}")
    found = re.search(r"/staff/complaints/([0-9a-f-]{36})", answer.location)
    assert found is not None, answer
    return found[1]


def _version(text: str) -> str:
    return re.findall(r'name="version" value="(\d+)"', text)[0]


def _links(text: str, pattern: str) -> list[str]:
    """The paths in the links of a page that fit a pattern, whatever query follows."""
    return [html.unescape(link) for link in re.findall(rf'href="(?:http://[^/"]+)?({pattern})[?"]', text)]


def _path(address: str) -> str:
    return "/" + address.split("/", 3)[3]
