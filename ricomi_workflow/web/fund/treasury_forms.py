"""A form of the fund's desk: how it is declared, filled in and judged.

They are declared as any form is, so that values are read, judged and drawn in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ricomi_workflow.definitions.forms import draft_scope, validate_draft, validate_submission
from ricomi_workflow.definitions.html_values import parse_inputs
from ricomi_workflow.definitions.model import FieldDef, FieldType, FormDef, Section
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText
from ricomi_workflow.web.components import Mistake
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.forms.form_parts import SectionView
from ricomi_workflow.web.forms.form_view import Filling, mistakes
from ricomi_workflow.web.forms.table_view import section_view
from ricomi_workflow.web.i18n import language

_CHOSEN = frozenset({"amount", "sold", "credited"})  # in the currency that is chosen
Posted = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was sent: its texts, and its values once they are right."""

    form: FormDef
    posted: Posted
    values: Mapping[str, Json]
    errors: tuple[FieldError, ...]

    @property
    def section(self) -> SectionView:
        """The fields with what was typed; where a currency is chosen, no amount names another."""
        made = section_view(self.form.sections[0], self._filling, services().lookups)
        if not any(field.name == "currency" for field in made.fields):
            return made
        plain = (replace(f, unit="") if f.name in _CHOSEN else f for f in made.fields)
        return replace(made, fields=tuple(plain))

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """What is wrong, in the order of the page."""
        return mistakes(self.form, self._filling, [self.section])

    @property
    def _filling(self) -> Filling:
        given = parse_inputs(self.form, self.posted, language())
        kept, wrong = validate_draft(self.form, given, services().lookups, _today())
        scope = draft_scope(
            self.form, kept, wrong, _today()
        )  # rates are asked for foreign money only
        return Filling(self.posted, self.errors, scope=scope)

    def amount(self) -> Money:
        """The amount, once the values are right."""
        return Money.parse(str(self.values["amount"]))

    def day(self, name: str) -> date:
        """A day, once the values are right."""
        return date.fromisoformat(str(self.values[name]))

    def text(self, name: str) -> str:
        """A text, empty when it was not filled in."""
        return str(self.values.get(name, ""))


def empty(form: FormDef, **texts: str) -> Filled:
    """A form in which nothing, or only `texts`, stands yet."""
    return Filled(form, {name: (text,) for name, text in texts.items()}, {}, ())


def filled(form: FormDef, posted: Posted) -> Filled:
    """A form as it was sent, judged."""
    try:
        values = validate_submission(
            form, parse_inputs(form, posted, language()), services().lookups, _today()
        )
    except Invalid as error:
        return Filled(form, posted, {}, tuple(_in_currency(e, posted) for e in error.fields))
    return Filled(form, posted, values, ())


def _today() -> date:
    return services().calendar.local_day(services().uow.clock.now())


def _in_currency(error: FieldError, posted: Posted) -> FieldError:
    """A limit of an amount, told in the currency that was chosen."""
    chosen, limit = posted.get("currency", ("",))[0], error.params.get("limit")
    if error.path not in _CHOSEN or chosen in {"", BOOK_CURRENCY} or limit is None:
        return error
    return replace(error, params={**error.params, "limit": f"{chosen} {limit}"})


def desk_form(name: str, *fields: FieldDef) -> FormDef:
    """A form of the desk, of one section; its name is a text of `contributions`."""
    label = words(f"contributions.form_{name}")
    return FormDef(name, 1, label, (Section(name, label, fields),))


def desk_field(
    name: str, kind: FieldType, *, of: str = "contributions", required: bool = True, **rest: Any
) -> FieldDef:
    """A field of such a form; its name and its help are texts of the file `of`."""
    key = f"{of}.field_{name}_help"
    return FieldDef(
        name=name,
        type=kind,
        label=words(f"{of}.field_{name}"),
        help=words(key) if services().texts.has(key) else None,
        required=required,
        **rest,
    )


def words(key: str) -> LocalizedText:
    """A text of ours in every language."""
    texts = services().texts
    return LocalizedText(**{lang: texts.text(key, lang) for lang in LANGUAGES})
