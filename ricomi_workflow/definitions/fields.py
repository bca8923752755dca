"""The marshmallow fields behind the field types: typed JSON in, canonical JSON out.

A field refuses with a `Problem` (a code and its figures, never prose) and returns the one way in
which its value is stored: text in NFC without control characters, amounts as `1234.50`, choices
in the order of their options, states in the order of their codes. What may be chosen and which
day is today belong to the call, not to the form, and travel in `ValidationContext`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from marshmallow import ValidationError, fields
from marshmallow.experimental.context import Context

from ricomi_workflow.definitions.computed_fields import Rates
from ricomi_workflow.definitions.file_refs import MAX_FILES, parse_ref
from ricomi_workflow.definitions.model import FieldDef, FieldType, Option, ValueFormat
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGES, clean

LISTS = (
    "topics",
    "populations",
    "modalities",
    "states",
    "observers",
    "places",
    "forums",
    "sdgs",
    "gcm_objectives",
)
MAX_ROWS = 500
LONGEST = {FieldType.TEXT: 1_000, FieldType.LOCALIZED: 1_000}
LONGEST_TEXT = 50_000
LARGEST_INTEGER = 10**12
LARGEST_MINOR = 10**15 - 1
ADDRESS = r"https?://[^\s/?#]+\.[^\s/?#]+([/?#]\S*)?"
_AMOUNT = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,2})?")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Figure = Money | int | Decimal | date
F = TypeVar("F", Money, int, Decimal, date)


@dataclass(frozen=True, slots=True)
class Lookups:
    """What may be chosen where a field says `options_from`, and the tables of rates by name."""

    topics: tuple[Option, ...] = ()
    populations: tuple[Option, ...] = ()
    modalities: tuple[Option, ...] = ()
    states: tuple[Option, ...] = ()
    observers: tuple[Option, ...] = ()
    places: tuple[Option, ...] = ()
    forums: tuple[Option, ...] = ()
    sdgs: tuple[Option, ...] = ()
    gcm_objectives: tuple[Option, ...] = ()
    rates: Rates = field(default_factory=dict)
    given: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)  # lists of the caller

    def options(self, definition: FieldDef) -> tuple[Option, ...]:
        """The options of a field: its own, or those of the list it names (countries: states)."""
        countries = definition.type in {FieldType.COUNTRY, FieldType.COUNTRIES}
        name = definition.options_from or ("states" if countries else None)
        if name not in LISTS:
            return self.given.get(name, ()) if name else definition.options
        return tuple(getattr(self, name))


@dataclass(frozen=True, slots=True)
class ValidationContext:
    """What a value is judged by besides its form; without `today` no day is in the past."""

    lookups: Lookups
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Which rule a value breaks, with its figures, at a path below the field."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    below: str = ""


def validation_error(code: str, **params: object) -> ValidationError:
    """The error that says `code` of this field."""
    return ValidationError([Problem(code, params)])


def validation_context(lookups: Lookups, today: date | None) -> Context[ValidationContext]:
    """The block within which values are judged by these circumstances."""
    return Context(ValidationContext(lookups, today))


def current_context() -> ValidationContext:
    """The circumstances of the present call."""
    return Context[ValidationContext].get()


class _Typed(fields.Field[Json], ABC):
    """A field that knows its definition."""

    default_error_messages = {  # noqa: RUF012 - marshmallow merges these along the classes
        "required": "required",
        "null": "required",
    }

    def __init__(self, definition: FieldDef) -> None:
        super().__init__(required=definition.required and not definition.is_computed)
        self.definition = definition

    def _deserialize(
        self,
        value: object,
        attr: str | None,  # noqa: ARG002 - marshmallow's signature
        data: Mapping[str, object] | None,  # noqa: ARG002 - the same
        **_kwargs: object,
    ) -> Json:
        return self.canonical(value)

    @abstractmethod
    def canonical(self, value: object) -> Json:
        """The stored form of `value`. Raises: ValidationError holding `Problem`s."""


class TextField(_Typed):
    """A text in the one language its writer used."""

    def canonical(self, value: object) -> str:
        """The text, trimmed; refused when it is too long."""
        if not isinstance(value, str):
            raise validation_error("not_text")
        several = self.definition.type in {FieldType.LONG_TEXT, FieldType.LOCALIZED_LONG}
        text = clean(value, lines=several)
        words, longest = len(text.split()), self.definition.max_length
        if self.definition.max_words is not None and words > self.definition.max_words:
            raise validation_error("too_many_words", limit=self.definition.max_words, found=words)
        longest = longest or LONGEST.get(self.definition.type, LONGEST_TEXT)
        if len(text) > longest:
            raise validation_error("too_long", limit=longest, found=len(text))
        if self.definition.format is ValueFormat.ADDRESS and not re.fullmatch(ADDRESS, text):
            raise validation_error("not_an_address", value=text)
        return text


class LocalizedField(TextField):
    """A text in one or more of the four languages, by language."""

    def _deserialize(
        self,
        value: object,
        attr: str | None,  # noqa: ARG002 - marshmallow's signature
        data: Mapping[str, object] | None,  # noqa: ARG002 - the same
        **_kwargs: object,
    ) -> Json:
        if not isinstance(value, Mapping):
            raise validation_error("language_missing")
        problems: list[Problem] = []
        texts: dict[str, str] = {}
        for lang, text in value.items():
            if lang not in LANGUAGES:
                problems.append(Problem("unknown", {"name": str(lang)}, str(lang)))
                continue
            try:
                texts[str(lang)] = self.canonical(text)
            except ValidationError as error:
                problems += [Problem(p.code, p.params, str(lang)) for p in problems_of(error)]
        if problems:
            raise ValidationError(problems)
        return texts


def problems_of(error: ValidationError) -> list[Problem]:
    """The problems that one of our fields raised."""
    messages = error.messages if isinstance(error.messages, list) else []
    return [found for found in messages if isinstance(found, Problem)]


class ChoiceField(_Typed):
    """One of the options."""

    code = "not_an_option"

    def values(self) -> list[str]:
        """What may be chosen now, in order."""
        return [o.value for o in current_context().lookups.options(self.definition)]

    def canonical(self, value: object) -> Json:
        """The value when it is an option."""
        if not isinstance(value, str) or value not in self.values():
            raise validation_error(self.code, value=str(value))
        return value


class ChoicesField(ChoiceField):
    """Some of the options, each once, stored in the order of the options."""

    def canonical(self, value: object) -> Json:
        """The values in order."""
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise validation_error(self.code, value=str(value))
        values = self.values()
        problems = [Problem(self.code, {"value": str(v)}) for v in value if v not in values]
        seen = [v for v in dict.fromkeys(map(str, value)) if list(value).count(v) > 1]
        problems += [Problem("duplicate", {"value": v}) for v in seen]
        if problems:
            raise ValidationError(problems)
        return self.ordered([str(v) for v in value], values)

    def ordered(self, chosen: list[str], values: list[str]) -> list[str]:
        """The values in the order in which they are stored."""
        return sorted(chosen, key=values.index)


class CountryField(ChoiceField):
    """A state, by ISO 3166-1 alpha-2."""

    code = "not_a_state"


class CountriesField(ChoicesField):
    """Some states, each once, stored in the order of their codes."""

    code = "not_a_state"

    def ordered(self, chosen: list[str], values: list[str]) -> list[str]:  # noqa: ARG002 - as above
        """The codes in order."""
        return sorted(chosen)


class DateField(_Typed):
    """A day, ISO 8601."""

    def canonical(self, value: object) -> str:
        """The day when it exists and lies within the limits."""
        if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
            raise validation_error("not_date", value=str(value))
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise validation_error("not_date", value=value) from None
        today = current_context().today
        if self.definition.minimum == "today" and today is not None and day < today:
            raise validation_error("in_past", limit=today.isoformat())
        require_limits(day, *(self.limit(text, today) for text in limits(self.definition)))
        return value

    @staticmethod
    def limit(text: str | None, today: date | None) -> date | None:
        """The day that a limit means."""
        if text is None or text == "today":
            return today if text else None
        return date.fromisoformat(text)


def limits(definition: FieldDef) -> tuple[str | None, str | None]:
    """The written limits of a field."""
    return definition.minimum, definition.maximum


def require_limits(value: F, least: F | None, most: F | None) -> None:
    """Refuse a value outside its limits. Raises: ValidationError `too_small`, `too_large`."""
    if least is not None and value < least:
        raise validation_error("too_small", limit=_plain(least), found=_plain(value))
    if most is not None and value > most:
        raise validation_error("too_large", limit=_plain(most), found=_plain(value))


def _plain(figure: Figure) -> int | str:
    return figure if isinstance(figure, int) else str(figure)


class IntegerField(_Typed):
    """A whole number."""

    def canonical(self, value: object) -> int:
        """The number when it lies within the limits."""
        least, most = (None if text is None else int(text) for text in limits(self.definition))
        if self.definition.format is ValueFormat.YEAR:
            return self.year(value, least or 1, most or 9_999)
        if isinstance(value, bool) or not isinstance(value, int):
            raise validation_error("not_integer", value=str(value))
        require_limits(value, least if least is not None else -LARGEST_INTEGER, most)
        require_limits(value, None, LARGEST_INTEGER)
        return value

    @staticmethod
    def year(value: object, least: int, most: int) -> int:
        """The year when it lies within the limits, which its refusal names as years."""
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise validation_error("not_a_year", least=str(least), most=str(most))
        return value


def amount_of(value: object) -> Money | None:
    """The amount of a typed value: an int, or plain text with at most two decimals."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value) if isinstance(value, int) and abs(value) < LARGEST_MINOR else value
    if not isinstance(text, str) or not _AMOUNT.fullmatch(text):
        return None
    amount = Money.parse(text)
    return None if text.startswith("-") and not amount else amount


