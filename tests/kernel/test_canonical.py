"""Canonical bytes are those of RFC 8785; ids and folded text keep their promises."""

import threading

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.kernel.canonical import Json, canonical
from ricomi_workflow.kernel.refs import case_ref, is_case_ref, new_id
from ricomi_workflow.kernel.text import fold, show

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
keys = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8)
values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
)


@given(values)
def test_our_bytes_are_those_of_an_independent_implementation(value: Json) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_keys_grow_and_never_repeat_across_threads() -> None:
    made: list[list[int]] = []

    def make() -> None:
        made.append([new_id() for _ in range(500)])

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(own == sorted(own) for own in made)
    assert len({key for own in made for key in own}) == 2000
    assert 0 < made[0][0] < 2**63


def test_references_are_written_as_people_write_them() -> None:
    assert case_ref(2026, 42) == "RICOMI-2026-0042"
    assert is_case_ref("RICOMI-2026-12345")
    assert not is_case_ref("RICOMI-26-1")


def test_folded_text_has_no_accents_and_no_case() -> None:
    assert fold("Cooperação e EDUCACIÓN") == "cooperacao e educacion"


def test_a_text_missing_in_a_language_shows_the_original_and_says_so() -> None:
    shown = show({"es": "Red", "en": "Network"}, "pt")

    assert (shown.text, shown.lang, shown.is_original) == ("Red", "es", True)
    assert show({"es": "Red", "en": "Network"}, "en").is_original is False
