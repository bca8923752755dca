"""The order of a roll call: the Spanish alphabet, and a lot that anybody can draw again."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.ballots.voting_methods import (
    CallOrder,
    alphabetical,
    next_to_call,
    sort_for_call,
    spanish_key,
)
from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data.loader import load

NAMES = {code: formats.country(code, "es") for code in load().states}


def test_accents_do_not_move_a_name_and_enye_is_a_letter() -> None:
    names = ["zarza", "ñandú", "óleo", "nube", "árbol", "cana", "caña", "canto"]
    told = sorted(names, key=spanish_key)
    assert told == ["árbol", "cana", "canto", "caña", "nube", "ñandú", "óleo", "zarza"]


def test_states_are_called_by_their_spanish_names() -> None:
    listed = [NAMES[code] for code in alphabetical(NAMES)]
    assert listed[:3] == ["Antigua y Barbuda", "Argentina", "Bahamas"]
    assert listed.index("Estados Unidos") < listed.index("Granada") < listed.index("México")
    saints = [name for name in listed if name.startswith(("San ", "Santa "))]
    assert saints == sorted(saints)
    assert listed[-1] == "Venezuela"


def test_the_lot_names_the_first_and_the_alphabet_goes_on() -> None:
    plain, seed = sort_for_call(NAMES, CallOrder.ALPHABETICAL), "5e0c"
    drawn = sort_for_call(NAMES, CallOrder.DRAWN, seed)
    first = int(hashlib.sha256(b"5e0c").hexdigest(), 16) % len(NAMES)
    assert drawn == plain[first:] + plain[:first]
    assert drawn == sort_for_call(NAMES, CallOrder.DRAWN, seed)


@given(st.sets(st.sampled_from(sorted(NAMES))), st.text())
def test_every_state_is_called_once(codes: set[str], seed: str) -> None:
    names = {code: NAMES[code] for code in codes}
    assert sorted(sort_for_call(names, CallOrder.DRAWN, seed)) == sorted(codes)


def test_the_next_is_the_first_present_that_has_not_answered() -> None:
    order = ("AR", "BO", "BR", "CL")
    assert next_to_call(order, {"AR", "BR", "CL"}, {"AR"}) == "BR"
    assert next_to_call(order, {"AR", "BR"}, {"AR", "BR"}) is None
