"""The words of messages: an event's own text in a language, or the city's, with its placeholders filled in. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from messages import english, english_officials, indonesian, indonesian_officials, subscribed
from tenants.errors import N_, Invalid

TEXTS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "id": indonesian.TEXTS | indonesian_officials.TEXTS | subscribed.TEXTS["id"],
    "en": english.TEXTS | english_officials.TEXTS | subscribed.TEXTS["en"],
}
DEFAULT_LANGUAGE = "id"
GROUPS: Mapping[str, tuple[str, ...]] = {
    "residents": tuple(indonesian.TEXTS),
    "following": tuple(subscribed.TEXTS["id"]),
    "officials": tuple(event for event in indonesian_officials.TEXTS if event != "disputed"),
}
"""The events whose texts a city may write, by who reads them; what goes to the operators isn't among them."""

Overrides = Mapping[str, Mapping[str, Mapping[str, str]]]
"""A city's own texts: {event: {language: {"subject": …, "body": …}}}."""


@dataclass(frozen=True)
class Values:
    """The placeholders of an event. A line of the body whose optional value is empty is left out."""

    required: frozenset[str]
    optional: frozenset[str] = frozenset()

    @property
    def known(self) -> frozenset[str]:
        return self.required | self.optional


def _values(required: str, optional: str = "") -> Values:
    return Values(frozenset(required.split()), frozenset(optional.split()))


VALUES: Mapping[str, Values] = {
    # To the reporter.
    "received": _values("reference city category url manage_url", "agency due"),
    "received_commons": _values(
        "reference category manage_url", "city url"
    ),  # city: the municipality that has no tenant
    "asked": _values("reference city category question manage_url", "agency url"),
    "replied": _values("reference city category note manage_url", "agency due url"),
    "asked_again": _values("reference city category manage_url", "agency url question until"),
    "lapsed": _values("reference city category manage_url", "agency url"),
    "started": _values("reference city category manage_url", "agency due note url"),
    "scheduled": _values("reference city category due manage_url", "agency note url"),
    "resolved": _values("reference city category manage_url", "agency note url until"),
    "opened_by_check": _values("reference city category note manage_url", "agency due url"),
    "expired": _values("reference city category manage_url", "agency url until"),
    "rejected": _values("reference city category reason manage_url", "url"),
    "concealed": _values("reference city category reason manage_url", "agency url due"),
    "wrong_category": _values("reference city category reason right_category manage_url", "agency url due"),
    "corrected": _values("reference city category manage_url", "agency url due"),
    "handed_over": _values("reference city category new_city manage_url", "reason due url"),
    "due_moved": _values("reference city category due manage_url", "agency url"),
    "promise_passed": _values("reference city category manage_url", "agency url due"),
    # To those who follow a report, and to the reporter of one that was merged.
    "follow_confirm": _values("reference city category manage_url", "url"),
    "followed_moved": _values("reference city category step url manage_url"),
    "followed_resolved": _values("reference city category url manage_url"),
    "followed_rejected": _values("reference city category url manage_url"),
    "merged": _values("reference other_reference city category manage_url", "agency url due"),
    "unmerged": _values("reference city category manage_url", "agency url due"),
    "merged_resolved": _values("reference other_reference city category manage_url", "agency url due"),
    "merged_rejected": _values("reference other_reference city category manage_url", "agency url due"),
    # About an incident, to who reported or follows what belongs to it, and to who follows it itself.
    "incident_answered": _values("reference city incident answer manage_url", "category agency url due"),
    "incident_closed": _values("reference city incident answer manage_url", "category agency url due"),
    "incident_answered_followed": _values("city incident answer url manage_url"),
    "incident_closed_followed": _values("city incident answer url manage_url"),
    "incident_confirm": _values("city incident url manage_url"),
    # To whoever asked to hear of new reports.
    "alert_confirm": _values("city about url manage_url"),
    "alerted": _values("reference city category area url manage_url"),
    "alerted_now": _values("reference city category area url manage_url"),
    # To whoever chose to hear of it once a day.
    "sign_in_code": _values("code city url"),
    "digest": _values("city lines manage_url", "count"),
    # To officials.
    "watched_moved": _values("reference city category step url", "agency due"),
    "reminder": _values("reference city category url", "agency due"),
    "escalated": _values("reference city category url", "agency due"),
    "on_the_board": _values("reference city category url", "agency due"),
    "new_for_agency": _values("reference city category agency url", "due"),
    "new_in_agency": _values("reference city category agency url", "due"),
    "many_for_agency": _values("city agency count lines url"),
    "many_in_agency": _values("city agency count lines url"),
    "pause_asked": _values("reference city category url", "agency due"),
    "unanswered": _values("reference city category url", "agency due"),
    "answered": _values("reference city category url", "agency due"),
    "reporter_wrote": _values("reference city category url", "agency due"),
    "objected": _values("reference city category note url", "agency due"),
    "added": _values("reference city category url", "agency due"),
    "returned": _values("reference city category new_city reason url", "agency due"),
    "disagree": _values("reference city category agency reason url", "due"),
    "work_done": _values("reference city category who note url", "agency due"),
    "part_asked": _values("reference city category agency note url", "due"),
    "part_done": _values("reference city category who note url", "agency due"),
    "part_refused": _values("reference city category who note url", "agency due"),
    "part_dropped": _values("reference city category note url", "who agency due"),
    "part_late": _values("reference city category agency note url", "due"),
    "decided": _values("reference city category new_city reason url", "agency due"),
    "overturned": _values("reference city category note url", "agency due"),
    "reopened": _values("reference city category url", "agency due reason"),
    "withdrawn": _values("reference city category url", "agency reason"),
    "mentioned": _values("reference city category who note url", "agency due"),
    "invited": _values("city who until url", "inviter"),
    # To whoever has an account.
    "password": _values("who until url", "city"),
    # To a crew without a seat.
    "work": _values("reference city category who note due url"),
    # To the operators of the platform.
    "disputed": _values("reference city new_city reason url"),
}
"""city, new_city: names as the tenants write them ("Kota Bekasi"), to which the texts add "Pemerintah". due: an
instant in words of the reader's language and the city's time. until: the last day on which it can be opened again,
or the instant until which an answer is waited for. url: the public page, or the console's for officials. manage_url:
the reader's personal link: of a reporter the secret one, of a follower that by which they confirm and stop.
other_reference: the report that this one was merged with. who: an official, by name. incident: its title; answer:
what officials said of it. step: of `steps.py`. lines: of a digest, or of
several reports, count of them.
right_category: of a rejected one, to send it again."""

