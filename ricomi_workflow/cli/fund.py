"""`ricomi fund`: the books and their periods, what comes in, what the fund spends, advances."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import click

from ricomi_workflow.bank import invariants as bank_proof
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.models import case
from ricomi_workflow.cli.console import AS, DAY, Commands, local_day, person, product
from ricomi_workflow.contributions.commands import record_pledge
from ricomi_workflow.contributions.indirect_costs import icr_rates
from ricomi_workflow.contributions.input_checks import amount_text
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.contributions.rows import get_contribution
from ricomi_workflow.contributions.rules import Rate, parse_rate
from ricomi_workflow.fund.advances import list_case_advances
from ricomi_workflow.fund.invariants import verify
from ricomi_workflow.fund.operating_expenses import (
    ExpenseRequest,
    cancel_expense,
    expense_categories,
    pay_expense,
    prepare_expense,
)
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money, NotMoney
from ricomi_workflow.ledger import periods
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.ledger.bank_accounts import bank_currencies

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
        click.option("--rate-on", type=DAY, help="The day of the rate; that of the fact if not."),
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


@click.group(cls=Commands)
def fund() -> None:
    """The migration cooperation fund."""


@fund.command("verify")
def verify_command() -> None:
    """Compute books and bank again from their rows; exit 1 and name every fault."""
    with product() as services, services.uow.read() as connection:
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
@click.option("--on", "day", type=DAY, help="The day of the promise; today when left out.")
@click.option("--due", "due_on", type=DAY, help="The day for which it is promised.")
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
    with product() as services, services.uow.begin(SYSTEM) as tx:
        on = local_day(day, services)
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
@click.option("--on", "day", type=DAY, help="The day it arrived; today when left out.")
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
    with product() as services, services.uow.begin(SYSTEM) as tx:
        on = local_day(day, services)
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


def _class_of(services: Services, donor: str) -> Source:
    if donor in services.reference.states:
        return Source.MEMBER_STATES
    return Source.PERMANENT_OBSERVERS if donor in services.reference.observers else Source.OTHER


_STATES = {False: "open", True: "closed"}


@fund.command("periods")
@click.option("--all", "every", is_flag=True, help="Also months that are open.")
def periods_command(*, every: bool) -> None:
    """List years and months of the books: how many journals, open or closed, what is asked."""
    with product() as services, services.uow.read() as connection:
        today = services.calendar.local_day(services.uow.clock.now())
        found = periods.list_periods(connection, today)
    for each in found:
        if every or each.period.is_year or each.events:
            state = "reopening asked" if each.asked else _STATES[each.is_closed]
            click.echo(f"{each.period.code:<8}  {each.journals:>7}  {state}")


@fund.command("close")
@click.argument("period")
@AS
def close_command(*, period: str, email: str) -> None:
    """Close PERIOD, a month (2026-03) or a year (2026) that is over: it takes no journal."""
    with product() as services, services.uow.begin(person(services, email)) as tx:
        periods.close_period(tx, period)
    click.echo(f"{period}  closed")


@fund.command("reopen")
@click.argument("period")
@AS
@click.option("--reason", help="Ask for it, and why. Left out: agree to what another asked for.")
@click.option("--keep", is_flag=True, help="Say no to what was asked, for this reason.")
def reopen_command(*, period: str, email: str, reason: str | None, keep: bool) -> None:
    """Reopen PERIOD by two persons of different offices: one asks with a reason, one agrees."""
    if keep and reason is None:
        raise click.UsageError("--keep needs --reason")
    with product() as services, services.uow.begin(person(services, email)) as tx:
        if reason is None:
            periods.reopen_period(tx, period)
        elif keep:
            periods.decline_reopening(tx, period, reason)
        else:
            periods.request_reopening(tx, period, reason)
    click.echo(f"{period}  {'reopened' if reason is None else 'kept closed' if keep else 'asked'}")


@fund.command("spend")
@click.argument("category", type=click.Choice(sorted(expense_categories())))
@click.argument("amount")
@click.option("--source", required=True, help="member_states, or an earmark: SOURCE/FUND-2026-0003")
@click.option("--document", required=True, help="The plan or decision that approves it.")
@AS
def spend_command(*, category: str, amount: str, source: str, document: str, email: str) -> None:
    """Prepare that the fund itself pays AMOUNT for CATEGORY; another person pays it."""
    try:
        money = Money.parse(amount)
    except NotMoney:
        raise click.UsageError(f"{amount!r} is not an amount such as 1234.50") from None
    with product() as services, services.uow.begin(person(services, email)) as tx:
        ref = prepare_expense(tx, ExpenseRequest(category, source, money, document))
    click.echo(ref)


@fund.command("pay")
@click.argument("ref")
@click.option("--bank-reference", required=True, help="As on the statement of the bank.")
@click.option("--on", "day", type=DAY, required=True, help="The day of the payment.")
@AS
def pay_command(*, ref: str, bank_reference: str, day: datetime, email: str) -> None:
    """Record that the bank paid REF, which another person prepared with `spend`."""
    with product() as services, services.uow.begin(person(services, email)) as tx:
        pay_expense(tx, ref.upper(), paid_on=day.date(), bank_reference=bank_reference)
    click.echo(f"{ref.upper()}  paid")


@fund.command("drop")
@click.argument("ref")
@click.option("--reason", required=True, help="Why it is not paid.")
@AS
def drop_command(*, ref: str, reason: str, email: str) -> None:
    """Give up REF, which was prepared with `spend` and is not paid."""
    with product() as services, services.uow.begin(person(services, email)) as tx:
        cancel_expense(tx, ref.upper(), reason=reason)
    click.echo(f"{ref.upper()}  dropped")


@fund.command("advances")
@click.option("--overdue", is_flag=True, help="Only what is late.")
@click.option("--json", "as_json", is_flag=True, help="As facts for programs.")
def advances_command(*, overdue: bool, as_json: bool) -> None:
    """List what is owed of each tranche that was paid: by when, and how many days late."""
    with product() as services, services.uow.read() as connection:
        today = services.calendar.local_day(services.uow.clock.now())
        found = [
            {
                "case": debtor.ref,
                "country": debtor.country,
                "tranche": each.number,
                "paid_on": each.paid_on.isoformat(),
                "due_on": each.due_on.isoformat() if each.due_on else None,
                "late": each.late(today),
                "owed": str(each.owed),
            }
            for debtor in list_case_advances(connection, ~case.c.exercise)
            for each in debtor.owing
            if each.owed and (each.late(today) or not overdue)
        ]
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    for row in found:
        late = f"{row['late']} days late" if row["late"] else "in time"
        due = row["due_on"] or "no term"
        click.echo(f"{row['case']}  {row['tranche']}  {row['owed']:>12}  due {due}  {late}")
