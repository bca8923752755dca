"""What a page makes: the same page sent twice makes one."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Callable

from flask import request

from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.db.uow import Tx, acquire_locks
from ricomi_workflow.identity.tokens import Answer, find_answer, request_digest, store_answer
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language

FIELD = "_once"


def new_idempotency_key() -> str:
    """By what a page that makes something is known."""
    return secrets.token_hex(16)


def run_once(tx: Tx, asked: str, make: Callable[[], str]) -> str:
    """What `make` answers, or answered before for this very page; it is kept for a day.

    `asked`: what was chosen on the page; the page is known by its field `_once`.
    Transaction: to be called first in the act.
    """
    if not request.form.get(FIELD):
        return make()
    key = _key(tx, asked)
    acquire_locks(tx.connection, f"once {key}")
    before = find_answer(tx, key, key)
    if before is not None:
        return before.body
    made = make()
    store_answer(tx, key, key, Answer(201, made, language()))
    return made


def sent() -> str:
    """Where the page is sent and everything that was typed in it."""
    typed = request.form.to_dict(flat=False)
    typed.pop("csrf_token", None)
    return f"{request.path} {typed}"


def open_case_once(tx: Tx, asked: str, make: Callable[[], Case]) -> str:
    """The reference of the case that `make` opens, or opened before for this very page."""
    return run_once(tx, asked, lambda: make().ref)


def derive_page_secret(tx: Tx, asked: str) -> str:
    """A text that nobody guesses, the same each time this very page is sent: 32 bytes, URL-safe.

    So what is shown once is shown again to who presses twice. It is stored nowhere, nor is the
    page's own number in it: whoever knows the database and the secret key does not know it.
    Transaction: to be called first in the act.
    """
    page = request.form.get(FIELD)
    if not page:
        return secrets.token_urlsafe(32)
    key = f"once {tx.actor.user_id} {page} {_key(tx, asked)}"
    acquire_locks(tx.connection, key)
    made = hmac.digest(services().secret_key.encode(), key.encode(), "sha256")
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def _key(tx: Tx, asked: str) -> str:
    return request_digest(tx.actor, "POST", request.form[FIELD], asked.encode())
