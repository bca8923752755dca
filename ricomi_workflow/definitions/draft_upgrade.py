"""Takes a draft from one version of a form to another, and says what becomes of every field.

Pure and explicit: nobody's draft moves by itself. The report lists each field and column as kept,
new, retyped or dropped; what is dropped stays in the report, so that it can be shown before anyone
agrees, and kept in the trail after.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ricomi_workflow.definitions.fields import amount_of
from ricomi_workflow.definitions.model import FieldDef, FieldType, FormDef
from ricomi_workflow.definitions.submission_diff import former_name
from ricomi_workflow.definitions.tables import rows_of
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import LocalizedText

_WORDS = {FieldType.TEXT, FieldType.LONG_TEXT}
_LOCALIZED = {FieldType.LOCALIZED, FieldType.LOCALIZED_LONG}
_ONE = {FieldType.CHOICE: FieldType.CHOICES, FieldType.COUNTRY: FieldType.COUNTRIES}
_FIGURES = {FieldType.INTEGER, FieldType.MONEY, FieldType.PERCENTAGE}


class FieldStatus(StrEnum):
    """What becomes of a field."""

    KEPT = "kept"
    NEW = "new"
    RETYPED = "retyped"  # it takes another type now
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class FieldReport:
    """What becomes of one field or column, and of what stood in it.

    `path` is the name in the new form (`budget`, `budget.rate`), of a dropped field in the old.
    `lost` is what stood there and is not taken over: None when nothing is lost.
    """

    fate: FieldStatus
    path: str
    label: LocalizedText
    lost: Json = None
    was: str | None = None  # its former name, when it has another


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A draft in the new version, and the report of how it came there."""

    old: str  # key of the form it came from, `request/v1`
    new: str
    values: Mapping[str, Json]
    fields: tuple[FieldReport, ...]

    def of(self, fate: FieldStatus) -> tuple[FieldReport, ...]:
        """The fields with this fate."""
        return tuple(f for f in self.fields if f.fate is fate)

    @property
    def loses(self) -> bool:
        """Whether anything that was typed is not taken over."""
        return any(f.lost is not None for f in self.fields)


def upgrade(old_form: FormDef, new_form: FormDef, values: Mapping[str, Json]) -> Upgrade:
    """`values`, a draft of `old_form`, as a draft of `new_form`.

    A field is found again by its name, or by the one it says it had (`was:`). A value whose type
    changed is converted where nothing can be misread; else it is lost, and said so. What is
    computed is left to be computed anew.
    """
    before = {f.name: f for f in old_form.fields()}
    taken: dict[str, Json] = {}
    fates: list[FieldReport] = []
    met: set[str] = set()
    for now in new_form.fields():
        was = before.get(former_name(now, before))
        if was is None:
            fates.append(FieldReport(FieldStatus.NEW, now.name, now.label))
            continue
        met.add(was.name)
        value = values.get(was.name)
        found = None if now.is_computed else _taken_over(was, now, value)
        if found is not None:
            taken[now.name] = found
        fates.append(_fate(was, now, value, found))
        fates += _columns(was, now, value)
    for was in (f for f in old_form.fields() if f.name not in met):
        lost = None if was.is_computed else values.get(was.name)
        fates.append(FieldReport(FieldStatus.DROPPED, was.name, was.label, lost))
    return Upgrade(old_form.key, new_form.key, taken, tuple(fates))


def _fate(was: FieldDef, now: FieldDef, value: Json, found: Json) -> FieldReport:
    same = was.type is now.type and was.is_computed is now.is_computed
    lost = value if found is None and not was.is_computed else None
    former = was.name if was.name != now.name else None
    return FieldReport(
        FieldStatus.KEPT if same else FieldStatus.RETYPED, now.name, now.label, lost, former
    )


def _columns(was: FieldDef, now: FieldDef, value: Json) -> Iterator[FieldReport]:
    """What becomes of each column of a table that stays one."""
    if not (was.type is now.type is FieldType.TABLE):
        return
    before = {c.name: c for c in was.columns}
    rows = rows_of(value)
    met: set[str] = set()
    for column in now.columns:
        path = f"{now.name}.{column.name}"
        old = before.get(former_name(column, before))
        if old is None:
            yield FieldReport(FieldStatus.NEW, path, column.label)
            continue
        met.add(old.name)
        cells = [row.get(old.name) for row in rows]
        lost = [c for c in cells if c is not None and _taken_over(old, column, c) is None]
        whole = None if old.is_computed or column.is_computed else lost or None
        found = None if whole else True
        told = _fate(old, column, whole, found)
        yield FieldReport(told.fate, path, column.label, told.lost, told.was)
    for old in (c for c in was.columns if c.name not in met):
        cells = [row[old.name] for row in rows if old.name in row]
        path = f"{was.name}.{old.name}"
        yield FieldReport(
            FieldStatus.DROPPED, path, old.label, None if old.is_computed else cells or None
        )


def _taken_over(was: FieldDef, now: FieldDef, value: Json) -> Json:
    """The value in the new type; None where there is none, or where it could be misread."""
    if value is None:
        return None
    if was.type is now.type:
        return _rows(was, now, value) if now.type is FieldType.TABLE else value
    return _converted(was.type, now.type, value)


def _rows(was: FieldDef, now: FieldDef, value: Json) -> Json:
    """The rows with their cells under the new columns; empty rows keep their place."""
    before = {c.name: c for c in was.columns}
    pairs = [
        (column, before.get(former_name(column, before)))
        for column in now.columns
        if not column.is_computed
    ]
    taken: list[Json] = []
    for row in rows_of(value):
        cells = {
            column.name: _taken_over(old, column, row.get(old.name))
            for column, old in pairs
            if old is not None and not old.is_computed
        }
        taken.append({name: cell for name, cell in cells.items() if cell is not None})
    return taken


def _converted(was: FieldType, now: FieldType, value: Json) -> Json:
    if {was, now} <= _WORDS or {was, now} <= _LOCALIZED:
        return value
    if _ONE.get(was) is now:
        return [value]
    if _ONE.get(now) is was and isinstance(value, list) and len(value) == 1:
        return str(value[0])
    if was in _LOCALIZED and now in _WORDS and isinstance(value, Mapping) and len(value) == 1:
        return str(next(iter(value.values())))
    if was in _FIGURES and now in _FIGURES:
        return _figure(now, value)
    return None


def _figure(now: FieldType, value: Json) -> Json:
    """A figure under another type, if it has no cents to lose."""
    amount = amount_of(value)
    if amount is None:
        return None
    if now is not FieldType.INTEGER:
        return str(amount)
    return None if amount.minor % 100 else amount.minor // 100
