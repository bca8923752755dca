"""Mails about accounts: one-time links, and delegations to the two people whom they concern.

Messages lead to their page; what they may do there is asked again when they do it.
"""

from __future__ import annotations

from collections.abc import Callable

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity import delegations
from ricomi_workflow.identity.delegation_queries import Certificate, get_certificate
from ricomi_workflow.identity.delegations import Scope
from ricomi_workflow.identity.queries import Recipient, find_person
from ricomi_workflow.identity.sign_in import (
    INVITATION,
    RESET,
    IssuedLink,
    issue_invitation,
    issue_reset,
)
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.messaging.commands import enqueue

PAGE = "stand-ins"
MESSAGE = {INVITATION: "invitation", RESET: "password_reset"}


def delegate(tx: Tx, giver_id: int, delegate_id: int, scope: Scope) -> int:
    """Make a certificate and ask its delegate to accept it; answer its key. Raises as it does."""
    key = delegations.delegate(tx, giver_id, delegate_id, scope)
    tx.flush()  # the certificate is read back
    made = get_certificate(tx.connection, key)
    if made is None:
        raise AssertionError("the certificate was just made")
    _notify(tx, "delegation_offered", made, made.delegate_id)
    return key


def accept(tx: Tx, key: int) -> None:
    """Let the delegate accept, and tell the giver."""
    found = delegations.accept(tx, key)
    _notify(tx, "delegation_accepted", found, found.giver_id)


def decline(tx: Tx, key: int) -> None:
    """Let the delegate decline, and tell the giver."""
    _end(tx, key, delegations.decline)


def revoke(tx: Tx, key: int) -> None:
    """End a certificate, and tell whom it concerns."""
    _end(tx, key, delegations.revoke)


def _end(tx: Tx, key: int, verb: Callable[[Tx, int], Certificate]) -> None:
    found = verb(tx, key)
    _notify(tx, "delegation_ended", found, found.giver_id, found.delegate_id)


def _notify(tx: Tx, message: str, about: Certificate, *user_ids: int) -> None:
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


def send_invitation(tx: Tx, user_id: int, secret_key: str) -> str:
    """Mail a person the link by which they choose their password; answer its token.

    Earlier links of the person end. Raises `NotFound`, `Forbidden`.
    """
    link = issue_invitation(tx, user_id, secret_key)
    _send(tx, link)
    return link.token


def send_password_reset(tx: Tx, email: str, secret_key: str) -> None:
    """Mail a link for a new password if `email` is a person's; otherwise do nothing, silently."""
    link = issue_reset(tx, email, secret_key)
    if link is not None:
        _send(tx, link)


def _send(tx: Tx, link: IssuedLink) -> None:
    params: dict[str, Json] = {
        "nonce": link.nonce,
        "purpose": link.purpose,
        "valid_hours": link.valid_hours,
    }
    enqueue(tx, MESSAGE[link.purpose], [link.recipient], params=params)
