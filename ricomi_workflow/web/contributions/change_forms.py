"""The forms in which a promise is reduced, an agreement amended, and what is left goes back."""

from __future__ import annotations

from ricomi_workflow.contributions.input_checks import DOCUMENT, LONGEST, TEXT
from ricomi_workflow.contributions.pledge_reductions import Reduced
from ricomi_workflow.definitions.model import FieldType, FormDef
from ricomi_workflow.web.contributions.contribution_forms import (
    CENT,
    named,
    terms_fields,
    why_fields,
)
from ricomi_workflow.web.fund.treasury_forms import desk_field, desk_form


def reduction_form() -> FormDef:
    """What of a promise will not come, why, and what proves it."""
    return desk_form(
        "reduction",
        desk_field("less", FieldType.CHOICE, options=named("reduced", Reduced)),
        desk_field("amount", FieldType.MONEY, minimum=CENT),
        desk_field("reduced_on", FieldType.DATE, maximum="today"),
        *why_fields(),
    )


def amendment_form() -> FormDef:
    """What an agreement says from a day on."""
    return desk_form(
        "amendment",
        desk_field("amended_by", FieldType.TEXT, max_length=LONGEST),
        desk_field("from_on", FieldType.DATE, maximum="today"),
        *terms_fields(),
    )


def return_form() -> FormDef:
    """What of a gift goes back to its donor, and what says so."""
    return desk_form(
        "return",
        desk_field("amount", FieldType.MONEY, minimum=CENT),
        desk_field("document", FieldType.TEXT, max_length=DOCUMENT),
    )


def return_paid_form() -> FormDef:
    """How it was paid."""
    return desk_form(
        "return_paid",
        desk_field("paid_on", FieldType.DATE, maximum="today"),
        desk_field("bank_reference", FieldType.TEXT, max_length=LONGEST),
        desk_field("evidence", FieldType.LONG_TEXT, max_length=TEXT),
    )


def return_undone_form() -> FormDef:
    """Why it does not go back after all."""
    return desk_form("return_undone", desk_field("reason", FieldType.LONG_TEXT, max_length=TEXT))
