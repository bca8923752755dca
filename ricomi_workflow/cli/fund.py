"""`ricomi fund`: the proof of the books, and what comes in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import click

from ricomi_workflow.bank import invariants as bank_proof
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cli.console import product, refused
from ricomi_workflow.contributions.commands import record_pledge
from ricomi_workflow.contributions.indirect_costs import icr_rates
from ricomi_workflow.contributions.input_checks import amount_text
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.contributions.rows import get_contribution
from ricomi_workflow.contributions.rules import Rate, parse_rate
from ricomi_workflow.fund.invariants import verify
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.errors import DomainError
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money, NotMoney
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.ledger.bank_accounts import bank_currencies

_DAY = click.DateTime(formats=["%Y-%m-%d"])
Command = TypeVar("Command", bound=Callable[..., Any])


class _Amount(click.ParamType[Decimal]):
    """An amount written plainly, `1234.50`; its currency is an option of its own."""

    name = "amount"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """The amount, or a usage error."""
        if isinstance(value, Decimal):
            return value
        try:
            return Decimal(str(Money.parse(str(value))))
        except NotMoney:
            self.fail(f"{value!r} is not an amount such as 1234.50", param, ctx)


class _Rate(click.ParamType[Decimal]):
    """US$ for one unit of another currency, `1.0825`."""

    name = "rate"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """The rate, or a usage error."""
        found = value if isinstance(value, Decimal) else parse_rate(str(value))
        if found is None:
            self.fail(f"{value!r} is not a rate such as 1.0825", param, ctx)
        return found


def _in_any_currency(command: Command) -> Command:
    """The options by which an amount is in another currency than US$."""
    for option in (
        click.option("--rate-on", type=_DAY, help="The day of the rate; that of the fact if not."),
        click.option("--rate-source", default="", help="Where the rate was read."),
        click.option("--rate", type=_Rate(), help="US$ for one unit; needed but for US$."),
        click.option(
            "--currency",
            type=click.Choice(bank_currencies()),
            default=BOOK_CURRENCY,
            show_default=True,
        ),
    ):
        command = option(command)
    return command


@click.group()
def fund() -> None:
    """The migration cooperation fund."""


@fund.command("verify")
def verify_command() -> None:
    """Compute books and bank again from their rows; exit 1 and name every fault."""
    with _opened() as services, services.uow.read() as connection:
        faults = [*verify(connection), *bank_proof.verify(connection)]
    for fault in faults:
        click.echo(str(fault))
    click.echo("The books hold." if not faults else f"{len(faults)} faults")
    sys.exit(1 if faults else 0)


@fund.command("pledge")
@click.argument("donor")
@click.argument("amount", type=_Amount())
@click.option(
    "--class",
    "donor_class",
    type=click.Choice([source.value for source in Source]),
    help="Left out: what the donor's country is in the OAS.",
)
@click.option("--on", "day", type=_DAY, help="The day of the promise; today when left out.")
@click.option("--due", "due_on", type=_DAY, help="The day for which it is promised.")
@click.option("--agreement", help="Reference of the agreement: AGR-2026-0001, or as it is quoted.")
@click.option("--illustrative", is_flag=True, help="Mark it as a sample, not a real event.")
@_in_any_currency
def pledge_command(
    *,
    donor: str,
    amount: Decimal,
    donor_class: str | None,
    day: datetime | None,
    due_on: datetime | None,
    agreement: str | None,
    illustrative: bool,
    currency: str,
    **rate: Any,
) -> None:
    """Record that DONOR (a country code, or a name) promised AMOUNT; print the reference."""
    recorded = bool(agreement and agreement.startswith("AGR-"))
    with _opened() as services, services.uow.begin(SYSTEM) as tx:
        on = _day(day, services)
        ref = record_pledge(
            tx,
            donor,
            Source(donor_class) if donor_class else _class_of(services, donor),
            Money.parse(str(amount), currency),
            pledged_on=on,
            due_on=due_on.date() if due_on else None,
            rate=_rate(currency, on, **rate),
            agreement=None if recorded else agreement,
            agreement_ref=agreement if recorded else None,
            illustrative=illustrative,
        )
    click.echo(ref)


@fund.command("receive")
@click.argument("contribution")
@click.argument("amount", type=_Amount())
@click.option("--bank-reference", required=True, help="As on the statement of the bank.")
@click.option("--on", "day", type=_DAY, help="The day it arrived; today when left out.")
@click.option(
    "--credited",
    type=_Amount(),
    help="How a pledge in a third currency counts it, in the currency of the pledge.",
)
@_in_any_currency
def receive_command(
    *,
    contribution: str,
    amount: Decimal,
    bank_reference: str,
    day: datetime | None,
    credited: Decimal | None,
    currency: str,
    **rate: Any,
) -> None:
    """Record that AMOUNT of CONTRIBUTION (FUND-2026-0003) arrived."""
    came = Money.parse(str(amount), currency)
    with _opened() as services, services.uow.begin(SYSTEM) as tx:
        on = _day(day, services)
        own = get_contribution(tx.connection, contribution).pledged.currency
        record_receipt(
            tx,
            contribution,
            came,
            bank_reference=bank_reference,
            received_on=on,
            icr=icr_rates(),
            rate=_rate(currency, on, **rate),
            credited=None if credited is None else Money.parse(str(credited), own),
        )
    click.echo(f"{contribution}: {amount_text(came)} received")


def _rate(
    currency: str,
    on: date,
    *,
    rate: Decimal | None,
    rate_source: str,
    rate_on: datetime | None,
) -> Rate | None:
    """The rate that was given, on its day or that of the fact; none for US$."""
    if currency == BOOK_CURRENCY:
        return None
    if rate is None or not rate_source:
        raise click.UsageError(f"{currency} needs --rate and --rate-source")
    return Rate(rate, rate_source, rate_on.date() if rate_on else on)


def _day(given: datetime | None, services: Services) -> date:
    return given.date() if given else services.calendar.local_day(services.uow.clock.now())


def _class_of(services: Services, donor: str) -> Source:
    if donor in services.reference.states:
        return Source.MEMBER_STATES
    return Source.PERMANENT_OBSERVERS if donor in services.reference.observers else Source.OTHER


@contextmanager
def _opened() -> Iterator[Services]:
    """The product for one command: what the domain refuses is said in words, with exit code 1."""
    with product() as services:
        try:
            yield services
        except DomainError as error:
            raise refused(error) from None
