"""Who kept the digest of one checkpoint finds out what was changed before it, however it fits."""

import json
from pathlib import Path
from typing import Any

import pytest

from verifier import verify_decision as verifier

EXAMPLE = Path(verifier.__file__).parent / "example.json"
Row = list[dict[str, Any]]


@pytest.fixture
def record() -> dict[str, Any]:
    """A record that the first checkpoint covers."""
    found: dict[str, Any] = verifier.parse(EXAMPLE.read_bytes())
    return found


def row_after(record: dict[str, Any], count: int = 4, at: str = "") -> Row:
    """The checkpoint that covers the record, and those after it as every day makes one."""
    made = record["proof"]["checkpoint"]
    made["at"] = at or made["at"]
    made["digest"] = verifier.digest({n: v for n, v in made.items() if n != "digest"})
    row = [made]
    for number in range(2, count + 1):
        told = {"at": f"2026-09-{14 + number}T16:13:00.000000Z", "number": number, "size": 0}
        told |= {"root": "0" * 64, "prev": row[-1]["digest"]}
        row.append({**told, "digest": verifier.digest(told)})
    return row


def faults(record: dict[str, Any], row: Row, noted: str | None = None) -> list[verifier.Fault]:
    return list(
        verifier.faults_of_list(record, verifier.checkpoints_in({"checkpoints": row}), noted)
    )


def test_a_later_checkpoint_is_reached_by_an_unbroken_row(record: dict[str, Any]) -> None:
    row = row_after(record)
    for noted in row:
        assert faults(record, row[::-1], noted["digest"].upper()) == []
    assert faults(record, [*row[2:], *row[:3]], row[3]["digest"]) == []  # lists that overlap


def test_a_past_that_was_written_anew_fits_and_does_not_lead_there(record: dict[str, Any]) -> None:
    noted = row_after(record)[-1]["digest"]
    anew = row_after(record, at="2026-09-15T16:13:00.000001Z")
    assert verifier.faults_of(record) == []
    assert faults(record, anew) == []  # nothing in it tells
    assert faults(record, anew, noted) == [
        ("checkpoints", "the checkpoint that you gave is not in the list")
    ]
    old = row_after(verifier.parse(EXAMPLE.read_bytes()))
    for forked in ([*anew[:2], *old[2:]], [*anew, old[-1]]):
        assert "checkpoints" in {
            name.partition("[")[0] for name, _ in faults(record, forked, noted)
        }


def test_an_older_checkpoint_says_nothing_of_a_record_that_a_later_one_covers(
    record: dict[str, Any],
) -> None:
    """What came after the digest that somebody holds can be written anew, and leads from it."""
    older: dict[str, Any] = {"at": "2026-09-14T16:13:00.000000Z", "number": 1, "size": 0}
    older |= {"root": "0" * 64, "prev": "0" * 64}
    older["digest"] = verifier.digest(older)
    made = record["proof"]["checkpoint"]
    made |= {"number": 2, "prev": older["digest"]}
    made["digest"] = verifier.digest({n: v for n, v in made.items() if n != "digest"})
    assert faults(record, [older, made], made["digest"]) == []
    assert faults(record, [older, made], older["digest"]) == [
        ("checkpoints", "the checkpoint that you gave is older and says nothing of the record")
    ]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda row: row.pop(1), "checkpoints[3]"),
        (lambda row: row.pop(0), "proof.checkpoint"),
        (lambda row: row.pop(), "checkpoints"),
        (lambda row: row[2].update(size=1), "checkpoints[3]"),
        (lambda row: row[2].update(number=2), "checkpoints[2]"),
        (lambda row: row[1].update(prev="1" * 64), "checkpoints[2]"),
    ],
)
def test_a_row_with_a_gap_or_a_change_is_named(
    record: dict[str, Any], change: Any, named: str
) -> None:
    row = row_after(record)
    noted = row[-1]["digest"]
    change(row)
    assert named in {field for field, _ in faults(record, row, noted)}


def test_the_command_reads_the_lists(
    record: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = row_after(record)
    files = [tmp_path / name for name in ("record.json", "one.json", "other.json")]
    answers = (record, {"checkpoints": row[2:]}, {"checkpoints": row[:2]})
    for file, answer in zip(files, answers, strict=True):
        file.write_text(json.dumps(answer), encoding="utf-8")
    command = [str(files[0]), "--checkpoint", row[-1]["digest"], "--checkpoints"]
    assert verifier.main([*command, *map(str, files[1:])]) == 0
    assert verifier.main([*command, str(files[1])]) == 1
    assert "proof.checkpoint: this checkpoint is not in the list" in capsys.readouterr().out
    for wrong in ('{"checkpoints": [3]}', "[]", '{"checkpoints": [{"number": 1}]}'):
        files[1].write_text(wrong, encoding="utf-8")
        assert verifier.main([*command, str(files[1])]) == 2
