"""How a verb of meetings begins: the meeting under lock, in a state that allows the act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ricomi_workflow.cases.commands import lock
from ricomi_workflow.kernel.errors import FieldError, Invalid, NotFound, Refusal, Refused
from ricomi_workflow.meetings.deferred_cases import KIND

if TYPE_CHECKING:
    from collections.abc import Collection

    from ricomi_workflow.cases.act import Services
    from ricomi_workflow.cases.locked_case import Case
    from ricomi_workflow.db.uow import Tx
    from ricomi_workflow.meetings.rules import Item, Items

LONGEST = 4_000


def lock_meeting(tx: Tx, services: Services, ref: str, states: Collection[str], code: str) -> Case:
    """The meeting `ref` under lock. Raises `NotFound`; `Refused` with `code` in another state."""
    case = lock(tx, services, ref)
    if case.kind != KIND:
        raise NotFound("meeting", ref)
    if case.state not in states:
        raise Refused([Refusal(code, {"state": services.state(case).label.as_dict()})])
    return case


def get_item(items: Items, number: int) -> Item:
    """The item with this number. Raises `NotFound`."""
    found = next((item for item in items if item.number == number), None)
    if found is None:
        raise NotFound("item", str(number))
    return found


def clean_text(path: str, text: str, *, limit: int = LONGEST, required: bool = True) -> str:
    """A text that was typed, without blanks around it. Raises `Invalid`."""
    words = text.strip()
    if required and not words:
        raise Invalid([FieldError(path, "required")])
    if len(words) > limit:
        raise Invalid([FieldError(path, "too_long", {"limit": limit, "found": len(words)})])
    return words
