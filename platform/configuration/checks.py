"""What the rows of a bundle say about each other: every code that is named exists, no tree runs in circles."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from configuration.area_file import AreaRow
from configuration.document import Path
from configuration.schema import CATALOGUE, FILE
from messages.texts import READY_REPLY, VALUES, check_reply, faults_of
from tenants.errors import N_, Invalid
from tenants.sentence import Sentence, refusal_of
from tenants.tenant import COMMONS_CODE
from tenants.working_time import from_document

RESERVED_SLUGS = frozenset(
    {
        "www",
        "api",
        "admin",
        "operator",
        "commons",
        "static",
        "assets",
        "media",
        "mail",
        "smtp",
        "app",
        "auth",
        "login",
        "sign-in",
        "signup",
        "open311",
        "docs",
        "help",
        "status",
        "support",
        "aduan",
        "localhost",
        "test",
    }
)
CALENDAR_KEYS = ("hours", "dated", "holidays", "half_days")
SECTIONS = ("agencies", "categories", "sla_rules", "asset_rules", "calendars")

_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
_TENANT_CODE = re.compile(r"[A-Z]{3}")

_ABSENT = {
    "agency": N_("There is no agency %(code)s."),
    "answer": N_("There is no answer %(code)s."),
    "area": N_("There is no area %(code)s."),
    "calendar": N_("There is no calendar %(code)s."),
    "category": N_("There is no category %(code)s."),
    "group": N_("There is no group %(code)s."),
}

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Problem:
    """path: where, with codes in place of numbers where rows have them: ("categories", "pju", "agency")."""

    path: Path
    message: str


def problems(document: Mapping[str, Any], areas: Sequence[AreaRow]) -> list[Problem]:
    """All that is wrong between the rows of a whole document, in the order of its sections."""
    if twice := [*_twice(document, areas)]:
        return twice
    return [
        *_tenant(document["tenant"]),
        *_areas(areas),
        *_agencies(document, {area.code for area in areas}),
        *_categories(document, {area.code for area in areas}),
        *_rules(document, {area.code for area in areas}),
        *_asset_rules(document),
        *_calendars(document),
        *_people(document),
        *_texts(document["texts"]),
        *_options(document, {area.code for area in areas}),
    ]


def _texts(texts: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    for code, words in texts.items():
        for language, text in words.items():
            here = ("texts", code, language)
            if isinstance(text, str) == (code in VALUES):
                yield Problem(
                    here,
                    Sentence("A message is written as {subject: …, body: …}.")
                    if code in VALUES
                    else Sentence("Only messages are written as {subject: …, body: …}."),
                )
            elif not isinstance(text, str):
                for fault in faults_of(code, text["subject"], text["body"]):
                    yield Problem((*here, fault.field or "body"), refusal_of(fault))
            elif code.startswith(READY_REPLY):
                yield from (Problem(here, wrong) for wrong in check_reply(text))


def _twice(document: Mapping[str, Any], areas: Sequence[AreaRow]) -> Iterator[Problem]:
    named = {section: [row["code"] for row in document[section]] for section in SECTIONS}
    named["areas"] = [area.code for area in areas]
    named["people"] = [person["email"].casefold() for person in document["people"]]
    for section, codes in named.items():
        for code, count in Counter(codes).items():
            if count > 1:
                yield Problem(
                    (section, code), Sentence("This is here %(count)s times; each may be here once.", count=count)
                )


def _tenant(tenant: Mapping[str, Any]) -> Iterator[Problem]:
    slug, code = tenant["slug"], tenant["code"]
    if not _SLUG.fullmatch(slug) or "--" in slug:
        yield Problem(("tenant", "slug"), Sentence("Up to 40 small letters, digits and single dashes, such as bogor."))
    elif slug in RESERVED_SLUGS:
        yield Problem(("tenant", "slug"), Sentence("`%(word)s` is reserved for the platform.", word=slug))
    if not _TENANT_CODE.fullmatch(code):
        yield Problem(("tenant", "code"), Sentence("Three capital letters, such as BGR."))
    elif code == COMMONS_CODE:
        yield Problem(("tenant", "code"), Sentence("`%(word)s` is reserved for the platform.", word=code))
    if tenant["time_zone"] not in available_timezones():
        yield Problem(("tenant", "time_zone"), Sentence("This zone is unknown; write one such as Asia/Jakarta."))
    if len(set(tenant["languages"])) < len(tenant["languages"]):
        yield Problem(("tenant", "languages"), Sentence("A language is here twice."))
    boundary = tenant["boundary"]
    if boundary is not None and not CATALOGUE.fullmatch(boundary) and not FILE.fullmatch(boundary):
        yield Problem(("tenant", "boundary"), Sentence("A file beside the bundle, or `catalogue:` and a code."))


def _areas(areas: Sequence[AreaRow]) -> Iterator[Problem]:
    parents = {area.code: area.parent for area in areas}
    for code, parent in parents.items():
        if parent is not None and parent not in parents:
            yield Problem(("areas", code, "parent"), _absent("area", parent))
    yield from _circles("areas", parents)


def _agencies(document: Mapping[str, Any], areas: set[str]) -> Iterator[Problem]:
    parents = {agency["code"]: agency["parent"] for agency in document["agencies"]}
    people = {person["email"].casefold() for person in document["people"]}
    calendars = {calendar["code"] for calendar in document["calendars"]}
    for agency in document["agencies"]:
        path = ("agencies", agency["code"])
        if agency["parent"] is not None and agency["parent"] not in parents:
            yield Problem((*path, "parent"), _absent("agency", agency["parent"]))
        yield from _known(agency["areas"], areas, (*path, "areas"), "area")
        if agency["head"] is not None and agency["head"] not in people:
            yield Problem(
                (*path, "head"),
                Sentence("There is nobody with the address %(email)s among the people.", email=agency["head"]),
            )
        if agency["calendar"] is not None:
            yield from _known([agency["calendar"]], calendars, (*path, "calendar"), "calendar")
    yield from _circles("agencies", parents)


def _categories(document: Mapping[str, Any], areas: set[str]) -> Iterator[Problem]:
    agencies = {agency["code"] for agency in document["agencies"]}
    groups = {category["code"] for category in document["categories"] if category["group"]}
    for category in document["categories"]:
        path = ("categories", category["code"])
        if category["group"] and category["parent"] is not None:
            yield Problem((*path, "parent"), Sentence("A group stands in no other group: there are two levels."))
        elif category["parent"] is not None and category["parent"] not in groups:
            yield Problem((*path, "parent"), _absent("group", category["parent"]))
        if category["agency"] is not None:
            yield from _known([category["agency"]], agencies, (*path, "agency"), "agency")
        for area, agency in category["by_area"].items():
            yield from _known([area], areas, (*path, "by_area"), "area")
            yield from _known([agency], agencies, (*path, "by_area", area), "agency")
        yield from _known(category["off_in"], areas, (*path, "off_in"), "area")
        yield from _questions(category["questions"], path)


def _questions(questions: Rows, path: Path) -> Iterator[Problem]:
    answers: dict[str, set[str]] = {}
    for question in questions:
        here = (*path, "questions", question["code"])
        if question["code"] in answers:
            yield Problem(here, Sentence("There are two questions with this code."))
        if (question["type"] in ("choice", "choices")) != bool(question["choices"]):
            yield Problem(
                (*here, "choices"), Sentence("Choices belong to the types choice and choices, and to no other.")
            )
        yield from _condition(question["when"], answers, (*here, "when"))
        answers[question["code"]] = answers_to(question)


def answers_to(question: Mapping[str, Any]) -> set[str]:
    """The codes of the answers that a question can get; none where the answer is free."""
    if question["type"] == "yes_no":
        return {"yes", "no"}
    return {choice["code"] for choice in question["choices"]}


def _condition(
    when: Mapping[str, Sequence[str]] | None, answers: Mapping[str, set[str]], path: Path
) -> Iterator[Problem]:
    for question, wanted in (when or {}).items():
        if question not in answers:
            yield Problem(path, Sentence("There is no question %(code)s before this.", code=question))
        else:
            yield from _known(wanted, answers[question], (*path, question), "answer")


def _rules(document: Mapping[str, Any], areas: set[str]) -> Iterator[Problem]:
    categories = {category["code"]: category for category in document["categories"] if not category["group"]}
    meant: dict[tuple[str | None, str | None, str | None], str] = {}
    for rule in document["sla_rules"]:
        path = ("sla_rules", rule["code"])
        if rule["category"] is not None and rule["category"] not in categories:
            yield Problem((*path, "category"), _absent("category", rule["category"]))
            continue
        if rule["area"] is not None:
            yield from _known([rule["area"]], areas, (*path, "area"), "area")
        questions = categories[rule["category"]]["questions"] if rule["category"] else []
        for error in rule_problems(rule, questions):
            place = [int(part) if part.isdigit() else part for part in (error.field or "").split(".")]
            yield Problem((*path, *place), refusal_of(error))
        whom = (rule["category"], rule["priority"], rule["area"])
        if whom in meant:
            yield Problem(
                path, Sentence("This is for the same reports as the rule %(code)s; keep one.", code=meant[whom])
            )
        meant.setdefault(whom, rule["code"])


def rule_problems(rule: Mapping[str, Any], questions: Rows) -> Iterator[Invalid]:
    """What is wrong within a rule whose shape is right. questions: of its category."""
    answers = {question["code"]: answers_to(question) for question in questions}
    always: set[str] = set()
    for number, milestone in enumerate(rule["milestones"]):
        if milestone["milestone"] in always:
            yield Invalid(
                "An earlier line of the same milestone is for all answers, so this one would never decide.",
                field=f"milestones.{number}",
            )
        for question, wanted in (milestone["when"] or {}).items():
            if question not in answers:
                yield Invalid(
                    "The category has no question %(question)s.", field=f"milestones.{number}.when", question=question
                )
            for answer in set(wanted) - answers.get(question, set(wanted)):
                yield Invalid(
                    "The question %(question)s has no answer %(answer)s.",
                    field=f"milestones.{number}.when.{question}",
                    question=question,
                    answer=answer,
                )
        if milestone["when"] is None:
            always.add(milestone["milestone"])
    if "respond" not in always:
        yield Invalid("Say by when the first answer is promised, whatever was answered.", field="milestones")
    if "resolve" not in always:
        yield Invalid("Say by when the work is promised, whatever was answered.", field="milestones")


def calendar_document(calendar: Mapping[str, Any], time_zone: str) -> dict[str, Any]:
    """A calendar's row as the document that `working_time.from_document` reads. time_zone: the tenant's."""
    document = {key: calendar[key] for key in CALENDAR_KEYS if calendar[key]}
    return {"time_zone": calendar["time_zone"] or time_zone, **document}


def _asset_rules(document: Mapping[str, Any]) -> Iterator[Problem]:
    agencies = {agency["code"] for agency in document["agencies"]}
    leaves = {category["code"] for category in document["categories"] if not category["group"]}
    for rule in document["asset_rules"]:
        path = ("asset_rules", rule["code"])
        if (rule["agency"] is None) == (rule["overlay"] is None):
            yield Problem((*path, "agency"), Sentence("Name an agency, or an overlay."))
        if rule["overlay"] == document["tenant"]["slug"]:
            yield Problem(
                (*path, "overlay"), Sentence("An overlay is another tenant. Name an agency of the city's own.")
            )
        yield from _known([rule["agency"]] if rule["agency"] else [], agencies, (*path, "agency"), "agency")
        if rule["category"] is not None:
            yield from _known([rule["category"]], leaves, (*path, "category"), "category")


def _calendars(document: Mapping[str, Any]) -> Iterator[Problem]:
    for calendar in document["calendars"]:
        try:
            from_document(calendar_document(calendar, document["tenant"]["time_zone"]))
        except Invalid as error:
            place = ("calendars", calendar["code"], *([error.field] if error.field else []))
            yield Problem(place, refusal_of(error))


def _people(document: Mapping[str, Any]) -> Iterator[Problem]:
    agencies = {agency["code"] for agency in document["agencies"]}
    for person in document["people"]:
        path = ("people", person["email"])
        yield from _known(person["agencies"], agencies, (*path, "agencies"), "agency")
        if person["role"] in ("officer", "partner") and not person["agencies"]:
            yield Problem(
                (*path, "agencies"),
                Sentence("Name the agency that this officer works for.")
                if person["role"] == "officer"
                else Sentence("Name the agency that this partner works for."),
            )


def _options(document: Mapping[str, Any], areas: set[str]) -> Iterator[Problem]:
    options = document["options"]
    agencies = {agency["code"] for agency in document["agencies"]}
    leaves = {category["code"] for category in document["categories"] if not category["group"]}
    calendars = {calendar["code"] for calendar in document["calendars"]}
    for name, known, what in (("desk", agencies, "agency"), ("calendar", calendars, "calendar")):
        if options[name] is None and known:
            yield Problem(
                ("options", name), Sentence("Name the agency.") if what == "agency" else Sentence("Name the calendar.")
            )
        elif options[name] is not None:
            yield from _known([options[name]], known, ("options", name), what)
    yield from _known(options["likely_categories"], leaves, ("options", "likely_categories"), "category")
    if launch := options["soft_launch"]:
        yield from _known(launch["areas"], areas, ("options", "soft_launch", "areas"), "area")
        yield from _known(launch["categories"], leaves, ("options", "soft_launch", "categories"), "category")


def _absent(what: str, code: str) -> Sentence:
    words = _ABSENT[what]
    return Sentence(words, code=code)


def _known(codes: Iterable[str], known: Iterable[str], path: Path, what: str) -> Iterator[Problem]:
    for code in codes:
        if code not in known:
            yield Problem(path, _absent(what, code))


def _circles(section: str, parents: Mapping[str, str | None]) -> Iterator[Problem]:
    for code in parents:
        above, seen = parents[code], {code}
        while above is not None and above in parents and above not in seen:
            seen.add(above)
            above = parents[above]
        if above == code:
            yield Problem((section, code, "parent"), Sentence("This runs in a circle: it stands above itself."))
