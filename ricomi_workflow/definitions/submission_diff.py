"""What changed between two submissions, field by field, row by row, language by language.

Pure: two forms (perhaps of two versions) and their values in, a tuple of `Difference` out, in the
order of the new form. Rows of a table are matched by what they are and not by where they stand: a
row that moved has not changed. Computed columns follow their factors and are not told again; a rate
is, for the same place and day may have another by the time a form is handed in again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ricomi_workflow.definitions.display import display
from ricomi_workflow.definitions.fields import Lookups
from ricomi_workflow.definitions.model import FieldDef, FieldType, FormDef
from ricomi_workflow.definitions.tables import Row, match_rows, rows_of
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import LANGUAGE_NAMES, LANGUAGES, LocalizedText, join_clauses

Values = Mapping[str, Json]


class Change(StrEnum):
    """What happened to an answer."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer that is not what it was.

    `path` is that of the new answer (`budget.2.unit_cost`, `title.es`), or of the old one where it
    was removed. `label` names it: field, row and column, language. `old` and `new` are the stored
    values, None where there was or is none; of a whole row, its cells.
    """

    section: str
    path: str
    label: LocalizedText
    kind: Change
    old: Json
    new: Json
    was: FieldDef | None  # the field, column or (of a whole row) table that held the old value
    now: FieldDef | None  # the same of the new value

    @property
    def field(self) -> str:
        """The name of the field in which the difference stands."""
        return self.path.partition(".")[0]


@dataclass(frozen=True, slots=True)
class DifferenceText:
    """A difference in a reader's language: amounts, days and choices in words."""

    section: str
    path: str
    label: str
    kind: Change
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class _Location:
    """Where a difference stands."""

    section: str
    path: str
    label: LocalizedText

    def below(self, key: str, words: LocalizedText) -> _Location:
        """The same, one step deeper."""
        return _Location(self.section, f"{self.path}.{key}", _joined(self.label, words))


def differences(
    old_form: FormDef, old_values: Values, new_form: FormDef, new_values: Values
) -> tuple[Difference, ...]:
    """Every answer that was added, removed or changed, in the order of the new form.

    A field that the new form renamed (`was:`) is compared with the one it came from; a field that
    the new form does not have is told at the end.
    """
    before = {f.name: f for f in old_form.fields()}
    found: list[Difference] = []
    met: set[str] = set()
    for section in new_form.sections:
        for now in section.fields:
            was = before.get(former_name(now, before))
            met |= {was.name} if was else set()
            old = old_values.get(was.name) if was else None
            location = _Location(section.name, now.name, now.label)
            found += _field(location, was, now, old, new_values.get(now.name))
    for section in old_form.sections:
        for was in (f for f in section.fields if f.name not in met):
            location = _Location(section.name, was.name, was.label)
            found += _field(location, was, None, old_values.get(was.name), None)
    return tuple(found)


def former_name(now: FieldDef, before: Mapping[str, FieldDef]) -> str:
    """The name that a field had in an earlier form: its own, or the one it says it had."""
    return now.was if now.name not in before and now.was else now.name


def changed_sections(found: Sequence[Difference]) -> frozenset[str]:
    """The sections in which something differs."""
    return frozenset(difference.section for difference in found)


def difference_texts(
    found: Sequence[Difference], lang: str, lookups: Lookups
) -> tuple[DifferenceText, ...]:
    """The differences as a reader of `lang` sees them; a missing answer is an empty text."""
    return tuple(
        DifferenceText(
            each.section,
            each.path,
            each.label[lang],
            each.kind,
            _words(each.was, each.old, lang, lookups),
            _words(each.now, each.new, lang, lookups),
        )
        for each in found
    )


def _words(definition: FieldDef | None, value: Json, lang: str, lookups: Lookups) -> str:
    if definition is None or value is None:
        return ""
    if definition.type is FieldType.TABLE and isinstance(value, Mapping):
        colon = "\u00a0: " if lang == "fr" else ": "
        cells = ((c, display(c, value.get(c.name), lang, lookups).text) for c in definition.columns)
        return join_clauses((f"{c.label[lang]}{colon}{text}" for c, text in cells if text), lang)
    return display(definition, value, lang, lookups).text


def _field(
    location: _Location, was: FieldDef | None, now: FieldDef | None, old: Json, new: Json
) -> Iterator[Difference]:
    tables = [d.type is FieldType.TABLE for d in (was, now) if d]
    if old == new and (was is None or now is None or was.type is now.type):
        return
    if all(tables) and tables:
        yield from _table(location, was, now, old, new)
    elif _is_localized(old) and _is_localized(new):
        yield from _languages(location, was, now, old, new)
    elif old != new:
        yield _difference(location, was, now, old, new)


def _difference(
    location: _Location, was: FieldDef | None, now: FieldDef | None, old: Json, new: Json
) -> Difference:
    kind = Change.ADDED if old is None else Change.REMOVED if new is None else Change.CHANGED
    return Difference(location.section, location.path, location.label, kind, old, new, was, now)


def _is_localized(value: Json) -> bool:
    return value is None or (isinstance(value, Mapping) and set(value) <= set(LANGUAGES))


def _languages(
    location: _Location, was: FieldDef | None, now: FieldDef | None, old: Json, new: Json
) -> Iterator[Difference]:
    """One difference a language in which the text is not what it was."""
    before = old if isinstance(old, Mapping) else {}
    after = new if isinstance(new, Mapping) else {}
    for lang in LANGUAGES:
        here = location.below(lang, _everywhere(LANGUAGE_NAMES[lang]))
        one, other = before.get(lang), after.get(lang)
        if one != other:
            yield _difference(here, was, now, one, other)


def _table(
    location: _Location, was: FieldDef | None, now: FieldDef | None, old: Json, new: Json
) -> Iterator[Difference]:
    """The cells that changed in matched rows; whole rows that came or went."""
    before, after = rows_of(old), rows_of(new)
    pairs = match_rows(now or was, before, after)
    for n, row in enumerate(after):
        here = location.below(str(n), _everywhere(str(n + 1)))
        if (m := pairs.get(n)) is None:
            yield _difference(here, was, now, None, dict(row))
        else:
            yield from _cells(here, was, now, before[m], row)
    for m, row in enumerate(before):
        if m not in pairs.values():
            here = location.below(str(m), _everywhere(str(m + 1)))
            yield _difference(here, was, now, dict(row), None)


def _cells(
    location: _Location, was: FieldDef | None, now: FieldDef | None, old: Row, new: Row
) -> Iterator[Difference]:
    before = {c.name: c for c in was.columns} if was else {}
    after = {c.name: c for c in now.columns} if now else {}
    for name in dict.fromkeys([*after, *before]):
        column = after.get(name) or before[name]
        if (column.is_rate or not column.is_computed) and old.get(name) != new.get(name):
            here = location.below(name, column.label)
            yield _difference(here, before.get(name), after.get(name), old.get(name), new.get(name))


def _joined(label: LocalizedText, more: LocalizedText) -> LocalizedText:
    return LocalizedText(**{lang: f"{label[lang]}, {more[lang]}" for lang in LANGUAGES})


def _everywhere(text: str) -> LocalizedText:
    return LocalizedText(text, text, text, text)
