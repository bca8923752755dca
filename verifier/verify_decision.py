#!/usr/bin/env python3
"""Verify the record of a decision with the standard library of Python alone (3.9 or newer).

    python3 verify_decision.py RECORD.json [--explain] [--lang en|es|pt|fr]
                               [--digest HEX] [--checkpoint HEX [--checkpoints LIST.json …]]

Nothing of the product that wrote the record is imported, no network is used, and the rule is
applied anew from the words in which docs/verifying.md states it. Checked, in this order:

1. the file is a record of the known format with every member in its place;
2. every value of the decision still has the mark that was made of it, so that a change is told by
   the name of its field, and the canonical form (RFC 8785) of the decision has its digest;
3. the entries of the trail follow one another by their digests; the one that opened the ballot
   says the same of electorate, rule and content, those of the votes the same of the positions, and
   the one that closed it the same of tally, outcome and digest;
4. who is counted, what was answered last, the tally, the rule and the outcome, each computed from
   the one before;
5. notes that were added later, and the checkpoint that covers the record, where there are any.

`--digest` and `--checkpoint` compare with figures that you noted elsewhere: without them a record
can be shown to agree with itself and its rule, not that it is the one that was published. The
checkpoint that you noted may be another than the one that covers the record when `--checkpoints`
names files of what `/api/v1/checkpoints` answered: in them each must follow the one before.

Exit status: 0 the record holds; 1 it does not, and each fault is named by its field; 2 the file
is not such a record, or the command was wrong.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

FORMAT = "ricomi-decision-record/1"
MARK_LENGTH = 16
FAVOURABLE = ("in_favour", "with_reservations")
POSITIONS = (*FAVOURABLE, "against", "abstain", "not_participating", "absent", "recused")
UNWEIGHED = ("withdrawn", "deferred", "recalled")  # ended without looking at the positions
NUMBERED = ("carried", "lost")

MEMBERS = {
    "": "format decision digest marks trail annotations proof",
    "decision": "reference round number exercise illustrative body question language case content"
    " way secrecy meeting electorate rule chair notice steps positions slips tally outcome"
    " reason times trail checkpoint",
    "decision.body": "id mandate acronym name parent",
    "decision.case": "kind definition definition_digest country title",
    "decision.content": "form number digest material files",
    "decision.electorate": "day counted seats",
    "decision.rule": "name version data confirmation",
    "decision.times": "opened started closes decided recorded",
    "decision.trail": "opened closed before",
}
ITEMS = {
    "decision.electorate.seats": "country counted reason facts note source confirmed",
    "decision.positions": "entry country position at office person acts_for on_behalf explanation"
    " reservation slip nonce status",
    "decision.slips": "position token",
    "decision.steps": "entry at act office said",
    "decision.notice": "country means message delivered recorded_by note entry",
    "trail": "entry digest text",
    "annotations": "digest text",
}

CHECKPOINT = {"at", "number", "prev", "root", "size", "digest"}

Fault = tuple[str, str]  # the field, and what is wrong with it


class Unreadable(Exception):
    """The file is not a record that this program knows."""


# --- Canonical JSON, RFC 8785 ---------------------------------------------------------------------

_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def canonical(value: Any) -> bytes:
    """The bytes of a JSON value in the canonical form of RFC 8785."""
    return _written(value).encode("utf-8")


def _written(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(_quoted(name) + ":" + _written(value[name]) for name in names) + "}"
    return "[" + ",".join(_written(each) for each in value) + "]"


def _quoted(text: str) -> str:
    parts = (_SHORT.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in text)
    return '"' + "".join(parts) + '"'


def _number(value: float) -> str:
    """A number as ECMAScript writes it: the fewest digits that give the same double."""
    if isinstance(value, int):
        if abs(value) >= 2**53:
            raise ValueError(f"{value} is larger than a whole number of JSON may be")
        return str(value)
    if not math.isfinite(value):
        raise ValueError("a number of JSON is finite")
    if value == 0:
        return "0"
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, part = mantissa.partition(".")
    digits = whole + ("" if part == "0" else part)
    point = len(whole) + int(exponent or 0)  # where the point stands among the digits
    point -= len(digits) - len(digits.lstrip("0"))
    return ("-" if value < 0 else "") + _placed(digits.strip("0"), point)


def _placed(digits: str, point: int) -> str:
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    tail = "." + digits[1:] if count > 1 else ""
    return f"{digits[0]}{tail}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def digest(value: Any) -> str:
    """SHA-256 of the canonical form."""
    return hashlib.sha256(canonical(value)).hexdigest()


def digest_of(text: str) -> str:
    """SHA-256 of a text as it stands."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# --- Reading --------------------------------------------------------------------------------------


def parse(raw: bytes) -> Any:
    """The value in the bytes of a file; says where they stop being JSON by the field before."""
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        at, why = error.start, "is not UTF-8"
    except json.JSONDecodeError as error:
        at, why = len(error.doc[: error.pos].encode("utf-8")), f"is not JSON ({error.msg})"
    names = re.findall(rb'"([\w.\[\]]+)":', raw[: at + 1])
    where = names[-1].decode() if names else "(beginning)"
    raise Unreadable(f"{where}: byte {at}, in or just after this field, {why}")


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Unreadable(f"{name}: this field stands twice in one object")
        found[name] = value
    return found


