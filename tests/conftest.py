"""Fixtures that every part uses, and three rules for the whole run.

Databases: `engine` (each test twice: SQLite and PostgreSQL), `sqlite_engine`,
`postgresql_engine`, `address` and `blank_address` (both databases; a URL with and without the
schema). Browser: `page`, `pages`, `language`. Rules: nothing is skipped, no test speaks to another
machine, and the last lines say how many tests ran on PostgreSQL and in a real browser.

Passwords are hashed by the cheapest parameters here: a test of tests/identity holds the real ones.
"""

import gc
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from flask import Flask
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine

from ricomi_workflow.identity import sign_in as passwords
from tests.support.browser import Pages, launched
from tests.support.databases import Databases, PostgresDatabases, SqliteDatabases, connected
from tests.support.postgres import memory_folder, server
from tests.support.templates import Compiled

KINDS = ("sqlite", "postgresql", "browser")
# Two workers share the machine: how long one example takes says nothing about the code. The
# examples of every run are the same: `--hypothesis-profile=search` tries others.
settings.register_profile(
    "search", deadline=None, derandomize=False, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("house", settings.get_profile("search"), derandomize=True)
settings.load_profile("house")
passwords._hasher = PasswordHasher.from_parameters(CHEAPEST)
Flask.jinja_options["bytecode_cache"] = Compiled()  # for every application of this process
Record = Callable[[str, object], None]
# Files that take longest stand first, so that no worker is alone with one at the end.
LONGEST = (
    "tests/api/test_document_and_server_agree.py",
    "tests/web/test_secrecy.py",
    "tests/workflow_migration/test_at_a_terminal.py",
    "tests/browser/",
)
LOCAL = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "::", ""}  # noqa: S104 - addresses to allow


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """The place where SQLite databases of this run are made."""
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[Databases]:
    """The place where PostgreSQL databases of this run are made; the server starts on first use."""
    with server() as address:
        databases = PostgresDatabases(address)
        yield databases
        databases.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, record_property: Record) -> Databases:
    """Each of the two places in turn."""
    record_property("stood_on", request.param)
    place: Databases = request.getfixturevalue(f"{request.param}_databases")
    return place


@pytest.fixture
def blank_address(databases: Databases) -> Iterator[str]:
    """The address of a database without any table."""
    address = databases.blank()
    yield address
    databases.drop(address)


@pytest.fixture
def address(databases: Databases) -> Iterator[str]:
    """The address of a fresh database with the whole schema."""
    address = databases.fresh()
    yield address
    databases.drop(address)


@pytest.fixture
def engine(databases: Databases) -> Iterator[Engine]:
    """An engine on a fresh database with the whole schema; the test runs once for each kind."""
    with connected(databases) as engine:
        yield engine


@pytest.fixture
def sqlite_engine(sqlite_databases: Databases, record_property: Record) -> Iterator[Engine]:
    """An engine on a fresh SQLite database, for what does not depend on the kind."""
    record_property("stood_on", "sqlite")
    with connected(sqlite_databases) as engine:
        yield engine


@pytest.fixture
def postgresql_engine(postgresql_databases: Databases, record_property: Record) -> Iterator[Engine]:
    """An engine on a fresh PostgreSQL database, for what only it can do."""
    record_property("stood_on", "postgresql")
    with connected(postgresql_databases) as engine:
        yield engine


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one browser of this run."""
    with launched() as browser:
        yield browser


@pytest.fixture
def language() -> str:
    """The language the visitor's browser asks for; parametrize `language` to change it."""
    return "es"


@pytest.fixture
def pages(browser: Browser, language: str, record_property: Record) -> Iterator[Pages]:
    """Opens pages of separate visitors; the test fails if one of them did something wrong."""
    record_property("stood_on", "browser")
    pages = Pages(browser, language)
    yield pages
    pages.close()
    assert not pages.faults


@pytest.fixture
def page(pages: Pages) -> Page:
    """A page of one visitor on a desk."""
    return pages.open()


def _stay_local(event: str, details: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(details[1], tuple) and details[1][0] not in LOCAL:
        raise AssertionError(f"a test spoke to another machine: {details[1]}")


def pytest_configure(config: pytest.Config) -> None:
    """Watch every connection from here on, and keep the files of tests in memory if there is any.

    A database on a disk waits for it at each test's end; workers use a folder inside this one.
    """
    sys.addaudithook(_stay_local)
    memory = memory_folder()
    if config.option.basetemp is None and memory is not None:
        config.option.basetemp = Path(mkdtemp(prefix="ricomi-tests-", dir=memory))
        config.add_cleanup(lambda: rmtree(config.option.basetemp, ignore_errors=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest first; the others keep their order."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_collection_finish() -> None:
    """Keep what is loaded by now out of every collection of garbage: it stays to the end."""
    gc.collect()
    gc.freeze()


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"nothing is skipped here, but this was: {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count a skipped test as failed."""
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Count a skipped module as failed."""
    report = yield
    _refuse_skip(report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests ran on each database and in the browser."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    stood_on = Counter(
        value for report in reports for name, value in report.user_properties if name == "stood_on"
    )
    terminalreporter.write_line(
        f"ran on: {', '.join(f'{stood_on[kind]} {kind}' for kind in KINDS)}"
    )
