from pathlib import Path

import pytest

from ricomi_workflow.bootstrap import SettingsError, settings_from_env
from tests.cli.conftest import Ricomi, told

STRONG = "0123456789abcdefghijklmnopqrstuvwxyz"


def test_on_ones_own_machine_nothing_need_be_set(tmp_path: Path) -> None:
    first = settings_from_env({"XDG_DATA_HOME": str(tmp_path)})
    again = settings_from_env({"XDG_DATA_HOME": str(tmp_path)})
    assert first.database_url == f"sqlite:///{tmp_path / 'ricomi' / 'ricomi.sqlite'}"
    assert first.base_url == "http://127.0.0.1:8000"
    assert len(first.secret_key) >= 32
    assert first == again
    assert (tmp_path / "ricomi" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert first.secret_key not in repr(first)


def test_without_xdg_the_data_folder_is_in_the_home(tmp_path: Path) -> None:
    settings = settings_from_env({"HOME": str(tmp_path)})
    assert settings.files == tmp_path / ".local" / "share" / "ricomi" / "files"


@pytest.mark.parametrize(
    ("key", "fault"), [("", "missing"), ("short", "too weak"), ("a" * 64, "too weak")]
)
def test_elsewhere_a_missing_or_weak_key_is_refused(tmp_path: Path, key: str, fault: str) -> None:
    environ = {
        "XDG_DATA_HOME": str(tmp_path),
        "RICOMI_BASE_URL": "https://ricomi.example.org",
        "RICOMI_SECRET_KEY": key,
    }
    with pytest.raises(SettingsError, match=f"RICOMI_SECRET_KEY: {fault}"):
        settings_from_env(environ)
    assert settings_from_env({**environ, "RICOMI_SECRET_KEY": STRONG}).secret_key == STRONG
    assert not (tmp_path / "ricomi").exists()


def test_every_variable_may_stand_in_a_file(tmp_path: Path) -> None:
    values = {
        "DATABASE_URL": "postgresql+psycopg://r:p@db/ricomi",
        "SECRET_KEY": STRONG,
        "BASE_URL": "https://ricomi.example.org/",
        "SMTP_URL": "smtps://mail.example.org",
        "FILES": str(tmp_path / "files"),
        "DEFINITIONS": str(tmp_path / "definitions"),
    }
    environ = {}
    for name, value in values.items():
        (tmp_path / name).write_text(f"{value}\n")
        environ[f"RICOMI_{name}_FILE"] = str(tmp_path / name)
    settings = settings_from_env(environ)
    assert settings.database_url == values["DATABASE_URL"]
    assert settings.secret_key == STRONG
    assert settings.base_url == "https://ricomi.example.org"
    assert settings.smtp_url == values["SMTP_URL"]
    assert settings.files == tmp_path / "files"
    assert settings.definitions == tmp_path / "definitions"


def test_every_mistake_of_the_environment_is_told_at_once(bare: Ricomi) -> None:
    said = told(
        bare(
            "case",
            "list",
            RICOMI_DATABASE_URL="mysql://x",
            RICOMI_BASE_URL="ricomi",
            RICOMI_SMTP_URL="mail.example.org",
            RICOMI_SECRET_KEY_FILE="/nowhere/key",
        )
    )
    for name in ("DATABASE_URL", "BASE_URL", "SMTP_URL", "SECRET_KEY_FILE", "SECRET_KEY:"):
        assert f"RICOMI_{name}" in said
