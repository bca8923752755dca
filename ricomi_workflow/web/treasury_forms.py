"""The two forms of the fund's desk: a promise, and money that arrived.

They are declared as any form is, so that values are read, judged and drawn in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ricomi_workflow.bodies.names import country_label, sort_key
from ricomi_workflow.definitions.forms import complete
from ricomi_workflow.definitions.model import FieldDef, FieldType, FormDef, Option, Section
from ricomi_workflow.definitions.web_values import from_web
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.web.components import Mistake
from ricomi_workflow.web.form_parts import SectionView
from ricomi_workflow.web.form_view import Filling, mistakes
from ricomi_workflow.web.i18n import language
from ricomi_workflow.web.table_view import section_view
from ricomi_workflow.web.viewer import services

OTHER = "other"
_CENT = "0.01"
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
        """The fields with what was typed."""
        return section_view(self.form.sections[0], self._filling, services().lookups)

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """What is wrong, in the order of the page."""
        return mistakes(self.form, self._filling, [self.section])

    @property
    def _filling(self) -> Filling:
        return Filling(self.posted, self.errors)

    def amount(self) -> Money:
        """The amount, once the values are right."""
        return Money.parse(str(self.values["amount"]))

    def day(self, name: str) -> date:
        """A day, once the values are right."""
        return date.fromisoformat(str(self.values[name]))

    def text(self, name: str) -> str:
        """A text, empty when it was not filled in."""
        return str(self.values.get(name, ""))


def pledge_form() -> FormDef:
    """A promise to the fund: by whom, how much, when, under which agreement."""
    return _form(
        "pledge",
        _field("donor", FieldType.CHOICE, options=_donors()),
        _field("donor_name", FieldType.TEXT, required=False, max_length=120),
        _field("amount", FieldType.MONEY, minimum=_CENT),
        _field("pledged_on", FieldType.DATE, maximum="today"),
        _field("agreement", FieldType.TEXT, required=False, max_length=120),
    )


def receipt_form() -> FormDef:
    """Money of a promise that arrived: how much, when, under which reference of the bank."""
    return _form(
        "receipt",
        _field("amount", FieldType.MONEY, minimum=_CENT),
        _field("received_on", FieldType.DATE, maximum="today"),
        _field("bank_reference", FieldType.TEXT, max_length=120),
    )


def empty(form: FormDef, **texts: str) -> Filled:
    """A form in which nothing, or only `texts`, stands yet."""
    return Filled(form, {name: (text,) for name, text in texts.items()}, {}, ())


def filled(form: FormDef, posted: Posted) -> Filled:
    """A form as it was sent, judged."""
    today = services().calendar.local_day(services().uow.clock.now())
    try:
        values = complete(form, from_web(form, posted, language()), services().lookups, today)
    except Invalid as error:
        return Filled(form, posted, {}, error.fields)
    if values.get("donor") == OTHER and not values.get("donor_name"):
        return Filled(form, posted, {}, (FieldError("donor_name", "required"),))
    return Filled(form, posted, values, ())


def donor_of(sent: Filled) -> tuple[str, Source]:
    """Who gives, and the class that follows from who it is."""
    donor = sent.text("donor")
    if donor in services().reference.states:
        return donor, Source.MEMBER_STATES
    if donor in services().reference.observers:
        return donor, Source.PERMANENT_OBSERVERS
    return sent.text("donor_name"), Source.OTHER


def _donors() -> tuple[Option, ...]:
    lang = language()
    states = [Option(c, country_label(c)) for c in services().reference.states]
    observers = [
        Option(o.code, o.name or country_label(o.code))
        for o in services().reference.observers.values()
    ]
    known = sorted([*states, *observers], key=lambda option: sort_key(option.label[lang]))
    return (*known, Option(OTHER, _words("treasury.donor_other")))


def _form(name: str, *fields: FieldDef) -> FormDef:
    label = _words(f"treasury.form_{name}")
    return FormDef(name, 1, label, (Section(name, label, fields),))


def _field(
    name: str,
    kind: FieldType,
    *,
    required: bool = True,
    options: tuple[Option, ...] = (),
    minimum: str | None = None,
    maximum: str | None = None,
    max_length: int | None = None,
) -> FieldDef:
    key = f"treasury.field_{name}_help"
    return FieldDef(
        name=name,
        type=kind,
        label=_words(f"treasury.field_{name}"),
        help=_words(key) if services().texts.has(key) else None,
        required=required,
        options=options,
        minimum=minimum,
        maximum=maximum,
        max_length=max_length,
    )


def _words(key: str) -> LocalizedText:
    texts = services().texts
    return LocalizedText(**{lang: texts.text(key, lang) for lang in LANGUAGES})
