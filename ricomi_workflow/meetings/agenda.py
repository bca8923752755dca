"""Writing the order of business: until it is adopted, it is added to, ordered and cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.cases.commands import act_on
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import FieldError, Invalid, Refusal, Refused
from ricomi_workflow.meetings.acts import all_convened, get_item, lock_meeting, notify, write_rows
from ricomi_workflow.meetings.documents import (
    NumberedDocument,
    as_revision,
    assign_number,
    in_all_languages,
)
from ricomi_workflow.meetings.models import meeting_agenda, meeting_document
from ricomi_workflow.meetings.queries import (
    Agenda,
    current_agenda,
    find_meeting,
    list_agenda_versions,
    used_numbers,
)
from ricomi_workflow.meetings.rules import (
    Access,
    Item,
    Items,
    Kind,
    Stage,
    move_item_in,
    next_number,
    remove_item_from,
    valid_title,
)
from ricomi_workflow.meetings.session_queries import DRAFTING, KIND, list_deferred_cases

if TYPE_CHECKING:
    from ricomi_workflow.cases.act import Services
    from ricomi_workflow.db.uow import Tx

WRITING = (Role.SECRETARIAT, Role.CHAIR, Role.VICE_CHAIR)


def add_item(
    tx: Tx,
    services: Services,
    ref: str,
    title: Mapping[str, str],
    *,
    public: bool = True,
    about: str = "",
) -> int:
    """Put an item on the draft order of business; answer its number.

    `about` is the reference of the case that it decides; without a title it bears the case's.
    Raises `Refused` (`agenda_adopted`), `Invalid`, `Forbidden`.
    """
    case, agenda = _drafted(tx, services, ref)
    items = agenda.items if agenda else ()
    item = new_item(tx, items, _used(tx, case), NewItem(title, about, public=public))
    _keep(tx, case, agenda, (*items, item), act="meeting.item_added", number=item.number)
    return item.number


def move_item(tx: Tx, services: Services, ref: str, number: int, step: int) -> None:
    """Move an item one place up (-1) or down (1). Raises as `add_item`, and `NotFound`."""
    case, agenda = _drafted(tx, services, ref)
    items = agenda.items if agenda else ()
    get_item(items, number)
    order = move_item_in(items, number, step)
    if order != items:
        _keep(tx, case, agenda, order, act="meeting.item_moved", number=number)


def remove_item(tx: Tx, services: Services, ref: str, number: int) -> None:
    """Take an item off the draft; its number is not given again. Raises as `move_item`.

    A case that a ballot put off to this meeting stays on it (`item_deferred_here`).
    """
    case, agenda = _drafted(tx, services, ref)
    items = agenda.items if agenda else ()
    about = get_item(items, number).case
    if about in {name for name, _ in list_deferred_cases(tx.connection, ref)}:
        raise Refused([Refusal("item_deferred_here", {"ref": about})])
    _keep(
        tx, case, agenda, remove_item_from(items, number), act="meeting.item_removed", number=number
    )


def set_item_public(tx: Tx, services: Services, ref: str, number: int, *, public: bool) -> None:
    """Say whether an item is treated in public or behind closed doors. Raises as `move_item`."""
    case, agenda = _drafted(tx, services, ref)
    items = agenda.items if agenda else ()
    changed = replace(get_item(items, number), public=public)
    order = tuple(changed if item.number == number else item for item in items)
    if order != items:
        act = "meeting.item_opened" if public else "meeting.item_closed"
        _keep(tx, case, agenda, order, act=act, number=number)


def issue_agenda(tx: Tx, services: Services, ref: str) -> None:
    """Issue the changed order of business of a convened meeting anew, and notify everybody.

    Raises `Refused` (`agenda_unchanged`) when what was issued last is what stands.
    """
    case = lock_meeting(tx, services, ref, ("convened",), "meeting_not_convened")
    found = find_meeting(tx.connection, ref)
    agenda = current_agenda(tx.connection, found) if found else None
    issued = [v for v in list_agenda_versions(tx.connection, case.id) if v.stage is not Stage.DRAFT]
    if agenda is None or (issued and issued[-1].items == agenda.items):
        raise Refused([Refusal("agenda_unchanged")])
    version = agenda.version + 1
    _, document = assign_number(
        tx, services, case, as_revision(tx, case, agenda_document(services, version))
    )
    row = agenda_row(case.id, version, Stage.CONVENED, agenda.items)
    rows = [(meeting_agenda, row), (meeting_document, document)]
    write_rows(tx, case, "meeting.agenda_issued", rows, *WRITING, agenda=version)
    act = act_on(tx, services, case)
    notify(act, "meeting_agenda_changed", all_convened(), found.terms if found else None)


def agenda_document(services: Services, version: int) -> NumberedDocument:
    """The order of business as a numbered document."""
    words = in_all_languages(services, "meetings.kind_order_of_business")
    return NumberedDocument(Kind.ORDER_OF_BUSINESS, words, "es", Access.PUBLIC, version=version)


def agenda_row(case_id: int, version: int, stage: Stage, items: Items) -> dict[str, object]:
    """A version of the order of business as it is stored."""
    listed = [item.as_json() for item in items]
    return {"case_id": case_id, "version": version, "stage": str(stage), "items": listed}


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item that somebody wants; without a title it bears that of the case `about`."""

    title: Mapping[str, str]
    about: str = ""
    public: bool = True


def new_item(tx: Tx, items: Items, used: set[int], wish: NewItem) -> Item:
    """An item with a number of its own. Raises `Invalid`."""
    ref = wish.about.strip()
    known = _case_title(tx, ref) if ref else {}
    if ref and any(item.case == ref for item in items):
        raise Invalid([FieldError("about", "on_the_agenda", {"ref": ref})])
    named = any(text.strip() for text in wish.title.values())
    words = valid_title(wish.title if named else known)
    return Item(next_number(items, used), words, public=wish.public, case=ref or None)


def _case_title(tx: Tx, ref: str) -> Mapping[str, str]:
    row = tx.connection.execute(
        select(case_table.c.title).where(case_table.c.ref == ref, case_table.c.kind != KIND)
    ).first()
    if row is None:
        raise Invalid([FieldError("about", "unknown_case", {"ref": ref})])
    return row.title or {"es": ref, "en": ref, "pt": ref, "fr": ref}


def _drafted(tx: Tx, services: Services, ref: str) -> tuple[Case, Agenda | None]:
    case = lock_meeting(tx, services, ref, DRAFTING, "agenda_adopted")
    found = find_meeting(tx.connection, ref)
    return case, current_agenda(tx.connection, found) if found else None


def _used(tx: Tx, case: Case) -> set[int]:
    """The numbers that items of the meeting ever had."""
    return used_numbers(list_agenda_versions(tx.connection, case.id))


def _keep(
    tx: Tx, case: Case, before: Agenda | None, items: Items, *, act: str, number: int
) -> None:
    version = (before.version if before else 0) + 1
    row = agenda_row(case.id, version, Stage.DRAFT, items)
    write_rows(tx, case, act, [(meeting_agenda, row)], *WRITING, agenda=version, item=number)
