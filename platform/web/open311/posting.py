"""A report of another system: filed by the one verb, wherever its point lies, within the limits of the portal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from complaints import asset, evidence
from complaints.destination import route
from complaints.evidence import Photo
from complaints.filing import Filed
from complaints.report import LONGEST_DESCRIPTION, LONGEST_PLACE, Report, Reporter
from complaints.rules import answering
from complaints.rules.rulebook import CategoryEntry, Rulebook
from complaints.safety.allowance import ProofNeeded
from people.contacts import checked_email, checked_phone
from tenants import scope
from tenants.category import Place, Visibility
from tenants.directory import TenantCard
from tenants.errors import Invalid
from tenants.tenant import in_language
from tenants.times import due_time
from web import proofs
from web.access import Anyone, allows
from web.context import office
from web.explain import explanation
from web.forms import clean
from web.open311 import answers, asked
from web.open311.jurisdiction import jurisdiction
from web.open311.limiting import slow_down
from web.open311.reading import add, is_trial
from web.open311.refusing import refusal
from web.open311.services import no_such_service, said
from web.open311.shown import government
from web.open311.wire import answer
from web.resident import places, report_form, report_page, urgent
from web.sending import file_report, key_of_request, proved_by_header, puzzle_of_request

LONGEST_NAME = 120
MOST_LINKS = 5
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "")


@dataclass
class Where:
    """lon, lat: None where only words are known. words: the place in words, None for none."""

    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    words: str | None = None


@dataclass
class Whose:
    """card: who gets it. category: of theirs. shown: the category whose questions the client was shown, if known."""

    card: TenantCard
    category: CategoryEntry
    shown: CategoryEntry | None


@dataclass
class Sent:
    """What was sent, as a report. category: of who gets it. aside: answers that only the asked city asks for.

    remarks: what its sender has to know beside where it went.
    """

    report: Report
    category: CategoryEntry
    photos: list[Photo]
    aside: Mapping[str, Any]
    remarks: list[str] = field(default_factory=list)


def add_posting(blueprint: Blueprint) -> None:
    """The route."""
    add(blueprint, "/requests", create, method="POST")
    blueprint.register_error_handler(ProofNeeded, _prove_first)


@allows(Anyone)
def create() -> ResponseReturnValue:
    """Report something; the answer has its number at once."""
    if request.mimetype not in FORMS:
        raise Invalid("Send this as a form, urlencoded or multipart.", field="Content-Type")
    card, trial = jurisdiction(), is_trial()
    if trial:
        slow_down("trial")
    sent = _sent(card)
    photos = [] if trial else sent.photos
    proved = (lambda: True) if trial else proved_by_header  # a proof serves once, and a trial has shown its own
    filed = file_report(sent.report, key=key_of_request(), host=card, photos=photos, device="", proved=proved)
    if sent.aside and not filed.repeated:
        with scope.enter(g.session, filed.card.id):
            answering.keep_aside(g.session, filed.complaint_id, sent.aside, now=g.now)
    remarks = [_("This was a test: nothing was kept."), *sent.remarks] if trial else sent.remarks
    created = {
        "service_request_id": filed.reference,
        "service_notice": " ".join([_notice(filed, card, sent), *remarks]),
        "account_id": None,
        "manage_url": office().manage_url(filed.card, filed.reference, filed.birth_tenant_id, filed.complaint_id),
    }
    if trial:
        g.session.rollback()  # all of it was real up to here
    return answer("service_requests", [created], status=201)


def _sent(card: TenantCard) -> Sent:
    """The request, read. Raises Invalid, and NotFound for a service that neither city has."""
    code = asked.word("service_code")
    if not code:
        raise Invalid("Say what it is about: send a service_code of the list.", field="service_code")
    remarks: list[str] = []
    where = _where(card, remarks)
    whose = _whose(card, code, where)
    read = _answers(card, whose)
    if read.aside:
        # Not into the words, which everybody can read: what reporters answer stands on no public page.
        remarks.append(_("Answers that are asked here only are kept beside the report, where they decide nothing."))
    description = asked.word("description") or said(whose.category.name, whose.card)
    description = _with_links(description, remarks)
    kinds = whose.category.kinds
    report = Report(
        category=code,
        description=description,
        lon=where.lon,
        lat=where.lat,
        accuracy_m=where.accuracy_m,
        place=where.words if whose.category.place != Place.NONE else None,
        answers=read.answers,
        kind="complaint" if "complaint" in kinds else kinds[0],
        anonymous=asked.flag("anonymous"),
        reporter=_reporter(remarks),
        language=g.language,
        channel="open311",
        asset=_object(whose.card, where, remarks),
        asked_elsewhere=whose.card.id != card.id,
        placed_in_words=where.lon is None,
    )
    if report.lon is None and whose.category.place == Place.EXACT:
        remarks.append(_("The place is known in words only, so somebody has to look for it first."))
    return Sent(report, whose.category, photos(), read.aside, remarks)


def _where(card: TenantCard, remarks: list[str]) -> Where:
    """The point, or what the words say of it: coordinates, a plus code, a link of a map, the name of an area."""
    words = asked.word("address_string") or asked.word("address_id") or asked.word("address")
    where = Where(words=_begun(words, LONGEST_PLACE, "address_string", remarks) or None)
    point = asked.point()
    if point is not None:
        where.lon, where.lat = point
        return where
    try:
        found = places.find(words, report_page.middle(card)) if words else None
    except Invalid:  # a link or numbers that say no place are words like others: nobody can be asked again
        found = None
    if found is not None:
        where.lon, where.lat, where.accuracy_m = found.lon, found.lat, found.accuracy_m
    elif words:
        with scope.enter(g.session, card.id):
            area = report_form.area_named_in(g.session, words)
            if area:
                where.lon, where.lat, where.accuracy_m = report_form.point_in_area(g.session, area, card)
    return where


def _whose(card: TenantCard, code: str, where: Where) -> Whose:
    """Who gets it, and their category for what the client calls it."""
    stub = Report(category=code, description="", lon=where.lon, lat=where.lat, accuracy_m=where.accuracy_m)
    there, _decision = route(g.session, office(), stub, card, g.now)
    shown = _book(card).categories.get(code)
    book = _book(there)
    category = book.category_shown_as(shown) if shown is not None else book.categories.get(code)
    if category is None:
        raise no_such_service()
    return Whose(there, category, shown)


def _answers(card: TenantCard, whose: Whose) -> answers.Given:
    fields = (
        (name, [clean(value) for value in request.values.getlist(name)]) for name in dict.fromkeys(request.values)
    )
    sent = answers.attributes(fields)
    if whose.card.id == card.id or whose.shown is None:
        return answers.given(sent, whose.category.questions, whose.card.time_zone)
    return answers.given_elsewhere(sent, whose.shown.questions, whose.category.questions, whose.card.time_zone)


def _with_links(description: str, remarks: list[str]) -> str:
    """The description with the addresses of photos below. Nothing is fetched at a stranger's word: they stay addresses.

    All of them or none; what is left out is said.
    """
    found = [clean(one).strip() for name in ("media_url", "media_url[]") for one in request.values.getlist(name)]
    sent = [one for one in dict.fromkeys(found) if one]
    kept = [one for one in sent if _scheme(one) in ("http", "https")][:MOST_LINKS]
    longer = "\n".join([description, "", *kept])
    if len(longer) > LONGEST_DESCRIPTION:
        kept = []
    if kept:
        remarks.append(_("The address of the photo stands in the description; send the file itself to have it shown."))
    if len(kept) < len(sent):
        left_out = _(
            "A media_url was left out: up to %(most)s that begin with http are kept, where the description has room."
            " Send the file itself.",
            most=MOST_LINKS,
        )
        remarks.append(left_out)
    return longer if kept else description


def _scheme(address: str) -> str:
    """The scheme of an address without blanks, "" for what is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return parts.scheme if parts.netloc and not any(character.isspace() for character in address) else ""


