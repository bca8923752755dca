"""A decision as an act of its body, set from its record and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from ricomi_workflow.ballots.closing import outcome_reason
from ricomi_workflow.ballots.rules import Tally, judge
from ricomi_workflow.cases.act import Services
from ricomi_workflow.decisions.queries import DecisionDetails, Note, get_decision, get_document
from ricomi_workflow.decisions.record import VOID, no_vote_label
from ricomi_workflow.documents.elements import (
    Block,
    Document,
    DocumentText,
    compose_document,
    facts,
    heading,
    para,
    table,
)
from ricomi_workflow.documents.typesetting import pdf
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import parse_iso
from ricomi_workflow.kernel.text import show
from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data.decision_rules import Position, Rule

Record = Mapping[str, Any]
_GIVEN = tuple(p.value for p in Position)


def decision_pdf(
    services: Services, ref: str, number: int | None, lang: str, *, practice: bool = False
) -> bytes:
    """The act of one decision (the newest of its case) as a tagged PDF; raises `NotFound`."""
    with services.uow.read() as connection:
        document = get_document(connection, ref, number, practice=practice)
        round_number = int(str(_part(document, "decision")["round"]))
        found = get_decision(connection, ref, round_number, practice=practice)
    return pdf(compose_decision(services, lang, found, document), lang, "decision.typ")


def compose_decision(
    services: Services, lang: str, found: DecisionDetails, document: Mapping[str, Json]
) -> Document:
    """The act as data for the typesetter."""
    words, record = DocumentText(services, lang), found.record
    question = show(record["question"], lang)
    body = [*_opening(words, record), *_states(words, record), *_statements(words, record)]
    body += [*_notes(words, found.notes), *_terms(words, record), *_proof(words, document, record)]
    organ = record["body"]
    data = compose_document(
        words.t,
        question,
        name_of(words, found),
        body,
        ref=record["reference"],
        made=record["times"]["recorded"],
        illustrative=record["illustrative"],
        exercise=record["exercise"],
    )
    name = organ["name"].get(lang, organ["id"])
    return data | {
        "organ": organ["parent"].get(lang, ""),
        "body_name": name,
        "author": name,
        "side": [*_side(words, record)],
        "result": words.t(f"decisions.did_{record['outcome']}"),
    }


def name_of(words: DocumentText, found: DecisionDetails) -> str:
    """The number of a decision, or what a ballot without a decision is called."""
    if found.line.number:
        return words.t("decisions.decision_number", number=found.line.number)
    return words.t("decisions.no_decision", ref=found.line.ref, round=found.line.round)


def reason_of(words: DocumentText, record: Record) -> str:
    """By which figures a ballot ended so; with what reason, where nothing was weighed."""
    if record["outcome"] in VOID:
        return words.quoted(record["reason"]) if record["reason"] else ""
    rule = Rule.from_json(record["rule"]["data"])
    return outcome_reason(judge(_tally(record["tally"]), rule), words.services.texts, words.lang)


def _tally(kept: Mapping[str, Any]) -> Tally:
    """The figures of a record as the rule takes them."""
    if "chair" not in kept:
        return Tally(**kept)
    chair = Position(kept["chair"]) if kept["chair"] else None
    return Tally(**{**kept, "chair": chair})


def figures(words: DocumentText, record: Record) -> list[tuple[str, str]]:
    """The tally with its names, what nobody answered left out."""
    tally = record["tally"]
    shown = [
        (words.t(f"decisions.sum_{name}"), str(tally[name]))
        for name in _GIVEN
        if tally.get(name) or name in {"in_favour", "against", "abstain"}
    ]
    return [*shown, (words.t("decisions.sum_electorate"), str(tally["electorate"]))]


def _part(document: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    found = document[name]
    return found if isinstance(found, Mapping) else {}


def _side(words: DocumentText, record: Record) -> Iterator[str]:
    """What stands at the right of the head: number, case, day, authentic language."""
    if record["number"]:
        yield record["number"]
    yield record["reference"]
    yield formats.day(_local(words, record["times"]["decided"]), words.lang)
    yield words.t(f"decisions.original_{record['language']}")


def _local(words: DocumentText, text: str) -> date:
    return words.services.calendar.local_day(parse_iso(text))


def _opening(words: DocumentText, record: Record) -> Iterator[Block]:
    yield para(reason_of(words, record))
    yield facts(
        [
            (words.t("decisions.way"), words.t(f"decisions.way_{record['way']}")),
            (words.t("decisions.secrecy"), words.t(f"decisions.secrecy_{record['secrecy']}")),
            (words.t("decisions.opened"), words.at(parse_iso(record["times"]["opened"]))),
            (words.t("decisions.decided"), words.at(parse_iso(record["times"]["decided"]))),
            (words.t("decisions.meeting"), record["meeting"] or ""),
        ]
    )
    yield table(
        words.t("decisions.result_caption"),
        [(words.t("decisions.position"), False), (words.t("decisions.states"), True)],
        figures(words, record),
    )


def _states(words: DocumentText, record: Record) -> Iterator[Block]:
    """Which states held which position; in a secret ballot only which took part."""
    counted = [row for row in record["positions"] if row["status"] in {"counted", "void"}]
    silent = {s["country"] for s in record["electorate"]["seats"] if s["counted"]}
    silent -= {row["country"] for row in counted}
    yield heading(words.t("decisions.states_title"), 2)
    rows: list[tuple[str, str]] = []
    for name in (*_GIVEN, None):
        own = [row["country"] for row in counted if row["position"] == name]
        key = f"decisions.held_{name}" if name else "decisions.took_part"
        if own:
            rows.append((words.t(key), words.countries(own)))
    if silent:
        rows.append(
            (words.t(f"decisions.{no_vote_label(record)}"), words.countries(sorted(silent)))
        )
    yield facts(rows)
    apart = [s["country"] for s in record["electorate"]["seats"] if not s["counted"]]
    if apart:
        yield para(words.t("decisions.apart", countries=words.countries(apart)), soft=True)


def _statements(words: DocumentText, record: Record) -> Iterator[Block]:
    """Reservations and explanations, each under the name of its state."""
    for kind in ("reservation", "explanation"):
        rows = [r for r in record["positions"] if r["status"] == "counted" and r[kind]]
        if rows:
            yield heading(words.t(f"decisions.{kind}s"), 2)
        for row in sorted(rows, key=lambda row: words.country(row["country"])):
            yield facts([(words.country(row["country"]), row[kind])])


def _notes(words: DocumentText, notes: Sequence[Note]) -> Iterator[Block]:
    """What was noted after the decision, apart from it."""
    if not notes:
        return
    yield heading(words.t("decisions.notes"), 2)
    yield para(words.t("decisions.notes_lead"), soft=True)
    for note in notes:
        name = words.t(f"decisions.note_{note.kind}")
        who = words.country(note.country) if note.country else ""
        told = f"{who}: {note.text}" if who else note.text
        yield facts([(name, f"{told}\n{words.at(note.at)}")])


def _terms(words: DocumentText, record: Record) -> Iterator[Block]:
    """The rule in words, and what was voted on."""
    rule, content = record["rule"], record["content"]
    yield heading(words.t("decisions.basis"), 2)
    yield facts(
        [
            (words.t("decisions.rule"), rule["data"]["note"][words.lang]),
            (words.t("decisions.rule_stands"), _confirmed(words, rule)),
            (words.t("decisions.mandate"), record["body"]["mandate"]),
            (words.t("decisions.content"), content["digest"]),
            *((file["name"], file["digest"]) for file in content["files"]),
        ]
    )


def _confirmed(words: DocumentText, rule: Record) -> str:
    confirmed = Rule.from_json(rule["data"]).confirmed
    if confirmed:
        return words.t("decisions.rule_confirmed")
    noted = rule["confirmation"]
    if noted:
        return words.t("decisions.rule_confirmed_by", document=noted["document"])
    return words.t("ui.unconfirmed")


def _proof(words: DocumentText, document: Mapping[str, Json], record: Record) -> Iterator[Block]:
    proof = document["proof"]
    covered = proof["checkpoint"] if isinstance(proof, Mapping) else None
    yield heading(words.t("decisions.proof"), 2)
    yield para(words.t("decisions.proof_lead"))
    entry = f"{record['reference']} · {record['trail']['closed']}"
    known = [
        (words.t("decisions.digest"), str(document["digest"])),
        (words.t("decisions.entry"), entry),
    ]
    if isinstance(covered, Mapping):
        name = words.t("decisions.checkpoint", number=covered["number"])
        known.append((name, str(covered["digest"])))
    yield facts(known)
