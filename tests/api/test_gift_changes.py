"""What becomes of a gift, through the API: terms, less of it, no charge, its rest; in kind."""

import pytest

from ricomi_workflow.kernel.actors import Actor, Role
from tests.api.client import Api, answer, problem
from tests.support.product import Stage

GIFT = {"donor": "ES", "donor_class": "permanent_observers"}
TERMS = {"purpose": "Training of officials", "topics": ["legislation"], "unspent": "return"}
SIGNED = {"kind": "mou", "reference": "MOU 7", "signed_on": "2026-08-20", **TERMS}


@pytest.fixture
def treasurer(stage: Stage) -> Actor:
    return stage.the(Role.FUND_ADMINISTRATOR)


def promised(api: Api, treasurer: Actor) -> tuple[str, str]:
    """The addresses of an agreement and of a promise of 1,000 US$ under it."""
    agreed = answer(api.post("/fund/agreements", treasurer, {**GIFT, **SIGNED}), 201)["ref"]
    said = {**GIFT, "amount": "1000.00", "pledged_on": "2026-09-01", "agreement": agreed}
    ref = answer(api.post("/fund/contributions", treasurer, said), 201)["ref"]
    return f"/fund/agreements/{agreed}", f"/fund/contributions/{ref}"


def codes(told: dict[str, list[dict[str, str]]]) -> list[str]:
    return [each["code"] for each in told["refusals"]]


def test_a_gift_is_lowered_waived_and_its_rest_given_back_by_another(
    api: Api, stage: Stage, treasurer: Actor
) -> None:
    _, path = promised(api, treasurer)
    less = {"kind": "lowered", "amount": "300.00", "reduced_on": "2026-09-02"}
    said = {"reason": "Budget cut", "document": "Note 4"}
    lowered = answer(api.post(f"{path}/reductions", treasurer, {**less, **said}), 201)
    assert (lowered["pledged"], lowered["reduced"], lowered["outstanding"]) == (
        "1000.00",
        "300.00",
        "700.00",
    )
    over = {**less, **said, "amount": "700.01"}
    assert codes(problem(api.post(f"{path}/reductions", treasurer, over), 409, "refused")) == [
        "reduction_over_pledge"
    ]
    free = {"rate": "0", "from_on": "2026-09-01", **said}
    answer(api.post(f"{path}/waivers", treasurer, free), 201)
    problem(api.post(f"{path}/waivers", treasurer, {**free, "rate": "much"}), 422, "invalid")
    came = {"amount": "700.00", "received_on": "2026-09-10", "bank_reference": "BANK-1"}
    receipt = answer(api.post(f"{path}/receipts", treasurer, came), 201)
    assert (receipt["parts"][0]["icr"], receipt["parts"][0]["waiver"]) == ("0.00", "Note 4")
    _give_back(api, stage, path)


def _give_back(api: Api, stage: Stage, path: str) -> None:
    treasurer, certifier = stage.the(Role.FUND_ADMINISTRATOR), stage.the(Role.CERTIFYING_OFFICER)
    rest = {"amount": "200.00", "document": "Final report"}
    problem(api.post(f"{path}/returns", certifier, rest), 403, "forbidden")
    due = answer(api.post(f"{path}/returns", treasurer, rest), 201)
    assert (due["state"], due["donor"]) == ("waiting", "ES")
    assert answer(api.get("/fund/returns", certifier))["returns"] == [due]
    own, paid = (
        f"/fund/returns/{due['ref']}",
        {
            "paid_on": "2026-09-14",
            "bank_reference": "OUT-1",
            "evidence": "Advice 9",
        },
    )
    refused = problem(api.post(f"{own}/payment", treasurer, paid), 409, "refused")
    assert codes(refused) == ["own_return"]
    done = answer(api.post(f"{own}/payment", certifier, paid), 201)
    assert (done["state"], done["bank_reference"]) == ("paid", "OUT-1")
    assert answer(api.get(own, treasurer)) == done
    again = problem(api.post(f"{own}/take-back", certifier, {"reason": "Too late"}), 409, "refused")
    assert codes(again) == ["return_ended"]


def test_an_agreement_is_amended_and_says_what_it_said_before(api: Api, treasurer: Actor) -> None:
    path, _ = promised(api, treasurer)
    to = {**TERMS, "reference": "Amendment 1", "from_on": "2026-09-10", "unspent": "extend"}
    stranger = problem(
        api.post(f"{path}/terms", treasurer, {**to, "topics": ["gold"]}), 422, "invalid"
    )
    assert [each["path"] for each in stranger["fields"]] == ["topics"]
    amended = answer(api.post(f"{path}/terms", treasurer, {**to, "seen": 0}), 201)
    assert [(each["number"], each["unspent"]) for each in amended["terms"]] == [
        (0, "return"),
        (1, "extend"),
    ]
    assert answer(api.get(f"{path}/terms", treasurer)) == amended
    problem(api.post(f"{path}/terms", treasurer, {**to, "seen": 0}), 409, "conflict")


def test_a_gift_in_kind_stands_beside_the_money(api: Api, stage: Stage, treasurer: Actor) -> None:
    given = {**GIFT, "kind": "in_kind", "description": "Two rooms", "value": "500.00"}
    told = {**given, "valued_by": "Rent of the house", "given_on": "2026-09-03"}
    made = answer(api.post("/fund/in-kind", treasurer, told), 201)
    assert (made["value"], made["description"]) == ("500.00", "Two rooms")
    assert answer(api.get("/fund/in-kind", stage.the(Role.AUDITOR)))["in_kind"] == [made]
    problem(api.post("/fund/in-kind", stage.the(Role.AUDITOR), told), 403, "forbidden")
