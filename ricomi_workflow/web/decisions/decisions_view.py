"""Decisions as their pages show them: the list, one with its voting table, a state's history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flask import url_for

from ricomi_workflow.cases.audit_text import ballot_figures
from ricomi_workflow.decisions.queries import (
    Decision,
    DecisionDetails,
    Filters,
    Note,
    StateVote,
    find_key,
    get_decision,
    get_document,
    list_decisions,
    list_filter_values,
    list_votes_of_state,
)
from ricomi_workflow.decisions.record import no_vote_label
from ricomi_workflow.documents.decision_document import figures, name_of, reason_of
from ricomi_workflow.documents.labels import DocumentText
from ricomi_workflow.kernel.clock import parse_iso
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.localization import formats
from ricomi_workflow.web.case_labels import local_day, office_label
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import show_params

if TYPE_CHECKING:
    from sqlalchemy import Connection

Options = Sequence[tuple[str, str, bool]]  # value, label, whether it is chosen


@dataclass(frozen=True, slots=True)
class Line:
    """One decision in a list."""

    href: str
    number: str
    ref: str
    body: str
    title: Shown
    outcome: str
    figures: str
    day: date
    illustrative: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """The public list, what it is filtered by, and where it goes on."""

    lines: tuple[Line, ...]
    total: int
    years: Options
    outcomes: Options
    bodies: Options
    next_href: str
    first_href: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One state in the voting table."""

    country: str
    history_href: str
    position: str
    office: str
    at: datetime | None
    explanation: str
    reservation: str
    remark: str


@dataclass(frozen=True, slots=True)
class NoteWords:
    """Something noted after the decision."""

    kind: str
    country: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """Everything that the page of a decision draws."""

    name: str
    ref: str
    round: int
    body: str
    title: Shown
    result: str
    reason: str
    exercise: bool
    illustrative: bool
    secret: bool
    sums: Sequence[tuple[str, str]]
    answers: tuple[Answer, ...]
    earlier: tuple[Answer, ...]
    apart: Sequence[tuple[str, str]]
    facts: Sequence[tuple[str, str]]
    notes: tuple[NoteWords, ...]
    digest: str
    covered: str
    checkpoint: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """What a state answered in one decision."""

    line: Line
    position: str
    said: str


def list_page(connection: Connection, asked: Mapping[str, str]) -> ListPage:
    """The list for what an address asks; values that nobody knows are left out."""
    years, bodies, outcomes = list_filter_values(connection)
    chosen = {
        "year": asked.get("year", "") if asked.get("year") in {str(y) for y in years} else "",
        "outcome": asked.get("outcome", "") if asked.get("outcome") in outcomes else "",
        "body": asked.get("body", "") if asked.get("body") in bodies else "",
    }
    year = int(chosen["year"]) if chosen["year"] else None
    filters = Filters(year, chosen["outcome"], chosen["body"])
    after = _after(connection, asked.get("after", ""))
    found = list_decisions(connection, filters, after)
    kept = {name: value for name, value in chosen.items() if value}
    last = found.lines[-1] if found.following else None
    following = {**kept, "after": f"{last.ref}.{last.round}"} if last else {}
    return ListPage(
        lines=tuple(_line(each) for each in found.lines),
        total=found.total,
        years=[(str(y), str(y), str(y) == chosen["year"]) for y in years],
        outcomes=[(o, t(f"decisions.did_{o}"), o == chosen["outcome"]) for o in outcomes],
        bodies=[(b, _body_name(b), b == chosen["body"]) for b in bodies],
        next_href=url_for("decisions.index", **following) if last else "",  # type: ignore[arg-type]  # text
        first_href=url_for("decisions.index", **kept) if after else "",  # type: ignore[arg-type]  # text
    )


def decision_page(connection: Connection, ref: str, number: int, *, practice: bool) -> DecisionPage:
    """The page of one decision; raises `NotFound`."""
    found = get_decision(connection, ref, number, practice=practice)
    document = get_document(connection, ref, number, practice=practice)
    record, words = found.record, DocumentText(services(), language())
    proof: Any = document["proof"]
    made = proof["checkpoint"] if proof else None
    rows = [*_answers(record)]
    return DecisionPage(
        name=name_of(words, found),
        ref=ref,
        round=number,
        body=record["body"]["name"].get(language(), record["body"]["id"]),
        title=show(record["question"], language()),
        result=t(f"decisions.did_{record['outcome']}"),
        reason=reason_of(words, record),
        exercise=record["exercise"],
        illustrative=record["illustrative"],
        secret=record["secrecy"] == "secret",
        sums=figures(words, record),
        answers=tuple(answer for status, answer in rows if status in {"counted", "void", ""}),
        earlier=tuple(a for status, a in rows if status in {"replaced", "taken_back"}),
        apart=[*_apart(record)],
        facts=[*_facts(words, found)],
        notes=tuple(_note(each) for each in found.notes),
        digest=str(document["digest"]),
        covered=t("decisions.covered", number=made["number"]) if made else "",
        checkpoint=made["digest"] if made else "",
    )