def _no_number(name: str) -> NoReturn:
    raise Unreadable(f"{name}: this is not a number of JSON")


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that holds no other, with its path, such as `positions[3].country`."""
    if isinstance(value, dict) and value:
        for name in value:
            yield from leaves(value[name], f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value:
        for number, each in enumerate(value):
            yield from leaves(each, f"{path}[{number}]")
    else:
        yield path, value


def mark(path: str, value: Any) -> str:
    """The short digest by which a changed value is found; the digest of the whole proves."""
    return digest([path, value])[:MARK_LENGTH]


def at(value: Any, path: str) -> Any:
    """The value at a path of names; None where there is none."""
    for name in path.split(".") if path else []:
        value = value.get(name) if isinstance(value, dict) else None
    return value


# --- Form -----------------------------------------------------------------------------------------


def faults_of_form(document: Any) -> Iterator[Fault]:
    """Members that are missing, or that nothing is known of."""
    for path, names in MEMBERS.items():
        yield from _members(path, at(document, path), names.split())
    for path, names in ITEMS.items():
        rows = at(document, path)
        if not isinstance(rows, list):
            yield path, "this must be a list"
            continue
        for number, row in enumerate(rows):
            yield from _members(f"{path}[{number}]", row, names.split())


def _members(path: str, value: Any, names: Sequence[str]) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield path or "(whole file)", "this must be an object"
        return
    prefix = f"{path}." if path else ""
    yield from ((prefix + name, "this field is missing") for name in names if name not in value)
    known = set(names)
    yield from ((prefix + n, "no such field is known here") for n in value if n not in known)


def faults_of_marks(document: dict[str, Any]) -> Iterator[Fault]:
    """Values that are not those of which the marks were made, by their fields."""
    marks = dict(document["marks"])
    for path, value in leaves(document["decision"]):
        made = marks.pop(path, None)
        if made is None:
            yield f"decision.{path}", "no mark was made of this field: it was added or renamed"
        elif made != mark(path, value):
            yield f"decision.{path}", "this value, or the mark made of it, was changed"
    for path in marks:
        yield f"decision.{path}", "the record had this field when it was made; it is gone"


# --- Trail ----------------------------------------------------------------------------------------


class Entry(NamedTuple):
    """One entry of the trail as the record shows it; `said` is empty where it is not shown."""

    path: str
    number: int
    digest: str
    said: dict[str, Any]

    @property
    def detail(self) -> dict[str, Any]:
        """What the act recorded."""
        found = self.said.get("detail")
        return found if isinstance(found, dict) else {}


def entries_of(document: dict[str, Any]) -> list[Entry]:
    """The entries from the opening of the ballot to its closing."""
    found = []
    for number, row in enumerate(document["trail"]):
        said = _said(row["text"])
        found.append(Entry(f"trail[{number}]", row["entry"], row["digest"], said))
    return found


def _said(text: str | None) -> dict[str, Any]:
    try:
        value = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def faults_of_chain(document: dict[str, Any], entries: Sequence[Entry]) -> Iterator[Fault]:
    """Entries whose digest is not that of their text, or that do not follow one another."""
    decision = document["decision"]
    expected, before = decision["trail"]["opened"], None
    for row, entry in zip(document["trail"], entries):
        if entry.number != expected:
            yield f"{entry.path}.entry", f"entry {expected} of the trail should stand here"
        if row["text"] is not None:
            if digest_of(str(row["text"])) != entry.digest:
                yield entry.path, "the text of this entry does not give its digest"
            if (entry.said.get("case"), entry.said.get("seq")) != (
                decision["reference"],
                entry.number,
            ):
                yield entry.path, "this is not the text of this entry of this case"
            if before is not None and entry.said.get("prev") != before:
                yield entry.path, "this entry does not follow the one before it"
        expected, before = expected + 1, entry.digest
    if expected != decision["trail"]["closed"] + 1:
        yield "decision.trail.closed", "the trail shown does not end with this entry"


def faults_of_words(document: dict[str, Any], entries: Sequence[Entry]) -> Iterator[Fault]:
    """Where the decision says something else than the entries that opened and closed the ballot."""
    decision = document["decision"]
    if not entries or not entries[0].said or not entries[-1].said:
        yield "trail", "the entries that opened and closed the ballot must be shown"
        return
    yield from _opening_alike(decision, entries[0])
    yield from _closing_alike(document, entries[-1])


def _opening_alike(decision: dict[str, Any], opened: Entry) -> Iterator[Fault]:
    counted = [s["country"] for s in _seats(decision) if s["counted"] is True]
    content, said = decision["content"], opened.detail
    yield from _alike(
        (
            ("decision.round", decision["round"], said.get("ballot")),
            ("decision.body.id", decision["body"]["id"], said.get("body")),
            ("decision.electorate.seats", counted, said.get("electorate")),
            ("decision.electorate.seats", digest(_seats(decision)), said.get("seats")),
            ("decision.rule.version", decision["rule"]["version"], said.get("rule")),
            ("decision.content.digest", content["digest"], said.get("content")),
            ("decision.content.form", content["form"], said.get("content_form")),
            ("decision.content.number", content["number"], said.get("content_number")),
            ("decision.content.files", content["files"], said.get("files")),
            ("decision.way", decision["way"], said.get("way")),
            ("decision.secrecy", decision["secrecy"], said.get("secrecy")),
            ("decision.rule.name", decision["rule"]["name"], said.get("rule_name")),
            ("decision.chair", decision["chair"], said.get("chair")),
            ("decision.language", decision["language"], said.get("language")),
            ("decision.times.opened", decision["times"]["opened"], opened.said.get("at")),
        ),
        "the entry that opened the ballot",
    )


def _closing_alike(document: dict[str, Any], closed: Entry) -> Iterator[Fault]:
    decision = document["decision"]
    noted = closed.detail.get("decision")
    noted = noted if isinstance(noted, dict) else {}
    yield from _alike(
        (
            ("decision.round", decision["round"], closed.detail.get("ballot")),
            ("decision.outcome", decision["outcome"], closed.detail.get("outcome")),
            ("decision.tally", decision["tally"], closed.detail.get("tally")),
            ("decision.reason", decision["reason"] or None, closed.said.get("reason") or None),
            ("decision.times.recorded", decision["times"]["recorded"], closed.said.get("at")),
            (
                "decision.times.decided",
                decision["times"]["decided"],
                closed.detail.get("due", closed.said.get("at")),
            ),
            ("decision.trail.before", decision["trail"]["before"], closed.said.get("prev")),
            ("decision.number", decision["number"], noted.get("number")),
            ("digest", document["digest"], noted.get("digest")),
        ),
        "the entry that closed the ballot",
    )


def _alike(pairs: Sequence[tuple[str, Any, Any]], where: str) -> Iterator[Fault]:
    for field, here, there in pairs:
        if here != there:
            yield field, f"{where} says {_short(there)}, the record {_short(here)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


VOTES = ("ballot.vote_cast", "ballot.vote_recorded", "ballot.vote_taken_back")


def faults_of_votes(document: dict[str, Any], entries: Sequence[Entry]) -> Iterator[Fault]:
    """Positions that the entries of the trail do not bear out, and entries without a position."""
    decision = document["decision"]
    number = decision["round"]
    cast = {
        entry.number: entry
        for entry in entries
        if entry.said.get("act") in VOTES and entry.detail.get("ballot") == number
    }
    for index, row in enumerate(decision["positions"]):
        path, entry = f"decision.positions[{index}]", cast.pop(row["entry"], None)
        if entry is None:
            yield f"{path}.entry", "no vote was entered in the trail under this number"
        else:
            yield from _vote(decision, row, path, entry)
    for entry in cast.values():
        yield "decision.positions", f"the vote of entry {entry.number} of the trail is missing"


def _vote(
    decision: dict[str, Any], row: dict[str, Any], path: str, entry: Entry
) -> Iterator[Fault]:
    said = entry.detail
    pairs = [
        ("at", row["at"], entry.said.get("at")),
        ("office", row["office"], entry.said.get("office")),
        ("country", row["country"], said.get("country", row["country"])),
        ("person.key", row["person"].get("key"), str(entry.said.get("actor"))),
        ("slip", row["slip"], said.get("slip")),
        ("on_behalf", row["on_behalf"], said.get("evidence")),
        ("acts_for", row["acts_for"], _as_text(said.get("acted_for"))),
    ]
    if decision["secrecy"] == "open" and row["position"] != "taken_back":
        pairs += [
            (name, row[name] or None, said.get(name) or None)
            for name in ("position", "explanation", "reservation")
        ]
    named = [(f"{path}.{name}", here, there) for name, here, there in pairs]
    yield from _alike(named, f"entry {entry.number} of the trail")
    content = decision["content"]["digest"]
    if said.get("content", content) != content:
        yield "decision.content.digest", f"entry {entry.number} was a vote on another content"
    if row["nonce"] is not None and row["slip"] != slip_of(decision, row):
        yield f"{path}.slip", "opened with its nonce, the slip does not give this position"


def _as_text(acted_for: Any) -> Any:
    """For whom somebody acted; keys as text, since they may exceed the numbers of JSON."""
    if not isinstance(acted_for, dict):
        return None
    return {name: str(value) for name, value in acted_for.items()}


def slip_of(decision: dict[str, Any], row: dict[str, Any]) -> str:
    """The slip that a position of a sealed ballot leaves in the trail."""
    said = {
        "ballot": f"{decision['reference']}/{decision['round']}",
        "nonce": row["nonce"],
        "country": row["country"],
        "position": row["position"],
        "explanation": row["explanation"],
    }
    return digest({**said, "reservation": row["reservation"]} if row["reservation"] else said)


# --- Rule -----------------------------------------------------------------------------------------


class Reckoning(NamedTuple):
    """How a rule was applied: the figures, the outcome, and the condition that settled it."""

    outcome: str
    ground: str
    in_favour: int
    against: int
    consenting: int
    needed: int
    whole: int
    present: int
    quorum: int


def least(share: dict[str, Any], whole: int) -> int:
    """The smallest number that satisfies a share: `at_least` or `more_than`, of the whole."""
    more = "more_than" in share
    size = share["more_than" if more else "at_least"]
    if isinstance(size, int):
        return size + 1 if more else size
    exact = Fraction(size) * whole
    floor = exact.numerator // exact.denominator
    return floor + 1 if more or floor != exact else floor


def reckon(rule: dict[str, Any], tally: dict[str, Any]) -> Reckoning:
    """Apply a rule to a tally, step by step as docs/verifying.md states it."""
    leaves_room = rule["recusal"] == "leaves"
    gone = tally["recused"] if leaves_room else 0
    eligible = tally["electorate"] - gone
    spoke = sum(tally[name] for name in ("in_favour", "against", "abstain", "not_participating"))
    taking_part = spoke + (0 if leaves_room else tally["recused"])
    called = tally.get("present")
    quiet = tally["electorate"] - spoke - tally["recused"] - tally["absent"]
    if called is not None:
        quiet = max(0, min(quiet, called - spoke - tally["recused"]))
    consenting = quiet if rule["silence"] == "consent" else 0
    present = taking_part + consenting
    if called is not None:
        present = max(called - gone, taking_part)
    in_favour, against = tally["in_favour"] + consenting, tally["against"]
    voting = in_favour + against + (tally["abstain"] if rule["abstention"] == "counts" else 0)
    whole = {
        "members": tally["electorate"],
        "eligible": eligible,
        "present": present,
        "present_and_voting": voting,
    }[rule["basis"]]
    needed = least(rule["threshold"], whole)
    quorum = least(rule["quorum_to_decide"], eligible)
    ground = _ground(rule, tally, in_favour, whole, enough_present=present >= quorum)
    outcome = _OUTCOMES.get(ground) or ("undecided" if rule["tie"] == "undecided" else "lost")
    return Reckoning(
        outcome, ground, in_favour, against, consenting, needed, whole, present, quorum
    )


_OUTCOMES = {
    "enough": "carried",
    "casting_vote": "carried",
    "objection": "broken",
    "blocked": "lost",
    "no_quorum": "undecided",
    "nobody": "lost",
    "too_few": "lost",
}


def _ground(  # noqa: PLR0911 - one condition after another
    rule: dict[str, Any], tally: dict[str, Any], in_favour: int, whole: int, *, enough_present: bool
) -> str:
    blocking = rule["blocking"]
    stopping = sum(tally[name] for name in blocking["positions"])
    blocked = bool(blocking["positions"]) and stopping >= blocking["at_least"]
    if blocked and rule["silence"] == "consent":
        return "objection"
    if not enough_present:
        return "no_quorum"
    if blocked:
        return "blocked"
    if in_favour < 1:
        return "nobody"
    if in_favour >= least(rule["threshold"], whole):
        return "enough"
    tied = in_favour == tally["against"] and rule["silence"] != "consent"
    if tied and rule["tie"] == "undecided":
        return "tie"
    if tied and rule["tie"] == "chair" and rule["basis"] == "present_and_voting":
        chair_agrees = tally.get("chair") in FAVOURABLE
        enough_with_it = in_favour + 1 >= least(rule["threshold"], whole + 1)
        return "casting_vote" if chair_agrees and enough_with_it else "tie"
    return "too_few"


# --- Decision -------------------------------------------------------------------------------------


def tally_of(decision: dict[str, Any]) -> dict[str, Any]:
    """The positions that count, added up."""
    if decision["secrecy"] == "secret":
        given = [slip["position"] for slip in decision["slips"]]
    else:
        given = [row["position"] for row in decision["positions"] if row["status"] == "counted"]
    found = {name: given.count(name) for name in POSITIONS}
    found["in_favour"] += found["with_reservations"]
    return {"electorate": sum(s["counted"] is True for s in _seats(decision)), **found}


def _seats(decision: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = decision["electorate"]["seats"]
    return found


def faults_of_electorate(decision: dict[str, Any]) -> Iterator[Fault]:
    """A number of seats that is not theirs, a seat twice, a vote without a seat that counts."""
    seats = [seat["country"] for seat in _seats(decision)]
    counted = {seat["country"] for seat in _seats(decision) if seat["counted"] is True}
    if decision["electorate"]["counted"] != len(counted):
        yield (
            "decision.electorate.counted",
            f"{len(counted)} seats are counted, not {decision['electorate']['counted']!r}",
        )
    if len(set(seats)) != len(seats):
        yield "decision.electorate.seats", "a state has two seats"
    for index, row in enumerate(decision["positions"]):
        if row["country"] not in counted:
            where = f"decision.positions[{index}].country"
            yield where, f"{_short(row['country'])} has no seat that is counted"
    if decision["chair"] is not None and (
        decision["secrecy"] == "secret" or decision["rule"]["data"]["tie"] != "chair"
    ):
        yield "decision.chair", "no state has a casting vote here"
    if decision["rule"]["version"] != digest(decision["rule"]["data"]):
        yield "decision.rule.version", "this is not the digest of the rule that the record states"


def faults_of_positions(decision: dict[str, Any]) -> Iterator[Fault]:
    """Answers marked as counted, replaced, taken back or void that are something else."""
    rows = decision["positions"]
    void = decision["outcome"] in UNWEIGHED
    told = decision["secrecy"] == "open" or (decision["secrecy"] == "until_close" and not void)
    for index, row in enumerate(rows):
        path = f"decision.positions[{index}]"
        later = next((r for r in rows[index + 1 :] if r["country"] == row["country"]), None)
        status = "void" if void else "counted"
        if later:
            status = "taken_back" if later["position"] == "taken_back" else "replaced"
        elif row["position"] == "taken_back":
            status = "none"
        if row["status"] != status:
            yield f"{path}.status", f"by the order of the answers this is {status!r}"
        allowed = (*POSITIONS, "taken_back") if told else (None, "taken_back")
        if row["position"] not in allowed:
            yield f"{path}.position", f"{_short(row['position'])} is no position told here"
    numbers = [row["entry"] for row in rows]
    if numbers != sorted(set(numbers)):
        yield "decision.positions", "the answers do not stand in the order of the trail"
    if decision["secrecy"] == "secret" and not void:
        yield from _slips(decision)


def _slips(decision: dict[str, Any]) -> Iterator[Fault]:
    took_part = [row for row in decision["positions"] if row["status"] == "counted"]
    slips = decision["slips"]
    if len(slips) != len(took_part):
        yield "decision.slips", f"{len(took_part)} states answered, {len(slips)} slips are shown"
    tokens = [slip["token"] for slip in slips]
    if tokens != sorted(set(tokens)):
        yield "decision.slips", "the slips must stand in the order of their tokens, each once"
    for index, slip in enumerate(slips):
        if slip["position"] not in POSITIONS:
            yield f"decision.slips[{index}].position", "no such position is known"


def faults_of_outcome(decision: dict[str, Any]) -> Iterator[Fault]:
    """A tally that is not the sum of the positions, an outcome that the rule does not give."""
    if decision["outcome"] in UNWEIGHED:
        yield from _unnumbered(decision)
        return
    own, tally = tally_of(decision), decision["tally"]
    for name, number in own.items():
        if tally.get(name) != number:
            yield f"decision.tally.{name}", f"the positions give {number}, not {tally.get(name)!r}"
    yield from _roll(decision, own)
    try:
        found = reckon(decision["rule"]["data"], tally)
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        yield "decision.rule.data", f"this is no rule that can be applied ({error!r})"
        return
    if found.outcome != decision["outcome"]:
        yield (
            "decision.outcome",
            f"by rule and tally this is {found.outcome!r} ({found.ground})",
        )
    yield from _unnumbered(decision)


def _roll(decision: dict[str, Any], own: dict[str, Any]) -> Iterator[Fault]:
    """What the tally adds to the sums: how many a roll call found, what the chair's state said."""
    tally = decision["tally"]
    called = decision["way"] == "roll_call" and own["absent"] > 0
    found = own["electorate"] - own["absent"] if called else None
    if tally.get("present") != found:
        yield "decision.tally.present", f"by the roll call this is {found}"
    chair = [
        r["position"]
        for r in decision["positions"]
        if r["status"] == "counted"
        and r["country"] == decision["chair"]
        and r["position"] != "absent"
    ]
    if decision["secrecy"] != "secret" and tally.get("chair") != (chair[0] if chair else None):
        yield "decision.tally.chair", "this is not what the state of the chair answered"


