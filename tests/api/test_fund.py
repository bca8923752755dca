"""The fund through the API: gifts, the bank, the books, each by the office that may."""

import base64
from datetime import date

import pytest
from werkzeug.test import TestResponse

from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.simulation.camt_writer import camt053
from ricomi_workflow.statements.statement_types import NAMES
from tests.api.client import Api, answer, problem
from tests.bank.counter import line, statement
from tests.support.product import Stage

RATE = {"rate": "1.10", "rate_source": "Treasury", "rate_on": "2026-09-01"}
GIFT = {"donor": "ES", "donor_class": "permanent_observers", "amount": "1000.00"}
ARRIVED = {"received_on": "2026-09-10", "bank_reference": "BANK-1"}
SPENT = {"category": "administration", "source": "member_states", "document": "Plan 3"}


@pytest.fixture
def treasurer(stage: Stage) -> Actor:
    return stage.the(Role.FUND_ADMINISTRATOR)


@pytest.fixture
def certifier(stage: Stage) -> Actor:
    return stage.the(Role.CERTIFYING_OFFICER)


def promised(api: Api, treasurer: Actor, **more: object) -> str:
    """The address of a promise of 1,000 of a currency."""
    said = {**GIFT, "pledged_on": "2026-09-01", **more}
    ref = answer(api.post("/fund/contributions", treasurer, said), 201)["ref"]
    return f"/fund/contributions/{ref}"


def test_a_gift_in_euros_from_the_agreement_to_its_sale(api: Api, treasurer: Actor) -> None:
    terms = {
        "donor": "ES",
        "donor_class": "permanent_observers",
        "kind": "mou",
        "reference": "MOU 7",
        "signed_on": "2026-08-20",
        "purpose": "Training",
        "topics": ["legislation"],
        "currency": "EUR",
    }
    agreed = answer(api.post("/fund/agreements", treasurer, terms), 201)
    assert agreed["limits"] == {"countries": [], "topics": ["legislation"], "modalities": []}
    assert answer(api.get("/fund/agreements", treasurer))["agreements"] == [agreed]
    path = promised(api, treasurer, currency="EUR", agreement=agreed["ref"], **RATE)
    call = {"amount": "600.00", "due_on": "2026-12-01", "seen": 0}
    called = answer(api.post(f"{path}/calls", treasurer, call), 201)
    assert (called["call"], called["contribution"]["value"]) == (1, "1100.00")
    problem(api.post(f"{path}/calls", treasurer, call), 409, "conflict")

    came = {"currency": "EUR", "amount": "400.00", **ARRIVED, **RATE}
    receipt = answer(api.post(f"{path}/receipts", treasurer, came), 201)
    assert (receipt["value"], receipt["rate"]["per_unit"]) == ("440.00", "1.1")
    assert receipt["parts"][0]["contribution"] == path.rpartition("/")[2]
    found = answer(api.get(path, treasurer))
    assert (found["received"], found["outstanding"], found["receipts"]) == (
        "400.00",
        "600.00",
        [receipt],
    )
    over = problem(
        api.post(f"{path}/receipts", treasurer, {**came, "amount": "601.00"}), 409, "refused"
    )
    assert [each["code"] for each in over["refusals"]] == ["receipt_over_pledge"]

    _sold(api, treasurer)


def _sold(api: Api, treasurer: Actor) -> None:
    """The euros are sold, and the donor's statement tells each day as it was."""
    sale = {"currency": "EUR", "sold": "400.00", "bought": "450.00", "converted_on": "2026-09-12"}
    sold = api.post("/fund/conversions", treasurer, {**sale, "bank_reference": "FX-1"})
    assert answer(sold, 201) == {"gain": "10.00"}
    on_day = answer(api.get("/fund/donors/statement?donor=ES&as_of=2026-09-09", treasurer))
    assert (on_day["value"], on_day["contributions"][0]["outstanding"]) == ("0.00", "1000.00")
    today = answer(api.get("/fund/donors/statement?donor=ES", treasurer))
    assert (today["value"], len(today["receipts"])) == ("440.00", 1)
    assert "ES" in answer(api.get("/fund/donors", treasurer))["donors"]


