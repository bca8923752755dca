"""From which accounts a case is paid: earmarked contributions that allow it first, then the pool.

A contribution with limits stands on an account of its own, so that nothing outside its limits can
be paid by it; the oldest pays first. Guards look; the effect locks the accounts and decides again
on what it finds there. Source: domain requirement 35.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ricomi_workflow.cases.act import Act
from ricomi_workflow.cases.rows import Submission
from ricomi_workflow.contributions.models import contribution
from ricomi_workflow.contributions.posting_lines import earmark_account
from ricomi_workflow.contributions.rows import Contribution, select_contributions
from ricomi_workflow.contributions.rules import Purpose
from ricomi_workflow.fund.rules import AccountShares, SourceShares
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Refusal, Refused
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import Account, Source, available_account
from ricomi_workflow.ledger.balances import list_balances, lock_accounts

if TYPE_CHECKING:
    from sqlalchemy import Connection

BySource = Mapping[Source, tuple[Account, ...]]


def purpose_of(country: str, request: Submission | None) -> Purpose:
    """What a case is about, as the limits of a contribution ask."""
    values = request.values if request else {}
    return Purpose(country, _words(values.get("topics")), _words(values.get("modality")))


def find_shortfall(act: Act, request: Submission | None, shares: SourceShares) -> Refusal | None:
    """Why the sources cannot give these shares to the case now; None when they can."""
    act.tx.flush()  # so that a contribution that arrived in this transaction counts
    accounts = list_funding_accounts(
        act.tx.connection, purpose_of(act.case.country, request), shares
    )
    there = list_balances(act.tx.connection, _all(accounts))
    short = _short(accounts, there, shares)
    return short[0] if short else None


def draw_funds(act: Act, request: Submission | None, shares: SourceShares) -> AccountShares:
    """What each account gives to the shares of its source, locked until the act ends.

    Raises `Refused` (`funds_missing`) when they do not hold enough.
    """
    if act.case.exercise:
        return {available_account(source, exercise=True): share for source, share in shares.items()}
    act.tx.flush()  # so that a contribution that arrived in this transaction counts
    accounts = list_funding_accounts(
        act.tx.connection, purpose_of(act.case.country, request), shares
    )
    held = lock_accounts(act.tx, _all(accounts))
    there = {a: Money(held[a.code].balance * a.side) for a in _all(accounts)}
    short = _short(accounts, there, shares)
    if short:
        raise Refused(short)
    given: dict[Account, Money] = {}
    for source, share in shares.items():
        given |= draw_in_order(accounts[source], there, share)
    return given


def earmarked_shares(given: AccountShares) -> dict[str, str]:
    """By contribution: what its own account gives, for the trail."""
    return {a.of.partition("/")[2]: str(share) for a, share in given.items() if "/" in a.of}


def _all(accounts: BySource) -> list[Account]:
    return [account for each in accounts.values() for account in each]


def _short(
    accounts: BySource, there: Mapping[Account, Money], shares: SourceShares
) -> list[Refusal]:
    """The sources that do not hold their share, with what all their accounts hold together."""
    refusals = []
    for source, needed in shares.items():
        whole = total(there[account] for account in accounts[source])
        if whole < needed:
            facts = {
                "source": source.value,
                "available": str(whole),
                "needed": str(needed),
                "missing": str(needed - whole),
            }
            refusals.append(Refusal("funds_missing", facts))
    return refusals


def _words(answer: Json) -> frozenset[str]:
    listed: Iterable[Json] = answer if isinstance(answer, list) else ()
    return frozenset(str(each) for each in listed)


def list_earmarked(connection: Connection) -> list[Contribution]:
    """The contributions whose money stands on an account of its own, the oldest first."""
    found = select_contributions(connection, contribution.c.agreement_id.is_not(None))
    own = [each for each in found if each.earmarked]
    return sorted(own, key=lambda each: (each.pledged_on, each.ref))


def list_funding_accounts(
    connection: Connection, purpose: Purpose, sources: Iterable[Source]
) -> dict[Source, tuple[Account, ...]]:
    """By source, the accounts that may pay for a purpose, in the order in which they do."""
    fitting = [each for each in list_earmarked(connection) if each.limits.allow(purpose)]
    return {
        source: (
            *(earmark_account(source, c.owner) for c in fitting if c.donor_class is source),
            available_account(source),
        )
        for source in sources
    }


def draw_in_order(
    accounts: Iterable[Account], there: Mapping[Account, Money], needed: Money
) -> dict[Account, Money]:
    """What each account gives to `needed`, in their order; less than needed when they are empty."""
    shares: dict[Account, Money] = {}
    left = needed
    for account in accounts:
        share = min(left, there[account])
        if share:
            shares[account] = share
            left -= share
    return shares
