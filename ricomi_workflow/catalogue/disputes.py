"""What a State holds instead of a public fact, judged by how that fact is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ricomi_workflow.cases.act import Services
from ricomi_workflow.catalogue.confirmed_facts import FactType, confirmation_rules
from ricomi_workflow.catalogue.rules import Facts
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError
from ricomi_workflow.kernel.money import Money, NotMoney
from ricomi_workflow.kernel.text import LANGUAGES

LONGEST = 4000
_DIGITS = 9


def fact_type(name: str) -> FactType:
    """How the fact `name` is written."""
    return next(each.facts[name] for each in confirmation_rules().values() if name in each.facts)


def validate_claims(
    services: Services, facts: Facts, held: Mapping[str, Json], mistakes: list[FieldError]
) -> dict[str, Json]:
    """What is held, as the facts write it; what is left blank is left out.

    Mistakes go to `mistakes`, each under the name of its fact.
    """
    found: dict[str, Json] = {}
    for name, value in held.items():
        if name not in facts:
            mistakes.append(FieldError(name, "unknown"))
        elif value not in ("", None, [], {}):
            try:
                found[name] = _valid(services, fact_type(name), value)
            except _WrongError as wrong:
                mistakes.append(FieldError(name, wrong.code, wrong.params))
    return found


class _WrongError(ValueError):
    """What is wrong with a value, with its figures."""

    def __init__(self, code: str, **params: Json) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def _valid(services: Services, writing: FactType, value: Json) -> Json:
    match writing, value:
        case FactType.COUNTRIES, list() | tuple():
            codes = sorted({str(code) for code in value})
            if set(codes) <= services.reference.states.keys():
                return codes
            raise _WrongError("not_a_state")
        case FactType.TEXTS, Mapping():
            texts = {str(lang): _text(text) for lang, text in value.items() if text}
            if texts.keys() <= set(LANGUAGES):
                return texts
        case FactType.TEXT, str():
            return _text(value)
        case FactType.MONEY, str():
            return _money(value)
        case FactType.DATE, str():
            return _day(value)
        case FactType.NUMBER, int() | str() if _is_number(str(value)):
            return int(value)
    raise _WrongError(_WRONG[writing])


_WRONG = {
    FactType.COUNTRIES: "not_a_state",
    FactType.TEXT: "not_text",
    FactType.TEXTS: "not_text",
    FactType.MONEY: "not_money",
    FactType.DATE: "not_date",
    FactType.NUMBER: "not_integer",
}


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= _DIGITS


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise _WrongError("not_text")
    if len(value) > LONGEST:
        raise _WrongError("too_long", limit=LONGEST, found=len(value))
    return " ".join(value.split())


def _money(value: str) -> str:
    try:
        amount = Money.parse(value.strip())
    except NotMoney:
        raise _WrongError("not_money") from None
    if amount.minor <= 0:
        raise _WrongError("not_money")
    return str(amount)


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value.strip()).isoformat()
    except ValueError:
        raise _WrongError("not_date") from None