def _unnumbered(decision: dict[str, Any]) -> Iterator[Fault]:
    if (decision["number"] is not None) != (decision["outcome"] in NUMBERED):
        yield "decision.number", "only what the body decided has a number"


def faults_of_times(decision: dict[str, Any]) -> Iterator[Fault]:
    """Instants that cannot be in this order, and answers outside the time in which they count."""
    times = decision["times"]
    try:
        known = {name: _instant(text) for name, text in times.items() if text is not None}
        given = [_instant(row["at"]) for row in decision["positions"]]
    except (TypeError, ValueError):
        yield "decision.times", "an instant is not written as 2026-09-14T14:00:00.000000Z"
        return
    opened, decided = known.get("opened"), known.get("decided")
    if opened is None or decided is None or "recorded" not in known:
        yield "decision.times", "an instant is missing"
        return
    if not opened <= decided <= known["recorded"]:
        yield (
            "decision.times.decided",
            "not between the opening and the writing of the record",
        )
    for index, moment in enumerate(given):
        if not opened <= moment <= known.get("closes", known["recorded"]):
            yield f"decision.positions[{index}].at", "this answer came before or after the ballot"
    yield from _notice(decision, known)


def _notice(decision: dict[str, Any], known: dict[str, datetime]) -> Iterator[Fault]:
    if decision["way"] != "silence" or "started" not in known:
        return
    served = {row["country"]: _instant(row["delivered"]) for row in decision["notice"]}
    for index, seat in enumerate(_seats(decision)):
        if seat["counted"] is True and seat["country"] not in served:
            where = f"decision.electorate.seats[{index}].country"
            yield where, "the period began though this seat had no proof of notice"
    if served and max(served.values()) > known["started"]:
        yield "decision.times.started", "the period began before the last seat had notice"


