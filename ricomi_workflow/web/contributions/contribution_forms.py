"""The forms in which what is given is recorded on the desk of the fund.

They are declared as any form is, so that values are read, judged and drawn in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from ricomi_workflow.contributions.input_checks import DOCUMENT, LONGEST, TEXT
from ricomi_workflow.contributions.queries import Agreement, Contribution
from ricomi_workflow.contributions.rules import (
    Beside,
    Instrument,
    Limits,
    Rate,
    Unspent,
    parse_rate,
)
from ricomi_workflow.definitions.conditions import Comparison, Operator
from ricomi_workflow.definitions.model import FieldDef, FieldType, FormDef, Option
from ricomi_workflow.fund.expense_categories import categories
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.ledger.bank_accounts import currencies
from ricomi_workflow.reference_data.country_names import country_label, sort_key
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.forms.form_view import FEW
from ricomi_workflow.web.fund.treasury_forms import Filled, desk_field, desk_form, words
from ricomi_workflow.web.i18n import language
from ricomi_workflow.web.messages import donor_name

OTHER = "other"
CENT = "0.01"


def pledge_form(agreements: Iterable[Agreement]) -> FormDef:
    """A promise to the fund: by whom, how much, when, under which agreement."""
    recorded = tuple(
        Option(a.ref, same(f"{a.ref} · {donor_name(a.donor)} · {a.reference}")) for a in agreements
    )
    none = (Option("", words("contributions.no_agreement")),) if len(recorded) < FEW else ()
    chosen = (
        desk_field("agreement_ref", FieldType.CHOICE, required=False, options=(*none, *recorded))
        if recorded
        else None
    )
    return desk_form(
        "pledge",
        *donor_fields(),
        *amount_fields(),
        desk_field("pledged_on", FieldType.DATE, maximum="today"),
        desk_field("due_on", FieldType.DATE, required=False),
        *([chosen] if chosen else []),
        desk_field("agreement", FieldType.TEXT, required=False, max_length=LONGEST),
    )


def agreement_form() -> FormDef:
    """The instrument by which somebody gives, and what its money may be spent on."""
    return desk_form(
        "agreement",
        *donor_fields(),
        desk_field("kind", FieldType.CHOICE, options=named("instrument", Instrument)),
        desk_field("reference", FieldType.TEXT, max_length=LONGEST),
        desk_field("signed_on", FieldType.DATE, maximum="today"),
        currency_field(),
        *terms_fields(),
    )


def terms_fields() -> tuple[FieldDef, ...]:
    """What an agreement says that may be amended."""
    return (
        desk_field("purpose", FieldType.LONG_TEXT, max_length=TEXT),
        desk_field("limit_topics", FieldType.CHOICES, required=False, options_from="topics"),
        desk_field(
            "limit_modalities", FieldType.CHOICES, required=False, options_from="modalities"
        ),
        desk_field("limit_countries", FieldType.COUNTRIES, required=False, options_from="states"),
        desk_field("reporting_months", FieldType.INTEGER, required=False, minimum="1"),
        desk_field("unspent", FieldType.CHOICE, options=named("unspent", Unspent)),
    )


def receipt_form(given: Contribution) -> FormDef:
    """Money of a promise that arrived; in a third currency, also how the promise counts it."""
    foreign = given.pledged.currency != BOOK_CURRENCY
    counted = [desk_field("credited", FieldType.MONEY, required=False)] if foreign else []
    return desk_form("receipt", *amount_fields(), *counted, *_bank_fields())


def donor_receipt_form(donors: Iterable[str]) -> FormDef:
    """Money that arrived from a donor, for its promises, the oldest first."""
    options = tuple(Option(donor, same(donor_name(donor))) for donor in donors)
    return desk_form(
        "donor_receipt",
        desk_field("donor", FieldType.CHOICE, options=options),
        *amount_fields(),
        *_bank_fields(),
    )


def call_form() -> FormDef:
    """A call to pay a part of a promise by a day."""
    return desk_form(
        "call",
        desk_field("amount", FieldType.MONEY, minimum=CENT),
        desk_field("due_on", FieldType.DATE, minimum="today"),
    )


def waiver_form() -> FormDef:
    """What is charged on a contribution instead of the rate of its class, and by which decision."""
    return desk_form(
        "waiver",
        desk_field("icr_rate", FieldType.PERCENTAGE, minimum="0", maximum="99.99"),
        desk_field("from_on", FieldType.DATE),
        *why_fields(),
    )


def why_fields() -> tuple[FieldDef, ...]:
    """Why, and by which document."""
    return (
        desk_field("reason", FieldType.LONG_TEXT, max_length=TEXT),
        desk_field("document", FieldType.TEXT, max_length=DOCUMENT),
    )


def take_back_form() -> FormDef:
    """Why a receipt that was recorded by mistake is taken back."""
    return desk_form("take_back", desk_field("reason", FieldType.LONG_TEXT, max_length=TEXT))


def acknowledge_form() -> FormDef:
    """When the letter for a receipt was sent, and to whom."""
    return desk_form(
        "acknowledge",
        desk_field("sent_on", FieldType.DATE, maximum="today"),
        desk_field("sent_to", FieldType.TEXT, max_length=DOCUMENT),
    )


def conversion_form() -> FormDef:
    """Foreign money that the bank turned into US$."""
    foreign = tuple(Option(c, same(c)) for c in currencies() if c != BOOK_CURRENCY)
    return desk_form(
        "conversion",
        desk_field("currency", FieldType.CHOICE, options=foreign),
        desk_field("sold", FieldType.MONEY, minimum=CENT),
        desk_field("bought", FieldType.MONEY, minimum=CENT),
        desk_field("converted_on", FieldType.DATE, maximum="today"),
        desk_field("bank_reference", FieldType.TEXT, max_length=LONGEST),
    )


def in_kind_form() -> FormDef:
    """What is given beside the money of the fund."""
    return desk_form(
        "in_kind",
        *donor_fields(),
        desk_field("beside", FieldType.CHOICE, options=named("beside", Beside)),
        desk_field("description", FieldType.LONG_TEXT, max_length=TEXT),
        desk_field("spending", FieldType.CHOICE, required=False, options=_spending()),
        desk_field("value", FieldType.MONEY, minimum=CENT),
        desk_field("valued_by", FieldType.LONG_TEXT, max_length=TEXT),
        desk_field("given_on", FieldType.DATE, maximum="today"),
    )


def _spending() -> tuple[Option, ...]:
    return tuple(Option(code, label) for code, label in categories().items())


def donor_fields() -> tuple[FieldDef, ...]:
    """Who gives: one of the list, or another by name."""
    return (
        desk_field("donor", FieldType.CHOICE, options=_donors()),
        desk_field(
            "donor_name",
            FieldType.TEXT,
            required=False,
            max_length=LONGEST,
            required_when=Comparison("donor", Operator.EQUALS, OTHER),
        ),
    )


def amount_fields() -> tuple[FieldDef, ...]:
    """An amount in any currency of the fund's banks; but for US$, with its rate."""
    foreign = Comparison(
        "currency", Operator.IN, tuple(c for c in currencies() if c != BOOK_CURRENCY)
    )
    return (
        currency_field(),
        desk_field("amount", FieldType.MONEY, minimum=CENT),
        desk_field("rate", FieldType.TEXT, when=foreign, max_length=20),
        desk_field("rate_source", FieldType.TEXT, when=foreign, max_length=LONGEST),
        desk_field("rate_on", FieldType.DATE, when=foreign, maximum="today"),
    )


