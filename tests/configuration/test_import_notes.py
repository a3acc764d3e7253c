"""How far the worker has come with a file: also when it is killed, silent, or asked to stop."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from complaints.photos.storage import FileStorage
from configuration import import_notes
from configuration.import_notes import COMPARING, SILENT_AFTER, WRITING, Standing, State, Stopped
from tests.cast import NOW

CITY, OTHER, KEY = UUID(int=1), UUID(int=2), "0" * 32
SOON, LATE = NOW + timedelta(seconds=5), NOW + SILENT_AFTER + timedelta(minutes=1)


@pytest.fixture
def storage(tmp_path: Path) -> FileStorage:
    made = FileStorage(tmp_path)
    import_notes.ask(made, CITY, KEY, None, NOW, "take")
    return made


def test_a_file_waits_runs_and_tells_how_many_rows_are_done(storage: FileStorage) -> None:
    assert import_notes.standing(storage, OTHER, KEY, SOON) == Standing(State.READ)
    assert import_notes.standing(storage, CITY, KEY, SOON) == Standing(State.WAITING, "take")
    heard = import_notes.begin(storage, KEY, NOW)
    heard(WRITING, 200, 500)
    assert import_notes.standing(storage, CITY, KEY, SOON) == Standing(State.RUNNING, "take", WRITING, 200, 500, 1)
    import_notes.end(storage, CITY, KEY, State.REFUSED)
    assert import_notes.standing(storage, CITY, KEY, SOON) == Standing(State.REFUSED, "take")


def test_a_killed_worker_is_silent_and_another_begins_anew(storage: FileStorage) -> None:
    import_notes.begin(storage, KEY, NOW)(WRITING, 200, 500)
    silent = import_notes.standing(storage, CITY, KEY, LATE)
    assert (silent.state, silent.begun) == (State.RUNNING, 1)
    assert silent.silent_since is not None
    import_notes.begin(storage, KEY, LATE)
    assert import_notes.standing(storage, CITY, KEY, LATE) == Standing(State.RUNNING, "take", COMPARING, 0, 0, 2)


def test_who_asks_to_stop_is_obeyed_at_the_next_word_also_by_a_worker_that_hasnt_begun(storage: FileStorage) -> None:
    heard = import_notes.begin(storage, KEY, NOW)
    import_notes.stop(storage, KEY)
    assert import_notes.standing(storage, CITY, KEY, SOON).state is State.STOPPING
    with pytest.raises(Stopped):
        heard(WRITING, 1, 2)
    assert import_notes.standing(storage, CITY, KEY, LATE).state is State.STOPPED  # killed before it saw it
    import_notes.ask(storage, CITY, KEY, None, LATE, "take")
    assert import_notes.standing(storage, CITY, KEY, LATE).state is State.WAITING
    import_notes.stop(storage, KEY)
    assert import_notes.standing(storage, CITY, KEY, LATE).state is State.STOPPED
    with pytest.raises(Stopped):
        import_notes.begin(storage, KEY, LATE)