def _object(card: TenantCard, where: Where, remarks: list[str]) -> str | None:
    """The code of the object that it is about. One that the city doesn't have there refuses nothing, and is said."""
    code = asked.word("service_object_id")
    if not code:
        return None
    with scope.enter(g.session, card.id):
        found = asset.by_code(g.session, code)
    if found is None or where.lon is None or where.lat is None or not found.is_near(where.lon, where.lat):
        remarks.append(_("No object of this code is known there, so the report is about the place alone."))
    return code


def _begun(text: str, most: int, name: str, remarks: list[str]) -> str:
    """The beginning of a text that nobody can be asked to shorten; that there was more is said."""
    if len(text) > most:
        remarks.append(_("Only the first %(most)s characters of %(field)s were kept.", most=most, field=name))
    return text[:most]


def _reporter(remarks: list[str]) -> Reporter:
    """Who reports it. A contact that can't be right is no reason to lose a report: it is left out, and that is said."""
    name = " ".join(part for part in (asked.word("first_name"), asked.word("last_name")) if part)
    return Reporter(
        name=_begun(name, LONGEST_NAME, "first_name", remarks) or None,
        email=_usable("email", checked_email, remarks),
        phone=_usable("phone", checked_phone, remarks),
    )


def _usable(name: str, check: Callable[[str], str | None], remarks: list[str]) -> str | None:
    try:
        return check(asked.word(name))
    except Invalid as error:
        remarks.append(_("%(why)s It was left out.", why=_(error.message)))
        return None