class MoneyField(_Typed):
    """An amount in United States dollars; below zero only where the form declares it."""

    def canonical(self, value: object) -> str:
        """The amount with two decimals. Floats, a third decimal, exponents, -0: refused."""
        amount = amount_of(value)
        if amount is None:
            raise validation_error("not_money", value=str(value))
        least, most = (
            None if text is None else Money.parse(text) for text in limits(self.definition)
        )
        free = Money(-LARGEST_MINOR if self.definition.is_computed else 0)
        require_limits(amount, free if least is None else least, most)
        require_limits(amount, None, Money(LARGEST_MINOR))
        return str(amount)


def percentage_of(value: object) -> Decimal | None:
    """The percentage of a typed value: a whole number, or plain text with two decimals at most."""
    amount = amount_of(value)
    return None if amount is None else Decimal(amount.minor).scaleb(-2)


class PercentageField(_Typed):
    """A percentage with two decimals, from 0 to 100 where the form declares nothing else."""

    def canonical(self, value: object) -> str:
        """The figure with two decimals."""
        figure = percentage_of(value)
        if figure is None:
            raise validation_error("not_percentage", value=str(value))
        if self.definition.is_computed:
            return f"{figure:.2f}"
        least, most = limits(self.definition)
        lowest, highest = Decimal(least or 0), Decimal(100 if most is None else most)
        if not lowest <= figure <= highest:
            low = figure < lowest
            facts = {"limit": f"{lowest if low else highest} %", "found": f"{figure} %"}
            raise validation_error("too_small" if low else "too_large", **facts)
        return f"{figure:.2f}"


