"""The parts of a form ready to render: fields, options, tables with their groups and rows.

Texts are in the reader's language; ids and relations are made here once, so that every macro ties
label, help, error and control in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OptionView:
    """One value that may be chosen."""

    value: str
    label: str
    id: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class LanguageText:
    """One language of a text: its control."""

    lang: str
    language: str
    name: str
    id: str
    value: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file in an answer: how the answer names it, what is said of it, where it is opened."""

    ref: str
    name: str
    size: str = ""
    note: str = ""
    href: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class RulesView:
    """The operators of a field: as judged now, in words, and as data for the script."""

    name: str  # path of the field
    row: str  # path of the row, for a column
    when: str  # JSON
    hidden: bool
    required: str  # JSON
    needed: bool
    words: str
    computed: str  # JSON
    formula: str
    value: str  # of a computed field, plain
    rates: str = ""  # JSON: the table in which a field, not a column, is looked up


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field: how it is drawn (`kind`), what it says, what stands in it.

    `kind` is line, area, radios, select, checks, localized, files, table, computed or text (read
    only). `heading`
    is the accessible name where no label stands beside the control. `error_id` may point to an
    error drawn elsewhere.
    """

    kind: str
    name: str
    id: str
    label: str
    help: str = ""
    error: str = ""
    error_id: str = ""
    optional: bool = False
    value: str = ""
    options: tuple[OptionView, ...] = ()
    texts: tuple[LanguageText, ...] = ()
    unit: str = ""
    inputmode: str = ""
    width: str = ""
    max_words: int | None = None
    words_now: int = 0
    heading: str = ""
    table: TableView | None = None
    files: tuple[HeldFile, ...] = ()
    points: tuple[str, ...] = ()  # what a return asks to be changed here
    rules: RulesView | None = None
    suggested_by: str = ""  # the list of names that is offered
    copied: str = ""  # where the answer was copied from

    @property
    def described_by(self) -> str:
        """The ids of the help and the error that belong to the control."""
        ids = [f"{self.id}-help"] if self.help or self.max_words else []
        ids += [f"{self.id}-points"] if self.points else []
        ids += [f"{self.id}-copied"] if self.copied else []
        ids += [self.error_id or f"{self.id}-error"] if self.error or self.error_id else []
        return " ".join(ids)

    @property
    def invalid(self) -> bool:
        """Whether a mistake stands at this control."""
        return bool(self.error or self.error_id)

    @property
    def target(self) -> str:
        """The id of the first control, to which a summary links."""
        if self.kind in {"radios", "checks"} and self.options:
            return self.options[0].id
        return self.texts[0].id if self.texts else self.id


@dataclass(frozen=True, slots=True)
class NumberCell:
    """One number of a row: a control with the word of its unit, or a computed text."""

    label: str
    field: FieldView | None
    unit: str = ""
    text: str = ""
    rules: RulesView | None = None


@dataclass(frozen=True, slots=True)
class RowView:
    """One row: its number, the words in its first cell, its numbers."""

    number: str
    words: tuple[FieldView, ...]
    folded: tuple[FieldView, ...]
    facts: str
    unfold: bool
    numbers: tuple[NumberCell, ...]
    remove: str

    @property
    def errors(self) -> tuple[FieldView, ...]:
        """The controls of this row at which a mistake stands."""
        cells = [cell.field for cell in self.numbers]
        found = [*self.words, *self.folded, *(f for f in cells if f)]
        return tuple(f for f in found if f.error)


@dataclass(frozen=True, slots=True)
class GroupView:
    """Rows under one heading with their subtotal; without label for rows of no group."""

    label: str
    subtotal: str
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class TableView:
    """A whole table: headings of the number columns, groups, totals, difference."""

    name: str
    id: str
    heading: str
    columns: tuple[str, ...]
    unit_after: int | None
    groups: tuple[GroupView, ...]
    totals: tuple[str, ...]
    difference: str = ""
    read_only: bool = False
    in_money: bool = True  # whether its numbers are dollars, with a total; else they are counts
    rates: str = ""  # JSON: the table in which its columns are looked up


@dataclass(frozen=True, slots=True)
class SectionView:
    """One section of a form ready to render."""

    name: str
    label: str
    intro: str
    fields: tuple[FieldView, ...]
    points: tuple[str, ...] = ()  # what a return asks to be changed in it as a whole
