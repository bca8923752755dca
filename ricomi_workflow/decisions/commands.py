"""Keep the record of a ballot in the act that ends it, publish it, and add notes to it later.

An adopted decision stands in the public catalogue, written from the record alone, so that a rebuild
gives what the act gave; exercises and the votes of states do not. A note has its own date and its
own entry in the trail of the case: the record stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import column, select, table

from ricomi_workflow.audit.checkpoints import latest_checkpoint
from ricomi_workflow.audit.commands import record
from ricomi_workflow.audit.queries import list_entries
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.ballots.queries import (
    ClosedVote,
    list_electorate,
    list_secret_votes,
    list_votes,
)
from ricomi_workflow.ballots.rows import Ballot, find_ballot_state
from ricomi_workflow.ballots.rules import Outcome
from ricomi_workflow.ballots.voting_methods import Secrecy
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case, capacity_with_role, delegation_facts
from ricomi_workflow.catalogue.commands import write_entry
from ricomi_workflow.catalogue.entry_types import DECISION
from ricomi_workflow.catalogue.projection import Entry as CatalogueEntry
from ricomi_workflow.catalogue.projection import search_words, title_languages
from ricomi_workflow.db.driver import read
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.decisions.models import decision, decision_note, decision_position
from ricomi_workflow.decisions.record import (
    VOID,
    Closing,
    RecordSources,
    build_record,
    final_votes,
    json_safe,
    list_notices,
    reveals_positions,
)
from ricomi_workflow.kernel.actors import NETWORK, Role
from ricomi_workflow.kernel.calendar import BusinessCalendar
from ricomi_workflow.kernel.canonical import Json, canonical, digest
from ricomi_workflow.kernel.clock import iso, parse_iso
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, NotFound
from ricomi_workflow.kernel.money import BOOK_CURRENCY
from ricomi_workflow.kernel.refs import decision_ref
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.reference_data.model import Reference

if TYPE_CHECKING:
    from sqlalchemy import Connection

DECISION_KIND = DECISION.partition("/")[0]


def is_in_catalogue(record: Mapping[str, object]) -> bool:
    """Whether a decision stands in the catalogue: a body adopted it, and it is no exercise."""
    return record["outcome"] == Outcome.CARRIED and not record["exercise"]


def list_adopted_entries(
    connection: Connection, services: Services
) -> Iterator[tuple[Mapping[str, object], tuple[tuple[str, str], ...]]]:
    """The entries of all decisions that stand in the catalogue, the oldest first; one statement."""
    kept = select(decision.c.ballot_id, decision.c.record).order_by(decision.c.ballot_id)
    for ballot_id, written in connection.execute(kept):
        record = json.loads(written)
        if is_in_catalogue(record):
            entry = build_entry(ballot_id, record, services.calendar, services.reference)
            yield entry.row, entry.facets


def build_entry(
    ballot_id: int, record: Mapping[str, Any], calendar: BusinessCalendar, reference: Reference
) -> CatalogueEntry:
    """The public entry of the decision of which `record` is the record."""
    times, body = record["times"], record["body"]
    day = calendar.local_day(parse_iso(times["decided"]))
    ref = decision_ref(record["reference"], record["round"])
    title = _in_order(record["question"])
    public: dict[str, Json] = {
        "title": title,
        "decision_number": record["number"],
        "body": _in_order(body["name"]),
        "decided_on": day.isoformat(),
    }
    row = {
        "entry_id": ballot_id,
        "ref": ref,
        "kind": DECISION_KIND,
        "definition": DECISION,
        "country": NETWORK,
        "status": record["outcome"],
        "year": day.year,
        "amount_minor": 0,
        "currency": BOOK_CURRENCY,
        "illustrative": record["illustrative"],
        "changed_at": parse_iso(times["recorded"]),
        "title": title,
        "summary": {},
        "public": public,
        **search_words(ref, [], public, reference),
        "confirmation": "",
        "answers": [],
        "office": "",
        "verified_on": day,
        "review_by": None,  # it tells of what is over
    }
    facets = {("kind", DECISION_KIND), ("status", record["outcome"]), ("year", str(day.year))}
    facets |= {("body", body["id"]), *title_languages(public)}
    return CatalogueEntry(row, tuple(sorted(facets)))


def _in_order(texts: Mapping[str, str]) -> dict[str, Json]:
    """Texts in the order of our languages, which the canonical form of a record does not keep."""
    return {lang: texts[lang] for lang in LANGUAGES if lang in texts}


NUMBERED: Final = frozenset({"carried", "lost"})  # what the body decided has a number
_NEXT = """INSERT INTO decision_number (series, year, last) VALUES (%s, %s, 1)
ON CONFLICT (series, year) DO UPDATE SET last = decision_number.last + 1 RETURNING last"""
_case = table("case", column("id"), column("definition_digest"))
_OF_BALLOT = "ballot."
_VOTES = frozenset({"ballot.vote_cast", "ballot.vote_recorded", "ballot.vote_taken_back"})


def write_record(
    tx: Tx, services: Services, case: Case, facts: Mapping[str, Json], reason: str | None
) -> dict[str, Json]:
    """Keep the record of the ballot that this act ends; answer what its entry must say of it.

    `facts` are what the entry says of the end already. Transaction: the case is locked and the
    positions are flushed; numbers of a body have no gap, since an act that fails gives its back.
    """
    state = find_ballot_state(tx.driver, case.id)
    if state is None:
        raise AssertionError("only a ballot ends")
    closing = _closing(tx, case, facts, reason)
    whole = _gather(tx, services, case, state.ballot, closing)
    made = build_record(whole)
    sealed = digest(made)
    said = {"record": canonical(made).decode(), "digest": sealed}
    tx.insert(decision, _row(services, whole) | said)
    for country, held in final_votes(whole).items():
        tx.insert(decision_position, _position_row(state.ballot.id, country, held))
    if is_in_catalogue(made):
        write_entry(tx, build_entry(state.ballot.id, made, services.calendar, services.reference))
    return {"decision": {"number": whole.number, "digest": sealed}}


def _closing(tx: Tx, case: Case, facts: Mapping[str, Json], reason: str | None) -> Closing:
    due, tally = facts.get("due"), facts["tally"]
    return Closing(
        seq=case.version + 1,
        prev=case.head,
        outcome=str(facts["outcome"]),
        tally=tally if isinstance(tally, Mapping) else {},
        at=parse_iso(str(due)) if due else tx.now,
        recorded_at=tx.now,
        reason=reason or "",
    )


def _number(tx: Tx, services: Services, case: Case, ballot: Ballot, closing: Closing) -> str | None:
    """The number of a decision in the series of its body and year; None where none was taken."""
    if closing.outcome not in NUMBERED:
        return None
    day = services.calendar.local_day(closing.at)
    series = f"{ballot.body}-exercise" if case.exercise else ballot.body
    last = read(tx.driver, _NEXT, [series, day.year])[0][0]
    body = services.reference.body(ballot.body)
    acronym = body.name_on(day).acronym["es"] if body.names else body.id.upper()
    kind = "DEC-EX" if case.exercise else "DEC"
    return f"{acronym}/{kind}.{last}/{day:%y}"


def _gather(
    tx: Tx, services: Services, case: Case, ballot: Ballot, closing: Closing
) -> RecordSources:
    connection = tx.connection
    entries = [e for e in list_entries(connection, case.id) if e.seq >= ballot.seq]
    last = latest_checkpoint(connection)
    day = services.calendar.local_day(ballot.opened_at)
    shows_slips = ballot.secrecy is Secrecy.SECRET and closing.outcome not in VOID
    return RecordSources(
        case=case,
        definition_digest=_definition_digest(connection, case.id),
        ballot=ballot,
        body=services.reference.body(ballot.body),
        day=day,
        question=ballot.question or _question(services, case, ballot),
        number=_number(tx, services, case, ballot, closing),
        closing=closing,
        answers=list_votes(
            connection, ballot.id, told=reveals_positions(ballot.secrecy, closing.outcome)
        ),
        slips=list_secret_votes(connection, ballot.id) if shows_slips else (),
        seats=list_electorate(connection, ballot.id),
        stand_ins=dict(_stand_ins(entries)),
        notice=list_notices(connection, ballot.id),
        steps=[*_steps(entries, ballot)],
        confirmation=entries[0].detail.get("rule_confirmation"),
        checkpoint={**last.as_json(), "digest": last.digest} if last else None,
    )


def _question(services: Services, case: Case, ballot: Ballot) -> dict[str, str]:
    """What was asked where nobody put it in words: the usual question on this kind of content."""
    title = dict(case.title or {})
    form = (ballot.content_form or "").partition("/")[0]
    known = services.texts.has(f"decisions.question_{form}")
    key = f"decisions.question_{form if known else 'other'}"
    if not services.texts.has(key):
        return title
    first = next(iter(title.values()), case.ref)
    return {
        lang: services.texts.text(key, lang, title=title.get(lang, first), ref=case.ref)
        for lang in LANGUAGES
    }


def _definition_digest(connection: Connection, case_id: int) -> str:
    wanted = select(_case.c.definition_digest).where(_case.c.id == case_id)
    return str(connection.execute(wanted).scalar_one())


def _stand_ins(entries: Sequence[Entry]) -> Iterator[tuple[int, Mapping[str, Json]]]:
    for entry in entries:
        named = entry.detail.get("acted_for")
        if isinstance(named, Mapping):
            yield entry.seq, {name: str(value) for name, value in named.items()}


def _steps(entries: Sequence[Entry], ballot: Ballot) -> Iterator[dict[str, Json]]:
    """What else was done in the ballot: attendance, the order of the call, notice, objections."""
    for entry in entries:
        if entry.seq > ballot.seq and entry.act.startswith(_OF_BALLOT) and entry.act not in _VOTES:
            yield {
                "entry": entry.seq,
                "at": iso(entry.at),
                "act": entry.act,
                "office": entry.office,
                "said": json_safe(entry.detail),
            }


def _row(services: Services, facts: RecordSources) -> dict[str, object]:
    ballot, closing, case = facts.ballot, facts.closing, facts.case
    return {
        "ballot_id": ballot.id,
        "case_id": case.id,
        "ref": case.ref,
        "round": ballot.round,
        "seq": closing.seq,
        "number": facts.number,
        "body": ballot.body,
        "year": services.calendar.local_day(closing.at).year,
        "title": dict(facts.question),
        "way": ballot.way.value,
        "secrecy": ballot.secrecy.value,
        "outcome": closing.outcome,
        "at": closing.at,
        "tally": dict(closing.tally),
        "exercise": case.exercise,
        "illustrative": case.illustrative,
    }


def _position_row(ballot_id: int, country: str, held: ClosedVote | None) -> dict[str, object]:
    return {
        "ballot_id": ballot_id,
        "country": country,
        "position": (held.position or "secret") if held else "none",
        "explanation": (held.explanation or None) if held else None,
        "reservation": (held.reservation or None) if held else None,
    }


NOTED: Final = "decision.noted"
KINDS: Final = ("sponsor", "footnote", "document", "correction")
OF_A_STATE: Final = frozenset({"sponsor", "footnote"})
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class NewNote:
    """What is to be noted; `country` for a sponsor or the footnote of a state."""

    kind: str
    text: str
    country: str | None = None


def add_note(tx: Tx, case: Case, number: int, given: NewNote, states: Collection[str]) -> int:
    """Note something beside the decision of ballot `number`; answer the number of the entry.

    `states`: the codes that there are. Raises `NotFound`, `Forbidden` (only the Secretariat notes)
    and `Invalid`. Transaction: the case is locked.
    """
    found = tx.connection.execute(
        select(decision.c.ballot_id).where(
            decision.c.case_id == case.id, decision.c.round == number
        )
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("decision", f"{case.ref}/{number}")
    actor = capacity_with_role(tx.actor, case, Role.SECRETARIAT)
    if actor is None:
        raise Forbidden(NOTED)
    _require_valid_note(given, states)
    office, text = Role.SECRETARIAT.value, given.text.strip()
    said: dict[str, Json] = {"kind": given.kind, "country": given.country, "text": text}
    seq = record(
        tx,
        case,
        NOTED,
        office=office,
        actor_id=tx.actor.user_id,
        detail={"ballot": number, **said, **delegation_facts(actor)},
    )
    row = {"ballot_id": found, "seq": seq, "office": office, "at": tx.now}
    tx.insert(decision_note, {**row, **said})
    return seq


def _require_valid_note(given: NewNote, states: Collection[str]) -> None:
    mistakes = []
    if given.kind not in KINDS:
        mistakes.append(FieldError("kind", "not_an_option", {"value": given.kind}))
    if given.country is None and given.kind in OF_A_STATE:
        mistakes.append(FieldError("country", "required"))
    if given.country is not None and given.country not in states:
        mistakes.append(FieldError("country", "not_an_option", {"value": given.country}))
    if not given.text.strip():
        mistakes.append(FieldError("text", "required"))
    elif len(given.text) > _LONGEST:
        figures = {"limit": _LONGEST, "found": len(given.text)}
        mistakes.append(FieldError("text", "too_long", figures))
    if mistakes:
        raise Invalid(mistakes)
