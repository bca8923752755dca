"""Two people at once: one of them gets the money, the other reads why not."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from ricomi_workflow.contributions.commands import record_pledge
from ricomi_workflow.contributions.indirect_costs import NO_ICR
from ricomi_workflow.contributions.queries import list_contributions
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.errors import Conflict, DomainError, Refused
from ricomi_workflow.ledger.accounts import Source
from tests.fund.desk import CERTIFIER, PAYER, PAYMENT, SECRETARY, TODAY, Desk, person, usd

SECOND_PAYER = person(14, Role.FUND_ADMINISTRATOR)


def at_once(*acts: Callable[[], object]) -> list[DomainError | None]:
    """Run `acts` at the same moment; answer what each was refused with."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> DomainError | None:
        start.wait()
        try:
            act()
        except DomainError as error:
            return error
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def losers(results: Sequence[DomainError | None]) -> list[DomainError]:
    return [error for error in results if error is not None]


def test_the_last_money_is_reserved_once(desk: Desk) -> None:
    desk.give(60, 40)
    refs = [desk.case(ref=f"RICOMI-2026-000{n}") for n in (1, 2, 3)]

    lost = losers(
        at_once(*(lambda ref=ref: desk.act("open_ballot", SECRETARY, ref=ref) for ref in refs))
    )

    assert len(lost) == 2
    assert all(isinstance(error, Refused) for error in lost)
    assert desk.available() == (0, 0)
    assert sorted(desk.held(ref)[0] for ref in refs) == [0, 0, 100]
    assert desk.faults() == []


def test_a_tranche_is_paid_once(desk: Desk) -> None:
    desk.executing()
    desk.ask(50)
    desk.act("certify_tranche", CERTIFIER)

    def pay(by: Actor, reference: str) -> None:
        desk.act("pay_tranche", by, {**PAYMENT, "bank_reference": reference})

    lost = losers(at_once(lambda: pay(PAYER, "A"), lambda: pay(SECOND_PAYER, "B")))

    assert len(lost) == 1
    assert desk.held() == (0, 50, 50, 50, 0)
    assert desk.faults() == []


def test_a_tranche_is_not_refused_and_paid_at_once(desk: Desk) -> None:
    desk.executing()
    desk.ask(50)
    desk.act("certify_tranche", CERTIFIER)

    lost = losers(
        at_once(
            lambda: desk.act("pay_tranche", PAYER, PAYMENT),
            lambda: desk.act("refuse_tranche", CERTIFIER, reason="No"),
        )
    )

    assert len(lost) == 1
    assert desk.faults() == []


def test_the_first_gifts_of_all_arrive_at_once(desk: Desk) -> None:
    def give(donor: str) -> None:
        with desk.uow.begin(PAYER) as tx:
            ref = record_pledge(tx, donor, Source.MEMBER_STATES, usd(10))
            record_receipt(tx, ref, usd(10), bank_reference=donor, received_on=TODAY, icr=NO_ICR)

    donors = ["CA", "MX", "US", "AR"]
    assert losers(at_once(*(lambda d=d: give(d) for d in donors))) == []

    assert desk.available() == (40, 0)
    with desk.uow.read() as connection:
        refs = [c.ref for c in list_contributions(connection)]
    assert refs == [f"FUND-2026-000{n}" for n in (1, 2, 3, 4)]
    assert desk.faults() == []


def test_the_rest_of_a_promise_is_received_once(desk: Desk) -> None:
    with desk.uow.begin(PAYER) as tx:
        ref = record_pledge(tx, "CA", Source.MEMBER_STATES, usd(10))

    def receipt(reference: str) -> None:
        with desk.uow.begin(PAYER) as tx:
            record_receipt(
                tx, ref, usd(10), bank_reference=reference, received_on=TODAY, icr=NO_ICR
            )

    lost = losers(at_once(lambda: receipt("A"), lambda: receipt("B"), lambda: receipt("A")))

    assert len(lost) == 2
    assert all(isinstance(error, (Refused, Conflict)) for error in lost)
    assert desk.available() == (10, 0)
