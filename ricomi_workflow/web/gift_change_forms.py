"""The forms in which a promise is reduced, an agreement amended, and what is left goes back."""

from __future__ import annotations

from ricomi_workflow.contributions.reducing import Reduced
from ricomi_workflow.contributions.rules import Unspent
from ricomi_workflow.definitions.model import FieldDef, FieldType, FormDef
from ricomi_workflow.web.gift_forms import CENT, named
from ricomi_workflow.web.treasury_forms import desk_field, desk_form

_LONG, _TITLE, _DOCUMENT = 2000, 120, 200


def reduction_form() -> FormDef:
    """What of a promise will not come, why, and what proves it."""
    return desk_form(
        "reduction",
        desk_field("less", FieldType.CHOICE, options=named("reduced", Reduced)),
        desk_field("amount", FieldType.MONEY, minimum=CENT),
        desk_field("reduced_on", FieldType.DATE, maximum="today"),
        *_why(),
    )


def amendment_form() -> FormDef:
    """What an agreement says from a day on."""
    return desk_form(
        "amendment",
        desk_field("amended_by", FieldType.TEXT, max_length=_TITLE),
        desk_field("from_on", FieldType.DATE, maximum="today"),
        *terms_fields(),
    )


def terms_fields() -> tuple[FieldDef, ...]:
    """What an agreement says that may be amended."""
    return (
        desk_field("purpose", FieldType.LONG_TEXT, max_length=_LONG),
        desk_field("limit_topics", FieldType.CHOICES, required=False, options_from="topics"),
        desk_field(
            "limit_modalities", FieldType.CHOICES, required=False, options_from="modalities"
        ),
        desk_field("limit_countries", FieldType.COUNTRIES, required=False, options_from="states"),
        desk_field("reporting_months", FieldType.INTEGER, required=False, minimum="1"),
        desk_field("unspent", FieldType.CHOICE, options=named("unspent", Unspent)),
    )


def return_form() -> FormDef:
    """What of a gift goes back to its donor, and what says so."""
    return desk_form(
        "return",
        desk_field("amount", FieldType.MONEY, minimum=CENT),
        desk_field("document", FieldType.TEXT, max_length=_DOCUMENT),
    )


def return_paid_form() -> FormDef:
    """How it was paid."""
    return desk_form(
        "return_paid",
        desk_field("paid_on", FieldType.DATE, maximum="today"),
        desk_field("bank_reference", FieldType.TEXT, max_length=_TITLE),
        desk_field("evidence", FieldType.LONG_TEXT, max_length=_LONG),
    )


def return_undone_form() -> FormDef:
    """Why it does not go back after all."""
    return desk_form("return_undone", desk_field("reason", FieldType.LONG_TEXT, max_length=_LONG))


def _why() -> tuple[FieldDef, ...]:
    return (
        desk_field("reason", FieldType.LONG_TEXT, max_length=_LONG),
        desk_field("document", FieldType.TEXT, max_length=_DOCUMENT),
    )
