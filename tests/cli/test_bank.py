"""Statements of the bank at a terminal."""

import json
from pathlib import Path

from click.testing import CliRunner, Result
from sqlalchemy import Engine, select

from ricomi_workflow.cli import main
from ricomi_workflow.identity.models import user
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.simulation.camt_writer import camt053
from tests.bank.counter import Counter, line, statement
from tests.cli.conftest import printed, told
from tests.support.product import MORNING, SECRET, person, product


def run(engine: Engine, *arguments: object) -> Result:
    """A command on the database of the counter."""
    address = engine.url.render_as_string(hide_password=False)
    environment = {"RICOMI_DATABASE_URL": address, "RICOMI_SECRET_KEY": SECRET}
    return CliRunner().invoke(main, ["fund", "bank", *map(str, arguments)], env=environment)


def test_a_statement_is_imported_once_and_the_report_says_what_is_left(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    counter = Counter(sqlite_engine)
    services = product(sqlite_engine, MORNING)
    officer = person(services, Role.CERTIFYING_OFFICER)
    with services.uow.read() as connection:
        found = select(user.c.email).where(user.c.id == officer.user_id)
        email = connection.execute(found).scalar_one()
    counter.book(500, 1, "GIFT-1")
    file = tmp_path / "september.xml"
    file.write_bytes(camt053([statement(line(500, 2, "GIFT-1"), line(-3, 5, "FEE"))]))
    take = ("import", "usd-main", file, "--as", email)
    assert printed(run(sqlite_engine, *take)) == "usd-main: 1 imported, 0 known already\n"
    assert printed(run(sqlite_engine, *take)) == "usd-main: 0 imported, 1 known already\n"
    (proposal, grounds) = printed(run(sqlite_engine, "proposals", "usd-main")).splitlines()
    assert proposal.startswith("sure   bank 2026-09-02 500.00; books 2026-09-01 500.00")
    assert grounds.strip() == "reference, amount; 1 days apart"
    report = ("report", "usd-main", "--on", "2026-09-30")
    made = json.loads(printed(run(sqlite_engine, *report, "--json")))
    assert (made["bank"], made["books"], made["holds"], made["clear"]) == (
        *("497.00", "500.00"),
        *(True, False),
    )
    assert "at the bank   2026-09-05           -3.00  FEE" in printed(run(sqlite_engine, *report))


def test_what_is_no_statement_is_told(sqlite_engine: Engine, tmp_path: Path) -> None:
    officer = person(product(sqlite_engine, MORNING), Role.AUDITOR)
    file = tmp_path / "broken.xml"
    file.write_text("<html></html>", encoding="utf-8")
    with product(sqlite_engine).uow.read() as connection:
        found = select(user.c.email).where(user.c.id == officer.user_id)
        email = connection.execute(found).scalar_one()
    assert told(run(sqlite_engine, "import", "usd-main", file, "--as", email))
    assert told(run(sqlite_engine, "import", "usd-main", file, "--as", "nobody@example.org"))
    assert told(run(sqlite_engine, "report", "gbp-main"))
