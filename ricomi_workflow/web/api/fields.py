"""Fields of the API: mistakes are codes with figures, values have one text form each.

Amounts travel as decimal text, instants as RFC 3339 in UTC, states as ISO 3166-1 alpha-2 codes,
words that people wrote as {language: text}. Whatever an answer may hold, it always holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, missing, validate

from ricomi_workflow.definitions.fields import validation_error
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText
from ricomi_workflow.web.i18n import language

AMOUNT = r"^-?[0-9]{1,13}\.[0-9]{2}$"
COUNTRY = r"^[A-Z]{2}$"
_LARGEST = 2**31 - 1


class Question(Schema):
    """What is sent: nothing unknown is taken."""

    error_messages = {"unknown": "unknown", "type": "not_object"}  # noqa: RUF012 - as marshmallow

    class Meta:
        """Unknown names are mistakes."""

        unknown = RAISE


class Answer(Schema):
    """What is answered: every field is always there, and no other."""

    class Meta:
        """The document says that there are no other fields."""

        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Say of every field that it is always there: null where its path hangs on nothing."""
        del field_name
        field_obj.required = True
        if field_obj.dump_default is missing:
            field_obj.dump_default = None

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """The value at a dotted path of names, of which an empty one is the value itself."""
        for name in filter(None, attr.split(".")):
            if obj is None:
                return default
            obj = obj[name] if isinstance(obj, Mapping) else getattr(obj, name)
        return obj


class Nothing(Question):
    """No parameters."""


class Shortest(validate.Length):
    """Not longer than `max`; says so with its figures."""

    def __call__(self, value: Any) -> Any:
        """`value`, or the mistake."""
        if self.max is not None and len(value) > self.max:
            raise validation_error("too_long", limit=self.max, found=len(value))
        return value


class Between(validate.Range):
    """Within `min` and `max`; says so with its figures."""

    def __call__(self, value: Any) -> Any:
        """`value`, or the mistake."""
        if value < self.min:
            raise validation_error("too_small", limit=self.min, found=value)
        if value > self.max:
            raise validation_error("too_large", limit=self.max, found=value)
        return value


class Text(fields.String):
    """A text, of `longest` characters at most."""

    default_error_messages = {  # noqa: RUF012 - marshmallow merges these along the classes
        "required": "required",
        "null": "required",
        "invalid": "not_text",
        "invalid_utf8": "not_text",
    }

    def __init__(self, says: str = "", longest: int | None = None, **rules: Any) -> None:
        checks = [rules.pop("validate")] if "validate" in rules else []
        if longest is not None:
            checks.append(Shortest(max=longest))
        super().__init__(validate=checks, metadata=_described(says, rules), **rules)


class Country(Text):
    """A state, by its ISO 3166-1 alpha-2 code."""

    def __init__(self, says: str = "ISO 3166-1 alpha-2 code of a state", **rules: Any) -> None:
        rules.setdefault("validate", validate.Regexp(COUNTRY, error="not_a_state"))
        super().__init__(says, **rules)


class Choice(Text):
    """One of a few words, or of the values of an enumeration."""

    def __init__(self, options: Iterable[str], says: str = "", **rules: Any) -> None:
        rules["validate"] = validate.OneOf(tuple(map(str, options)), error="not_an_option")
        super().__init__(says, **rules)


class Whole(fields.Integer):
    """A whole number as JSON writes it: no text, no truth value."""

    default_error_messages = {  # noqa: RUF012 - marshmallow merges these along the classes
        "required": "required",
        "null": "required",
        "invalid": "not_integer",
        "too_large": "not_integer",
    }

    def __init__(self, says: str = "", least: int = 0, most: int = _LARGEST, **rules: Any) -> None:
        limits = Between(min=least, max=most)
        super().__init__(validate=limits, metadata=_described(says, rules), **rules)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        del attr, data, kwargs
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError(["not_integer"])
        return value


