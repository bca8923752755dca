"""A fund at work for a year: the books hold, other tools agree, the same seed tells the same."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import Connection, Engine, select

from ricomi_workflow.audit.queries import verify_trails
from ricomi_workflow.bank.invariants import verify as verify_bank
from ricomi_workflow.bootstrap import TRAIL_CHECKS
from ricomi_workflow.catalogue.commands import list_differences
from ricomi_workflow.cli.simulate import simulate
from ricomi_workflow.fund.invariants import verify as verify_books
from ricomi_workflow.ledger.accounts import Kind
from ricomi_workflow.ledger.models import account, journal
from ricomi_workflow.simulation.fund_years import count_weeks, simulate_fund_years
from ricomi_workflow.simulation.scenario import Summary
from ricomi_workflow.statements.ledger_export import (
    beancount,
    beancount_name,
    hledger,
    hledger_name,
    list_exported_accounts,
)
from ricomi_workflow.statements.statement import get_fund_statement
from tests.fund.desk import Desk
from tests.statements.test_oracles import (
    bean_check,
    counted_by_beancount,
    counted_by_hledger,
    hledger_run,
)
from tests.support.databases import Databases, connected
from tests.support.rehearsed import Rehearsed, rehearsed

NEW_YEAR = datetime(2026, 1, 1, 15, tzinfo=UTC)
CASES = 6


def run(engine: Engine, cases: int = CASES, seed: int = 7) -> tuple[Rehearsed, Summary]:
    made = rehearsed(engine)
    made.clock.at = NEW_YEAR
    weeks: list[int] = []
    story = simulate_fund_years(
        made.services,
        made.accounts,
        made.clock,
        cases=cases,
        years=1,
        seed=seed,
        on_progress=lambda: weeks.append(1),
    )
    assert len(weeks) == count_weeks(1)
    return made, story


Held = dict[tuple[str, str], Decimal]


def ours(connection: Connection, name: Callable[[Kind, str], str]) -> Held:
    """What each account holds by our count, by its name in another format."""
    held = list_exported_accounts(connection).values()
    sums = {(name(p.kind, p.code), p.balance.currency): p.balance.minor for p in held}
    return {key: Decimal(minor) / 100 for key, minor in sums.items() if minor}


def test_after_a_year_of_the_fund_everything_holds(engine: Engine, tmp_path: Path) -> None:
    made, story = run(engine)
    assert {"agree", "pledge", "call in", "receive", "convert", "reduce pledge"} <= set(story.acts)
    assert {"pay_tranche", "import statement", "match", "close month"} <= set(story.acts)
    assert sum(story.states.values()) == CASES

    with made.services.uow.read() as connection:
        assert not verify_books(connection)
        assert not verify_bank(connection)
        assert not [fault for fault in verify_trails(connection, TRAIL_CHECKS) if fault]
        assert not [ref for ref, differs in list_differences(connection, made.services) if differs]
        told = get_fund_statement(connection, made.clock.now().date())
        assert told.holds
        assert told.illustrative
        beans, ledger = tmp_path / "fund.beancount", tmp_path / "fund.journal"
        beans.write_text("\n".join(beancount(connection)) + "\n", encoding="utf-8")
        ledger.write_text("\n".join(hledger(connection)) + "\n", encoding="utf-8")
        by_beancount, by_hledger = ours(connection, beancount_name), ours(connection, hledger_name)
    assert bean_check(beans) == (0, "")
    assert counted_by_beancount(beans) == by_beancount
    assert hledger_run(ledger, "check", "--strict", "ordereddates") == (0, "")
    assert counted_by_hledger(ledger) == by_hledger


def journals(engine: Engine) -> list[tuple[object, ...]]:
    """What was written in the books, without the keys of rows."""
    with engine.connect() as connection:
        codes = {row.id: row.code for row in connection.execute(select(account))}
        rows = connection.execute(select(journal).order_by(journal.c.id)).all()
    return [
        (
            row.at,
            row.recorded_at,
            row.memo,
            row.case_seq,
            row.reference,
            [(codes[x["account"]], x["amount"], x["currency"], x["note"]) for x in row.lines],
        )
        for row in rows
    ]


def test_the_same_seed_plays_the_same_year(sqlite_databases: Databases) -> None:
    played = []
    for seed in (7, 7, 8):
        with connected(sqlite_databases) as engine:
            story = run(engine, cases=2, seed=seed)[1]
            played.append((story.acts, story.refusals, story.states, journals(engine)))
    assert played[0] == played[1]
    assert played[0] != played[2]


def test_the_command_runs_a_year_in_an_empty_database_only(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'fund.sqlite'}"
    asked = ["--cases", "1", "--years", "1", "--database", address]
    done = CliRunner().invoke(simulate, asked)
    assert done.exit_code == 0, done.output
    assert done.output.endswith("The books hold.\n")

    again = CliRunner().invoke(simulate, asked)
    assert again.exit_code == 1
    assert "holds cases already" in again.output


def test_the_command_never_plays_among_real_cases(sqlite_engine: Engine) -> None:
    Desk(sqlite_engine).case()
    address = f"sqlite:///{sqlite_engine.url.database}"
    done = CliRunner().invoke(simulate, ["--cases", "1", "--database", address])
    assert done.exit_code == 1
    assert "holds real cases already" in done.output
