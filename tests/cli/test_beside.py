"""What is shipped beside the definitions is judged with them, all files at once."""

import shutil
from pathlib import Path

from ricomi_workflow.cli.definitions import mistakes_beside
from ricomi_workflow.definitions.library import load
from ricomi_workflow.resources import root

BROKEN = (  # file, what is changed into what, key path, what is found, part of what is allowed
    ("matching", "  served: 4", "  serv: 4", "points.serv", "an unknown key", "served"),
    ("matching", "  topics: 3", "  topics: 0", "most.topics", "0", "from 1"),
    (
        "confirmation",
        "closed]",
        "clozed]",
        "kinds.cooperation_request.statuses",
        "clozed",
        "closed",
    ),
    ("confirmation", "months: number", "months: date", "facts.months", "date", "number"),
    ("confirmation", "      start_date", "      started", "facts.started", "started", "start_date"),
    (
        "confirmation",
        ": facts_c",
        ": fact_c",
        "corrected_by",
        "fact_correction",
        "facts_correction",
    ),
    (
        "exports",
        "      what_came: {csv: what_came, brief: none}\n",
        "",
        "what_came",
        "no decision",
        "",
    ),
    ("exports", "{csv: law_type", "{csv: title", "law_type.csv", "title", "a column of its own"),
    ("outlines", "  AR: {at", "  QQ: {at", "places.AR", "nothing", "at, point"),
    ("review", "scale: 20", "scale: wide", "scale", "wide", "a whole number"),
    (
        "reference/starter/laws",
        "topics: [",
        "topics: [legislatoin, ",
        "values.topics",
        "legislatoin",
        "law",
    ),
)


def test_what_no_process_knows_is_told_in_every_file_at_once(tmp_path: Path) -> None:
    library = load()
    assert mistakes_beside(library) == []
    copied = tmp_path / "reference"
    shutil.copytree(root("reference"), copied)
    for file, old, new, *_ in BROKEN:
        path = copied / f"{file.removeprefix('reference/')}.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [*map(str, mistakes_beside(library, copied))]
    for file, _, _, *said in BROKEN:
        assert [m for m in found if file in m and all(word in m for word in said)], (file, found)


BY_OTHERS = set("exports confirmation outlines forums per_diem".split())  # which need whole lists
NOT_JUDGED = {"rehearsal"}  # of the demonstration


def test_every_other_file_is_judged_even_when_all_are_wrong(tmp_path: Path) -> None:
    copied = tmp_path / "reference"
    shutil.copytree(root("reference"), copied)
    judged = {path for path in copied.glob("*.yaml") if path.stem not in BY_OTHERS}
    for path in judged:
        path.write_text("nothing_known: 1\n", encoding="utf-8")
    named = {mistake.file for mistake in mistakes_beside(None, copied)}
    assert {path.stem for path in judged if f"reference/{path.name}" not in named} == NOT_JUDGED


def test_a_state_that_is_member_and_observer_of_one_forum_is_told(tmp_path: Path) -> None:
    copied = tmp_path / "reference"
    shutil.copytree(root("reference"), copied)
    path = copied / "forums.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("observers: [AR", "observers: [BZ, AR", 1), encoding="utf-8")
    [told] = map(str, mistakes_beside(None, copied))
    assert all(word in told for word in ("observers", "BZ", "states that are no members"))
