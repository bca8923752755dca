"""The letter that calls for a part of a pledge: from its facts alone, and the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

from ricomi_workflow.cases.act import Services
from ricomi_workflow.contributions.amendments import AgreementVersion
from ricomi_workflow.contributions.queries import list_calls
from ricomi_workflow.contributions.rows import Call, Contribution, get_contribution
from ricomi_workflow.documents.acknowledgement_letter import (
    agreement_text,
    restriction_text,
    terms_on,
)
from ricomi_workflow.documents.elements import Block, facts, heading, para
from ricomi_workflow.documents.typesetting import pdf
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import total
from ricomi_workflow.ledger.bank_accounts import bank_account_in
from ricomi_workflow.localization import formats
from ricomi_workflow.statements.labels import StatementLabels


def call_pdf(services: Services, ref: str, number: int, lang: str) -> bytes:
    """The letter for call `number` of the contribution `ref` as a PDF in `lang`.

    Raises `NotFound`.
    """
    with services.uow.read() as connection:
        given = get_contribution(connection, ref)
        known = list_calls(connection, ref)
        call = next((each for each in known if each.number == number), None)
        if call is None:
            raise NotFound("call", f"{ref}/{number}")
        terms = terms_on(connection, given, call.issued_on)
    words = StatementLabels(services, lang)
    before = [each for each in known if each.number <= number]
    return pdf(
        {
            "lang": lang,
            "ref": f"{ref}-{number}",
            "label": words.t("contributions.call_letter"),
            "title": words.donor(given.donor),
            "title_lang": lang,
            "made": datetime.combine(call.issued_on, time(), UTC).isoformat(),
            "mark": words.t("ui.illustrative") if given.illustrative else "",
            "page_of": words.t("papers.page_of", page="{page}", pages="{pages}"),
            "author": words.t("ui.role_secretariat"),
            "contents": "",
            "cover": [],
            "body": [*_asked(words, given, before), *_pledge(words, given, terms)],
        }
    )


def _asked(words: StatementLabels, given: Contribution, calls: list[Call]) -> Iterator[Block]:
    """What is asked for, by when, and where it is paid."""
    call, lang = calls[-1], words.lang
    yield para(words.t("contributions.call_please", amount=call.amount, day=call.due_on))
    bank = bank_account_in(call.amount.currency)
    called = total((each.amount for each in calls), given.pledged.currency)
    yield facts(
        [
            (words.t("contributions.letter_donor"), words.donor(given.donor)),
            (words.t("contributions.field_amount"), formats.money(call.amount, lang)),
            (words.t("contributions.field_currency"), call.amount.currency),
            (words.t("contributions.call_issued_on"), formats.day(call.issued_on, lang)),
            (words.t("contributions.field_due_on"), formats.day(call.due_on, lang)),
            (words.t("contributions.call_bank"), f"{bank.name[lang]} ({bank.code})"),
            (words.t("contributions.call_quote"), f"{given.ref}/{call.number}"),
            (words.t("contributions.call_so_far"), formats.money(called, lang)),
        ]
    )


def _pledge(
    words: StatementLabels, given: Contribution, terms: tuple[AgreementVersion, ...]
) -> Iterator[Block]:
    """The pledge that is called, with what was agreed on the day of the call."""
    lang, purpose = words.lang, terms[-1].purpose if terms else ""
    yield heading(words.t("contributions.letter_part", ref=given.ref), 1)
    yield facts(
        [
            (words.t("contributions.pledged"), formats.money(given.pledged, lang)),
            (words.t("contributions.field_pledged_on"), formats.day(given.pledged_on, lang)),
            (words.t("contributions.agreement"), agreement_text(given, terms)),
            (words.t("contributions.field_purpose"), purpose),
            (words.t("contributions.limits"), restriction_text(words, terms)),
        ]
    )
