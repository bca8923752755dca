"""Who gives to whom: by whom the request says that it shares, and by who came in later."""

import pytest

from ricomi_workflow.catalogue.projection import list_flows
from tests.catalogue.shelf import Shelf

GIVES, ASKS, PART, BOTH = ("provides",), ("asks",), ("takes_part",), ("asks", "provides")


@pytest.mark.parametrize(
    ("roles", "lines"),
    [
        ({"CR": GIVES}, []),  # an offer
        ({"GT": ASKS, "CR": PART}, []),  # who shares is not known yet
        ({"GT": ASKS, "CR": GIVES}, [("CR", "GT")]),
        ({"GT": ASKS, "CR": GIVES, "PA": PART}, [("CR", "GT"), ("CR", "PA")]),
        ({"GT": ASKS, "CR": GIVES, "MX": GIVES}, [("CR", "GT"), ("MX", "GT")]),
        ({"GT": BOTH, "CR": GIVES}, [("CR", "GT")]),  # nothing goes to one that only gives
        ({"GT": BOTH, "CR": PART}, [("GT", "CR")]),
    ],
)
def test_a_line_goes_from_each_that_shares_to_each_that_receives(
    roles: dict[str, tuple[str, ...]], lines: list[tuple[str, str]]
) -> None:
    assert list(list_flows(roles)) == lines


def test_an_entry_is_found_by_who_gives_to_whom(shelf: Shelf) -> None:
    shelf.put("PY", participants=["CL", "BR"], providers=["CL"])
    shelf.put("PY", participants=["CL"])
    shelf.put("AR", participants=[], joined=("CL",))
    shelf.put("PY", participants=["CL"], providers=["PY"])
    assert shelf.found(flow=["CL-PY"]) == [1]
    assert shelf.found(flow=["CL-BR", "CL-AR"]) == [3, 1]
    assert shelf.found(flow=["PY-CL"]) == [4]
    assert shelf.found(role=["takes_part"], country=["CL"]) == [4, 2]
    assert shelf.found(role=["provides"], country=["PY"]) == [4]
