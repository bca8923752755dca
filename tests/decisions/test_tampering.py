"""Whoever changes a record is found out, and told where."""

import copy
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine

from ricomi_workflow.audit.checkpoints import make_checkpoint
from ricomi_workflow.ballots.voting_methods import Secrecy
from ricomi_workflow.bootstrap import PINS
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.decisions.commands import NewNote, add_note
from ricomi_workflow.kernel.actors import SYSTEM
from tests.decisions.ballots import drawn_rule, hold, newest_file, world_with_records
from verifier import verify_decision as verifier

PROGRAM = Path(verifier.__file__)


def made(engine: Engine, secrecy: Secrecy) -> bytes:
    """A record with answers, a note beside it and a checkpoint that covers it."""
    world, rng = world_with_records(engine), Random(11)
    while True:
        hold(world, rng, drawn_rule(rng), secrecy)
        record: Any = json.loads(newest_file(world))
        if len(record["decision"]["positions"]) > 3 and record["decision"]["outcome"] == "carried":
            break
    with world.act("secretariat") as tx:
        noted = NewNote("footnote", "Nota al pie.", "AR")
        add_note(
            tx, lock(tx, world.services, world.ref), record["decision"]["round"], noted, ["AR"]
        )
    with world.services.uow.begin(SYSTEM) as tx:
        make_checkpoint(tx, PINS)
    return newest_file(world)


def changed(value: Any) -> Any:
    """The same value with one byte of it flipped, as JSON."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value ^ 1
    if isinstance(value, str) and value:
        return chr(ord(value[0]) ^ 1) + value[1:]
    return 1 if value is None else "x"


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value that holds no other."""
    if isinstance(value, dict | list) and value:
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        for step, each in steps:
            yield from places(each, (*path, step))
    else:
        yield path


def written(path: tuple[Any, ...]) -> str:
    """A way as the program writes it."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


@pytest.mark.parametrize("secrecy", list(Secrecy))
def test_a_flipped_byte_in_any_value_is_named(sqlite_engine: Engine, secrecy: Secrecy) -> None:
    document = json.loads(made(sqlite_engine, secrecy))
    assert verifier.faults_of(document) == []
    for path in places(document):
        forged = copy.deepcopy(document)
        inside = forged
        for step in path[:-1]:
            inside = inside[step]
        inside[path[-1]] = changed(inside[path[-1]])
        named = {field for field, _ in verifier.faults_of(forged)}
        name = written(path)
        if path[0] == "marks":
            assert f"decision.{path[1]}" in named, name
        elif path[0] == "decision":
            assert name in named, name
        else:
            above = {written(path[:n]) for n in range(1, len(path) + 1)}
            assert above & named, (name, named)


def test_a_flipped_bit_anywhere_in_the_file_is_never_passed(sqlite_engine: Engine) -> None:
    raw = made(sqlite_engine, Secrecy.OPEN)
    before, rng = json.loads(raw), Random(5)
    for place in rng.sample(range(len(raw) - 1), 1500):
        forged = bytearray(raw)
        forged[place] ^= 1 << rng.randrange(8)
        try:
            document = verifier.parse(bytes(forged))
        except verifier.Unreadable:
            continue
        assert document != before, place
        assert verifier.faults_of(document), place


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("positions", 0, "country"), "CU", "decision.positions[0].country"),
        (("outcome",), "lost", "decision.outcome"),
        (("rule", "data", "basis"), "eligible", "decision.rule.version"),
        (("electorate", "seats", 0, "counted"), False, "decision.electorate.seats"),
        (("content", "digest"), "0" * 64, "decision.content.digest"),
        (("tally", "in_favour"), 9, "decision.tally.in_favour"),
    ],
)
def test_a_forger_who_seals_anew_is_found_by_what_does_not_agree(
    sqlite_engine: Engine, path: tuple[Any, ...], value: object, named: str
) -> None:
    document = json.loads(made(sqlite_engine, Secrecy.OPEN))
    inside = document["decision"]
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    document["marks"] = {p: verifier.mark(p, v) for p, v in verifier.leaves(document["decision"])}
    document["digest"] = verifier.digest(document["decision"])
    found = {field for field, _ in verifier.faults_of(document)}
    assert {named, "digest"} <= found


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The program as outsiders run it: nothing but Python's own library can be imported."""
    command = ["python3", "-I", "-S", PROGRAM, *arguments]
    return subprocess.run(  # noqa: S603 - our own program
        command, capture_output=True, text=True, check=False
    )


def test_it_runs_alone_with_the_server_stopped(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_bytes(made(engine, Secrecy.UNTIL_CLOSE))
    engine.dispose()
    digest = json.loads(file.read_bytes())["digest"]
    good = run(file, "--explain", "--digest", digest, "--lang", "es")
    assert (good.returncode, good.stderr) == (0, "")
    assert "El registro es válido." in good.stdout
    assert "Resultado según la regla: carried" in good.stdout
    assert run(file, "--digest", "0" * 64).returncode == 1
    text = file.read_text().replace('"outcome":"carried"', '"outcome":"carriee"', 1)
    file.write_text(text)
    bad = run(file)
    assert bad.returncode == 1
    assert "decision.outcome: this value" in bad.stdout
    file.write_text("{}")
    assert run(file).returncode == 2
    file.write_text(text[:-9])
    assert run(file).returncode == 2
    assert run(tmp_path / "none.json").returncode == 2


def test_a_secret_ballot_never_ties_a_position_to_a_state(sqlite_engine: Engine) -> None:
    record = json.loads(made(sqlite_engine, Secrecy.SECRET))["decision"]
    assert {row["position"] for row in record["positions"]} <= {None, "taken_back"}
    assert {row["nonce"] for row in record["positions"]} == {None}
    tokens = {slip["token"] for slip in record["slips"]}
    assert tokens.isdisjoint(row["slip"] for row in record["positions"])
    assert len(tokens) == len([r for r in record["positions"] if r["status"] == "counted"])