def _instant(text: str) -> datetime:
    if not text.endswith("Z"):
        raise ValueError(text)
    return datetime.fromisoformat(text[:-1] + "+00:00")


# --- Notes and checkpoint -------------------------------------------------------------------------


def faults_of_notes(document: dict[str, Any]) -> Iterator[Fault]:
    """Later notes whose text does not give their digest, or that belong to something else."""
    decision = document["decision"]
    for index, row in enumerate(document["annotations"]):
        path, said = f"annotations[{index}]", _said(row["text"])
        if digest_of(str(row["text"])) != row["digest"]:
            yield path, "the text of this note does not give its digest"
        detail = said.get("detail")
        about = detail.get("ballot") if isinstance(detail, dict) else None
        if (said.get("case"), about) != (decision["reference"], decision["round"]):
            yield path, "this note belongs to another decision"


def root_by(leaf: str, index: int, size: int, path: Sequence[str]) -> str:
    """The root of a tree of RFC 6962 to which a path leads from a leaf's digest."""
    node, place, last = leaf, index, size - 1
    for beside in path:
        if last == 0:
            return ""
        if place % 2 or place == last:
            node = _node(beside, node)
            while place and not place % 2:
                place, last = place // 2, last // 2
        else:
            node = _node(node, beside)
        place, last = place // 2, last // 2
    return node if last == 0 else ""


