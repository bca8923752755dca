"""The chart of accounts and the bank accounts: data that agree with the program."""

from pathlib import Path

import pytest

from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.kernel.errors import DefinitionError, Invalid
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import (
    ANY_CURRENCY,
    CREDIT,
    DEBIT,
    SECTIONS,
    SIDES,
    Account,
    Kind,
    Line,
    Memo,
    Owner,
    Source,
    account_from_code,
    available_account,
    cash_account,
    is_balanced,
    owned_account,
    transfer,
)
from ricomi_workflow.ledger.bank_accounts import bank_currencies, read_bank_accounts
from ricomi_workflow.ledger.chart import chart, read_chart
from ricomi_workflow.resources import root

CASE = Owner(1, "RICOMI-2026-0001")
GIVEN = available_account(Source.OTHER)
PLEDGES = Account(Kind.PLEDGES)


def test_the_chart_names_every_kind_where_the_program_puts_it() -> None:
    assert set(chart()) == set(Kind)
    assert set(SIDES) == set(SECTIONS) == set(Kind)
    assert len({entry.beancount for entry in chart().values()}) == len(Kind)


def test_every_kind_and_every_memo_has_its_words() -> None:
    texts = load_texts()
    wanted = [f"kind_{kind}{end}" for kind in Kind for end in ("", "_help")]
    wanted += [f"memo_{memo}" for memo in Memo]
    assert [key for key in wanted if not texts.has(f"fund.{key}")] == []


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("side: credit, one_a: source", "side: debit, one_a: source", "kinds.3.side"),
        ("section: use, side: credit", "section: money, side: credit", "kinds.11.section"),
        ("kind: icr", "kind: committed", "kinds.7.kind"),
        ("kind: icr", "kind: gold", "kinds.7.kind"),
        ("one_a: bank_account, currency: own", "one_a: vault, currency: book", "kinds.0.one_a"),
        ("Assets:Cash", "Cash", "kinds.0.beancount"),
    ],
)
def test_a_chart_that_differs_from_the_program_is_refused(
    tmp_path: Path, old: str, new: str, path: str
) -> None:
    text = (root("reference") / "chart.yaml").read_text(encoding="utf-8")
    (tmp_path / "chart.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError) as refused:
        read_chart(tmp_path)
    assert path in {mistake.path for mistake in refused.value.mistakes}


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("currency: USD", "currency: usd", "accounts.0.currency"),
        ("code: eur-main", "code: cad-main", "accounts.1.code"),
        ("code: cad-main", "code: eur-main", "accounts.2.code"),
        ("code: usd-main\n    currency: USD", "code: mxn-main\n    currency: MXN", "file"),
    ],
)
def test_bank_accounts_are_named_by_their_currency_and_one_is_in_dollars(
    tmp_path: Path, old: str, new: str, path: str
) -> None:
    text = (root("reference") / "bank_accounts.yaml").read_text(encoding="utf-8")
    (tmp_path / "bank_accounts.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError) as refused:
        read_bank_accounts(tmp_path)
    assert path in {mistake.path for mistake in refused.value.mistakes}


def test_cash_stands_in_the_account_of_its_currency() -> None:
    assert bank_currencies()[0] == "USD"
    assert [cash_account(currency).code for currency in ("USD", "EUR", "CAD")] == [
        "cash:usd-main",
        "cash:eur-main",
        "cash:cad-main",
    ]
    assert cash_account(exercise=True).code == "exercise-cash:usd-main"
    with pytest.raises(Invalid):
        cash_account("JPY")


@pytest.mark.parametrize(
    "account",
    [
        cash_account("EUR"),
        cash_account(exercise=True),
        Account(Kind.FOREIGN_POSITION, "EUR", currency="EUR"),
        Account(Kind.FOREIGN_VALUE, "EUR"),
        Account(Kind.PLEDGES, "CAD", currency="CAD"),
        PLEDGES,
        Account(Kind.AVAILABLE, "other/FUND-2026-0003"),
        Account(Kind.RESERVED, CASE.ref),
        Account(Kind.OPERATIONS, "meetings/other"),
    ],
)
def test_a_code_names_its_account_and_its_currency(account: Account) -> None:
    assert account_from_code(account.code) == account


def test_what_is_promised_is_in_the_currency_of_the_promise() -> None:
    code = "pledged:FUND-2026-0003"
    assert account_from_code(code).currency == "USD"
    assert account_from_code(code, "EUR").currency == "EUR"


@pytest.mark.parametrize(
    ("lines", "holds"),
    [
        ((), False),
        ((Line(cash_account(), Money(5)),), False),
        (transfer(cash_account(), GIVEN, Money(5)), True),
        ((Line(cash_account(), Money(5)), Line(GIVEN, Money(-4))), False),
        ((Line(cash_account(), Money(5)), Line(GIVEN, Money(-5, "CAD"))), False),
        ((Line(cash_account("CAD"), Money(5, "CAD")), Line(GIVEN, Money(-5, "CAD"))), False),
        (transfer(cash_account(), GIVEN, Money(0)), False),
        # a promise does not become money, nor money a promise
        (transfer(cash_account(), PLEDGES, Money(5)), False),
        (transfer(owned_account(Kind.PLEDGED, CASE), GIVEN, Money(5)), False),
        (transfer(Account(Kind.IN_KIND), Account(Kind.COFINANCING), Money(5)), False),
        # what is paid leaves the money of the fund, and is used
        (
            transfer(
                owned_account(Kind.COMMITTED, CASE), owned_account(Kind.DISBURSED, CASE), Money(5)
            ),
            False,
        ),
        (
            (
                *transfer(
                    owned_account(Kind.COMMITTED, CASE),
                    owned_account(Kind.DISBURSED, CASE),
                    Money(5),
                ),
                *transfer(owned_account(Kind.ADVANCES, CASE), cash_account(), Money(5)),
            ),
            True,
        ),
        # money in another currency, with its value in the books
        (
            (
                *transfer(
                    cash_account("EUR"),
                    Account(Kind.FOREIGN_POSITION, "EUR", currency="EUR"),
                    Money(100, "EUR"),
                ),
                *transfer(Account(Kind.FOREIGN_VALUE, "EUR"), GIVEN, Money(110)),
            ),
            True,
        ),
    ],
)
def test_lines_add_up_in_each_section_and_each_currency(
    lines: tuple[Line, ...], holds: bool
) -> None:
    assert is_balanced(lines) is holds


def test_only_what_may_be_held_in_its_own_currency_is() -> None:
    assert {kind.value for kind in ANY_CURRENCY} == {
        "cash",
        "foreign_position",
        "pledged",
        "pledges",
    }
    assert {SIDES[kind] for kind in Kind} == {DEBIT, CREDIT}