def test_an_act_is_done_once_and_by_its_office(api: Api, stage: Stage, treasurer: Actor) -> None:
    path, key = f"{promised(api, treasurer)}/receipts", {"Idempotency_Key": "one"}
    came = {"amount": "100.00", **ARRIVED}
    first, again = (api.post(path, treasurer, came, **key) for _ in range(2))
    assert answer(first, 201) == answer(again, 201)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = api.post(path, treasurer, {**came, "amount": "1.00"}, **key)
    problem(other, 422, "invalid")
    problem(api.post(path, treasurer, came), 409, "conflict")  # the bank shows it once
    back = f"/fund/receipts/{answer(first, 201)['ref']}"
    for role in (Role.SECRETARIAT, Role.CERTIFYING_OFFICER):
        problem(api.post(path, stage.the(role), came), 403, "forbidden")
        assert answer(api.get(back, stage.the(role)))["amount"] == "100.00"
    problem(api.get(back, stage.the(Role.CEAM_DELEGATE, "UY")), 403, "forbidden")
    answer(api.post(f"{back}/take-back", treasurer, {"reason": "Twice"}), 201)
    problem(api.get(back, treasurer), 404, "not_found")
    paid = {"donor": "ES", "amount": "1000.00", **ARRIVED, "bank_reference": "BANK-2"}
    found = answer(api.post("/fund/receipts", treasurer, paid), 201)
    assert found["instructed"] is False


def test_a_mistake_is_told_at_its_field(api: Api, treasurer: Actor) -> None:
    def paths(response: TestResponse) -> list[str]:
        return [each["path"] for each in problem(response, 422, "invalid")["fields"]]

    path = promised(api, treasurer)
    euro = {"currency": "EUR", "amount": "1.00", **ARRIVED}
    assert paths(api.post(f"{path}/receipts", treasurer, euro)) == [
        "rate",
        "rate_source",
        "rate_on",
    ]
    assert paths(api.post(f"{path}/receipts", treasurer, {**euro, **RATE, "rate": "x"})) == ["rate"]
    much = {**euro, **RATE, "rate": "99999999", "amount": f"{'9' * 13}.00"}
    assert paths(api.post(f"{path}/receipts", treasurer, much)) == ["amount"]
    odd = {**euro, "currency": "XTS"}
    assert paths(api.post(f"{path}/receipts", treasurer, odd)) == ["currency"]
    assert paths(api.get("/fund/postings?kind=gold", treasurer)) == ["kind"]
    assert paths(api.get("/fund/postings?kind=cash&after=x", treasurer)) == ["after"]
    assert paths(api.get("/fund/bank/accounts/usd-main/statements?before=x", treasurer)) == [
        "before"
    ]


def test_contributions_come_page_by_page(api: Api, treasurer: Actor) -> None:
    refs = [promised(api, treasurer).rpartition("/")[2] for _ in range(3)]
    first = answer(
        api.get("/fund/contributions?donor_class=permanent_observers&limit=2", treasurer)
    )
    rest = answer(api.get(f"/fund/contributions?limit=2&after={first['next']}", treasurer))
    assert [each["ref"] for each in (*first["contributions"], *rest["contributions"])] == refs
    assert rest["next"] is None


def bank_file() -> dict[str, str]:
    """A statement of September: 100 came in as BANK-1, and 40 of which the books know nothing."""
    days = date(2026, 9, 1), date(2026, 9, 13)
    made = statement(line(100, 10, "BANK-1"), line(40, 12, "UNKNOWN"), days=days)
    return {"name": "s9.xml", "content": base64.b64encode(camt053([made])).decode()}


def test_the_bank_from_a_file_to_a_clear_account(
    api: Api, treasurer: Actor, certifier: Actor
) -> None:
    came = {"amount": "100.00", **ARRIVED}
    answer(api.post(f"{promised(api, treasurer)}/receipts", treasurer, came), 201)
    path = "/fund/bank/accounts/usd-main"
    file = answer(api.post(f"{path}/files", certifier, bank_file()), 201)
    assert [(each["lines"], each["known"]) for each in file["statements"]] == [(2, None)]
    done = answer(api.post(f"/fund/bank/files/{file['key']}/import", certifier, {}), 201)
    (key,) = done["new"]
    listed = answer(api.get(f"{path}/statements", certifier))
    assert [(each["key"], each["matched"]) for each in listed["statements"]] == [(key, 0)]
    lines = answer(api.get(f"/fund/bank/statements/{key}", certifier))["page"]
    assert [each["balance"] for each in lines] == ["100.00", "140.00"]

    (proposal,) = answer(api.get(f"{path}/proposals", certifier))["proposals"]
    said = {
        "lines": [each["key"] for each in proposal["lines"]],
        "postings": [{n: x[n] for n in ("journal", "line")} for x in proposal["postings"]],
    }
    own = problem(api.post(f"{path}/matches", treasurer, said), 409, "refused")
    assert [each["code"] for each in own["refusals"]] == ["bank_own_posting"]
    match = answer(api.post(f"{path}/matches", certifier, said), 201)
    alone = {"lines": [lines[1]["key"]], "explanation": "not_identified"}
    problem(api.post(f"{path}/matches", certifier, alone), 422, "invalid")
    answer(api.post(f"{path}/matches", certifier, {**alone, "note": "Asked the bank"}), 201)
    report = answer(api.get(f"{path}/reconciliation?on=2026-09-14", certifier))
    assert (report["bank"], report["books"], report["differing"]) == ("140.00", "100.00", "40.00")
    assert (report["holds"], report["in_bank"], report["in_books"]) == (True, [], [])
    _undone(api, certifier, key, match["key"])


