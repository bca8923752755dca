"""The proposal of 2011 as a request: its figures are those of the document."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import cast

import pytest

from ricomi_workflow.definitions.yaml_reader import parse_yaml
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.reference_data import loader
from ricomi_workflow.resources import root

Row = Mapping[str, str | int]
BOTH = pytest.mark.parametrize("name", ["ricomi-2011", "ricomi-2011-cover"])


def shipped(name: str) -> Mapping[str, object]:
    path = root("reference") / "cases" / f"{name}.yaml"
    return cast("Mapping[str, object]", parse_yaml(path.read_bytes(), path.name))


def values(name: str) -> Mapping[str, object]:
    return cast("Mapping[str, object]", shipped(name)["values"])


def rows(name: str, table: str) -> Sequence[Row]:
    return cast("Sequence[Row]", values(name)[table])


def total(row: Row) -> Money:
    return Money.parse(str(row["unit_cost"])) * int(row["quantity"]) * int(row["periods"])


@BOTH
def test_the_eleven_lines_give_the_subtotals_of_the_document(name: str) -> None:
    budget = rows(name, "budget")
    parts: Counter[str] = Counter()
    for row in budget:
        parts[str(row["component"])] += total(row).minor
    assert len(budget) == 11
    assert [total(row).minor // 100 for row in budget] == [
        25_000, 36_000, 18_954, 12_294, 10_000, 10_500, 5_000, 2_000, 3_252, 3_000, 4_000,
    ]  # fmt: skip
    assert parts == {"development": 9_224_800, "meeting": 2_750_000, "identification": 1_025_200}
    assert parts.total() == Money.parse("130000.00").minor


@pytest.mark.parametrize(("name", "gap"), [("ricomi-2011", 0), ("ricomi-2011-cover", 19_000)])
def test_the_text_is_financed_whole_and_the_cover_sheet_lacks_19000(name: str, gap: int) -> None:
    financing = rows(name, "financing")
    given = sum(Money.parse(str(row["amount"])).minor for row in financing)
    assert [row["source"] for row in financing] == ["member_states", "permanent_observers"]
    assert Money.parse("130000").minor - given == gap * 100


@BOTH
def test_the_case_is_marked_illustrative_and_claims_no_decision(name: str) -> None:
    case = shipped(name)
    note = cast("Mapping[str, str]", case["note"])
    assert case["illustrative"] is True
    assert set(note) == set(LANGUAGES)
    assert "no decision on the 2011 proposal is known" in note["en"]
    assert "31 August 2011" in str(case["source"])


@BOTH
def test_objectives_components_and_phases_are_complete(name: str) -> None:
    found = values(name)
    objectives = cast("Mapping[str, str]", found["objectives"])
    for text, word in ((objectives["en"], "Component"), (objectives["es"], "Componente")):
        assert all(mark in text for mark in ("2.1.", "2.2.", *(f"{word} {c}." for c in "ABC")))
    phases = Counter(row["phase"] for row in rows(name, "activities"))
    assert phases == {"phase_1": 7, "phase_2": 4}
    assert found["months"] == 18


@BOTH
def test_every_chosen_value_is_one_of_the_shipped_lists(name: str) -> None:
    facts = loader.load()
    for field, source in (("modality", "modalities"), ("topics", "topics"), ("populations",) * 2):
        allowed = {option.value for option in facts.options(source)}
        assert set(cast("Sequence[str]", values(name)[field])) <= allowed
    assert shipped(name)["country"] in facts.states


@BOTH
def test_title_and_summary_keep_to_the_length_of_the_form(name: str) -> None:
    title, summary = (
        cast("Mapping[str, str]", values(name)[field]) for field in ("title", "summary")
    )
    assert all(len(text.split()) <= 20 for text in title.values())
    assert all(len(text.split()) <= 200 for text in summary.values())