def _node(left: str, right: str) -> str:
    return hashlib.sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


def faults_of_proof(document: dict[str, Any], entries: Sequence[Entry]) -> Iterator[Fault]:
    """A checkpoint that does not cover the entry that closed the ballot."""
    proof = document["proof"]
    if proof is None:
        return
    try:
        made = dict(proof["checkpoint"])
        for number, beside in enumerate(proof["path"]):
            if not re.fullmatch("[0-9a-f]{64}", beside):
                yield f"proof.path[{number}]", "this is no digest"
        named, closed = made.pop("digest"), entries[-1]
        if digest(made) != named:
            yield "proof.checkpoint", "this checkpoint does not give its digest"
        wanted = f"{document['decision']['reference']} {closed.number} {closed.digest}"
        if proof["leaf"] != wanted:
            yield "proof.leaf", "this is not the entry that closed the ballot"
        leaf = hashlib.sha256(b"\x00" + str(proof["leaf"]).encode("utf-8")).hexdigest()
        if root_by(leaf, proof["index"], made["size"], proof["path"]) != made["root"]:
            yield "proof", "from the leaf, its index and path do not lead to the root"
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        yield "proof", f"this is no proof that can be followed ({error!r})"


def checkpoints_in(answer: Any) -> list[dict[str, Any]]:
    """The checkpoints that an answer of the interface lists."""
    listed = answer.get("checkpoints") if isinstance(answer, dict) else None
    if not isinstance(listed, list) or not all(map(_is_checkpoint, listed)):
        raise Unreadable("checkpoints: this is no list of checkpoints")
    return listed


