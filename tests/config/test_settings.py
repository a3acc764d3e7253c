import stat
from pathlib import Path

import pytest

from config.settings import REQUIRED_IN_PRODUCTION, ROOT, Settings, SettingsError

PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": "k" * 40,
    "DATABASE_URL": "postgresql://aduan_app@db/aduan",
    "MAIL_URL": "smtp://mail.example:25",
    "BASE_HOST": "aduan.example",
}


def development(tmp_path: Path, **env: str) -> Settings:
    return Settings.from_environment({"DATA_DIR": str(tmp_path), **env})


def test_nothing_set_is_development_on_localhost_with_the_embedded_server(tmp_path: Path) -> None:
    settings = development(tmp_path)
    assert (settings.app_env, settings.base_host, settings.port) == ("development", "localhost", 8000)
    assert settings.database_url is None
    assert settings.front_page_url == "http://localhost:8000/"
    assert not settings.production


def test_a_relative_data_folder_starts_at_the_clone_wherever_the_command_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment({"DATA_DIR": "elsewhere/var", "SECRET_KEY": "given"})
    assert settings.data_dir == ROOT / "elsewhere/var"


@pytest.mark.parametrize("name", REQUIRED_IN_PRODUCTION)
def test_production_without_a_needed_setting_is_refused_in_one_sentence_that_names_it(name: str) -> None:
    with pytest.raises(SettingsError, match=name) as refusal:
        Settings.from_environment({**PRODUCTION, name: ""})
    assert "\n" not in str(refusal.value)
    assert all(other not in str(refusal.value) for other in REQUIRED_IN_PRODUCTION if other != name)


def test_production_is_https_and_sends_mail_from_its_own_host() -> None:
    settings = Settings.from_environment(PRODUCTION)
    assert settings.production
    assert settings.front_page_url == "https://aduan.example/"
    assert settings.mail_from == "Aduan <no-reply@aduan.example>"


def test_a_short_secret_is_refused_in_production() -> None:
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        Settings.from_environment({**PRODUCTION, "SECRET_KEY": "short"})


@pytest.mark.parametrize("written", ["postgres://a:b@h/d", "postgresql://a:b@h/d", "postgresql+psycopg://a:b@h/d"])
def test_a_database_url_as_providers_write_it_becomes_one_for_psycopg(tmp_path: Path, written: str) -> None:
    settings = development(tmp_path, DATABASE_URL=written, MIGRATION_DATABASE_URL=written)
    assert settings.database_url == settings.migration_database_url == "postgresql+psycopg://a:b@h/d"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_ENV", "prod"),
        ("PORT", "80a"),
        ("PORT", "0"),
        ("PORT", "٨٠٠٠"),
        ("TRUSTED_PROXIES", "-1"),
        ("BASE_HOST", "https://aduan.example"),
        ("BASE_HOST", "aduan.example:8000"),
        ("BASE_HOST", "aduan.example/path"),
        ("DATABASE_URL", "mysql://a:secret-word@h/d"),
        ("MAIL_URL", "mail.example"),
        ("EVIDENCE_URL", "bucket"),
        ("RATE_LIMITS", "none"),
        ("PUBLIC_SCHEME", "ftp"),
    ],
)
def test_a_setting_that_cannot_be_understood_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as refusal:
        development(tmp_path, **{name: value})
    assert "secret-word" not in str(refusal.value)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("PORT=8001\nBASE_HOST=from-file.example\nSECRET_KEY=from-file\n")
    settings = Settings.from_environment({"PORT": "8002"}, dotenv)
    assert (settings.port, settings.base_host, settings.secret_key) == (8002, "from-file.example", "from-file")


def test_a_missing_file_is_no_fault(tmp_path: Path) -> None:
    assert Settings.from_environment({"SECRET_KEY": "given"}, tmp_path / ".env").port == 8000


def test_the_example_file_names_every_setting_and_changes_nothing(tmp_path: Path) -> None:
    example = ROOT / ".env.example"
    assert Settings.from_environment({"SECRET_KEY": "given"}, example) == Settings.from_environment(
        {"SECRET_KEY": "given"}
    )
    lines = [line.lstrip("# ").partition("=")[0] for line in example.read_text().splitlines() if "=" in line]
    missing = {name.upper() for name in Settings.__dataclass_fields__} - set(lines)
    assert not missing


def test_the_development_secret_is_kept_and_for_its_owner_only(tmp_path: Path) -> None:
    first, second = development(tmp_path), development(tmp_path)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret_key", "vapid_private_key"]


def test_a_data_folder_that_cannot_be_made_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="DATA_DIR"):
        development(tmp_path / "file")


def test_secrets_do_not_stand_in_a_printed_settings() -> None:
    printed = repr(Settings.from_environment({**PRODUCTION, "STRIPE_API_KEY": "sk_test_canary"}))
    assert PRODUCTION["SECRET_KEY"] not in printed
    assert PRODUCTION["DATABASE_URL"] not in printed
    assert "canary" not in printed
