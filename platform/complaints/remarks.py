"""What a move says: its words, checked, and kept where erasure can blank them."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from complaints.complaint import Remark
from complaints.workflow import Need
from tenants.database import new_id
from tenants.errors import Invalid

LONGEST_REMARK = 4_000


def check(words: Mapping[Need, str]) -> None:
    """Raise Invalid, naming the field, for words that can't be kept."""
    for need, text in words.items():
        if len(text) > LONGEST_REMARK:
            raise Invalid("Up to %(most)s characters, please.", field=need.value, most=LONGEST_REMARK)
        if "\x00" in text:
            raise Invalid("The text holds a character that can't be stored.", field=need.value)


def write(
    session: Session, complaint_id: UUID, words: Mapping[Need, str], *, inner: bool, now: datetime
) -> UUID | None:
    """Add the first of the words that isn't blank as a remark; its id, None where all are."""
    said = {need: text.strip() for need, text in words.items() if text.strip()}
    if not said:
        return None
    need, body = next(iter(said.items()))
    remark = Remark(id=new_id(), complaint_id=complaint_id, kind=need.value, body=body, inner=inner, created_at=now)
    session.add(remark)
    return remark.id
