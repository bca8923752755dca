"""The worker's verbs: find what goes together and tell both sides, and sum up the week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select, text

from ricomi_workflow.cases.act import Services
from ricomi_workflow.catalogue.models import catalogue_entry, catalogue_facet
from ricomi_workflow.catalogue.record_types import open_statuses, stands
from ricomi_workflow.db.schema import UtcDateTime
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.case_kinds import kinds_catalogued_as
from ricomi_workflow.definitions.model import Library
from ricomi_workflow.identity.queries import Holder, list_holders
from ricomi_workflow.kernel.actors import SYSTEM, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Conflict
from ricomi_workflow.matching.candidates import Found, listed, suggestions
from ricomi_workflow.matching.commands import (
    lock_both,
    notify,
    page_of,
    reasons_digest,
    write_event,
)
from ricomi_workflow.matching.models import pair, pair_search
from ricomi_workflow.matching.queries import Pair, get_pair, known, pairs_of, tally
from ricomi_workflow.matching.rules import NEED, SIDES, Score, Side, Step, score
from ricomi_workflow.matching.weights import weights
from ricomi_workflow.messaging.commands import enqueue

if TYPE_CHECKING:
    from sqlalchemy import Connection

_BATCH = 50
_WEEK = timedelta(days=7)
_LISTED = 10  # so many pairs at most in a summary
_SEEN = text(
    "INSERT INTO pair_search (case_id, seen) VALUES (:case_id, :seen)"
    " ON CONFLICT (case_id) DO UPDATE SET seen = excluded.seen"
).bindparams(bindparam("seen", type_=UtcDateTime))
# Only one of two workers gets the row back, and only once a week.
_SENT = text(
    "INSERT INTO pair_digest (user_id, week, muted) VALUES (:user_id, :week, :muted)"
    " ON CONFLICT (user_id) DO UPDATE SET week = excluded.week"
    " WHERE pair_digest.week <> excluded.week RETURNING muted"
)


def find_pairs(services: Services) -> int:
    """Compare each need and offer that changed with the others; answer how many pairs were found.

    Transaction: one for each pair, under the locks of both cases, in which it is judged anew; then
    one that marks the entry as compared. What is done twice, or twice at once, tells nobody twice.
    """
    found = 0
    while True:
        with services.uow.read() as connection:
            waiting = _waiting(connection, services.library)
        for case_id, seen in waiting:
            found += sum(_propose(services, *each) for each in _proposals(services, case_id))
            with services.uow.begin(SYSTEM) as tx:
                tx.execute(_SEEN.bindparams(case_id=case_id, seen=seen))
        if len(waiting) < _BATCH:
            return found


def send_digests(services: Services) -> int:
    """Send each focal point the summary of the week, once; answer how many were sent.

    It tells of the pairs that were found in the last seven days and that wait for their State.
    Where there are none, nothing is sent. Transaction: one a person.
    """
    now = services.uow.clock.now()
    today = services.calendar.local_day(now)
    with services.uow.read() as connection:
        people = list_holders(connection, today, [(Role.FOCAL_POINT, None)])
    return sum(_sum_up(services, person, week_of(today)) for person in people)


def week_of(day: date) -> str:
    """The week of a day as ISO 8601 names it: `2026-W48`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _waiting(connection: Connection, library: Library) -> list[tuple[int, object]]:
    """The open entries whose present state was not compared yet, those of long ago first."""
    entry = catalogue_entry.c
    of_kind = select(catalogue_facet.c.entry_id).where(
        catalogue_facet.c.facet == "kind",
        catalogue_facet.c.value.in_(kinds_catalogued_as(library, *SIDES)),
    )
    rows = connection.execute(
        select(entry.entry_id, entry.changed_at)
        .outerjoin(pair_search, pair_search.c.case_id == entry.entry_id)
        .where(
            entry.entry_id.in_(of_kind),
            stands(open_statuses(library, *SIDES)),
            or_(pair_search.c.seen.is_(None), pair_search.c.seen != entry.changed_at),
        )
        .order_by(entry.changed_at, entry.entry_id)
        .limit(_BATCH)
    )
    return [(row.entry_id, row.changed_at) for row in rows]


