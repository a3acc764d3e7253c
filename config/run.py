"""`make run`: the database, the web server and the worker under one roof, until Ctrl-C.

Stops what it started and nothing else. A production installation has its own supervisor and doesn't need this one.
"""

import ctypes
import fcntl
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from config import listening, postgres
from config.account import PostgresError
from config.settings import DOTENV, ROOT, Settings, SettingsError

WEB = ("gunicorn", "--config", "python:config.gunicorn")
WORKER = ("flask", "--app", "wsgi:app", "worker")

STOP_SECONDS = 4.5  # gunicorn lets requests end for 3
SLOW_SECONDS = 60  # without an answer for so long, say so
STEADY_SECONDS = 60  # a worker that ran for so long is restarted at once
LONGEST_PAUSE_SECONDS = 30
TICK_SECONDS = 0.1

PR_SET_PDEATHSIG = 1  # linux/prctl.h

CITIES = (("bekasi", "Kota Bekasi"), ("depok", "Kota Depok"), ("jakarta", "DKI Jakarta"))


class Refused(Exception):
    """It can't start; the message is a sentence that says what to do."""


def main() -> int:
    """The exit status: 0 after being asked to stop, 1 after a refusal or a failure."""
    stop = StopRequest()
    try:
        settings = Settings.from_environment(os.environ, DOTENV)
        with alone(settings):
            if why := listening.obstacle(settings):
                raise Refused(why)
            access = postgres.attach(settings)
            try:
                if access.server:
                    say("Starting the database …")
                    access.server.start()
                return run(settings, stop, migrates=access.owner_url is not None)
            finally:
                if access.server:
                    access.server.stop_if_last(patience_seconds=1)
    except (SettingsError, PostgresError, Refused) as error:
        say(str(error))
        return 1


def run(settings: Settings, stop: "StopRequest", *, migrates: bool) -> int:
    """Serve until asked to stop, with a worker beside; 0. Raises Refused. migrates: as the owner, the schema first."""
    demonstrates = settings.base_host == "localhost" and not settings.production
    prepare(stop, migrates=migrates, demonstrates=demonstrates)
    if stop.asked:
        return 0
    web, worker = Part(WEB), Part(WORKER)
    try:
        web.start()
        worker.start()
        if await_answer(settings, stop, web):
            say(welcome(settings, demonstrates=demonstrates))
        while not stop.asked:
            if not web.runs:
                raise Refused("The web server ended, so everything stops; what it said stands above.")
            worker.keep_running()
            time.sleep(TICK_SECONDS)
        say("Stopping …")
        return 0
    finally:
        end([web, worker])


def prepare(stop: "StopRequest", *, migrates: bool, demonstrates: bool) -> None:
    """Migrate and set the demonstration up, in a process of its own that a request to stop ends. Raises Refused."""
    commands = [*(["db upgrade"] if migrates else []), *(["demo"] if demonstrates else [])]
    if not migrates:
        say("MIGRATION_DATABASE_URL isn't set, so the database is taken as it is, without migrations.")
    if not commands:
        return
    say("Bringing the database up to date …")
    part = Part(("config.prepare", *commands))
    part.start()
    try:
        while part.runs and not stop.asked:
            time.sleep(TICK_SECONDS)
    finally:
        end([part])
    if part.exit_status and not stop.asked:
        raise Refused("The database could not be brought up to date; why stands above.")


class StopRequest:
    """Whether somebody asked us to stop: Ctrl-C, TERM, or a closed terminal. A second request changes nothing."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: object) -> None:
        self.asked = True


class Part:
    """One child process: a module with its arguments, in a session of its own, which no Ctrl-C reaches but ours."""

    def __init__(self, module: Sequence[str]) -> None:
        self._command = [sys.executable, "-m", *module]
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0  # of the monotonic clock
        self._pause = 0.0  # seconds until a restart

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_status(self) -> int | None:
        return self._process.poll() if self._process else None

    def start(self) -> None:
        self._started_at = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - every argument is ours
            self._command, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_end_with_parent
        )

    def keep_running(self) -> None:
        """Start it again if it ended, later and later if it ends at once every time."""
        if self.runs:
            return
        lived = time.monotonic() - self._started_at
        if lived < self._pause:
            return
        self._pause = 1.0 if lived > STEADY_SECONDS else min(max(1.0, self._pause * 2), LONGEST_PAUSE_SECONDS)
        say(f"The worker ended (status {self.exit_status}) and is started again.")
        self.start()

    def ask_to_end(self) -> None:
        if self._process and self.runs:
            self._process.terminate()

    def kill(self) -> None:
        """Whatever is left of it, its children included."""
        if self._process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def end(parts: Sequence[Part]) -> None:
    """Ask all to end, and kill what hasn't within STOP_SECONDS."""
    for part in parts:
        part.ask_to_end()
    give_up_at = time.monotonic() + STOP_SECONDS
    while any(part.runs for part in parts) and time.monotonic() < give_up_at:
        time.sleep(TICK_SECONDS / 2)
    for part in parts:
        part.kill()


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Only one `make run` a data folder. Raises Refused, with the address of the one that runs."""
    path = settings.data_dir / "run.lock"
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        lock = path.open("a+")
    except OSError as error:
        raise Refused(f"DATA_DIR is {settings.data_dir}, which can't be used: {error.strerror}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"Aduan is already running at {_address_in(lock)} (from this folder).") from None
        lock.truncate(0)
        lock.write(settings.front_page_url)
        lock.flush()
        yield


def _address_in(lock: TextIO) -> str:
    lock.seek(0)
    return lock.read().strip() or "another port"


def await_answer(settings: Settings, stop: StopRequest, web: Part) -> bool:
    """Whether /readyz answered; False once there is no more reason to wait."""
    say_at = time.monotonic() + SLOW_SECONDS
    while web.runs and not stop.asked:
        if _is_ready(settings):
            return True
        if time.monotonic() > say_at:
            say("It takes longer than usual; still waiting for the web server to be ready …")
            say_at += SLOW_SECONDS
        time.sleep(TICK_SECONDS)
    return False


def _is_ready(settings: Settings) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", settings.port, timeout=2)
    try:
        connection.request("GET", "/readyz", headers={"Host": f"{settings.base_host}:{settings.port}"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def welcome(settings: Settings, *, demonstrates: bool) -> str:
    """The addresses and sign-ins, told once the web server answers."""
    front = settings.front_page_url
    lines = ["", f"Aduan runs at {front}"]
    if demonstrates:
        lines += [f"  {name:<12} {front.replace('://', f'://{slug}.')}" for slug, name in CITIES]
        lines += [
            f"  {'Officials':<12} {front.replace('://', '://bekasi.')}staff",
            f"  {'Operator':<12} {front}operator",
            "",
            "Sign in as officer, supervisor, admin or resident @bekasi.example (@depok.example, @jakarta.example),",
            "or as operator@aduan.example; the password is aduan-demo.",
        ]
    return "\n".join([*lines, "", "Ctrl-C stops it."])


def say(text: str) -> None:
    with suppress(OSError):  # a closed terminal is no reason to leave anything running
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def _end_with_parent() -> None:
    """In the child: be asked to end when the supervisor is killed, so that nothing stays behind. Linux only."""
    if sys.platform == "linux" and Path("/proc").exists():
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
