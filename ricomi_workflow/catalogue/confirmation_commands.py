"""A State says what it holds of the public facts of an entry: it confirms or disputes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, tuple_

from ricomi_workflow.audit.commands import record
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case, capacities, delegation_facts
from ricomi_workflow.catalogue.commands import build_entry, project_case
from ricomi_workflow.catalogue.confirmations import (
    AWAITS,
    Confirmation,
    confirmation_rules,
    find_confirmation,
    validate_claims,
)
from ricomi_workflow.catalogue.models import catalogue_entry, catalogue_facet, fact_confirmation
from ricomi_workflow.catalogue.rules import (
    CONFIRMED,
    DISPUTED,
    answer_digest,
    differing_claims,
    facts_digest,
)
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.queries import list_holders
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from ricomi_workflow.messaging.commands import enqueue
from ricomi_workflow.reference_data.calendars import secretariat_calendar

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

ACTS: Final = {CONFIRMED: "facts.confirmed", DISPUTED: "facts.disputed"}
LONGEST_NOTE = 1000
PAGE = 50


@dataclass(frozen=True, slots=True)
class FactResponse:
    """What a State says of the facts whose digest is `seen`.

    `held`: what it holds instead, by fact; to say nothing is to confirm.
    """

    digest: str
    claims: Mapping[str, Json] = field(default_factory=dict)
    note: str = ""
    disputes: bool = False
    own: str = ""  # the `word_digest` of the State's own word that was read; empty: not asked


def get_confirmation(connection: Connection, services: Services, case: Case) -> Confirmation:
    """The facts of the entry of `case` and how its States stand to them.

    Raises `NotFound` where there is no entry, or none whose facts are asked.
    """
    entry = build_entry(connection, services, case, case.entered_at)
    found = find_confirmation(connection, case, entry) if entry else None
    if found is None:
        raise NotFound("facts", case.ref)
    return found


def find_respondent(actor: Actor, case: Case, found: Confirmation) -> tuple[Actor, str] | None:
    """In which capacity and for which State somebody may speak of the facts; None: for none.

    Of several States, for one that has not said anything yet.
    """
    states = {each.country for each in found.answers}
    every = [
        (each, country)
        for each in capacities(actor, case)
        for country in sorted(each.countries(Role.FOCAL_POINT) & states)
    ]
    waited = [pair for pair in every if pair[1] in found.awaited]
    return next(iter([*waited, *every]), None)


def respond_to_facts(tx: Tx, services: Services, case: Case, given: FactResponse) -> str:
    """Let the actor's State confirm or dispute the facts; answer what the entry is called then.

    To repeat what holds changes nothing. Raises `NotFound`, `Forbidden` (not a focal point of a
    State in the case), `Conflict` (the facts, or the State's own word, are not those that were
    read) and `Invalid`.
    Transaction: the case is locked.
    """
    found = get_confirmation(tx.connection, services, case)
    spoken = find_respondent(tx.actor, case, found)
    if spoken is None:
        raise Forbidden("facts")
    if given.digest != facts_digest(found.facts):
        raise Conflict("the facts changed meanwhile")
    differs = _differs(services, found, given)
    said = DISPUTED if given.disputes else CONFIRMED
    country = spoken[1]
    stand = next(each for each in found.answers if each.country == country)
    if (stand.answer, dict(stand.differs), stand.note) == (said, differs, given.note.strip()):
        return found.status
    if given.own and given.own != answer_digest(stand):
        raise Conflict("the State's own word changed meanwhile")
    _write(tx, case, spoken, (given, found), differs)
    told = project_case(tx, services, case, case.entered_at)
    _notify(tx, case, ACTS[said].replace(".", "_"), {s.country for s in found.answers} - {country})
    return told.status if told else ""


def list_respondents(tx: Tx, case: Case) -> frozenset[str]:
    """The States whose word stands in the entry of `case` as it is written now.

    Queries: one, for a kind whose facts are confirmed.
    """
    if case.kind not in confirmation_rules():
        return frozenset()
    told = tx.connection.execute(
        select(catalogue_entry.c.answers).where(catalogue_entry.c.entry_id == case.id)
    ).scalar()
    return frozenset(str(side["country"]) for side in told or () if side["answer"])


def request_confirmation(
    tx: Tx, case: Case, found: Confirmation, before: frozenset[str], *, ended: bool
) -> None:
    """Ask States for their word: when a case ends, all that have not said it.

    Else those whose word no longer counts; `before`: who had spoken of the facts as they were.
    """
    if ended:
        _notify(tx, case, "facts_to_confirm", found.awaited)
    elif reopened := found.lapsed & before:
        _notify(tx, case, "facts_reopened", reopened)


def request_confirmation_again(
    tx: Tx, case: Case, found: Confirmation, before: frozenset[str]
) -> None:
    """Ask every State in an entry again whose facts were corrected; `before`: who had spoken."""
    _notify(tx, case, "facts_reopened", before)
    _notify(tx, case, "facts_to_confirm", {each.country for each in found.answers} - before)


def list_awaiting(
    connection: Connection,
    countries: Iterable[str],
    after: tuple[datetime, str] | None = None,
    limit: int = PAGE,
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The public entries that wait for the word of one of `countries`, oldest first.

    `after`: when the last one seen changed, and its reference.
    """
    waits = (catalogue_facet.c.facet == AWAITS) & catalogue_facet.c.value.in_(list(countries))
    entry = catalogue_entry.c
    query = select(entry.ref, entry.title, entry.changed_at, entry.confirmation).where(
        entry.entry_id.in_(select(catalogue_facet.c.entry_id).where(waits))
    )
    place = (entry.changed_at, entry.ref)
    if after:
        query = query.where(tuple_(*place) > tuple_(*after, types=[each.type for each in place]))
    return connection.execute(query.order_by(*place).limit(limit)).all()


