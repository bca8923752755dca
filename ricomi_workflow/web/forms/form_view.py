"""Turns a form definition and what was typed into fields ready to render.

What was typed is a mapping from the name of an HTML input to its text (or texts): `title.es`,
`budget.0.unit_cost`, `topics` several times, `yes`/`no`. Errors find their control by the same
dotted path, so that a summary can link to it and the control can name its error. Tables are made
in `table_view.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ricomi_workflow.definitions.evaluation_scope import FormScope
from ricomi_workflow.definitions.file_refs import file_name
from ricomi_workflow.definitions.forms import Lookups
from ricomi_workflow.definitions.model import FieldDef, FieldType, FormDef, Section
from ricomi_workflow.definitions.number_formats import parse_amount
from ricomi_workflow.definitions.tables import Totals
from ricomi_workflow.kernel.errors import FieldError
from ricomi_workflow.kernel.text import LANGUAGE_NAMES, LANGUAGES
from ricomi_workflow.localization import formats
from ricomi_workflow.localization.submission_text import ReadSection, SubmissionText, Values
from ricomi_workflow.reference_data.country_names import sort_key
from ricomi_workflow.web.components import Mistake
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.forms.form_parts import (
    FieldView,
    HeldFile,
    LanguageText,
    OptionView,
    SectionView,
)
from ricomi_workflow.web.forms.operators_view import rules_view
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import mistake

Typed = Mapping[str, str | Sequence[str]]
FEW = 7  # more options than this become a list to open

LOCALIZED = frozenset({FieldType.LOCALIZED, FieldType.LOCALIZED_LONG})


@dataclass(frozen=True, slots=True)
class FormContents:
    """What stands in a form: texts typed, mistakes found, sums, and the table to lengthen."""

    typed: Typed
    errors: Sequence[FieldError] = ()
    totals: Totals | None = None
    add_row: str = ""
    read_only: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    held: Mapping[str, HeldFile] = field(default_factory=dict)  # files by how answers name them
    scope: FormScope | None = None  # what applies and what is required
    copied: Mapping[str, str] = field(default_factory=dict)  # where answers were copied from

    def text(self, name: str) -> str:
        """The one text typed under `name`, empty when nothing was."""
        texts = self.texts(name)
        return texts[0] if texts else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """Every text typed under `name`."""
        found = self.typed.get(name, ())
        return (found,) if isinstance(found, str) else tuple(found)

    def error(self, path: str) -> str:
        """The sentences of the mistakes at exactly `path`."""
        return " ".join(mistake(e) for e in self.errors if e.path == path)


def field_id(path: str) -> str:
    """The id of the control with the dotted `path`."""
    return "f-" + path.replace(".", "-").replace("_", "-")


def is_open(definition: FieldDef, filling: FormContents) -> bool:
    """Whether the reader sees this field at all."""
    return definition.name not in filling.hidden


def simple_field(
    definition: FieldDef, filling: FormContents, lookups: Lookups, *, path: str = ""
) -> FieldView:
    """A field that is not a table, with what was typed and what is wrong."""
    path = path or definition.name
    kind = _kind(definition, lookups)
    rules = rules_view(filling.scope, definition, path)
    view = FieldView(
        kind="computed" if definition.is_computed else kind,
        name=path,
        id=field_id(path),
        label=definition.label[language()],
        help=" ".join(filter(None, [_help(definition), rules.words if rules else ""])),
        error=filling.error(path),
        optional=not definition.required and not (rules and rules.needed),
        value=_shown(definition, filling.text(path)),
        options=_options(definition, path, filling, lookups),
        unit=_unit(definition),
        inputmode=_INPUT_MODES.get(definition.type, ""),
        width=_WIDTHS.get(definition.type, ""),
        max_words=definition.max_words,
        words_now=len(filling.text(path).split()),
        rules=rules,
        suggested_by=definition.suggest or "",
        copied=filling.copied.get(path, ""),
    )
    if definition.type is FieldType.FILES:
        return _with_files(view, filling)
    return _localized(view, filling) if definition.type in LOCALIZED else view


def _with_files(view: FieldView, filling: FormContents) -> FieldView:
    """The files of an answer; one of which nothing is known is shown by its name."""
    texts = filling.texts(view.name)
    held = (filling.held.get(x) or HeldFile(ref=x, name=file_name(x)) for x in texts)
    return replace(view, value="", files=tuple(held))


def fields_of(section: Section, filling: FormContents) -> tuple[FieldDef, ...]:
    """The fields of a section that this reader may see."""
    return tuple(f for f in section.fields if is_open(f, filling))


def mistakes(
    form: FormDef, filling: FormContents, sections: Sequence[SectionView]
) -> tuple[Mistake, ...]:
    """Every mistake in the order of the page, with the name of its control and the way to it."""
    order = {f.name: n for n, f in enumerate(form.fields())}
    names = {f.id: f.heading or f.label for section in sections for f in _controls(section)}
    found = sorted(filling.errors, key=lambda e: order.get(e.path.split(".")[0], len(order)))
    return tuple(Mistake(_named_mistake(e, names), target_of(form, e, filling)) for e in found)


def _controls(section: SectionView) -> Iterator[FieldView]:
    """The fields of a section, and every control in the rows of its tables."""
    for view in section.fields:
        yield view
        for row in (row for group in view.table.groups for row in group.rows) if view.table else ():
            yield from (*row.words, *row.folded, *(n.field for n in row.numbers if n.field))


def _named_mistake(error: FieldError, names: Mapping[str, str]) -> str:
    field_name = error.path if error.path.count(".") > 1 else error.path.partition(".")[0]
    name = names.get(field_id(field_name))
    return t("ui.mistake_of", name=name, mistake=mistake(error)) if name else mistake(error)


def target_of(form: FormDef, error: FieldError, filling: FormContents) -> str:
    """The id of the control in which a mistake is mended."""
    name = error.path.split(".", maxsplit=1)[0]
    definition = next((f for f in form.fields() if f.name == name), None)
    if definition is None or error.path != name:
        return field_id(error.path)
    if definition.type in LOCALIZED:
        return field_id(f"{name}.{original_language(name, filling)}")
    return field_id(name) + _FIRST_CONTROL.get(definition.type, "")


def original_language(name: str, filling: FormContents) -> str:
    """The first language in which a text was written; the reader's while there is none."""
    prefix = f"{name}."
    for key in filling.typed:
        lang = key.removeprefix(prefix)
        if key.startswith(prefix) and lang in LANGUAGES and filling.text(key):
            return lang
    return language()


