"""Where the questions of a form stand in a workbook: a sheet a section, a sheet a table.

Column A is hidden and names the place of each row: `months`, `title.es`, `topics=returnees` (one
of several options, yes or no), `participants#2` (one of several states, chosen from a list).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ricomi_workflow.definitions.fields import Lookups
from ricomi_workflow.definitions.model import FieldDef, FieldType, FormDef, Section
from ricomi_workflow.kernel.text import LANGUAGE_NAMES, LANGUAGES

LOCALIZED = frozenset({FieldType.LOCALIZED, FieldType.LOCALIZED_LONG})
LONG = frozenset({FieldType.LONG_TEXT, FieldType.LOCALIZED_LONG})
SEVERAL = frozenset({FieldType.CHOICES, FieldType.COUNTRIES})
CHOSEN = frozenset({FieldType.CHOICE, FieldType.COUNTRY})
FEW = 12  # more options than this are chosen from a list, in so many rows
TABLE = "table="
LONGEST_TITLE = 31
_FORBIDDEN = str.maketrans("", "", "[]:*?/\\'")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet: its place, what it asks, and the field that it belongs to."""

    place: str
    label: str
    help: str
    field: FieldDef
    yes_no: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: the lines of a section, or a table."""

    title: str
    heading: str
    lines: tuple[Line, ...] = ()
    table: FieldDef | None = None

    @property
    def columns(self) -> tuple[FieldDef, ...]:
        """The columns of a table that people fill in."""
        return tuple(c for c in self.table.columns if not c.is_computed) if self.table else ()


@dataclass(frozen=True, slots=True)
class Layout:
    """Makes the sheets of a form in one language, with the fields that its writer may fill in."""

    form: FormDef
    lookups: Lookups
    lang: str
    fields: Collection[str]

    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets in the order of the form."""
        found: list[Sheet] = []
        for section in self.form.sections:
            asked = [f for f in section.fields if f.name in self.fields]
            lines = tuple(line for f in asked for line in self._lines(f))
            label = section.label[self.lang]
            if lines:
                found.append(Sheet(_title(len(found) + 1, label), label, lines))
            for table in (f for f in asked if f.type is FieldType.TABLE):
                heading = self._heading(section, table)
                title = _title(len(found) + 1, table.label[self.lang])
                found.append(Sheet(title, heading, table=table))
        return tuple(found)

    def options(self, definition: FieldDef) -> list[tuple[str, str]]:
        """The values of a choice with their labels."""
        return [(o.value, o.label[self.lang]) for o in self.lookups.options(definition)]

    def _heading(self, section: Section, table: FieldDef) -> str:
        return f"{section.label[self.lang]}: {table.label[self.lang]}"

    def _lines(self, field: FieldDef) -> Iterator[Line]:
        label = field.label[self.lang]
        told = field.help[self.lang] if field.help else ""
        if field.type is FieldType.TABLE:
            return
        if field.type in LOCALIZED:
            first = sorted(LANGUAGES, key=lambda lang: lang != self.lang)
            for n, lang in enumerate(first):
                place, name = f"{field.name}.{lang}", f"{label} ({LANGUAGE_NAMES[lang]})"
                yield Line(place, name, "" if n else told, field)
        elif field.type in SEVERAL:
            yield from self._choices(field, label, told)
        else:
            yield Line(field.name, label, told, field)

    def _choices(self, field: FieldDef, label: str, told: str) -> Iterator[Line]:
        options = self.options(field)
        if len(options) <= FEW:
            for n, (value, words) in enumerate(options):
                place, name = f"{field.name}={value}", f"{label}: {words}"
                yield Line(place, name, "" if n else told, field, yes_no=True)
        else:
            for n in range(1, FEW + 1):
                yield Line(f"{field.name}#{n}", f"{label} ({n})", "" if n > 1 else told, field)


def fillable(form: FormDef, editable: Collection[str]) -> frozenset[str]:
    """The fields that can be answered in a workbook: no files, nothing that is computed."""
    return frozenset(
        f.name
        for f in form.fields()
        if f.name in editable and f.type is not FieldType.FILES and not f.is_computed
    )


def _title(number: int, label: str) -> str:
    return f"{number}. {label.translate(_FORBIDDEN)}"[:LONGEST_TITLE].rstrip()
