"""What an official is told of, in words: for their preferences, and for the link that ends one of them."""

from tenants.errors import N_

TOPICS = {
    "assigned": (N_("Given to me"), N_("A report is assigned to you, or a decision is asked of you.")),
    "arrived": (
        N_("New for my agency"),
        N_("A report comes in that nobody has taken yet. By e-mail only where your agency has no mailbox of its own."),
    ),
    "reporter": (N_("Word of the reporter"), N_("They answer, withdraw or reopen a report that you hold.")),
    "mentioned": (N_("Mentioned"), N_("A colleague names you in an internal note.")),
    "watched": (N_("Watched"), N_("A report that you watch moves.")),
    "late": (N_("Nearly late"), N_("A report that you hold comes close to its date.")),
    "escalated": (N_("Late, and come to me"), N_("A promise was broken, or nobody has answered.")),
}
