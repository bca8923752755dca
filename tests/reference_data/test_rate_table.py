"""The shipped table of per diem rates, and what is refused in one."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from ricomi_workflow.kernel.errors import DefinitionError
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.reference_data import loader
from ricomi_workflow.resources import root


def test_the_shipped_rates_are_marked_and_follow_one_another_without_a_gap() -> None:
    table = loader.load().per_diem
    before, after = table.periods
    assert (before.since, after.until) == (date(2011, 1, 1), date(2030, 12, 31))
    assert (after.since - before.until).days == 1
    assert not any(period.confirmed for period in table.periods)
    assert all(period.source["fr"] for period in table.periods)
    assert set(before.rates) == set(after.rates) == set(table.places)
    assert set(loader.load().states) < set(table.places)
    asuncion = table.places["PY-asuncion"]
    assert [asuncion[lang] for lang in LANGUAGES] == [
        "Paraguay (Asunción)",
        "Paraguay (Asunción)",
        "Paraguai (Assunção)",
        "Paraguay (Asuncion)",
    ]
    assert table.on("PY-asuncion", date(2027, 3, 1)) == Money(14500)
    assert table.on("PY-asuncion", date(2031, 1, 1)) is None
    assert table.on("PY-nowhere", date(2027, 3, 1)) is None
    assert [o.value for o in loader.load().options("places")] == sorted(table.places)


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("from: 2026-01-01", "from: 2025-12-31", "tables.1.from: found '2025-12-31'; allowed: a d"),
        ("to: 2030-12-31", "to: 2025-01-01", "tables.1.to: found '2025-01-01'; allowed: a day"),
        ('{place: AG, rate: "175.00"}', '{place: AG, rate: "0"}', "an amount above zero"),
        ('{place: AG, rate: "175.00"}', '{place: XX, rate: "1.00"}', "a member state, or a city"),
        ('{place: AG, rate: "175.00"}', '{place: AR, rate: "1.00"}', "each key once"),
        ("{place: BO-la_paz, name", "{place: ES-madrid, name", "a state and a city, as PY-asun"),
    ],
)
def test_a_mistake_in_the_table_is_told_at_its_place(
    tmp_path: Path, old: str, new: str, mistake: str
) -> None:
    copy = tmp_path / "reference"
    shutil.copytree(root("reference"), copy)
    file = copy / "per_diem.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(DefinitionError) as caught:
        loader.read(copy)
    assert any(mistake in str(each) for each in caught.value.mistakes)
