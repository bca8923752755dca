"""`ricomi fund spend`, `pay` and `drop`: what the fund itself spends, by two persons."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from ricomi_workflow.cli.console import product, refused
from ricomi_workflow.cli.documents import person
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.fund.operating_expenses import (
    ExpenseRequest,
    cancel_expense,
    expense_categories,
    pay_expense,
    prepare_expense,
)
from ricomi_workflow.kernel.errors import DomainError
from ricomi_workflow.kernel.money import Money, NotMoney

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_AS = click.option("--as", "email", required=True, help="Who does it, with their offices.")


@click.command("spend")
@click.argument("category", type=click.Choice(sorted(expense_categories())))
@click.argument("amount")
@click.option("--source", required=True, help="member_states, or an earmark: SOURCE/FUND-2026-0003")
@click.option("--document", required=True, help="The plan or decision that approves it.")
@_AS
def spend_command(*, category: str, amount: str, source: str, document: str, email: str) -> None:
    """Prepare that the fund itself pays AMOUNT for CATEGORY; another person pays it."""
    try:
        money = Money.parse(amount)
    except NotMoney:
        raise click.UsageError(f"{amount!r} is not an amount such as 1234.50") from None
    with _acting(email) as tx:
        ref = prepare_expense(tx, ExpenseRequest(category, source, money, document))
    click.echo(ref)


@click.command("pay")
@click.argument("ref")
@click.option("--bank-reference", required=True, help="As on the statement of the bank.")
@click.option("--on", "day", type=_DAY, required=True, help="The day of the payment.")
@_AS
def pay_command(*, ref: str, bank_reference: str, day: datetime, email: str) -> None:
    """Record that the bank paid REF, which another person prepared with `spend`."""
    with _acting(email) as tx:
        pay_expense(tx, ref.upper(), paid_on=day.date(), bank_reference=bank_reference)
    click.echo(f"{ref.upper()}  paid")


@click.command("drop")
@click.argument("ref")
@click.option("--reason", required=True, help="Why it is not paid.")
@_AS
def drop_command(*, ref: str, reason: str, email: str) -> None:
    """Give up REF, which was prepared with `spend` and is not paid."""
    with _acting(email) as tx:
        cancel_expense(tx, ref.upper(), reason=reason)
    click.echo(f"{ref.upper()}  dropped")


COMMANDS = (spend_command, pay_command, drop_command)


@contextmanager
def _acting(email: str) -> Iterator[Tx]:
    """One act of a person: what the domain refuses is said in words, with exit code 1."""
    with product() as services:
        try:
            with services.uow.begin(person(services, email)) as tx:
                yield tx
        except DomainError as error:
            raise refused(error) from None