READY_REPLY = "reply_"
"""How the codes of a city's texts begin that are ready replies."""

REPLY_VALUES = frozenset({"reference", "city", "category", "agency", "due"})

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
SUBJECT_LENGTH = 200
BODY_LENGTH = 5000


def compose(
    event: str, language: str, values: Mapping[str, str | None], overrides: Overrides | None = None
) -> tuple[str, str]:
    """(subject in one line, body). The city's text if it has a sound one in that language, else ours, else Indonesian.

    Raises Invalid for an unknown event or where a value that the event requires is missing or empty.
    """
    if event not in VALUES:
        raise Invalid(f"There is no message called '{event}'.", field="event")
    given = {name: (values.get(name) or "").strip() for name in VALUES[event].known}
    missing = sorted(name for name in VALUES[event].required if not given[name])
    if missing:
        raise Invalid(f"The message '{event}' needs a value for {', '.join(missing)}.", field=missing[0])
    subject, body = _text(event, language, overrides or {})
    return " ".join(_filled(subject, given).split()), filled_lines(body, given)


def check_text(event: str, subject: str, body: str) -> list[str]:
    """What is wrong with a city's own text, in English sentences; nothing if it can be used."""
    return [str(fault) for fault in faults_of(event, subject, body)]


def faults_of(event: str, subject: str, body: str) -> list[Invalid]:
    """The same as refusals, each naming its field, subject or body."""
    if event not in VALUES:
        return [Invalid(N_("There is no message called '%(event)s'."), event=event)]
    known = VALUES[event].known
    wrong = []
    for field, text, most in (("subject", subject, SUBJECT_LENGTH), ("body", body, BODY_LENGTH)):
        if not text.strip():
            wrong.append(Invalid(EMPTY[field], field=field))
        if len(text) > most:
            wrong.append(Invalid(LONG, field=field, count=len(text), most=most))
        wrong += [
            Invalid(UNKNOWN, field=field, name=f"{{{name}}}", known=_listed(known))
            for name in dict.fromkeys(PLACEHOLDER.findall(text))
            if name not in known
        ]
        if re.search(r"[{}]", PLACEHOLDER.sub("", text)):
            wrong.append(Invalid(BRACE, field=field))
    if len(subject.splitlines()) > 1:
        wrong.append(Invalid(N_("The subject has to be one line."), field="subject"))
    link = "manage_url" if "manage_url" in VALUES[event].required else "url"
    if link not in PLACEHOLDER.findall(body):
        wrong.append(Invalid(NO_LINK, field="body", link=f"{{{link}}}"))
    return wrong


EMPTY = {"subject": N_("The subject is empty."), "body": N_("The text is empty.")}
LONG = N_("This has %(count)s characters; at most %(most)s are possible.")
UNKNOWN = N_("%(name)s isn't known to this message, which knows: %(known)s.")
BRACE = N_("There is a brace that belongs to no placeholder; write them as {reference}.")
NO_LINK = N_("The text lacks %(link)s: without it the reader can't get to the report.")


def filled_lines(body: str, values: Mapping[str, str]) -> str:
    """A text with its placeholders filled in; a line whose value is empty or unknown is left out."""
    lines = [
        _filled(line, values).rstrip()
        for line in body.splitlines()
        if all(values.get(name, "") for name in PLACEHOLDER.findall(line))
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def filled(said: tuple[str, str], values: Mapping[str, str]) -> tuple[str, str]:
    """(subject in one line, body) of a text with its placeholders filled in."""
    subject, body = said
    return " ".join(filled_lines(subject, values).split()), filled_lines(body, values)


def check_reply(text: str) -> list[str]:
    """What is wrong with a ready reply, in sentences. Its first line is the title by which officials find it."""
    title, _line, body = text.partition("\n")
    wrong = []
    if not title.strip() or not body.strip():
        wrong.append("A ready reply has a title in its first line and the text below it.")
    for name in dict.fromkeys(PLACEHOLDER.findall(text)):
        if name not in REPLY_VALUES:
            wrong.append(f"The text uses {{{name}}}, which a ready reply doesn't know: {_listed(REPLY_VALUES)}.")
    return wrong


def _text(event: str, language: str, overrides: Overrides) -> tuple[str, str]:
    own = overrides.get(event, {}).get(language, {})
    subject, body = own.get("subject", ""), own.get("body", "")
    if own and not check_text(event, subject, body):
        return subject, body
    return TEXTS.get(language, TEXTS[DEFAULT_LANGUAGE])[event]


def _filled(text: str, values: Mapping[str, str]) -> str:
    """In one pass, so that braces in a value stay what they are. Unlike str.format it reaches into no attribute."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], ""), text)


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))
