"""A form of one section as it was sent, outside the drafts of a case: read, judged and drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from ricomi_workflow.definitions.fields import Lookups
from ricomi_workflow.definitions.forms import draft_scope, validate_draft, validate_submission
from ricomi_workflow.definitions.html_values import parse_inputs
from ricomi_workflow.definitions.model import FormDef
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.web.components import Mistake
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.forms.form_parts import SectionView
from ricomi_workflow.web.forms.form_view import FormContents, mistakes
from ricomi_workflow.web.forms.table_view import section_view
from ricomi_workflow.web.i18n import language

Texts = Mapping[str, Sequence[str]]
_IN_CURRENCY = frozenset({"amount", "sold", "credited"})  # amounts in the currency that is chosen


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form as it was sent: its texts, and its values once they are valid."""

    form: FormDef
    lookups: Lookups
    posted: Texts = field(default_factory=dict)
    values: Mapping[str, Json] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()

    @property
    def section(self) -> SectionView:
        """The fields with what was typed; where a currency is chosen, no amount names another."""
        made = section_view(self.form.sections[0], self._filling, self.lookups)
        if not any(field.name == "currency" for field in made.fields):
            return made
        plain = (replace(f, unit="") if f.name in _IN_CURRENCY else f for f in made.fields)
        return replace(made, fields=tuple(plain))

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """What is wrong, in the order of the page."""
        return mistakes(self.form, self._filling, [self.section])

    @property
    def hidden_inputs(self) -> list[tuple[str, str]]:
        """What was typed, to be sent again with the confirmation."""
        names = [f.name for f in self.form.fields()]
        return [(name, text) for name in names for text in self.posted.get(name, ())]

    @property
    def _filling(self) -> FormContents:
        given = parse_inputs(self.form, self.posted, language())
        kept, wrong = validate_draft(self.form, given, self.lookups, today())
        scope = draft_scope(self.form, kept, wrong, today())  # which fields apply and are required
        return FormContents(self.posted, self.errors, scope=scope)

    def amount(self, name: str = "amount", currency: str = "") -> Money:
        """An amount, by default in the currency that was chosen."""
        chosen = currency or self.text("currency") or BOOK_CURRENCY
        return Money.parse(str(self.values[name]), chosen)

    def day(self, name: str) -> date:
        """A day that is required."""
        return date.fromisoformat(self.text(name))

    def optional_day(self, name: str) -> date | None:
        """A day that may be left out."""
        return self.day(name) if self.values.get(name) else None

    def text(self, name: str) -> str:
        """A text, empty when it was not filled in."""
        return str(self.values.get(name, ""))

    def texts(self, name: str) -> tuple[str, ...]:
        """Several values that were ticked."""
        found = self.values.get(name)
        return tuple(str(each) for each in found) if isinstance(found, list) else ()


def filled(form: FormDef, posted: Texts, lookups: Lookups) -> FilledForm:
    """A form as it was sent, judged."""
    try:
        values = validate_submission(form, parse_inputs(form, posted, language()), lookups, today())
    except Invalid as error:
        errors = tuple(_in_currency(each, posted) for each in error.fields)
        return FilledForm(form, lookups, posted, errors=errors)
    return FilledForm(form, lookups, posted, values)


def today() -> date:
    """The day of the Secretariat."""
    return services().calendar.local_day(services().uow.clock.now())


def _in_currency(error: FieldError, posted: Texts) -> FieldError:
    """A limit of an amount, told in the currency that was chosen."""
    chosen, limit = posted.get("currency", ("",))[0], error.params.get("limit")
    if error.path not in _IN_CURRENCY or chosen in {"", BOOK_CURRENCY} or limit is None:
        return error
    return replace(error, params={**error.params, "limit": f"{chosen} {limit}"})
