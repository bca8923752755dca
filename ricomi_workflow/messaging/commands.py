"""The verb by which slices tell people something, and what readers do with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import update

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.delegation_queries import list_delegates
from ricomi_workflow.identity.queries import Holder, Recipient
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.refs import is_exercise_ref, new_id
from ricomi_workflow.messaging.models import delivery, message
from ricomi_workflow.reference_data.calendars import secretariat_calendar


def enqueue(
    tx: Tx,
    name: str,
    recipients: Iterable[Recipient],
    *,
    params: Mapping[str, Json],
    case_id: int | None = None,
) -> int:
    """Write message `name` for each recipient, to be delivered after commit; answer how many.

    `params` holds facts (codes, dates, amounts), never sentences: the text is made in the
    reader's language when it is read or sent.
    """
    count = 0
    for recipient in _with_delegates(tx, list(recipients), params):
        key = new_id()
        own = {**params, "recipient_name": recipient.name}
        tx.insert(
            message,
            {
                "id": key,
                "user_id": recipient.user_id,
                "case_id": case_id,
                "name": name,
                "params": own,
                "created_at": tx.now,
                "exercise": is_exercise_ref(str(params.get("ref"))),
            },
        )
        tx.insert(
            delivery,
            {"message_id": key, "status": "waiting", "attempts": 0, "next_at": tx.now},
        )
        count += 1
    return count


def _with_delegates(tx: Tx, told: list[Recipient], params: Mapping[str, Json]) -> list[Recipient]:
    """Whom a message is for, and who stands in for them on the case that it is about."""
    kind, ref = str(params.get("definition", "")).partition("/")[0], params.get("ref")
    if not (kind and isinstance(ref, str)):
        return told
    absent = [each for each in told if isinstance(each, Holder)]
    others = list_delegates(tx.driver, secretariat_calendar().local_day(tx.now), absent, kind, ref)
    return [*told, *(other for other in others if other.user_id != tx.actor.user_id)]


def mark_read(tx: Tx, message_id: int | None = None) -> int:
    """Mark one message of the actor, or all of theirs, as read; answer how many were not."""
    mine = (message.c.user_id == tx.actor.user_id) & message.c.read_at.is_(None)
    if message_id is not None:
        mine &= message.c.id == message_id
    return tx.execute(update(message).where(mine).values(read_at=tx.now)).rowcount


def send_again(tx: Tx, message_id: int) -> None:
    """Let the worker try a mail anew that was given up. Raises `NotFound`."""
    revived = tx.execute(
        update(delivery)
        .where(delivery.c.message_id == message_id, delivery.c.status == "failed")
        .values(status="waiting", attempts=0, next_at=tx.now, leased_until=None)
    )
    if not revived.rowcount:
        raise NotFound("mail", str(message_id))
