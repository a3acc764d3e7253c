"""Who hears of an invoice or a failed payment: the city's administrators, by mail."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from complaints.office import Office
from messages import outbox, paying
from people import seats
from people.permissions import Permission, Role, may

ADMINS = [role for role in Role if may(role, Permission.CONFIGURE)]


def tell_admins(
    session: Session, office: Office, event: str, values: Callable[[str], Mapping[str, str]], now: datetime
) -> None:
    """Mail everybody who may configure the session's city. values: what fills the text, by language."""
    for admin in seats.addressees_of(session, roles=ADMINS):
        language = admin.language or "id"
        outbox.mail(
            session,
            office.queue,
            event,
            admin.email,
            paying.compose(event, language, values(language)),
            language=language,
            now=now,
        )
