"""Decisions as their pages show them: the list, one with its voting table, the votes of a state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ricomi_workflow.cases.audit_text import ballot_figures
from ricomi_workflow.decisions.queries import (
    Decision,
    DecisionDetails,
    Filters,
    Key,
    find_key,
    get_decision,
    get_document,
    list_decisions,
    list_filter_values,
)
from ricomi_workflow.decisions.record import no_vote_label
from ricomi_workflow.documents.decision_document import figures, name_of, reason_of
from ricomi_workflow.documents.elements import DocumentText
from ricomi_workflow.kernel.clock import parse_iso
from ricomi_workflow.kernel.text import show
from ricomi_workflow.localization import formats
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import office_label, show_params

if TYPE_CHECKING:
    from sqlalchemy import Connection

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """A decision with what its page says of its record; votes are rows of the record."""

    found: DecisionDetails
    name: str
    reason: str
    sums: Sequence[tuple[str, str]]
    votes: Sequence[Record]
    silent: Sequence[str]  # the states without a vote
    silent_label: str
    earlier: Sequence[Record]
    not_counted: Sequence[tuple[str, str]]
    facts: Sequence[tuple[str, str]]
    digest: str
    checkpoint: Record | None


def list_page(connection: Connection, asked: Mapping[str, str]) -> dict[str, object]:
    """The list for what an address asks; values that nobody knows are left out."""
    years, bodies, outcomes = list_filter_values(connection)
    known = {"year": [str(year) for year in years], "outcome": outcomes, "body": bodies}
    chosen = {name: asked[name] for name, values in known.items() if asked.get(name) in values}
    year = int(chosen["year"]) if "year" in chosen else None
    filters = Filters(year, chosen.get("outcome", ""), chosen.get("body", ""))
    after = key_after(connection, asked.get("after", ""))
    found = list_decisions(connection, filters, after)
    return {"found": found, "known": known, "chosen": chosen, "continued": after is not None}


def key_after(connection: Connection, name: str) -> Key | None:
    """The key of the decision `ref.round` after which a list goes on; None for no decision."""
    ref, _, number = name.partition(".")
    return find_key(connection, ref, int(number)) if number.isdecimal() else None


def decision_page(connection: Connection, ref: str, number: int, *, practice: bool) -> DecisionPage:
    """The page of one decision; raises `NotFound`."""
    found = get_decision(connection, ref, number, practice=practice)
    document = get_document(connection, ref, number, practice=practice)
    record, words = found.record, DocumentText(services(), language())
    proof: Any = document["proof"]
    rows = sorted(record["positions"], key=lambda row: _name(row["country"]))
    votes = [row for row in rows if row["status"] in {"counted", "void"}]
    counted_states = {s["country"] for s in record["electorate"]["seats"] if s["counted"]}
    return DecisionPage(
        found=found,
        name=name_of(words, found),
        reason=reason_of(words, record),
        sums=figures(words, record),
        votes=votes,
        silent=sorted(counted_states - {row["country"] for row in votes}, key=_name),
        silent_label=t(f"decisions.{no_vote_label(record)}"),
        earlier=[row for row in rows if row["status"] in {"replaced", "taken_back"}],
        not_counted=[*_not_counted(record)],
        facts=[*_facts(words, record)],
        digest=str(document["digest"]),
        checkpoint=proof["checkpoint"] if proof else None,
    )


def decision_figures(each: Decision) -> str:
    """What counted, in a sentence; nothing where no vote was counted."""
    tally = ballot_figures({"outcome": each.outcome, "tally": dict(each.tally)})
    asked_for_objections = each.way in {"consensus", "silence"} and not each.tally["against"]
    if each.outcome == "carried" and asked_for_objections:
        return t("decisions.unopposed")
    words = t("case.figure_tally", **tally) if tally else ""
    return words[:1].upper() + words[1:]


def body_acronym(body: str, at: datetime | None = None) -> str:
    """The acronym of a body on the day of an instant, or today."""
    day: date = services().calendar.local_day(at or services().uow.clock.now())
    return services().reference.body(body).name_on(day).acronym[language()]


def vote_office(row: Record) -> str:
    """By which office a vote was cast, and for whom where a stand-in cast it."""
    words, acted = office_label(row["office"]), row["acts_for"]
    if not acted:
        return words
    return t("delegation.acted", office=words, by=acted["by"], giver=acted["name"])


def vote_remark(row: Record) -> str:
    """On what a recorded vote rests, and what became of one that does not count."""
    remarks = []
    if row["on_behalf"] is not None:
        signatory = row["on_behalf"]["signatory"]
        key = "on_behalf" if signatory else "in_the_room"
        remarks.append(t(f"decisions.{key}", signatory=signatory))
    if row["status"] != "counted":
        remarks.append(t(f"decisions.{row['status']}"))
    return " ".join(remarks)


def _name(country: str) -> str:
    return formats.country(country, language())


def _not_counted(record: Record) -> Iterator[tuple[str, str]]:
    """The states that are not counted, and why."""
    for seat in record["electorate"]["seats"]:
        if not seat["counted"]:
            note = show(seat["note"], language()).text if seat["note"] else ""
            why = note or t(f"bodies.seat_{seat['reason']}", **show_params(seat["facts"]))
            yield _name(seat["country"]), why


def _facts(words: DocumentText, record: Record) -> Iterator[tuple[str, str]]:
    yield t("decisions.way"), t(f"decisions.way_{record['way']}")
    yield t("decisions.secrecy"), t(f"decisions.secrecy_{record['secrecy']}")
    yield t("decisions.opened"), words.at(parse_iso(record["times"]["opened"]))
    yield t("decisions.decided"), words.at(parse_iso(record["times"]["decided"]))
    if record["meeting"]:
        yield t("decisions.meeting"), record["meeting"]
    yield t("decisions.rule"), record["rule"]["data"]["note"][language()]
