"""What is promised, in words."""

from flask_babel import gettext as _

from complaints.clock import Milestone


def milestone_name(milestone: Milestone) -> str:
    """What is promised, as a noun."""
    return {
        Milestone.RESPOND: _("The first answer"),
        Milestone.SECURE: _("Making it safe"),
        Milestone.RESOLVE: _("The work"),
    }[milestone]
