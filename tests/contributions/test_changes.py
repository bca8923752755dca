"""What changes after a promise: it is reduced, its agreement amended, what is left goes back."""

from datetime import date, timedelta
from typing import cast

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from ricomi_workflow.contributions import models
from ricomi_workflow.contributions.amendments import (
    Amendment,
    Reduction,
    ReductionKind,
    amend_agreement,
    list_versions,
    reduce_pledge,
    version_in_force,
)
from ricomi_workflow.contributions.refunds import (
    ReturnOutcome,
    ReturnPayment,
    get_return,
    list_open_returns,
    pay_return,
    prepare_return,
    withdraw_return,
)
from ricomi_workflow.contributions.rows import get_agreement
from ricomi_workflow.contributions.rules import Limits, OverdueBand, Purpose, Unspent
from ricomi_workflow.fund.funding_sources import list_funding_accounts
from ricomi_workflow.kernel.errors import Conflict, DomainError, Forbidden, Invalid, Refused
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.statements.statement import get_fund_statement
from tests.contributions.treasury import ADMINISTRATOR, TODAY, Treasury, eur, usd
from tests.fund.desk import CERTIFIER

EARLY = date(2026, 3, 1)
LATER = TODAY + timedelta(days=5)
PAID = ReturnPayment(TODAY, "BANK-OUT-1", "SWIFT MT103 4711")
EVERYTHING = Purpose("PY", frozenset({"legislation"}), frozenset({"exchange"}))


def codes(error: pytest.ExceptionInfo[Refused]) -> list[str]:
    """The codes of a refusal."""
    return [refusal.code for refusal in error.value.refusals]


def reduced(treasury: Treasury, ref: str, amount: Money, on: date = TODAY) -> str:
    """Less comes than was promised."""
    by = Reduction(ReductionKind.WRITTEN_OFF, amount, on, "The donor closed", "Letter 9")
    with treasury.uow.begin(ADMINISTRATOR) as tx:
        return reduce_pledge(tx, ref, by)


def amended(treasury: Treasury, ref: str, on: date = TODAY, **to: object) -> int:
    """An amendment that keeps what is not given."""
    with treasury.uow.read() as connection:
        now = get_agreement(connection, ref)
    change = Amendment(
        "Addendum 1",
        on,
        now.purpose,
        cast("Limits", to.get("limits", now.limits)),
        cast("Unspent", to.get("unspent", now.unspent)),
        now.reporting_months,
    )
    with treasury.uow.begin(ADMINISTRATOR) as tx:
        return amend_agreement(tx, ref, change)


def earmarked(treasury: Treasury, amount: Money) -> str:
    """Money for legislation that arrived."""
    ref = treasury.pledge(amount, agreement=treasury.agree(topics="legislation"))
    treasury.receive(ref, amount)
    return ref


def returned(treasury: Treasury, ref: str, amount: Money) -> str:
    """What is left is set aside for its donor."""
    with treasury.uow.begin(ADMINISTRATOR) as tx:
        return prepare_return(tx, ref, amount, document="Final report 3")


def test_what_will_not_come_is_no_longer_waited_for(treasury: Treasury) -> None:
    ref = treasury.pledge(eur(100), EARLY, due_on=EARLY)
    treasury.receive(ref, eur(20))
    treasury.call(ref, eur(50), TODAY)
    assert reduced(treasury, ref, eur(40)) == "RED-2026-0001"
    now, then = treasury.statement(as_of=TODAY), treasury.statement(as_of=EARLY)
    one, before = now.contributions[0], then.contributions[0]
    assert (one.received, one.reduced, one.outstanding) == (eur(20), eur(40), eur(40))
    assert one.contribution.received == eur(20)
    assert one.ages == {
        OverdueBand.NOT_DUE: eur(40)
    }  # all of it was called for, after the first 20
    assert (before.reduced, before.outstanding) == (eur(0), eur(100))
    with pytest.raises(Refused) as told:
        treasury.call(ref, eur(10), TODAY)
    assert codes(told) == ["call_over_pledge"]
    with pytest.raises(Refused) as told:
        reduced(treasury, ref, eur(41))
    assert codes(told) == ["reduction_over_pledge"]
    with pytest.raises(Invalid):
        reduced(treasury, ref, usd(1))
    with pytest.raises(Forbidden), treasury.uow.begin(CERTIFIER) as tx:
        reduce_pledge(tx, ref, Reduction(ReductionKind.LOWERED, eur(1), TODAY, "No", "No"))
    assert treasury.faults() == []
    with treasury.uow.read() as connection:
        made = get_fund_statement(connection, TODAY)
        assert made.holds
        assert made.outstanding == usd(44)


def test_an_amendment_binds_from_its_day_and_the_old_terms_stay(treasury: Treasury) -> None:
    agreed = treasury.agree(topics="legislation")
    ref = treasury.pledge(usd(100), agreement=agreed)
    treasury.receive(ref, usd(100))
    assert amended(treasury, agreed, limits=Limits(topics=("health",))) == 1
    with treasury.uow.read() as connection:
        known = list_versions(connection, agreed)
        fitting = list_funding_accounts(connection, EVERYTHING, [Source.MEMBER_STATES])
    assert [each.limits.topics for each in known] == [("legislation",), ("health",)]
    assert version_in_force(known, TODAY - timedelta(days=1)).number == 0
    assert version_in_force(known, TODAY).reference == "Addendum 1"
    assert [a.code for a in fitting[Source.MEMBER_STATES]] == ["available:member_states"]
    with pytest.raises(Refused) as told:
        amended(treasury, agreed)
    assert codes(told) == ["amendment_changes_nothing"]
    for day in (LATER, EARLY):
        with pytest.raises(Invalid):
            amended(treasury, agreed, day, limits=Limits())
    assert amended(treasury, agreed, limits=Limits()) == 2
    with treasury.uow.read() as connection:
        fitting = list_funding_accounts(connection, EVERYTHING, [Source.MEMBER_STATES])
    # Without limits it pays for any case, still from its own account.
    assert len(fitting[Source.MEMBER_STATES]) == 2
    assert treasury.contribution(ref).earmarked


