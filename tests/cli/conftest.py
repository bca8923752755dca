"""The command `ricomi` as a person runs it, on a database of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ricomi_workflow.cli import main
from tests.support.databases import Databases

Ricomi = Callable[..., Result]


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of the command: nothing of the person who runs the tests."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name in ("DATABASE_URL", "SECRET_KEY", "BASE_URL", "SMTP_URL", "FILES", "DEFINITIONS"):
        monkeypatch.delenv(f"RICOMI_{name}", raising=False)
        monkeypatch.delenv(f"RICOMI_{name}_FILE", raising=False)
    return {"XDG_DATA_HOME": str(tmp_path)}


@pytest.fixture
def bare(environment: dict[str, str]) -> Ricomi:
    """The command on a machine on which nothing was done yet; keywords are variables."""

    def run(*arguments: str, **variables: str) -> Result:
        return CliRunner().invoke(main, arguments, env={**environment, **variables})

    return run


@pytest.fixture
def prepared(sqlite_databases: Databases) -> Iterator[str]:
    """The address of a database that is prepared."""
    address = sqlite_databases.fresh()
    yield address
    sqlite_databases.drop(address)


@pytest.fixture
def ricomi(bare: Ricomi, prepared: str) -> Ricomi:
    """The command on a database that is prepared."""

    def run(*arguments: str, **variables: str) -> Result:
        return bare(*arguments, **{"RICOMI_DATABASE_URL": prepared, **variables})

    return run


def printed(result: Result) -> str:
    """What a command printed that ended well."""
    assert result.exit_code == 0, result.output
    return result.stdout


def told(result: Result) -> str:
    """What a command said that ended with 1, and without a traceback."""
    assert result.exit_code == 1, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result.output