def _is_checkpoint(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == CHECKPOINT and type(value["number"]) is int


def faults_of_list(
    document: dict[str, Any], listed: Sequence[dict[str, Any]], noted: str | None
) -> Iterator[Fault]:
    """Where no unbroken row leads from the record's checkpoint to the one that was noted."""
    row = {canonical(each): each for each in listed}.values()  # lists may overlap
    before: dict[str, Any] = {}
    for made in sorted(row, key=lambda each: each["number"]):
        path = f"checkpoints[{made['number']}]"
        if digest({name: made[name] for name in made if name != "digest"}) != made["digest"]:
            yield path, "this checkpoint does not give its digest"
        if before and (made["number"], made["prev"]) != (before["number"] + 1, before["digest"]):
            yield path, "this checkpoint does not follow the one before"
        before = made
    covering = (document.get("proof") or {}).get("checkpoint")
    if covering not in row:
        yield "proof.checkpoint", "this checkpoint is not in the list"
    numbers = {str(made["digest"]): made["number"] for made in row}
    if noted and noted.lower() not in numbers:
        yield "checkpoints", "the checkpoint that you gave is not in the list"
    elif noted and covering and covering in row and numbers[noted.lower()] < covering["number"]:
        yield "checkpoints", "the checkpoint that you gave is older and says nothing of the record"


# --- The whole ------------------------------------------------------------------------------------


def faults_of(document: Any) -> list[Fault]:
    """Everything that is wrong with a record, in the order in which it is checked."""
    found = list(faults_of_form(document))
    if found:
        return found + _marks_if_any(document)
    if document["format"] != FORMAT:
        return [("format", f"{_short(document['format'])} is not {FORMAT!r}")]
    found += faults_of_marks(document)
    decision = document["decision"]
    if digest(decision) != document["digest"]:
        found.append(("digest", "the canonical form of the decision does not give this digest"))
    entries = entries_of(document)
    for check in (
        faults_of_chain(document, entries),
        faults_of_words(document, entries),
        faults_of_votes(document, entries),
        faults_of_electorate(decision),
        faults_of_positions(decision),
        faults_of_outcome(decision),
        faults_of_times(decision),
        faults_of_notes(document),
        faults_of_proof(document, entries),
    ):
        try:
            found += check
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            found.append(("decision", f"a value has a form that cannot be checked ({error!r})"))
    return found


def _marks_if_any(document: Any) -> list[Fault]:
    whole = isinstance(document, dict) and isinstance(document.get("marks"), dict)
    return list(faults_of_marks(document)) if whole and "decision" in document else []


# --- In words -------------------------------------------------------------------------------------

WORDS = {
    "en": {
        "holds": "The record holds.",
        "fails": "The record does not hold:",
        "about": "{name}, ballot {round}: {question}",
        "exercise": "EXERCISE: this decides nothing.",
        "seats": "Electorate on {day}: {counted} states counted of {seats} seats.",
        "apart": "  not counted: {country} ({reason})",
        "rule": "Rule “{name}”: {text}",
        "unconfirmed": "  not confirmed by the Secretariat: {names}",
        "answers": "Positions that count:",
        "secret": "Secret: {number} states answered; which position is whose is told nowhere.",
        "quorum": "Quorum: {present} take part, {quorum} are needed.",
        "consent": "  of those in favour, {number} by silence.",
        "majority": "Majority: {in_favour} for, {against} against; at least {needed} of {whole}.",
        "outcome": "Outcome by the rule: {outcome} ({ground}).",
        "unweighed": "Ended without weighing the positions: {outcome}.",
        "checkpoint": "Covered by checkpoint {number}, {digest}",
        "no_checkpoint": "Not covered by a checkpoint yet.",
        "compare": "Compare this digest with the one published: {digest}",
    },
    "es": {
        "holds": "El registro es válido.",
        "fails": "El registro no es válido:",
        "about": "{name}, votación {round}: {question}",
        "exercise": "EJERCICIO: no decide nada.",
        "seats": "Electorado el {day}: {counted} Estados contados de {seats} puestos.",
        "apart": "  no se cuenta: {country} ({reason})",
        "rule": "Regla «{name}»: {text}",
        "unconfirmed": "  sin confirmar por la Secretaría: {names}",
        "answers": "Posiciones que cuentan:",
        "secret": "Secreta: respondieron {number} Estados; no consta de quién es cada posición.",
        "quorum": "Quórum: participan {present}, se necesitan {quorum}.",
        "consent": "  de los votos a favor, {number} por silencio.",
        "majority": "Mayoría: {in_favour} a favor, {against} en contra; mín. {needed} de {whole}.",
        "outcome": "Resultado según la regla: {outcome} ({ground}).",
        "unweighed": "Terminó sin que se contaran las posiciones: {outcome}.",
        "checkpoint": "Cubierto por el punto de control {number}, {digest}",
        "no_checkpoint": "Aún no lo cubre ningún punto de control.",
        "compare": "Compare este resumen con el publicado: {digest}",
    },
    "pt": {
        "holds": "O registro é válido.",
        "fails": "O registro não é válido:",
        "about": "{name}, votação {round}: {question}",
        "exercise": "EXERCÍCIO: não decide nada.",
        "seats": "Eleitorado em {day}: {counted} Estados contados de {seats} assentos.",
        "apart": "  não é contado: {country} ({reason})",
        "rule": "Regra “{name}”: {text}",
        "unconfirmed": "  sem confirmação da Secretaria: {names}",
        "answers": "Posições que contam:",
        "secret": "Secreta: {number} Estados responderam; não consta de quem é cada posição.",
        "quorum": "Quórum: participam {present}, são necessários {quorum}.",
        "consent": "  dos votos a favor, {number} por silêncio.",
        "majority": "Maioria: {in_favour} a favor, {against} contra; mínimo {needed} de {whole}.",
        "outcome": "Resultado segundo a regra: {outcome} ({ground}).",
        "unweighed": "Terminou sem que as posições fossem contadas: {outcome}.",
        "checkpoint": "Coberto pelo ponto de controle {number}, {digest}",
        "no_checkpoint": "Ainda não coberto por um ponto de controle.",
        "compare": "Compare este resumo com o publicado: {digest}",
    },
    "fr": {
        "holds": "L’enregistrement est valable.",
        "fails": "L’enregistrement n’est pas valable :",
        "about": "{name}, vote {round} : {question}",
        "exercise": "EXERCICE : ne décide de rien.",
        "seats": "Corps électoral le {day} : {counted} États comptés sur {seats} sièges.",
        "apart": "  non compté : {country} ({reason})",
        "rule": "Règle « {name} » : {text}",
        "unconfirmed": "  non confirmé par le Secrétariat : {names}",
        "answers": "Positions qui comptent :",
        "secret": "Secret : {number} États ont répondu ; rien ne dit à qui est chaque position.",
        "quorum": "Quorum : {present} participent, il en faut {quorum}.",
        "consent": "  parmi les voix pour, {number} par silence.",
        "majority": "Majorité : {in_favour} pour, {against} contre ; il faut {needed} sur {whole}.",
        "outcome": "Résultat selon la règle : {outcome} ({ground}).",
        "unweighed": "Terminé sans que les positions soient comptées : {outcome}.",
        "checkpoint": "Couvert par le point de contrôle {number}, {digest}",
        "no_checkpoint": "Pas encore couvert par un point de contrôle.",
        "compare": "Comparez cette empreinte à celle qui est publiée : {digest}",
    },
}


def explained(document: dict[str, Any], lang: str) -> Iterator[str]:
    """Electorate, rule, tally and outcome in the order in which a person checks them."""
    words, decision = WORDS[lang], document["decision"]
    question = decision["question"]
    yield words["about"].format(
        name=decision["number"] or decision["reference"],
        round=decision["round"],
        question=question.get(lang) or next(iter(question.values()), ""),
    )
    if decision["exercise"]:
        yield words["exercise"]
    seats = _seats(decision)
    yield words["seats"].format(**{**decision["electorate"], "seats": len(seats)})
    for seat in seats:
        if seat["counted"] is not True:
            yield words["apart"].format(**seat)
    yield from _rule_in_words(words, decision["rule"], lang)
    yield from _answers_in_words(words, decision)
    yield from _outcome_in_words(words, decision)
    proof = document["proof"]
    if proof:
        yield words["checkpoint"].format(**proof["checkpoint"])
    else:
        yield words["no_checkpoint"]
    yield words["compare"].format(digest=document["digest"])


def _rule_in_words(words: dict[str, str], rule: dict[str, Any], lang: str) -> Iterator[str]:
    data = rule["data"]
    yield words["rule"].format(name=rule["name"], text=data["note"].get(lang, ""))
    shares = ("quorum_to_open", "quorum_to_decide", "threshold")
    open_ones = [name for name in shares if not data[name]["confirmed"]]
    open_ones += [each["setting"] for each in data["cited"] if not each["confirmed"]]
    if open_ones:
        yield words["unconfirmed"].format(names=", ".join(open_ones))


def _answers_in_words(words: dict[str, str], decision: dict[str, Any]) -> Iterator[str]:
    counted = [row for row in decision["positions"] if row["status"] == "counted"]
    if decision["secrecy"] == "secret":
        yield words["secret"].format(number=len(counted))
        return
    yield words["answers"]
    for name in POSITIONS:
        own = [row["country"] for row in counted if row["position"] == name]
        if own:
            yield f"  {name}: {len(own)} ({', '.join(own)})"


def _outcome_in_words(words: dict[str, str], decision: dict[str, Any]) -> Iterator[str]:
    if decision["outcome"] in UNWEIGHED:
        yield words["unweighed"].format(outcome=decision["outcome"])
        return
    found = reckon(decision["rule"]["data"], decision["tally"])
    yield words["quorum"].format(**found._asdict())
    yield words["majority"].format(**found._asdict())
    if found.consenting:
        yield words["consent"].format(number=found.consenting)
    yield words["outcome"].format(**found._asdict())


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; answers its exit status."""
    chosen = _options().parse_args(arguments)
    words = WORDS[chosen.lang]
    try:
        document = parse(Path(chosen.record).read_bytes())
        answers = [parse(Path(name).read_bytes()) for name in chosen.checkpoints]
        listed = [made for answer in answers for made in checkpoints_in(answer)]
    except (OSError, Unreadable, RecursionError) as error:
        print(f"{chosen.record}: {error}", file=sys.stderr)
        return 2
    if not (isinstance(document, dict) and "format" in document and "decision" in document):
        print(f"{chosen.record}: format: this is no record of a decision", file=sys.stderr)
        return 2
    found = faults_of(document)
    found += _compared(document, chosen, listed)
    if found:
        print(words["fails"])
        print("\n".join(f"  {field}: {why}" for field, why in found))
        return 1
    if chosen.explain:
        print("\n".join(explained(document, chosen.lang)))
    print(words["holds"])
    return 0


def _options() -> argparse.ArgumentParser:
    told = (__doc__ or "").splitlines()
    parser = argparse.ArgumentParser(description=told[0], epilog=told[-3] + " " + told[-2])
    parser.add_argument("record", help="the file that was downloaded")
    parser.add_argument("--explain", action="store_true", help="show how the outcome comes about")
    parser.add_argument(
        "--lang", choices=sorted(WORDS), default="en", help="language of the answer"
    )
    parser.add_argument("--digest", help="the digest that was published, to compare")
    parser.add_argument("--checkpoint", help="the digest of the checkpoint that you noted")
    parser.add_argument(
        "--checkpoints", nargs="+", default=[], help="lists of checkpoints that hold both"
    )
    return parser


def _compared(
    document: dict[str, Any], chosen: argparse.Namespace, listed: Sequence[dict[str, Any]]
) -> Iterator[Fault]:
    """Where the record is not the one whose digests were noted elsewhere."""
    if chosen.digest and chosen.digest.lower() != document.get("digest"):
        yield "digest", "this is not the digest that you gave"
    if chosen.checkpoints:
        yield from faults_of_list(document, listed, chosen.checkpoint)
    elif chosen.checkpoint:
        proof = document.get("proof") or {}
        if proof.get("checkpoint", {}).get("digest") != chosen.checkpoint.lower():
            yield "proof.checkpoint.digest", "this is not the checkpoint that you gave"


if __name__ == "__main__":
    sys.exit(main())
