"""Mailing the one-time links that `identity` issues: an invitation, or a way back in."""

from __future__ import annotations

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.sign_in import (
    INVITATION,
    RESET,
    IssuedLink,
    issue_invitation,
    issue_reset,
)
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.messaging.commands import enqueue

MESSAGE = {INVITATION: "invitation", RESET: "password_reset"}


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
