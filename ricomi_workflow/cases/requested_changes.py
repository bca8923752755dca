"""What a return asks to be changed: sections and fields of a form, each with a sentence.

An act whose transition says `points: <form>` may carry points. They stand in the trail's entry of
the act (`points`, `points_of`), and the next submission of that form answers them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.definitions.model import FormDef, WorkflowDef
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.text import clean

if TYPE_CHECKING:
    from sqlalchemy import Connection

LONGEST = 2_000
MOST = 200
Given = Sequence[Mapping[str, Json]]


@dataclass(frozen=True, slots=True)
class RequestedChange:
    """One thing to change: where, what, and the number of the entry that asked for it.

    Without a field it is about the whole section; an empty text refers to the reason of the act.
    """

    section: str
    field: str | None
    text: str
    seq: int


def check_requested_changes(form: FormDef, given: Given) -> list[Json]:
    """The points as the trail keeps them, in the order of the form, one a place.

    Raises `Invalid` for a section or field that the form does not have, and for a text too long.
    """
    found: dict[tuple[str, str | None], str] = {}
    errors: list[FieldError] = []
    for n, point in enumerate(given):
        place = _place(form, point)
        text = clean(str(point.get("text") or ""), lines=True)
        if place is None:
            errors.append(FieldError(f"points.{n}", "unknown", {"name": _named(point)}))
        elif len(text) > LONGEST:
            figures = {"limit": LONGEST, "found": len(text)}
            errors.append(FieldError(f"points.{n}", "too_long", figures))
        else:
            found[place] = text
    if len(given) > MOST:
        errors.append(FieldError("points", "too_large", {"limit": MOST, "found": len(given)}))
    if errors:
        raise Invalid(errors)
    return [
        {"section": section, "field": name, "text": found[section, name]}
        for section, name in _places(form)
        if (section, name) in found
    ]


def list_requested_changes(
    connection: Connection,
    workflow: WorkflowDef,
    case: Case,
    form: str,
    *,
    after: int = 0,
    before: int | None = None,
) -> tuple[RequestedChange, ...]:
    """What was asked of `form` (a name without version) by entries after, and before, others."""
    acts = [f"case.{t.trigger}" for t in workflow.transitions if t.points == form]
    if not acts:
        return ()
    statement = select(audit_entry.c.seq, audit_entry.c.detail).where(
        audit_entry.c.case_id == case.id, audit_entry.c.act.in_(acts), audit_entry.c.seq > after
    )
    if before is not None:
        statement = statement.where(audit_entry.c.seq < before)
    rows = connection.execute(statement.order_by(audit_entry.c.seq))
    return tuple(point for row in rows for point in requested_changes_in(row.seq, row.detail, form))


def requested_changes_in(
    seq: int, detail: Mapping[str, Json], form: str
) -> Iterator[RequestedChange]:
    """The points that an entry of the trail holds about `form`."""
    given = detail.get("points")
    if detail.get("points_of") != form or not isinstance(given, list):
        return
    for point in given:
        if isinstance(point, Mapping):
            name = point.get("field")
            yield RequestedChange(
                str(point["section"]), str(name) if name else None, str(point["text"]), seq
            )


def visible_changes(
    points: Sequence[RequestedChange], form: FormDef, hidden: Collection[str]
) -> tuple[RequestedChange, ...]:
    """The points that a reader may see from whom the fields `hidden` are kept."""
    open_ = {s.name: [f.name for f in s.fields if f.name not in hidden] for s in form.sections}
    return tuple(
        point
        for point in points
        if open_.get(point.section) and (point.field is None or point.field not in hidden)
    )


def _places(form: FormDef) -> Iterator[tuple[str, str | None]]:
    for section in form.sections:
        yield section.name, None
        for definition in section.fields:
            yield section.name, definition.name


def _place(form: FormDef, point: Mapping[str, Json]) -> tuple[str, str | None] | None:
    name = point.get("field")
    wanted = (str(point.get("section") or ""), str(name) if name else None)
    return wanted if wanted in set(_places(form)) else None


def _named(point: Mapping[str, Json]) -> str:
    return ".".join(str(point[key]) for key in ("section", "field") if point.get(key))
