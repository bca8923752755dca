"""A case opened by a page: the same page sent twice opens one."""

from __future__ import annotations

from collections.abc import Callable

from flask import request

from ricomi_workflow.cases.case import Case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.repetition import (
    Answer,
    request_digest,
    store_answer,
    stored_answer,
)
from ricomi_workflow.web.i18n import language


def opened_once(tx: Tx, asked: str, make: Callable[[], Case]) -> str:
    """The reference of the case that `make` opens, or opened before for this very page.

    `asked`: what was chosen on the page; the page is known by its field `_once`.
    """
    once = request.form.get("_once", "")
    key = request_digest(tx.actor, "POST", once, asked.encode())
    before = stored_answer(tx, key, key) if once else None
    if before is not None:
        return before.body
    ref = make().ref
    if once:
        store_answer(tx, key, key, Answer(201, ref, language()))
    return ref
