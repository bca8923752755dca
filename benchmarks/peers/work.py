"""The full work of one move in Django's ORM, given what it writes; the engines differ around it."""

import hashlib
import itertools
import json
import time
from datetime import UTC, datetime

from benchmarks.peers.models import Case, Catalogued, Deadline, Delivery, Entry, Message

_keys = itertools.count(time.time_ns())


def locked(ref):
    """The case under lock, with its partners read."""
    case = Case.objects.select_for_update().get(ref=ref)
    case.acting_as = "secretariat"
    list(case.partner_set.all())
    return case


def sealed(case, half, at):
    """The entry of the trail for a move that has been made, chained to the one before."""
    facts = {
        "case": case.ref,
        "seq": case.version + 1,
        "at": at.isoformat(),
        "actor": half["actor_id"],
        "office": half["office"],
        "act": half["act"],
        "from": half["from_state"],
        "to": case.state,
        "reason": half["reason"],
        "detail": {},
        "prev": case.head,
    }
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    return Entry(
        case=case,
        seq=facts["seq"],
        at=at,
        actor_id=half["actor_id"],
        office=half["office"],
        act=half["act"],
        from_state=half["from_state"],
        to_state=case.state,
        reason=half["reason"],
        detail={},
        prev=case.head,
        digest=digest,
    )


def written(case, half):
    """Write everything that the move of `case` implies, the case included."""
    at = datetime.now(UTC)
    entry = sealed(case, half, at)
    case.version, case.head = entry.seq, entry.digest
    case.entered, case.entered_at, case.updated_at = entry.seq, at, at
    case.save()
    entry.save(force_insert=True)
    messages = [
        Message(id=next(_keys), user_id=who, case=case, name=name, params=params, created_at=at)
        for who, name, params in half["messages"]
    ]
    Message.objects.bulk_create(messages)
    Delivery.objects.bulk_create(
        [Delivery(message=m, status="waiting", attempts=0, next_at=at) for m in messages]
    )
    Deadline.objects.bulk_create(
        [
            Deadline(case=case, visit=entry.seq, kind=kind, at=when, rule=rule, then_trigger=then)
            for kind, when, rule, then in half["deadlines"]
        ]
    )
    Catalogued.objects.filter(case=case).update(changed_at=at)


def faults(halves):
    """What does not hold: chains, and the rows of each entry."""
    found = []
    for case in Case.objects.all():
        head, entries = "0" * 64, list(case.entry_set.order_by("seq"))
        for number, entry in enumerate(entries, 1):
            if entry.seq != number or entry.prev != head:
                found.append(f"chain of {case.ref} at {entry.seq}")
            head = entry.digest
        if (case.version, case.head) != (len(entries), head):
            found.append(f"{case.ref} does not stand where its trail ends")
    acts, told, terms = Entry.objects.count(), Message.objects.count(), Deadline.objects.count()
    each = {(len(half["messages"]), len(half["deadlines"])) for half in halves}
    for messages, deadlines in each if len(each) == 1 else ():
        if (told, terms) != (acts * messages, acts * deadlines):
            found.append(f"{acts} acts, {told} messages, {terms} deadlines")
    if Delivery.objects.count() != told:
        found.append("deliveries do not match messages")
    return found
