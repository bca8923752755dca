"""Certificates of delegation told to the two people whom they concern.

Messages lead to their page; what they may do there is asked again when they do it.
"""

from __future__ import annotations

from collections.abc import Callable

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity import delegations
from ricomi_workflow.identity.delegation_queries import Certificate, get_certificate
from ricomi_workflow.identity.delegations import Scope
from ricomi_workflow.identity.queries import Recipient, find_person
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.messaging.commands import enqueue

PAGE = "stand-ins"


def delegate(tx: Tx, giver_id: int, delegate_id: int, scope: Scope) -> int:
    """Make a certificate and ask its delegate to accept it; answer its key. Raises as it does."""
    key = delegations.delegate(tx, giver_id, delegate_id, scope)
    tx.flush()  # the certificate is read back
    made = get_certificate(tx.connection, key)
    if made is None:
        raise AssertionError("the certificate was just made")
    _tell(tx, "delegation_offered", made, made.delegate_id)
    return key


def accept(tx: Tx, key: int) -> None:
    """Let the delegate accept, and tell the giver."""
    found = delegations.accept(tx, key)
    _tell(tx, "delegation_accepted", found, found.giver_id)


def decline(tx: Tx, key: int) -> None:
    """Let the delegate decline, and tell the giver."""
    _end(tx, key, delegations.decline)


def revoke(tx: Tx, key: int) -> None:
    """End a certificate, and tell whom it concerns."""
    _end(tx, key, delegations.revoke)


def _end(tx: Tx, key: int, verb: Callable[[Tx, int], Certificate]) -> None:
    found = verb(tx, key)
    _tell(tx, "delegation_ended", found, found.giver_id, found.delegate_id)


def _tell(tx: Tx, message: str, about: Certificate, *user_ids: int) -> None:
    params: dict[str, Json] = {
        "giver": about.giver,
        "delegate": about.delegate,
        "first": about.valid_from.isoformat(),
        "last": about.valid_to.isoformat(),
        "page": PAGE,
    }
    people = [find_person(tx.connection, key) for key in user_ids if key != tx.actor.user_id]
    told = [
        Recipient(person.id, person.email, person.name, person.lang)
        for person in people
        if person and person.active
    ]
    enqueue(tx, message, told, params=params)
