"""The words that a city's reports are written in: what a misspelt word of a search may have meant.

The relay learns the words of new filings, a hand-over those of what it brings. Erasing a complaint also forgets the
words that stand in no other one: a rare name is personal.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session

from complaints.complaint import Remark
from complaints.words.spelling import skeleton
from messages.queue import Job
from tenants.database import Base, TenantOwned, new_id
from tenants.scope import tenant_of

LONGEST = 40
"""Letters; what is longer is no word that anybody types a second time."""
ROWS = 1_000


class VocabularyWord(TenantOwned, Base):
    """A word, and in how many reports it was written, about. skeleton: the word without its vowels."""

    __tablename__ = "vocabulary"
    __table_args__ = (
        UniqueConstraint("tenant_id", "word"),
        Index("ix_vocabulary_skeleton", "tenant_id", "skeleton", "times"),
        Index(
            "ix_vocabulary_word",
            "tenant_id",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
        ),
    )

    word: Mapped[str]
    skeleton: Mapped[str]
    times: Mapped[int]


def learn(session: Session, complaint_ids: Sequence[UUID], _now: datetime | None = None) -> list[Job]:
    """Learn the words of complaints new to this city, in the caller's transaction. For the relay: no jobs."""
    written = select(func.tsvector_to_array(Remark.words)).where(
        Remark.complaint_id.in_(complaint_ids), Remark.kind == "description", Remark.words.is_not(None)
    )
    times: Counter[str] = Counter()
    for words in session.scalars(written):
        times.update(word for word in words if len(word) <= LONGEST)
    tenant_id = tenant_of(session)
    # Always in the same order, so that two who learn the same words wait for each other and don't lock each other out.
    rows = [
        {"tenant_id": tenant_id, "id": new_id(), "word": word, "skeleton": skeleton(word), "times": count}
        for word, count in sorted(times.items())
    ]
    statement = insert(VocabularyWord)
    statement = statement.on_conflict_do_update(
        index_elements=["tenant_id", "word"], set_={"times": VocabularyWord.times + statement.excluded.times}
    )
    for start in range(0, len(rows), ROWS):
        session.connection().execute(statement, rows[start : start + ROWS])
    return []


def near(session: Session, words: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
    """For each word, those of this city's reports that look like it, itself too, and how often each was written."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    if words:
        rows = session.execute(text("SELECT asked, word, times FROM near_words(:words)"), {"words": list(words)})
        for asked, word, times in rows:
            found[asked][word] = times
    return found
