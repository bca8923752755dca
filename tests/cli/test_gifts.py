"""Gifts at a terminal: a donor on a day, what is late, and the report on indirect costs."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ricomi_workflow.cli import main
from tests.support.databases import make_schema


@pytest.fixture
def address(tmp_path: Path) -> str:
    """An empty database."""
    found = f"sqlite:///{tmp_path / 'gifts.sqlite'}"
    make_schema(found)
    return found


def run(address: str, *words: str) -> Result:
    """One command of `ricomi fund`."""
    env = {"RICOMI_DATABASE_URL": address, "RICOMI_SECRET_KEY": "a key for tests only, " * 3}
    return CliRunner().invoke(main, ["fund", *words], env=env)


def test_what_was_given_is_told_by_donor_age_and_half_year(address: str) -> None:
    assert run(address, "pledge", "CA", "300", "--on", "2026-02-01").exit_code == 0
    came = ("FUND-2026-0001", "100", "--bank-reference", "A", "--on", "2026-02-03")
    assert run(address, "receive", *came).exit_code == 0
    told = run(address, "donor", "CA", "--as-of", "2026-03-01")
    assert "100.00 of 300.00" in told.output
    assert "received 100.00  indirect costs 11.00  for projects 89.00" in told.output
    assert "0.00 of 300.00" in run(address, "donor", "CA", "--as-of", "2026-02-02").output
    assert "FUND-2026-0001  CA  not_called 200.00" in run(address, "ageing").output
    report = run(address, "icr", "--as-of", "2026-06-30")
    assert report.exit_code == 0
    assert "100.00         11.00" in report.output
    lines = run(address, "icr", "--as-of", "2026-06-30", "--csv").output.splitlines()
    assert lines[1].startswith("REC-2026-0001,FUND-2026-0001,CA,member_states,2026-02-03,100.00")
    assert run(address, "donor", "BR").exit_code == 1


def test_a_pledge_and_a_receipt_may_be_in_another_currency(address: str) -> None:
    euros = ("--currency", "EUR", "--rate", "1.10", "--rate-source", "BCE")
    day = ("--on", "2026-02-01")
    assert run(address, "pledge", "ES", "200", "--currency", "EUR", *day).exit_code == 2
    assert run(address, "pledge", "ES", "200", *euros[:-1], "").exit_code == 2
    assert run(address, "pledge", "ES", "200", "--rate", "x").exit_code == 2
    made = run(address, "pledge", "ES", "200", *euros, *day, "--due", "2026-03-01")
    assert made.output == "FUND-2026-0001\n"
    came = ("FUND-2026-0001", "50", "--bank-reference", "A", "--on", "2026-02-03")
    assert run(address, "receive", *came, *euros).output == "FUND-2026-0001: EUR 50.00 received\n"
    dollars = ("FUND-2026-0001", "66", "--bank-reference", "B", "--on", "2026-02-04")
    assert run(address, "receive", *dollars).exit_code == 1  # how the pledge counts it is not said
    assert run(address, "receive", *dollars, "--credited", "60").exit_code == 0
    told = run(address, "donor", "ES", "--as-of", "2026-04-01").output
    assert "EUR 110.00 of EUR 200.00  overdue EUR 90.00" in told
    assert "received 121.00" in told
    assert run(address, "expiring").output == ""
    assert run(address, "expiring", "--csv").output.startswith("case,country,last_day,uncertified")