class YesNoField(_Typed):
    """True or false; with `min: true`, only true will do."""

    def canonical(self, value: object) -> bool:
        """The answer."""
        if not isinstance(value, bool):
            raise validation_error("not_an_option", value=str(value))
        if self.definition.minimum == "true" and not value:
            raise validation_error("not_yes")
        return value


class FilesField(_Typed):
    """Files by their digests, each once, in the order in which they were added."""

    def canonical(self, value: object) -> Json:
        """The references; whether the case holds these files is for its slice to say."""
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise validation_error("not_a_file", value=str(value))
        wrong = [str(v) for v in value if parse_ref(v) is None]
        if wrong:
            raise ValidationError([Problem("not_a_file", {"value": v}) for v in wrong])
        most = int(self.definition.maximum or MAX_FILES)
        if len(value) > most:
            raise validation_error("too_many_files", limit=most, found=len(value))
        return list(dict.fromkeys(map(str, value)))


SCALARS: Mapping[FieldType, type[_Typed]] = {
    FieldType.TEXT: TextField,
    FieldType.LONG_TEXT: TextField,
    FieldType.LOCALIZED: LocalizedField,
    FieldType.LOCALIZED_LONG: LocalizedField,
    FieldType.CHOICE: ChoiceField,
    FieldType.CHOICES: ChoicesField,
    FieldType.COUNTRY: CountryField,
    FieldType.COUNTRIES: CountriesField,
    FieldType.DATE: DateField,
    FieldType.INTEGER: IntegerField,
    FieldType.MONEY: MoneyField,
    FieldType.PERCENTAGE: PercentageField,
    FieldType.YES_NO: YesNoField,
    FieldType.FILES: FilesField,
}
