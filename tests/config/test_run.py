import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config import run
from config.settings import ROOT, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, secret_key="given", port=8123)


@pytest.fixture
def handlers() -> Iterator[None]:
    """A StopRequest replaces handlers of the whole process; put back what was there."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    give_up_at = time.monotonic() + seconds
    while not holds() and time.monotonic() < give_up_at:
        time.sleep(0.02)
    assert holds()


def test_a_second_run_is_told_where_the_first_one_is(settings: Settings) -> None:
    with (
        run.alone(settings),
        pytest.raises(run.Refused, match=re.escape("http://localhost:8123/")),
        run.alone(settings),
    ):
        pass


def test_after_a_run_has_ended_the_next_may_start(settings: Settings) -> None:
    for _ in range(2):
        with run.alone(settings):
            assert (settings.data_dir / "run.lock").read_text() == "http://localhost:8123/"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.usefixtures("handlers")
def test_every_way_of_asking_to_stop_is_heard(number: signal.Signals) -> None:
    stop = run.StopRequest()
    assert not stop.asked
    os.kill(os.getpid(), number)
    os.kill(os.getpid(), number)
    assert stop.asked


@pytest.mark.slow
def test_a_part_that_does_not_want_to_end_is_killed_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "STOP_SECONDS", 0.5)
    pids = tmp_path / "pids"
    (tmp_path / "stubborn.py").write_text(
        "import os, signal, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = os.fork()\n"
        "open(sys.argv[1], 'a').write(f'{os.getpid()}\\n')\n"
        "time.sleep(60)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    part = run.Part(("stubborn", str(pids)))
    part.start()
    until(lambda: pids.exists() and len(pids.read_text().split()) == 2)
    began = time.monotonic()
    run.end([part])
    assert time.monotonic() - began < 5
    assert part.exit_status == -signal.SIGKILL
    for pid in map(int, pids.read_text().split()):
        until(lambda pid=pid: not lives(pid))


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_a_worker_that_ended_is_started_again_later_and_later(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    starts: list[float] = []
    monkeypatch.setattr(run.time, "monotonic", lambda: now[0])
    part = run.Part(("never", "started"))
    monkeypatch.setattr(part, "start", lambda: starts.append(now[0]) or setattr(part, "_started_at", now[0]))
    for second in range(16):
        now[0] = float(second)
        part.keep_running()
    assert starts == [0, 1, 3, 7, 15]
    assert "is started again" in capsys.readouterr().out


@pytest.mark.slow
def test_without_its_secrets_a_production_start_ends_with_one_sentence_and_starts_nothing(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "config.run"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "APP_ENV": "production", "DATA_DIR": str(tmp_path / "var"), "SECRET_KEY": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "SECRET_KEY" in ended.stdout
    assert ended.stderr == ""
    assert len(ended.stdout.splitlines()) == 1
    assert not (tmp_path / "var").exists()


def test_the_welcome_names_the_addresses_and_the_sign_ins(settings: Settings) -> None:
    words = run.welcome(settings, demonstrates=True)
    for said in (
        "http://localhost:8123/",
        "http://bekasi.localhost:8123/",
        "officer",
        "operator@aduan.example",
        "aduan-demo",
    ):
        assert said in words
    assert "aduan-demo" not in run.welcome(settings, demonstrates=False)
