"""`ricomi fund`: the proof of the books, and what comes in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import click

from ricomi_workflow.bank import proof as bank_proof
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cli.console import product, refused
from ricomi_workflow.contributions.commands import pledge
from ricomi_workflow.contributions.icr import shipped
from ricomi_workflow.contributions.receipts import receive
from ricomi_workflow.fund.queries import verify
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.errors import DomainError
from ricomi_workflow.kernel.money import Money, NotMoney
from ricomi_workflow.ledger.accounts import Source

_DAY = click.DateTime(formats=["%Y-%m-%d"])


class _Amount(click.ParamType[Money]):
    """US dollars written plainly, `1234.50`."""

    name = "amount"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Money:
        """The amount, or a usage error."""
        if isinstance(value, Money):
            return value
        try:
            return Money.parse(str(value))
        except NotMoney:
            self.fail(f"{value!r} is not an amount such as 1234.50", param, ctx)


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
@click.option("--agreement", help="Reference of the agreement.")
@click.option("--illustrative", is_flag=True, help="Mark it as a sample, not a real event.")
def pledge_command(
    *,
    donor: str,
    amount: Money,
    donor_class: str | None,
    day: datetime | None,
    agreement: str | None,
    illustrative: bool,
) -> None:
    """Record that DONOR (a country code, or a name) promised AMOUNT; print the reference."""
    with _opened() as services, services.uow.begin(SYSTEM) as tx:
        ref = pledge(
            tx,
            donor,
            Source(donor_class) if donor_class else _class_of(services, donor),
            amount,
            pledged_on=_day(day, services),
            agreement=agreement,
            illustrative=illustrative,
        )
    click.echo(ref)


@fund.command("receive")
@click.argument("contribution")
@click.argument("amount", type=_Amount())
@click.option("--bank-reference", required=True, help="As on the statement of the bank.")
@click.option("--on", "day", type=_DAY, help="The day it arrived; today when left out.")
def receive_command(
    *, contribution: str, amount: Money, bank_reference: str, day: datetime | None
) -> None:
    """Record that AMOUNT of CONTRIBUTION (FUND-2026-0003) arrived."""
    with _opened() as services, services.uow.begin(SYSTEM) as tx:
        receive(
            tx,
            contribution,
            amount,
            bank_reference=bank_reference,
            received_on=_day(day, services),
            icr=shipped(),
        )
    click.echo(f"{contribution}: {amount} received")


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
