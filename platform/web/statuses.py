"""A status as it is shown: a class of `.status` (mark and colour) and its word, a msgid for the template to translate.

Colour is never alone, and late is never a status: it has a mark of its own.
"""

from typing import NamedTuple

from tenants.errors import N_


class Shown(NamedTuple):
    """css: the class beside `status`, as "is-wait". word: a msgid."""

    css: str
    word: str

    @property
    def pin(self) -> str:
        """Its pin on a map, of the same kind as its mark: wait, busy, ask, done or end."""
        return self.css.removeprefix("is-")


WAITING = Shown("is-wait", N_("Waiting"))
IN_PROGRESS = Shown("is-busy", N_("In progress"))
DONE = Shown("is-done", N_("Done"))

TO_RESIDENTS = {
    "received": WAITING,
    "assigned": WAITING,
    "coordinating": WAITING,
    "in_progress": IN_PROGRESS,
    "scheduled": IN_PROGRESS,
    "waiting_for_reporter": Shown("is-ask", N_("Your answer is needed")),
    "awaiting_validation": IN_PROGRESS,
    "resolved": DONE,
    "confirmed": DONE,
    "rejected": Shown("is-end", N_("Not accepted")),
    "merged": Shown("is-end", N_("Merged with another report")),
    "handed_over": Shown("is-end", N_("Passed on to another government")),
    "withdrawn": Shown("is-end", N_("Withdrawn")),
}
# Somebody has it, but until a person has answered the resident is still waiting.
WAITING_UNTIL_ANSWERED = frozenset({"assigned", "coordinating"})

TO_OFFICIALS = {
    "received": WAITING,
    "assigned": Shown("is-wait", N_("Assigned")),
    "coordinating": Shown("is-busy", N_("Coordinating")),
    "in_progress": Shown("is-busy", N_("Being worked on")),
    "scheduled": Shown("is-busy", N_("Scheduled")),
    "waiting_for_reporter": Shown("is-ask", N_("With the reporter")),
    "awaiting_validation": Shown("is-busy", N_("To be validated")),
    "resolved": DONE,
    "confirmed": Shown("is-done", N_("Confirmed")),
    "rejected": Shown("is-end", N_("Rejected")),
    "merged": Shown("is-end", N_("Merged")),
    "handed_over": Shown("is-end", N_("Handed over")),
    "withdrawn": Shown("is-end", N_("Withdrawn")),
}
CHANNELS = {
    "email": N_("E-mail"),
    "whatsapp": N_("WhatsApp"),
    "sms": N_("SMS"),
    "push": N_("Notification"),
}
"""The ways by which messages go, in words."""

TO_VERIFY = Shown("is-wait", N_("To be verified"))


def shown_to_residents(status: str, answered: bool) -> Shown:
    """What a resident sees. answered: whether a person of the government has answered. Raises KeyError on no status."""
    if answered and status in WAITING_UNTIL_ANSWERED:
        return IN_PROGRESS
    return TO_RESIDENTS[status]


def shown_to_officials(status: str, verifies: bool = False) -> Shown:
    """What the console shows. verifies: whether the tenant verifies new reports. Raises KeyError on no status."""
    if verifies and status == "received":
        return TO_VERIFY
    return TO_OFFICIALS[status]