class Figure(Whole):
    """A whole number written in an address."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20):
            raise ValidationError(["not_integer"])
        return super()._deserialize(int(value), attr, data, **kwargs)


class Day(fields.Date):
    """A day as ISO 8601 writes it: 2026-11-24."""

    default_error_messages = {  # noqa: RUF012 - marshmallow merges these along the classes
        "required": "required",
        "null": "required",
        "invalid": "not_date",
        "format": "not_date",
    }

    def __init__(self, says: str = "", **rules: Any) -> None:
        super().__init__(format="%Y-%m-%d", metadata=_described(says, rules), **rules)

    def _serialize(self, value: date | None, *_: Any, **__: Any) -> str | None:
        """With four digits of the year, which `strftime` does not write before the year 1000."""
        return None if value is None else value.isoformat()


class Flag(fields.Boolean):
    """Yes or no."""

    default_error_messages = {  # noqa: RUF012 - marshmallow merges these along the classes
        "required": "required",
        "null": "required",
    }

    def __init__(self, says: str = "", **rules: Any) -> None:
        super().__init__(metadata=_described(says, rules), **rules)

    def _serialize(self, value: object, *_: Any, **__: Any) -> bool | None:
        return None if value is None and self.allow_none else bool(value)

    def _deserialize(self, value: Any, *others: Any, **more: Any) -> bool:
        try:
            return bool(super()._deserialize(value, *others, **more))
        except ValidationError:
            raise validation_error("not_an_option", value=str(value)) from None


class Instant(fields.String):
    """An instant in UTC, as RFC 3339 writes it."""

    def __init__(self, says: str = "", **rules: Any) -> None:
        described = {**_described(says, rules), "format": "date-time"}
        super().__init__(metadata=described, **rules)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        del attr, obj, kwargs
        return iso(value) if isinstance(value, datetime) else None


class Amount(fields.String):
    """An amount as decimal text with two places: 130000.00."""

    def __init__(self, says: str = "", **rules: Any) -> None:
        super().__init__(
            validate=validate.Regexp(AMOUNT), metadata=_described(says, rules), **rules
        )


class Sum(Text):
    """An amount that is sent, more than nothing or not as its act says: 1250.50."""

    def __init__(self, says: str = "", **rules: Any) -> None:
        rules["validate"] = validate.Regexp(AMOUNT, error="not_money")
        super().__init__(says, **rules)


class Words(fields.Dict):
    """What people wrote: a text for each language, the original first."""

    default_error_messages = {  # noqa: RUF012 - marshmallow merges these along the classes
        "required": "required",
        "null": "required",
        "invalid": "not_object",
    }

    def __init__(self, says: str = "", **rules: Any) -> None:
        described = _described(says or "Text by language, the original first", rules)
        super().__init__(keys=Choice(LANGUAGES), values=Text(), metadata=described, **rules)

    def _serialize(self, value: Any, *_: Any, **__: Any) -> dict[str, str] | None:
        written = value.as_dict() if isinstance(value, LocalizedText) else value
        return None if written is None else dict(written)


class TextOrNull(Text):
    """A text that may be missing: an empty one is answered as null."""

    def __init__(self, says: str = "", **rules: Any) -> None:
        super().__init__(says, allow_none=True, **rules)

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return str(value) if value else None


class Formatted(Text):
    """A text that a function makes of the value; null for none."""

    def __init__(self, form: Callable[[Any], str], says: str = "", **rules: Any) -> None:
        super().__init__(says, **rules)
        self.form = form

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return None if value is None else self.form(value)


class Label(Text):
    """A text of a definition, in the language of the answer."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return None if value is None else str(value[language()])


class Key(Text):
    """A key of a row, as decimal text; null for none."""

    def __init__(self, says: str = "", **rules: Any) -> None:
        rules["validate"] = validate.Regexp(r"^[1-9][0-9]{0,18}$", error="not_integer")
        super().__init__(says, **rules)


class Values(fields.Dict):
    """The answers to a form by the names of its fields."""

    default_error_messages = {  # noqa: RUF012 - marshmallow merges these along the classes
        "required": "required",
        "null": "required",
        "invalid": "not_object",
    }

    def __init__(self, says: str = "", **rules: Any) -> None:
        super().__init__(keys=fields.String(), metadata=_described(says, rules), **rules)


class Part(fields.Nested):
    """What a question holds under a name of its own."""

    default_error_messages = {  # noqa: RUF012 - marshmallow merges these along the classes
        "required": "required",
        "null": "required",
    }


class Several(fields.List[Any]):
    """A list of values of one kind; a set is answered in its order."""

    default_error_messages = {  # noqa: RUF012 - marshmallow merges these along the classes
        "required": "required",
        "null": "required",
        "invalid": "not_list",
    }

    def __init__(self, inner: fields.Field[Any], says: str = "", **rules: Any) -> None:
        super().__init__(inner, metadata=_described(says, rules), **rules)

    def _serialize(self, value: Any, *others: Any, **more: Any) -> list[Any] | None:
        listed = sorted(value) if isinstance(value, frozenset) else value
        return super()._serialize(listed, *others, **more)


def _described(says: str, rules: dict[str, Any]) -> dict[str, Any]:
    """The description of a field for the document, with what else is known of it."""
    known = dict(rules.pop("metadata", {}))
    return {"description": says, **known} if says else known