def _undone(api: Api, certifier: Actor, key: str, match: str) -> None:
    """What is matched stays until its match is undone."""
    (account,) = [
        each
        for each in answer(api.get("/fund/bank/accounts", certifier))["accounts"]
        if each["code"] == "usd-main"
    ]
    assert (account["open_lines"], account["clear"]) == (0, False)

    matched = api.post(f"/fund/bank/statements/{key}/set-aside", certifier, {"reason": "Wrong"})
    problem(matched, 409, "refused")
    undone = api.post(f"/fund/bank/matches/{match}/undo", certifier, {"reason": "Wrong"})
    assert answer(undone, 201)["undone"]
    path = "/fund/bank/accounts/usd-main/reconciliation"
    assert len(answer(api.get(path, certifier))["in_bank"]) == 1
    problem(api.get("/fund/bank/statements/9", certifier), 404, "not_found")
    problem(api.get(f"/fund/bank/matches/{'9' * 19}", certifier), 404, "not_found")


def test_a_period_is_closed_by_one_and_reopened_by_two(
    api: Api, stage: Stage, treasurer: Actor, certifier: Actor
) -> None:
    path, reason = "/fund/periods/2026-08", {"reason": "An invoice came late"}
    promised(api, treasurer, pledged_on="2026-08-02")
    problem(api.post(f"{path}/close", certifier, {}), 403, "forbidden")
    assert answer(api.post(f"{path}/close", treasurer, {}), 201)["closed"]
    late = {**GIFT, "pledged_on": "2026-08-03"}
    told = problem(api.post("/fund/contributions", treasurer, late), 409, "refused")
    assert [each["code"] for each in told["refusals"]] == ["period_closed"]
    asked = answer(api.post(f"{path}/ask", treasurer, reason), 201)
    assert (asked["asked"], asked["events"][-1]["reason"]) == (True, reason["reason"])
    problem(api.post(f"{path}/reopen", treasurer, {}), 409, "refused")
    answer(api.post(f"{path}/keep", certifier, reason), 201)
    answer(api.post(f"{path}/ask", treasurer, reason), 201)
    assert not answer(api.post(f"{path}/reopen", certifier, {}), 201)["closed"]
    listed = answer(api.get("/fund/periods", stage.the(Role.AUDITOR)))["periods"]
    (found,) = [each for each in listed if each["period"] == "2026-08"]
    assert [each["event"] for each in found["events"]] == [
        *("closed", "asked", "kept", "asked", "reopened")
    ]


def test_own_spending_takes_two_and_every_statement_opens(
    api: Api, stage: Stage, treasurer: Actor, certifier: Actor
) -> None:
    case = stage.before_the_committee()
    said = {**SPENT, "amount": "40.00"}
    ref = answer(api.post("/fund/spending", treasurer, said), 201)["ref"]
    paid = {"paid_on": "2026-09-14", "bank_reference": "OWN-1"}
    told = problem(api.post(f"/fund/spending/{ref}/payment", treasurer, paid), 409, "refused")
    assert [each["code"] for each in told["refusals"]] == ["own_spending"]
    done = answer(api.post(f"/fund/spending/{ref}/payment", certifier, paid), 201)
    assert (done["state"], done["paid_on"]) == ("paid", "2026-09-14")
    other = answer(api.post("/fund/spending", certifier, said), 201)["ref"]
    dropped = api.post(f"/fund/spending/{other}/drop", certifier, {"reason": "Called off"})
    assert answer(dropped, 201)["state"] == "dropped"
    page = answer(api.get("/fund/spending?limit=1", certifier))
    assert ([each["ref"] for each in page["spending"]], page["next"]) == ([other], other)
    assert answer(api.get(f"/fund/spending/{ref}", certifier)) == done

    for name in NAMES:
        made = answer(api.get(f"/fund/statements/{name}", certifier))
        assert made["statement"] == name
    fund = answer(api.get("/fund/statements/fund", certifier))
    figures = {row["key"]: row["figures"][0] for row in fund["rows"]}
    own = figures["operations"]
    assert own["amount"] == "40.00"
    opened = answer(api.get(own["postings"].removeprefix("/api/v1"), certifier))
    assert (opened["sum"], opened["number"]) == ("40.00", 1)
    assert [each["journal"] for each in opened["postings"]] == own["entries"]
    problem(api.get("/fund/statements/planets", certifier), 404, "not_found")
    assert answer(api.get("/fund/advances", certifier))["total"] == "0.00"
    lines = answer(api.get(f"/fund/statements/case/{case}", certifier))
    assert (lines["statement"], lines["as_of"]) == ("lines", "2026-09-14")
