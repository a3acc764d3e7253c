"""The sum that a page asks of a person, in words: for a network that much comes from."""

from flask import g
from flask_babel import gettext as _

from web import proofs
from web.context import office


def asked_sum(form_id: str) -> str:
    """The question of this form, for this hour."""
    one, other = proofs.sum_of(office().secret, form_id, g.now)
    return _("How much is %(one)s plus %(other)s?", one=_number(one), other=_number(other))


def is_answered(form_id: str, written: str) -> bool:
    """Whether what was written is the sum of this form."""
    return proofs.is_sum(office().secret, form_id, written, g.now)


def _number(number: int) -> str:
    words = {2: _("two"), 3: _("three"), 4: _("four"), 5: _("five"), 6: _("six"), 7: _("seven"), 8: _("eight")}
    return words.get(number) or _("nine")