def currency_field() -> FieldDef:
    """One of the currencies in which the fund has an account."""
    options = tuple(Option(c, same(c)) for c in currencies())
    return desk_field("currency", FieldType.CHOICE, options=options)


def _bank_fields() -> tuple[FieldDef, ...]:
    return (
        desk_field("received_on", FieldType.DATE, maximum="today"),
        desk_field("bank_reference", FieldType.TEXT, max_length=LONGEST),
    )


def amount_of(sent: Filled, name: str = "amount") -> Money:
    """An amount in the currency that was chosen."""
    return Money.parse(str(sent.values[name]), sent.text("currency") or BOOK_CURRENCY)


def rate_of(sent: Filled) -> Rate | None:
    """The rate that was given; None for US$. Raises `Invalid` for what is none."""
    if sent.text("currency") in {"", BOOK_CURRENCY}:
        return None
    return Rate(_per_unit(sent.text("rate")), sent.text("rate_source"), sent.day("rate_on"))


def _per_unit(text: str) -> Decimal:
    plain = text.strip().replace("\u00a0", "").replace(" ", "")
    found = parse_rate(plain.replace(",", ".") if plain.count(",") == 1 else plain)
    if found is None:
        raise Invalid([FieldError("rate", "not_a_rate", {"found": text})])
    return found


def day_or_none(sent: Filled, name: str) -> date | None:
    """A day that may be left out."""
    return sent.day(name) if sent.values.get(name) else None


def chosen(sent: Filled, name: str) -> tuple[str, ...]:
    """Several values that were ticked."""
    found = sent.values.get(name)
    return tuple(str(each) for each in found) if isinstance(found, list) else ()


def limits_of(sent: Filled) -> Limits:
    """What the money of an agreement may be spent on, as it was ticked."""
    names = ("limit_countries", "limit_topics", "limit_modalities")
    return Limits(*(chosen(sent, name) for name in names))


def months_of(sent: Filled) -> int | None:
    """A report every so many months; None for none."""
    months = sent.values.get("reporting_months")
    return int(str(months)) if months else None


def donor_of(sent: Filled) -> tuple[str, Source]:
    """Who gives, and the class that follows from who it is."""
    donor = sent.text("donor")
    if donor in services().reference.states:
        return donor, Source.MEMBER_STATES
    if donor in services().reference.observers:
        return donor, Source.PERMANENT_OBSERVERS
    return sent.text("donor_name"), Source.OTHER


def same(text: str) -> LocalizedText:
    """A text that is alike in every language: a code, a reference."""
    return LocalizedText(**dict.fromkeys(LANGUAGES, text))


def named(prefix: str, values: Iterable[str]) -> tuple[Option, ...]:
    """The options of a closed list, by their names."""
    return tuple(Option(str(each), words(f"contributions.{prefix}_{each}")) for each in values)


def _donors() -> tuple[Option, ...]:
    lang = language()
    states = [Option(c, country_label(c)) for c in services().reference.states]
    observers = [
        Option(o.code, o.name or country_label(o.code))
        for o in services().reference.observers.values()
    ]
    known = sorted([*states, *observers], key=lambda option: sort_key(option.label[lang]))
    return (*known, Option(OTHER, words("contributions.donor_other")))
