"""Where the web server listens, and whether it can."""

import socket
from contextlib import closing

from config.settings import Settings


def hosts(settings: Settings) -> list[str]:
    """Addresses to bind: loopback while the platform is `localhost` in development, else all of the machine's.

    A demonstration with known passwords must not be offered to the whole network of a café.
    """
    if settings.app_env == "development" and settings.base_host == "localhost":
        return ["127.0.0.1", "::1"] if _has_ipv6() else ["127.0.0.1"]
    return ["::"] if _has_ipv6() else ["0.0.0.0"]  # noqa: S104 - a public server listens to the public


def binds(settings: Settings) -> list[str]:
    """The same in gunicorn's spelling, with the port."""
    return [f"[{host}]:{settings.port}" if ":" in host else f"{host}:{settings.port}" for host in hosts(settings)]


def obstacle(settings: Settings) -> str | None:
    """Why the port can't be had, in a sentence that says what to do; None if it can."""
    for host in hosts(settings):
        try:
            _bind(host, settings.port)
        except PermissionError:
            return f"Port {settings.port} is not open to this account: try PORT=8001 make run."
        except OSError as error:
            other = settings.port + 1 if settings.port < 65535 else settings.port - 1
            return f"Port {settings.port}: {error.strerror}. Stop what uses it, or try PORT={other} make run."
    return None


def _has_ipv6() -> bool:
    try:
        _bind("::1", 0)
    except OSError:
        return False
    return True


def _bind(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        probe.listen(1)