def photos() -> list[Photo]:
    """The files of the form, whatever their fields are called. Raises Invalid naming the field."""
    uploads = []
    for name in dict.fromkeys(request.files):
        for file in request.files.getlist(name):
            data = file.read()
            if not data and not file.filename:
                continue
            try:
                uploads += evidence.look_at([data]) or _empty()
            except Invalid as error:
                error.field = name
                raise
    return evidence.few(uploads)


def _empty() -> list[Photo]:
    raise Invalid("This photo is empty: nothing of it arrived. Choose it once more.")


def _notice(filed: Filed, card: TenantCard, sent: Sent) -> str:
    """Where it went and why, by when it is answered, and what its sender has to know of it."""
    name = in_language(filed.card.name, g.language, list(filed.card.languages))
    parts = [explanation(filed.decision)]
    if filed.card.id != card.id and not filed.card.is_commons:
        parts.append(_("The report went to %(name)s; its number holds everywhere.", name=name))
    if filed.respond_due_at is not None:
        due = due_time(filed.respond_due_at, g.language, filed.card.time_zone, g.now)
        parts.append(_("%(who)s has it and answers by %(due)s.", who=government(filed.card), due=due))
    else:
        parts.append(_("No answer is promised by a date."))
    if sent.category.visibility != Visibility.PUBLIC:
        parts.append(_("It isn't public: it is followed by the secret manage_url alone."))
    if urgent.sounds_urgent(sent.report.description, urgent.words_of(filed.card.options.get("emergency_words", {}))):
        parts.append(_("If somebody is in danger, call 112: nobody reads this at once."))
    return " ".join(parts)


def _book(card: TenantCard) -> Rulebook:
    return office().rulebooks.of(g.session, card)


def _prove_first(_error: ProofNeeded) -> ResponseReturnValue:
    """429 with a puzzle: no address is refused, but a program that sends much has to work for each further time."""
    words = _("Much came from your network within the hour. Solve the puzzle and send its solution along.")
    return refusal(429, words, puzzle=puzzle_of_request(), bits=proofs.BITS)