def _differs(services: Services, found: Confirmation, given: FactResponse) -> dict[str, Json]:
    """What is held otherwise; empty for a confirmation."""
    mistakes = []
    if len(given.note.strip()) > LONGEST_NOTE:
        figures: dict[str, Json] = {"limit": LONGEST_NOTE, "found": len(given.note.strip())}
        mistakes.append(FieldError("note", "too_long", figures))
    held = validate_claims(services, found.facts, given.claims if given.disputes else {}, mistakes)
    differs = differing_claims(found.facts, held)
    if given.disputes and not differs and not mistakes:
        mistakes.append(FieldError("claims", "nothing_differs"))
    if mistakes:
        raise Invalid(mistakes)
    return differs


def _write(
    tx: Tx,
    case: Case,
    spoken: tuple[Actor, str],
    word_of: tuple[FactResponse, Confirmation],
    differs: Mapping[str, Json],
) -> None:
    (actor, country), (given, found) = spoken, word_of
    said, note = DISPUTED if differs else CONFIRMED, given.note.strip()
    word: dict[str, Json] = {"country": country, "digest": given.digest, "differs": dict(differs)}
    seq = record(
        tx,
        case,
        ACTS[said],
        office=f"{Role.FOCAL_POINT}:{country}",
        actor_id=tx.actor.user_id,
        reason=note or None,
        detail={**word, **delegation_facts(actor)},
    )
    row = {"case_id": case.id, "seq": seq, "answer": said, "note": note, "at": tx.now}
    tx.insert(fact_confirmation, {**row, **word, "facts": dict(found.facts)})


def _notify(tx: Tx, case: Case, message: str, countries: Iterable[str]) -> None:
    """Tell the focal points of some States, in a message that leads to the facts."""
    wanted = [(Role.FOCAL_POINT, country) for country in sorted(countries)]
    told = list_holders(tx.driver, secretariat_calendar().local_day(tx.now), wanted)
    spoke = min(tx.actor.countries(Role.FOCAL_POINT), default="")
    params: dict[str, Json] = {
        "ref": case.ref,
        "title": dict(case.title or {}),
        "definition": case.definition,
        "country": spoke or case.country,
        "page": f"cases/{case.ref}/facts",
    }
    enqueue(tx, message, told, params=params, case_id=case.id)
