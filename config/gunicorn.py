"""How gunicorn serves: `gunicorn -c python:config.gunicorn`. Names below are gunicorn's own settings.

What differs from machine to machine is given as gunicorn takes it: WEB_CONCURRENCY, or options of the command
(`--bind`, `--threads`), which win over this file.
"""

import gc
import os
from pathlib import Path
from typing import Any

from config import listening
from config.settings import DOTENV, Settings

_settings = Settings.from_environment(os.environ, DOTENV)
_shared_memory = Path("/dev/shm")  # noqa: S108 - gunicorn makes an unnamed file in it

# The processes count requests together through files in this folder; set before the application is read.
_metrics = _settings.data_dir / "metrics"
_metrics.mkdir(parents=True, exist_ok=True)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_metrics)

wsgi_app = "wsgi:app"
bind = listening.binds(_settings)

# Threads wait for the database; processes get past the interpreter's lock.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4

# Boundaries are read once and shared by the workers, which are forked from the process that read them.
preload_app = True

# A worker that leaks is replaced before it matters; the jitter keeps them from leaving together.
max_requests = 20_000
max_requests_jitter = 4_000

# Bytes of the first line: all 500 numbers that a foreign system may ask for at once, their commas escaped.
limit_request_line = 8190

# Seconds. Longer than a proxy keeps its own connections idle would be wrong the other way round.
keepalive = 15
timeout = 60
graceful_timeout = 30 if _settings.production else 3  # `make run` ends within seconds

# The heartbeat is a file; on a busy disk it would block and the worker be taken for dead.
worker_tmp_dir = str(_shared_memory) if os.access(_shared_memory, os.W_OK) else None

# Requests are logged by the application, with the tenant and without personal data.
accesslog = None
errorlog = "-"
loglevel = "info" if _settings.production else "warning"

# X-Forwarded-Proto is believed by the application alone, as far as TRUSTED_PROXIES says.
secure_scheme_headers: dict[str, str] = {}
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Let the application refuse to serve, in a sentence, and read its boundaries before the workers are forked.

    What the processes of an earlier start have counted is over.
    """
    for counted in _metrics.glob("*.db"):
        counted.unlink(missing_ok=True)
    before_serving = getattr(server.app.wsgi(), "extensions", {}).get("before_serving")
    if before_serving:
        try:
            before_serving()
        except Exception as error:
            server.log.error("%s", error)
            raise SystemExit(1) from None
    # What was read once lives as long as the process: the workers share its pages, and no collection looks at it again.
    gc.collect()
    gc.freeze()


def post_fork(server: Any, _worker: Any) -> None:
    """Let the application drop what a forked process must not share with its siblings: connections to the database."""
    after_fork = getattr(server.app.wsgi(), "extensions", {}).get("after_fork")
    if after_fork:
        after_fork()
