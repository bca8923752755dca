"""The network for programs: figures by state, and who gives to whom."""

from tests.api.client import Api, answer, problem
from tests.support.product import Stage


def test_states_and_pairs_are_counted_as_the_search_finds_them(api: Api, stage: Stage) -> None:
    stage.request["providers"] = stage.request["participants"]
    ref = stage.approved()
    asked = answer(api.get(f"/catalogue/{ref}"))
    provider = asked["public"]["providers"][0]

    states = {each["country"]: each for each in answer(api.get("/network/states"))["states"]}
    (pair,) = answer(api.get("/network/pairs?kind=cooperation_request"))["pairs"]

    assert len(states) == 35
    assert (states[provider]["given"], states[asked["country"]]["received"]) == (1, 1)
    assert pair == {
        "provider": provider,
        "recipient": asked["country"],
        "flow": f"{provider}-{asked['country']}",
        "entries": 1,
    }
    found = answer(api.get(f"/catalogue?flow={pair['flow']}"))
    assert [each["ref"] for each in found["entries"]] == [ref]
    assert answer(api.get("/network/pairs?year=2001"))["pairs"] == []
    problem(api.get("/network/states?country=PY"), 422, "invalid")