def test_money_is_bound_from_the_day_on_which_an_agreement_gets_limits(
    treasury: Treasury,
) -> None:
    agreed = treasury.agree()
    ref = treasury.pledge(usd(100), agreement=agreed)
    treasury.receive(ref, usd(30))
    amended(treasury, agreed, limits=Limits(topics=("legislation",)))
    treasury.receive(ref, usd(50))
    books = treasury.books()
    assert books["available:member_states"] == 30_00
    assert books[f"available:member_states/{ref}"] == 50_00
    assert treasury.faults() == []


def test_what_is_left_goes_back_by_two_persons(treasury: Treasury) -> None:
    ref = earmarked(treasury, usd(100))
    back = returned(treasury, ref, usd(60))
    assert back == "RET-2026-0001"
    books = treasury.books()
    assert (books[f"available:member_states/{ref}"], books[f"due_to_donors:{ref}"]) == (4000, 6000)
    with pytest.raises(Refused) as told, treasury.uow.begin(ADMINISTRATOR) as tx:
        pay_return(tx, back, PAID)
    assert codes(told) == ["own_return"]
    with treasury.uow.begin(CERTIFIER) as tx:
        pay_return(tx, back, PAID)
    assert treasury.books()["cash:usd-main"] == 40_00
    assert f"due_to_donors:{ref}" not in treasury.books()
    assert treasury.faults() == []
    one = treasury.statement().contributions[0]
    assert (one.returned, one.available) == (usd(60), usd(40))
    with treasury.uow.read() as connection:
        end = get_return(connection, back).end
        made = get_fund_statement(connection, TODAY)
    assert end is not None
    assert (end.event, end.bank_reference, end.evidence) == (
        ReturnOutcome.PAID,
        "BANK-OUT-1",
        "SWIFT MT103 4711",
    )
    assert made.holds
    assert (made.returned, made.due_to_donors, made.received) == (usd(60), usd(0), usd(100))
    with pytest.raises(Refused) as told, treasury.uow.begin(CERTIFIER) as tx:
        pay_return(tx, back, PAID)
    assert codes(told) == ["return_ended"]
    again = returned(treasury, ref, usd(10))
    with pytest.raises(Conflict), treasury.uow.begin(CERTIFIER) as tx:
        pay_return(tx, again, PAID)  # the bank paid one of them
    with treasury.uow.begin(ADMINISTRATOR) as tx:
        withdraw_return(tx, again, reason="The donor extends")
    assert treasury.books()[f"available:member_states/{ref}"] == 40_00
    assert treasury.statement().contributions[0].returned == usd(60)
    assert treasury.faults() == []


def test_only_what_an_agreement_says_goes_back_and_no_more_than_is_left(
    treasury: Treasury,
) -> None:
    pooled = treasury.pledge(usd(10), agreement=treasury.agree())
    treasury.receive(pooled, usd(10))
    ref = earmarked(treasury, usd(20))
    for of, amount, code in (
        (pooled, usd(1), "return_pooled"),
        (ref, usd(21), "return_over_balance"),
    ):
        with pytest.raises(Refused) as told:
            returned(treasury, of, amount)
        assert codes(told) == [code]
    amended(treasury, "AGR-2026-0002", unspent=Unspent.EXTEND)
    with pytest.raises(Refused) as told:
        returned(treasury, ref, usd(1))
    assert codes(told) == ["return_not_agreed"]
    with pytest.raises(Forbidden), treasury.uow.begin(CERTIFIER) as tx:
        prepare_return(tx, ref, usd(1), document="No")
    with treasury.uow.read() as connection:
        assert list_open_returns(connection) == []


def test_raw_sql_cannot_pay_alone_or_amend_out_of_order(treasury: Treasury) -> None:
    ref = earmarked(treasury, usd(20))
    back = returned(treasury, ref, usd(5))
    with treasury.uow.read() as connection:
        made = get_return(connection, back)
    end = {
        "return_id": made.id,
        "event": "paid",
        "ended_on": TODAY,
        "bank_reference": "X",
        "evidence": "X",
        "journal_id": made.journal_id,
        "recorded_at": treasury.clock.now(),
        "actor_id": ADMINISTRATOR.user_id,
    }
    with pytest.raises((DBAPIError, DomainError)), treasury.engine.begin() as connection:
        connection.execute(insert(models.donor_return_end).values(**end))
    with treasury.uow.read() as connection:
        agreed = get_agreement(connection, "AGR-2026-0001")
    change = {
        "agreement_id": agreed.id,
        "number": 2,
        "reference": "X",
        "from_on": TODAY,
        "purpose": "X",
        "countries": [],
        "topics": [],
        "modalities": [],
        "unspent": "return",
        "recorded_at": treasury.clock.now(),
        "actor_id": new_id(),
    }
    with pytest.raises((DBAPIError, DomainError)), treasury.engine.begin() as connection:
        connection.execute(insert(models.agreement_amendment).values(**change))