def _proposals(services: Services, case_id: int) -> Iterator[tuple[str, str]]:
    """The references of needs and offers to bring together: the best that are no pair yet."""
    now = services.uow.clock.now()
    today = services.calendar.local_day(now)
    with services.uow.read() as connection:
        own = listed(connection, services.library, [case_id], now).get(case_id)
        if own is None:
            return
        found = suggestions(connection, services.library, case_id, now, today)
        found = found[: weights().notified]
        fresh = [each for each in found if not known(connection, *_ids(own.side, each))]
    for each in fresh:
        one, other = own.side.ref, each.listed.side.ref
        yield (one, other) if own.side.sort is NEED else (other, one)


def _ids(own: Side, found: Found) -> tuple[int, int]:
    other = found.listed.side
    return (own.case_id, other.case_id) if own.sort is NEED else (other.case_id, own.case_id)


def _propose(services: Services, need: str, offer: str) -> bool:
    """Write down one pair and tell both sides, if it still is one and nobody did so before."""
    try:
        with services.uow.begin(SYSTEM) as tx:
            return _write(tx, services, need, offer)
    except Conflict:  # another worker was first
        return False


def _write(tx: Tx, services: Services, need: str, offer: str) -> bool:
    cases = lock_both(tx, need, offer)
    one, other = cases
    if known(tx.connection, one.id, other.id):
        return False
    today = services.calendar.local_day(tx.now)
    sides = listed(tx.connection, services.library, [one.id, other.id], tx.now)
    if len(sides) < len(cases):
        return False
    made = score(sides[one.id].side, sides[other.id].side, weights(), today)
    if made is None or made.points < weights().floor:
        return False
    parts: list[Json] = [part.as_json() for part in made.parts]
    tx.insert(
        pair,
        {
            "need_id": one.id,
            "offer_id": other.id,
            "need_country": one.country,
            "offer_country": other.country,
            "points": made.points,
            "parts": parts,
            "found_at": tx.now,
            "changed_at": tx.now,
            "step": Step.PROPOSED.value,
            "number": 1,
        },
    )
    facts: dict[str, Json] = {"points": made.points, "reasons": reasons_digest(parts)}
    write_event(tx, one, other, 1, Step.PROPOSED, by=None, **facts)
    tx.flush()  # the pair is read back, so that both sides hear of it as everybody reads it
    _notify_both(tx, services, get_pair(tx.connection, need, offer), made)
    return True


def _notify_both(tx: Tx, services: Services, found: Pair, made: Score) -> None:
    today = services.calendar.local_day(tx.now)
    facts: dict[str, Json] = {
        "points": made.points,
        "highest": weights().highest,
        "shared": shared_labels(services, made),
        "page": page_of(found),
    }
    for own in (found.need, found.offer):
        notify(tx, today, "pair_found", own, found.other(own), **facts)


def shared_labels(services: Services, made: Score) -> list[Json]:
    """The topics, populations and forms in common, each in every language."""
    lists = {"topics": "topics", "populations": "populations", "modality": "modalities"}
    shared = {(part.name, value) for part in made.parts for value in part.values}
    return [
        {**option.label.as_dict()}
        for name, source in lists.items()
        for option in services.reference.options(source)
        if (name, option.value) in shared
    ]


def _sum_up(services: Services, person: Holder, week: str) -> bool:
    with services.uow.begin(SYSTEM) as tx:
        sent = _SENT.bindparams(user_id=person.user_id, week=week, muted=False)
        row = tx.execute(sent).first()
        if row is None or row[0] or person.country is None:
            return False
        country, since = person.country, tx.now - _WEEK
        new, waiting = tally(tx.connection, country, since)
        if not new:
            return False
        first = pairs_of(
            tx.connection, [country], steps=[Step.PROPOSED], since=since, limit=_LISTED
        )
        halves = [(each.half_of([country]) or each.need, each) for each in first]
        titles: list[Json] = [dict(each.other(own).title) for own, each in halves]
        facts: dict[str, Json] = {"number": new, "titles": titles, "waiting": waiting}
        enqueue(tx, "pair_digest", [person], params={**facts, "page": "pairs"})
    return True
