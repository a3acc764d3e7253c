"""`flask catalogue`, `locate`, `worker`: what they say; and what every command refuses in a sentence."""

import csv
import io
from pathlib import Path

import pytest

from config.postgres import EmbeddedPostgres
from tests.conftest import put_together
from tests.onboarding.commands.conftest import Run

COMMANDS = (
    "archive", "archive export", "archive import", "boundaries", "boundaries check", "boundaries import", "catalogue",
    "demo", "locate", "onboard", "tenants", "tenants erase", "tenants export", "tenants import", "tenants list",
    "tenants resume", "tenants show", "tenants suspend", "worker",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_says_what_it_does(run: Run, command: str) -> None:
    said = run(*command.split(), "--help")

    assert said.code == 0
    assert len(said.out.split("\n\n")[1].strip()) > 20


def test_the_catalogue_is_loaded_once(run: Run) -> None:
    first, second = run("catalogue"), run("catalogue")

    assert "38 provinces and 514 kota and kabupaten; 6 of them have no outline yet: 21.71" in first.out
    assert second.out == "The catalogue: nothing changed.\n"


def test_points_are_located_and_bad_rows_told_on_standard_error(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_bytes(
        b'name,lat,lon\r\n"a\r\nb",-6.25,106.95\r\nnorth,x,1\r\n\xff,-6.25,107.05\r\nfar,-7.9,106.5\r\nborder,-6.25,106.9998\r\n'
    )
    said = run("locate", file)

    assert said.code == 0
    rows = list(csv.DictReader(io.StringIO(said.out_bytes.decode("utf-8", "surrogateescape"), newline="")))
    assert [row["tenant"] for row in rows] == ["barat", "", "timur", "commons", "barat"]
    assert [row["rule"] for row in rows] == ["inside", "invalid", "inside", "nowhere", "inside"]
    assert rows[0]["name"] == "a\r\nb"
    assert rows[2]["name"] == "\udcff"
    assert rows[4]["near_border"] == "timur"
    assert 15 < float(rows[4]["distance_m"]) < 30
    assert said.err == "line 4: The row has no usable lat: 'x' is not a number.\n"


def test_a_file_without_the_columns_is_a_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("x,y\n1,2\n")
    said = run("locate", tmp_path / "points.csv")

    assert (said.code, said.out) == (1, "")
    assert said.err == "Error: The file needs a column lat and a column lon; its first line names: x, y.\n"
    assert run("locate", tmp_path / "none.csv").code == 2


@pytest.mark.parametrize("command", ["locate FILE", "tenants list", "catalogue", "demo", "worker", "onboard FILE"])
def test_a_database_that_is_not_migrated_is_a_sentence(
    cluster: EmbeddedPostgres, unmigrated: str, tmp_path: Path, command: str
) -> None:
    file = tmp_path / "points.csv"
    file.write_text("lat,lon\n-6.25,106.95\n")
    with put_together(unmigrated, cluster.url("aduan_owner", "postgres"), tmp_path) as app:
        result = app.test_cli_runner().invoke(args=[str(file) if word == "FILE" else word for word in command.split()])

    assert result.exit_code == 1
    assert result.stderr.endswith("The database isn't at this version of Aduan yet: run 'flask db upgrade' first.\n")
    assert result.stdout == ""


def test_a_database_that_does_not_answer_is_a_sentence(tmp_path: Path) -> None:
    nobody = "postgresql+psycopg://aduan_app@127.0.0.1:1/aduan"
    with put_together(nobody, nobody, tmp_path) as app:
        result = app.test_cli_runner().invoke(args=["tenants", "list"])

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: The database doesn't answer.")


def test_the_worker_refuses_a_role_that_sees_all_cities(owner_url: str, tmp_path: Path) -> None:
    with put_together(owner_url, owner_url, tmp_path) as app:
        result = app.test_cli_runner().invoke(args=["worker"])

    assert result.exit_code == 1
    assert "aduan_owner" in result.stderr
