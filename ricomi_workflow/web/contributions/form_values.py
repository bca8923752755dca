"""What the forms of contributions offer to choose from, and how their answers are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from ricomi_workflow.contributions.queries import list_agreements, list_outstanding
from ricomi_workflow.contributions.rows import get_contribution
from ricomi_workflow.contributions.rules import Limits, Rate, parse_rate
from ricomi_workflow.definitions.model import Option
from ricomi_workflow.fund.operating_expenses import expense_categories
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.ledger.bank_accounts import bank_currencies
from ricomi_workflow.reference_data.country_names import country_label, sort_key
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.forms.filled_form import FilledForm
from ricomi_workflow.web.forms.form_view import FEW
from ricomi_workflow.web.i18n import every_language, language
from ricomi_workflow.web.messages import donor_name

if TYPE_CHECKING:
    from sqlalchemy import Connection

Lists = Mapping[str, tuple[Option, ...]]


def lists(_connection: Connection, _ref: str) -> Lists:
    """What may be chosen in the forms of contributions."""
    return {
        "donors": _donors(),
        "currencies": _same(bank_currencies()),
        "foreign_currencies": _same(c for c in bank_currencies() if c != BOOK_CURRENCY),
        "expense_categories": tuple(
            Option(code, label) for code, label in expense_categories().items()
        ),
    }


def donors_with_pledges(connection: Connection, ref: str) -> Lists:
    """Those lists, and the donors from whom something is still to come."""
    donors = dict.fromkeys(each.donor for each in list_outstanding(connection, limit=1000))
    named = tuple(Option(donor, _alike(donor_name(donor))) for donor in donors)
    return {**lists(connection, ref), "donors_with_pledges": named}


def with_agreements(connection: Connection, ref: str) -> Lists:
    """Those lists, and the recorded agreements; a short list also offers none of them."""
    recorded = tuple(
        Option(each.ref, _alike(f"{each.ref} · {donor_name(each.donor)} · {each.reference}"))
        for each in list_agreements(connection)
    )
    none = (Option("", every_language("contributions.no_agreement")),)
    agreements = (*none, *recorded) if len(recorded) < FEW else recorded
    return {**lists(connection, ref), "agreements": agreements}


def donor_of(sent: FilledForm) -> tuple[str, Source]:
    """Who gives, and the class that follows from who it is."""
    donor = sent.text("donor")
    if donor in services().reference.states:
        return donor, Source.MEMBER_STATES
    if donor in services().reference.observers:
        return donor, Source.PERMANENT_OBSERVERS
    return sent.text("donor_name"), Source.OTHER


def rate_of(sent: FilledForm) -> Rate | None:
    """The rate that was given; None for US$. Raises `Invalid` for what is none."""
    if sent.text("currency") in {"", BOOK_CURRENCY}:
        return None
    return Rate(_per_unit(sent.text("rate")), sent.text("rate_source"), sent.day("rate_on"))


def limits_of(sent: FilledForm) -> Limits:
    """What the money of an agreement may be spent on, as it was ticked."""
    names = ("limit_countries", "limit_topics", "limit_modalities")
    return Limits(*(sent.texts(name) for name in names))


def months_of(sent: FilledForm) -> int | None:
    """A report every so many months; None for none."""
    months = sent.values.get("reporting_months")
    return int(str(months)) if months else None


def amount_of_pledge(
    connection: Connection, ref: str, sent: FilledForm, name: str = "amount"
) -> Money:
    """An amount in the currency of the pledge `ref`."""
    return sent.amount(name, get_contribution(connection, ref).pledged.currency)


def _per_unit(text: str) -> Decimal:
    plain = text.strip().replace("\u00a0", "").replace(" ", "")
    found = parse_rate(plain.replace(",", ".") if plain.count(",") == 1 else plain)
    if found is None:
        raise Invalid([FieldError("rate", "not_a_rate", {"found": text})])
    return found


def _same(codes: Iterable[str]) -> tuple[Option, ...]:
    return tuple(Option(code, _alike(code)) for code in codes)


def _alike(text: str) -> LocalizedText:
    """A text that is alike in every language: a code, a reference."""
    return LocalizedText(**dict.fromkeys(LANGUAGES, text))


def _donors() -> tuple[Option, ...]:
    lang = language()
    states = [Option(c, country_label(c)) for c in services().reference.states]
    observers = [
        Option(o.code, o.name or country_label(o.code))
        for o in services().reference.observers.values()
    ]
    known = sorted([*states, *observers], key=lambda option: sort_key(option.label[lang]))
    return (*known, Option("other", every_language("contributions.donor_other")))
