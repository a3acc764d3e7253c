import runpy
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import listening
from config.settings import Settings
from web.open311.following import MOST_AT_ONCE


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        yield other.getsockname()[1]


def settings(tmp_path: Path, **values: object) -> Settings:
    return Settings(data_dir=tmp_path, secret_key="given", **values)


def test_the_demonstration_is_offered_to_this_machine_only(tmp_path: Path) -> None:
    assert set(listening.hosts(settings(tmp_path))) <= {"127.0.0.1", "::1"}


@pytest.mark.parametrize("values", [{"app_env": "production"}, {"base_host": "aduan.example"}])
def test_a_platform_with_a_public_name_listens_to_all(tmp_path: Path, values: dict[str, str]) -> None:
    assert listening.hosts(settings(tmp_path, **values)) in (["::"], ["0.0.0.0"])


def test_gunicorn_gets_addresses_with_their_port(tmp_path: Path) -> None:
    assert "127.0.0.1:8123" in listening.binds(settings(tmp_path, port=8123))
    assert set(listening.binds(settings(tmp_path, port=8123))) <= {"127.0.0.1:8123", "[::1]:8123"}


def test_a_port_in_use_is_said_with_another_one_to_try(tmp_path: Path, taken_port: int) -> None:
    why = listening.obstacle(settings(tmp_path, port=taken_port))
    assert why is not None
    assert f"Port {taken_port}:" in why
    assert "make run" in why


def test_a_free_port_is_no_obstacle(tmp_path: Path, taken_port: int) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    assert listening.obstacle(settings(tmp_path, port=free)) is None


def test_all_numbers_that_may_be_asked_for_at_once_fit_into_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")  # the module sets it
    numbers = "%2C".join(["BKS-7K3M-9QX1"] * MOST_AT_ONCE)
    line = f"GET /open311/v2/requests.json?jurisdiction_id=bekasi&service_request_id={numbers} HTTP/1.1\r\n"
    assert len(line) <= runpy.run_module("config.gunicorn")["limit_request_line"] <= 8190  # gunicorn's own most
