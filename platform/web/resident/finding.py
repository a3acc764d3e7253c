"""From a reference in an address to the complaint, on the host that holds it."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g
from flask_babel import gettext as _

from complaints import handling, lookup
from complaints.complaint import Complaint
from complaints.reference import is_manage_token, parse_reference
from tenants import scope
from tenants.directory import TenantCard
from tenants.errors import NotFound
from web.context import office


class IsElsewhere(Exception):
    """The complaint is found under another address. path: what follows the reference there."""

    def __init__(self, card: TenantCard, reference: str) -> None:
        super().__init__(reference)
        self.card = card
        self.reference = reference

    def address(self, path: str = "") -> str:
        """Where it is found."""
        return office().addresses.complaint(self.card, self.reference) + path


@contextmanager
def complaint_of(written: str) -> Iterator[tuple[Complaint, TenantCard]]:
    """The complaint of a reference, within the scope of its tenant, which is the host's.

    Raises NotFound, and IsElsewhere where another host, or another way to write it, is right.
    """
    found = lookup.holder_of(g.session, office(), written)
    reference = parse_reference(written)
    if found is None or reference is None:
        raise NotFound(_("There is no report with this number. Look at it once more: one character is wrong."))
    card, complaint_id = found
    here = card.is_commons if g.tenant is None else card.id == g.tenant.id
    if not here or reference != written:
        raise IsElsewhere(card, reference)
    with scope.enter(g.session, card.id):
        yield handling.complaint_here(g.session, complaint_id), card


def check_token(token: str, complaint: Complaint) -> None:
    """Raise NotFound unless the token is this complaint's own."""
    if not is_manage_token(token, office().secret, complaint.birth_tenant_id, complaint.id):
        raise NotFound(_("This link isn't whole. Open it once more from where you kept it."))