def options_of(definition: FieldDef, lookups: Lookups) -> list[tuple[str, str]]:
    """The values of a choice with their labels in the reader's language."""
    if definition.type is FieldType.YES_NO:
        return [("yes", t("ui.answer_yes")), ("no", t("ui.answer_no"))]
    named = [(o.value, o.label[language()]) for o in lookups.options(definition)]
    countries = definition.type in {FieldType.COUNTRY, FieldType.COUNTRIES}
    return sorted(named, key=lambda each: sort_key(each[1])) if countries else named


_KINDS = {FieldType.LONG_TEXT: "area", FieldType.YES_NO: "radios", FieldType.FILES: "files"}


def _kind(definition: FieldDef, lookups: Lookups) -> str:
    match definition.type:
        case FieldType.LOCALIZED | FieldType.LOCALIZED_LONG:
            return "localized"
        case FieldType.CHOICES | FieldType.COUNTRIES:
            return "checks"
        case FieldType.CHOICE | FieldType.COUNTRY:
            return "radios" if len(options_of(definition, lookups)) <= FEW else "select"
        case _:
            return _KINDS.get(definition.type, "line")


def _shown(definition: FieldDef, text: str) -> str:
    """What stands in the control: an amount as the language writes it, all else as typed."""
    if definition.type is FieldType.MONEY:
        amount = parse_amount(text, language())
        return text if amount is None else formats.amount(amount, language())
    return text


_FIRST_CONTROL = {
    FieldType.TABLE: "-table",
    FieldType.CHOICES: "-0",
    FieldType.COUNTRIES: "-0",
    FieldType.YES_NO: "-0",
    FieldType.FILES: "-new",
}
_INPUT_MODES = {
    FieldType.MONEY: "decimal",
    FieldType.PERCENTAGE: "decimal",
    FieldType.INTEGER: "numeric",
    FieldType.DATE: "numeric",
}
_WIDTHS = {
    FieldType.MONEY: "w-num",
    FieldType.PERCENTAGE: "w-num",
    FieldType.INTEGER: "w-num",
    FieldType.DATE: "w-date",
}


def _unit(definition: FieldDef) -> str:
    """The currency beside an amount whose name does not say it; the sign of a percentage."""
    if definition.type is FieldType.PERCENTAGE:
        return "" if "%" in definition.label[language()] else "%"
    told = t("ui.currency")
    named = any(sign in definition.label[language()] for sign in (told, "US$"))
    return told if definition.type is FieldType.MONEY and not named else ""


def _help(definition: FieldDef) -> str:
    own = definition.help[language()] if definition.help else ""
    if definition.type is FieldType.DATE:
        return f"{own} {t('ui.date_help')}".strip()
    return own


def _options(
    definition: FieldDef, path: str, filling: FormContents, lookups: Lookups
) -> tuple[OptionView, ...]:
    chosen = filling.texts(path)
    return tuple(
        OptionView(value, label, f"{field_id(path)}-{n}", value in chosen)
        for n, (value, label) in enumerate(options_of(definition, lookups))
    )


def _localized(view: FieldView, filling: FormContents) -> FieldView:
    first = original_language(view.name, filling)
    texts = tuple(
        LanguageText(
            lang,
            LANGUAGE_NAMES[lang],
            f"{view.name}.{lang}",
            field_id(f"{view.name}.{lang}"),
            filling.text(f"{view.name}.{lang}"),
            filling.error(f"{view.name}.{lang}"),
        )
        for lang in sorted(LANGUAGES, key=lambda lang: lang != first)
    )
    words = len(texts[0].value.split())
    return replace(view, texts=texts, words_now=words)


__all__ = ["ReadSection", "read_sections"]


def read_sections(form: FormDef, values: Values) -> tuple[ReadSection, ...]:
    """What was answered; questions without an answer, and empty sections, are left out."""
    return SubmissionText(language(), services().lookups).sections(form, values)
