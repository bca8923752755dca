"""Money given for a purpose pays for cases inside it, and for nothing else."""

import pytest

from ricomi_workflow.contributions.balances import get_donor_statement
from ricomi_workflow.contributions.commands import AgreementTerms, record_agreement, record_pledge
from ricomi_workflow.contributions.indirect_costs import NO_ICR
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.contributions.rules import Instrument, Limits
from ricomi_workflow.fund.queries import available_by_source, unrestricted_by_source
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Refused
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.ledger.models import account
from tests.fund.desk import CHAIR, PAYER, REF, SECRETARY, TODAY, Desk, usd

ABOUT: dict[str, Json] = {"topics": ["legislation"], "modality": ["workshop"]}
INSIDE = Limits(topics=("legislation", "human_rights"), countries=("PY",))
OUTSIDE = Limits(countries=("BR",))


def earmarked(desk: Desk, units: int, limits: Limits, donor: str = "CA") -> str:
    """Money of a member state arrives for a purpose."""
    terms = AgreementTerms(Instrument.MOU, "MoU", TODAY, "A purpose", limits)
    with desk.uow.begin(PAYER) as tx:
        agreed = record_agreement(tx, donor, Source.MEMBER_STATES, terms)
        ref = record_pledge(tx, donor, Source.MEMBER_STATES, usd(units), agreement_ref=agreed)
        record_receipt(tx, ref, usd(units), bank_reference=ref, received_on=TODAY, icr=NO_ICR)
    return ref


def there(desk: Desk) -> dict[str, int]:
    """Whole dollars by account of what is available."""
    with desk.uow.read() as connection:
        rows = connection.execute(account.select().where(account.c.kind == "available"))
        return {row.code.removeprefix("available:"): -row.balance // 100 for row in rows}


def test_fitting_gifts_come_first_the_oldest_first_then_the_pool(desk: Desk) -> None:
    desk.give(100, 40)
    first, second = earmarked(desk, 20, INSIDE), earmarked(desk, 15, INSIDE, "MX")
    outside = earmarked(desk, 50, OUTSIDE, "BR")
    desk.case(60, 40, about=ABOUT)
    desk.act("open_ballot", SECRETARY)
    assert there(desk) == {
        "member_states": 75,
        f"member_states/{first}": 0,
        f"member_states/{second}": 0,
        f"member_states/{outside}": 50,
        "permanent_observers": 0,
    }
    assert desk.trail()[-1].detail["earmarks"] == {first: "20.00", second: "15.00"}
    assert desk.faults() == []


def test_a_release_gives_back_to_the_very_accounts(desk: Desk) -> None:
    desk.give(100, 40)
    first = earmarked(desk, 20, INSIDE)
    desk.case(60, 40, about=ABOUT)
    before = there(desk)
    desk.acts(("open_ballot", SECRETARY))
    with desk.uow.read() as connection:
        made = get_donor_statement(connection, "CA", TODAY)
    assert made.contributions[-1].taken == {REF: usd(20)}
    desk.act("defer", CHAIR, reason="To a meeting.")
    assert there(desk) == before
    with desk.uow.read() as connection:
        made = get_donor_statement(connection, "CA", TODAY)
    assert (made.contributions[-1].contribution.ref, made.contributions[-1].taken) == (first, {})
    assert desk.faults() == []


def test_money_for_another_purpose_does_not_open_a_ballot(desk: Desk) -> None:
    desk.give(10, 40)
    earmarked(desk, 500, OUTSIDE, "BR")
    desk.case(60, 40, about=ABOUT)
    why = desk.why("funds_available")
    assert why is not None
    assert (why.code, why.params["available"], why.params["missing"]) == (
        "funds_missing",
        "10.00",
        "50.00",
    )
    with pytest.raises(Refused):
        desk.apply("reserve_grant", SYSTEM)


def test_a_fitting_gift_may_pay_alone(desk: Desk) -> None:
    desk.give(0, 40)
    earmarked(desk, 60, INSIDE)
    desk.case(60, 40, about=ABOUT)
    assert desk.why("funds_available") is None
    desk.act("open_ballot", SECRETARY)
    assert desk.held()[0] == 100


def test_what_is_available_counts_all_and_what_is_pooled_only_the_pool(desk: Desk) -> None:
    desk.give(10)
    earmarked(desk, 60, INSIDE)
    with desk.uow.read() as connection:
        every, pooled = available_by_source(connection), unrestricted_by_source(connection)
    assert (every[Source.MEMBER_STATES], pooled[Source.MEMBER_STATES]) == (usd(70), usd(10))
