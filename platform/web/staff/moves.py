"""How each move of the workflow table is offered: its words, its icon, its resource, and its place for a status."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from complaints.actor import Actor
from complaints.bulk import BULK
from complaints.workflow import MOVES, Move, Need, Status
from tenants.errors import N_


@dataclass(frozen=True)
class Offered:
    """One move on a page. Words are msgids, translated where they are shown.

    resource: what a POST makes, the last part of the address. label: on the button. done: told afterwards; of what can
    be taken back for a minute, nobody has been told by then. hint: above the form. field: over the words that the move
    carries.
    """

    resource: str
    label: str
    icon: str
    done: str
    hint: str = ""
    field: str = ""


OFFERED: Mapping[str, Offered] = {
    "verify": Offered("verification", N_("Verify"), "check", N_("The report is verified.")),
    "assign": Offered(
        "assignment",
        N_("Assign to an agency"),
        "building",
        N_("The report is assigned; the agency will be told."),
        N_("The agency gets a message, and its clock starts anew."),
    ),
    "coordinate": Offered(
        "coordination",
        N_("Ask another agency to take it"),
        "people",
        N_("The other agency has been asked."),
        N_("The other agency accepts or refuses. Until then the report is being coordinated."),
        N_("Why it is theirs"),
    ),
    "accept": Offered("acceptance", N_("Accept"), "check", N_("Your agency has accepted the report.")),
    "refuse": Offered(
        "refusal",
        N_("Refuse"),
        "close",
        N_("The refusal is recorded."),
        N_("The reason stays with the report, so that whoever assigns it next can read it."),
        N_("Why it isn't yours"),
    ),
    "start": Offered(
        "start",
        N_("Start working"),
        "tools",
        N_("The work has begun, and the report is yours."),
        N_("The report becomes yours, and the reporter sees that it is being worked on."),
    ),
    "schedule": Offered(
        "schedule",
        N_("Schedule"),
        "calendar",
        N_("The date is set; the reporter will be told."),
        N_("The reporter is told the date and the reason."),
        N_("Why then"),
    ),
    "ask": Offered(
        "question",
        N_("Ask the reporter"),
        "chat",
        N_("Your question is on its way. The clock stands still until the answer."),
        N_("The clock stands still until the reporter has answered."),
        N_("Your question"),
    ),
    "resume": Offered(
        "resumption",
        N_("Go on without an answer"),
        "next",
        N_("The clock runs again."),
        N_("The clock runs again from now on."),
        N_("Why you go on"),
    ),
    "approve_pause": Offered(
        "pause-approval",
        N_("Approve the pause"),
        "check",
        N_("The pause is approved: it counts from its beginning."),
        N_("The clock stands still from the moment at which the pause was asked for."),
    ),
    "refuse_pause": Offered(
        "pause-refusal",
        N_("Refuse the pause"),
        "close",
        N_("The pause is refused: the clock has run on."),
        N_("The clock is reckoned as if there had been no pause. Only officials read the reason."),
        N_("Why the clock runs on"),
    ),
    "secure": Offered(
        "interim",
        N_("Safe for the time being"),
        "shield",
        N_("The interim is recorded; the work goes on."),
        N_("An interim keeps its own promise. Everybody reads the note; the report stays open until the work is done."),
        N_("What was done for now"),
    ),
    "resolve": Offered(
        "resolution",
        N_("Done, with photo"),
        "camera",
        N_("The report is done; the reporter will be told and can say whether it is so."),
        N_("The note and the photo are shown to everybody; the reporter is asked whether it is so."),
        N_("What was done"),
    ),
    "submit": Offered(
        "submission",
        N_("Send for validation"),
        "camera",
        N_("The work is sent for validation."),
        N_("Somebody else looks at the note and the photo before the reporter is told."),
        N_("What was done"),
    ),
    "validate": Offered(
        "validation", N_("Validate the work"), "check", N_("The work is validated; the reporter will be told.")
    ),
    "send_back": Offered(
        "sending-back",
        N_("Send back"),
        "back",
        N_("The work is sent back."),
        N_("Only officials read the reason."),
        N_("What is missing"),
    ),
    "reject": Offered(
        "rejection",
        N_("Not our responsibility"),
        "off",
        N_("The report is rejected; the reporter will be told why."),
        N_("The report ends. The reporter reads your reason, and so does everybody else."),
        N_("Reason for the reporter"),
    ),
    "conceal": Offered(
        "concealment",
        N_("Take it out of the public eye"),
        "lock",
        N_("Only the reporter and the officials read it now; the reporter has been told why."),
        N_("For what nobody should read: a name, an insult. The work goes on. It can't be made public again."),
        N_("Reason for the reporter"),
    ),
    "hand_over": Offered(
        "hand-over",
        N_("Hand over to another city"),
        "share",
        N_("The report is handed over under the same number; the reporter has been told."),
        N_(
            "The other city gets the report with photos and public history, and what others added that still waits for"
            " a yes. Internal notes stay here."
        ),
        N_("Reason"),
    ),
    "return": Offered(
        "return",
        N_("Return to the city it came from"),
        "undo",
        N_("The report is returned; the reporter has been told."),
        N_("The city that handed it over gets it back, with your reason."),
        N_("Why it isn't yours"),
    ),
    "merge": Offered(
        "merging",
        N_("Merge with another report"),
        "people",
        N_("The report is merged. Its reporter and followers hear what becomes of the other one."),
        N_("For reports of the very same thing. This one stops and the other goes on; it can be taken apart again."),
    ),
    "unmerge": Offered(
        "taking-apart",
        N_("Take it apart again"),
        "undo",
        N_("The report stands on its own again, with its promises as they were."),
        N_("The report goes on where it was, as if it had never been merged; its clock has run on."),
    ),
    "reply": Offered("reply", N_("Public reply"), "chat", N_("Your reply is published."), "", N_("Your reply")),
    "note": Offered(
        "note", N_("Internal note"), "lock", N_("Your note is saved; only officials see it."), "", N_("Your note")
    ),
    "take": Offered("take", N_("Take it"), "user", N_("The report is yours.")),
    "correct": Offered(
        "correction",
        N_("Correct place or category"),
        "edit",
        N_("The correction is saved; the reporter has been told."),
    ),
}
"""Every move that an official makes by hand on a page; the rest of the table is the reporter's or the platform's."""

BY_ITSELF = ("correct",)
"""Moves with a page of their own; all others share one form."""

DONE: Mapping[str, str] = {
    **{offered.resource: offered.done for offered in OFFERED.values()},
    "undoing": N_("The step is taken back; nobody was told of it."),
    "operator": N_("The two cities have passed it to and fro, so the operator of the platform decides. It stays here."),
    "supervisor": N_("The two agencies have passed it to and fro, so a supervisor decides. It stays here."),
}
"""What is told after a move, by its resource."""

BY_RESOURCE: Mapping[str, str] = {offered.resource: name for name, offered in OFFERED.items() if name not in BY_ITSELF}
RESOURCES = ",".join(f'"{resource}"' for resource in sorted(BY_RESOURCE))
"""For the converter `any(…)` of an address."""

USUAL: Mapping[str, tuple[str, ...]] = {
    Status.RECEIVED: ("verify", "start", "assign", "ask"),
    Status.ASSIGNED: ("start", "schedule", "ask"),
    Status.COORDINATING: ("accept", "refuse"),
    Status.IN_PROGRESS: ("resolve", "submit", "schedule", "ask"),
    Status.SCHEDULED: ("resolve", "submit", "start", "ask"),
    Status.WAITING_FOR_REPORTER: ("resume",),
    Status.AWAITING_VALIDATION: ("validate", "send_back"),
    Status.MERGED: ("unmerge",),
}
"""The moves with a button, the first of them the main one; always in this order, so that hands find them."""

ELSEWHERE = ("reply", "note", "take", "approve_pause", "refuse_pause")
"""Moves with a place of their own: the composer, the button beside the holder, the notice of a pause to decide."""

MOST_BUTTONS = 3

USUAL_IN_BULK = ("take", "start", "assign")
"""The steps with a button below the list; the others stand in a menu beside them."""

WORDS = (Need.NOTE, Need.QUESTION, Need.REASON)
"""The needs that are words, of which a move has at most one."""


def laid_out(
    status: str, possible: Mapping[str, Move], *, can_return: bool, can_secure: bool, passes_on: bool = False
) -> tuple[list[str], list[str]]:
    """Which of the possible moves are buttons and which stand in the menu.

    can_return: another city handed it over. can_secure: an interim is promised and not yet met.
    passes_on: its agency isn't the one for it and can't finish it, so that the first step is to pass it on.
    """
    left_out = {*ELSEWHERE, *(() if can_return else ("return",)), *(() if can_secure else ("secure",))}
    shown = [name for name in possible if name in OFFERED and name not in left_out]
    usual = dict.fromkeys((*(("assign",) if passes_on else ()), *USUAL.get(status, ())))
    buttons = [name for name in usual if name in shown][:MOST_BUTTONS]
    return buttons, [name for name in shown if name not in buttons]


def words_of(move: Move) -> Need | None:
    """Which need of a move is met by words, if any."""
    return next((need for need in WORDS if need in move.needs), None)


def in_bulk(actor: Actor, switched_on: Collection[str]) -> list[tuple[str, str]]:
    """(name, label) of the steps that this actor's role can make for many at once, the usual ones first.

    switched_on: the optional steps of the city.
    """
    moves = {name: move for (_status, name), move in MOVES.items() if move.step is None or move.step in switched_on}
    names = [*USUAL_IN_BULK, *(name for name in BULK if name not in USUAL_IN_BULK)]
    return [(name, OFFERED[name].label) for name in names if name in moves and actor.holds(moves[name].permission)]