def history_page(
    connection: Connection, country: str, after: str
) -> tuple[tuple[HistoryLine, ...], str]:
    """What a state answered, and where the page goes on; `NotFound` for what is no state."""
    if country not in services().reference.states:
        raise NotFound("state", country)
    lines, following = list_votes_of_state(connection, country, _after(connection, after))
    last = lines[-1].decision if following else None
    href = ""
    if last:
        name = f"{last.ref}.{last.round}"
        href = url_for("decisions.history", country=country, after=name)
    return tuple(_held(each) for each in lines), href


def _after(connection: Connection, name: str) -> tuple[datetime, int] | None:
    ref, _, number = name.partition(".")
    return find_key(connection, ref, int(number)) if number.isdecimal() else None


def _line(each: Decision) -> Line:
    return Line(
        href=url_for("decisions.decision", ref=each.ref, number=each.round),
        number=each.number or "",
        ref=each.ref,
        body=_body_name(each.body, local_day(each.at)),
        title=show(each.title, language()),
        outcome=t(f"decisions.did_{each.outcome}"),
        figures=_figures(each),
        day=local_day(each.at),
        illustrative=each.illustrative,
    )


def _figures(each: Decision) -> str:
    """What counted, in a sentence; nothing where no answer was counted."""
    tally = ballot_figures({"outcome": each.outcome, "tally": dict(each.tally)})
    asked_for_objections = each.way in {"consensus", "silence"} and not each.tally["against"]
    if each.outcome == "carried" and asked_for_objections:
        return t("decisions.unopposed")
    words = t("case.figure_tally", **tally) if tally else ""
    return words[:1].upper() + words[1:]


def _held(each: StateVote) -> HistoryLine:
    told = [text for text in (each.reservation, each.explanation) if text]
    return HistoryLine(_line(each.decision), t(f"decisions.{each.words}"), "\n".join(told))


def _body_name(body: str, day: date | None = None) -> str:
    found = services().reference.body(body)
    today = services().calendar.local_day(services().uow.clock.now())
    return found.name_on(day or today).acronym[language()]


def _answers(record: Mapping[str, Any]) -> Iterator[tuple[str, Answer]]:
    """Each answer with its status, by the names of the states, and the states without one."""
    rows = sorted(record["positions"], key=lambda row: formats.country(row["country"], language()))
    for row in rows:
        if row["status"] != "none":
            yield row["status"], _answer(row)
    silent = {s["country"] for s in record["electorate"]["seats"] if s["counted"]}
    silent -= {row["country"] for row in rows if row["status"] in {"counted", "void"}}
    for country in sorted(silent, key=lambda code: formats.country(code, language())):
        yield "", _without_answer(country, no_vote_label(record))


def _answer(row: Mapping[str, Any]) -> Answer:
    position = row["position"] or "secret"
    paper = row["on_behalf"]
    remarks = [
        _recorded(paper),
        t(f"decisions.{row['status']}") if row["status"] != "counted" else "",
    ]
    return Answer(
        country=formats.country(row["country"], language()),
        history_href=url_for("decisions.history", country=row["country"]),
        position=t(f"decisions.held_{position}"),
        office=_office(row),
        at=parse_iso(row["at"]),
        explanation=row["explanation"],
        reservation=row["reservation"],
        remark=" ".join(filter(None, remarks)),
    )


def _office(row: Mapping[str, Any]) -> str:
    words, acted = office_label(row["office"]), row["acts_for"]
    if not acted:
        return words
    return t("delegation.acted", office=words, by=acted["by"], giver=acted["name"])


def _recorded(paper: Mapping[str, str] | None) -> str:
    """On what an answer rests that the state did not give itself: a paper, or the room."""
    if paper is None:
        return ""
    signatory = paper["signatory"]
    key = "on_behalf" if signatory else "in_the_room"
    return t(f"decisions.{key}", signatory=signatory)


def _without_answer(country: str, held: str) -> Answer:
    href = url_for("decisions.history", country=country)
    name = formats.country(country, language())
    return Answer(name, href, t(f"decisions.{held}"), "", None, "", "", "")


def _apart(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for seat in record["electorate"]["seats"]:
        if not seat["counted"]:
            told = show(seat["note"], language()).text if seat["note"] else ""
            why = told or t(f"bodies.seat_{seat['reason']}", **show_params(seat["facts"]))
            yield formats.country(seat["country"], language()), why


def _facts(words: DocumentText, found: DecisionDetails) -> Iterator[tuple[str, str]]:
    record = found.record
    yield t("decisions.way"), t(f"decisions.way_{record['way']}")
    yield t("decisions.secrecy"), t(f"decisions.secrecy_{record['secrecy']}")
    yield t("decisions.opened"), words.at(parse_iso(record["times"]["opened"]))
    yield t("decisions.decided"), words.at(parse_iso(record["times"]["decided"]))
    if record["meeting"]:
        yield t("decisions.meeting"), record["meeting"]
    yield t("decisions.rule"), record["rule"]["data"]["note"][language()]


def _note(each: Note) -> NoteWords:
    country = formats.country(each.country, language()) if each.country else ""
    return NoteWords(t(f"decisions.note_{each.kind}"), country, each.text, each.at)
