"""The SQL that requests send to the driver, recorded by a process of its own with its own settings."""

import json
import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from config.settings import ROOT

Statements = list[tuple[str, list[dict[str, Any]]]]
"""SQL as psycopg takes it, and the rows of its parameters: one, or several where they went in one go."""


def record(environment: Mapping[str, str], requests: Sequence[Mapping[str, Any]]) -> list[Statements]:
    """The statements of each request, sent in turn by one client that keeps its cookies.

    requests: method, path, origin, and `json` or `data` as the test client takes them. Raises RuntimeError if
    one isn't answered by 2xx or 3xx.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.recording"],
        cwd=ROOT,
        env=dict(environment),
        input="".join(f"{json.dumps(request)}\n" for request in requests).encode(),
        capture_output=True,
    )
    if done.returncode:
        raise RuntimeError(f"the statements could not be recorded: {done.stderr.decode()[-2000:]}")
    recorded: list[Statements] = pickle.loads(done.stdout)
    return recorded
