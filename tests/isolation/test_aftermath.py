"""What looks for flaws finds them: each kind, put there by hand."""

from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from complaints.complaint import Evidence
from complaints.report import Reporter
from complaints.rules.rulebooks import Rulebooks
from complaints.workflow import Need
from tests.cast import NOW, Cast, photo
from tests.isolation.aftermath import flaws
from tests.isolation.storm import Storm


@pytest.fixture
def finished(cast: Cast) -> UUID:
    """Work that is done, without a flaw."""
    complaint_id = cast.complaint(reporter=Reporter(email="warga1@contoh.example"))
    cast.move("barat", complaint_id, "start", now=NOW)
    cast.move("barat", complaint_id, "ask", words={Need.QUESTION: "Di mana?"}, now=NOW)
    cast.move("barat", complaint_id, "answer", by="reporter", words={Need.ANSWER: "Di kiri."}, now=NOW)
    cast.move("barat", complaint_id, "resolve", words={Need.NOTE: "Beres."}, photos=[photo()], now=NOW)
    return complaint_id


def found(cast: Cast, folder: Path, storm: Storm | None = None) -> list[str]:
    cast.session.rollback()
    cast.session.expunge_all()
    return list(flaws(cast.session, cast.city("barat"), Rulebooks(), storm or Storm(), folder / "evidence"))


@pytest.mark.parametrize(
    ("tampered", "said"),
    [
        ("UPDATE complaints SET status = 'assigned', is_open = true", "its history leads to resolved"),
        ("UPDATE complaints SET sort_at = sort_at + interval '1 minute'", "sort_at is"),
        ("DELETE FROM messages WHERE event = 'asked'", "was told 0 times"),
        ("UPDATE messages SET created_at = created_at + interval '1 second'", "nothing happened when"),
        ("UPDATE pauses SET until_at = NULL", "1 pauses run while it is resolved"),
        ("UPDATE holdings SET until_at = NULL", "holdings run"),
        ("UPDATE history SET number = 9 WHERE move = 'resolve'", "the rows are numbered"),
        ("DELETE FROM history WHERE move = 'start'", "and received was reached"),
    ],
)
def test_each_flaw_is_found(
    cast: Cast, owner: Connection, tmp_path: Path, finished: UUID, tampered: str, said: str
) -> None:
    assert finished
    assert found(cast, tmp_path) == []
    owner.execute(text(tampered))
    owner.commit()
    assert any(said in flaw for flaw in found(cast, tmp_path)), found(cast, tmp_path)


def test_a_photo_that_is_gone_and_an_answer_that_was_lost_are_found(cast: Cast, tmp_path: Path, finished: UUID) -> None:
    cast.enter("barat")
    [key] = cast.session.query(Evidence.key).all()
    (tmp_path / "evidence" / key[0]).unlink()
    storm = Storm(accepted=Counter({(str(finished), "start"): 2}), unknown=Counter({(str(finished), "ask"): 1}))
    told = found(cast, tmp_path, storm)
    assert len(told) == 2
    assert "isn't in the storage" in " ".join(told)
    assert "start was answered 2 times and asked at most 2 times, and happened 1 times" in " ".join(told)
