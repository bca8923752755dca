"""The form in which a payment of the fund itself is filled in, and how it is said back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.bodies import formats
from ricomi_workflow.definitions.model import FieldDef, FieldType, FormDef, Option, Section
from ricomi_workflow.fund.operations import Spending
from ricomi_workflow.fund.spending import categories
from ricomi_workflow.kernel.errors import DomainError
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText
from ricomi_workflow.statements.reading import donors_of, money_available
from ricomi_workflow.statements.wording import Wording
from ricomi_workflow.web.components import Oath
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.treasury_forms import Filled
from ricomi_workflow.web.treasury_oaths import RecordPage, record_page
from ricomi_workflow.web.viewer import services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection


def spending_form(connection: Connection) -> FormDef:
    """A payment of the fund itself: for what, from which money, by what it was approved."""
    kinds = tuple(Option(code, label) for code, label in categories().items())
    donors = donors_of(connection)
    sources = tuple(
        Option(
            of, LocalizedText(**{x: Wording(services(), x, donors).source(of) for x in LANGUAGES})
        )
        for of in money_available(connection)
    )
    fields = (
        _field("category", FieldType.CHOICE, options=kinds),
        _field("source", FieldType.CHOICE, options=sources),
        _field("amount", FieldType.MONEY, minimum="0.01"),
        _field("paid_on", FieldType.DATE, maximum="today"),
        _field("document", FieldType.TEXT, max_length=120),
        _field("bank_reference", FieldType.TEXT, max_length=120),
    )
    label = _words("spending.section")
    return FormDef("spending", 1, label, (Section("spending", label, fields),))


def spending_of(sent: Filled) -> Spending:
    """The payment that the form says, once its values are right."""
    return Spending(
        category=sent.text("category"),
        source=sent.text("source"),
        amount=sent.amount(),
        paid_on=sent.day("paid_on"),
        bank_reference=sent.text("bank_reference"),
        document=sent.text("document"),
    )


def spending_page(
    connection: Connection, sent: Filled, error: DomainError | None = None
) -> RecordPage:
    """A payment that is being recorded."""
    page = record_page(sent, t("spending.title"), url_for("spending.record"), error)
    if not sent.values:
        return page
    return replace(page, oath=_oath(sent, money_available(connection), donors_of(connection)))


def _oath(sent: Filled, there: Mapping[str, Money], donors: Mapping[str, str]) -> Oath:
    said, lang = spending_of(sent), language()
    amount = formats.money_text(said.amount, lang)
    left = there.get(said.source, Money(0)) - said.amount
    return Oath(
        opening=t("spending.opening"),
        said=amount,
        closing=t(
            "spending.closing",
            category=categories()[said.category][lang],
            source=Wording(services(), lang, donors).source(said.source),
            day=formats.day(said.paid_on, lang),
            document=said.document,
        ),
        recorded=t("spending.recorded"),
        change=t("spending.change", left=formats.money_text(left, lang)),
        button=t("spending.button", amount=amount),
        back=t("ballot.back"),
        back_href=url_for("spending.new"),
    )


def _field(
    name: str,
    kind: FieldType,
    *,
    options: tuple[Option, ...] = (),
    minimum: str | None = None,
    maximum: str | None = None,
    max_length: int | None = None,
) -> FieldDef:
    key = f"spending.field_{name}_help"
    return FieldDef(
        name=name,
        type=kind,
        label=_words(f"spending.field_{name}"),
        help=_words(key) if services().texts.has(key) else None,
        required=True,
        options=options,
        minimum=minimum,
        maximum=maximum,
        max_length=max_length,
    )


def _words(key: str) -> LocalizedText:
    texts = services().texts
    return LocalizedText(**{lang: texts.text(key, lang) for lang in LANGUAGES})
