"""Letters to donors: the acknowledgement of a receipt and the call for part of a pledge.

Each is made from its facts alone, so it is the same each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from babel.languages import get_official_languages

from ricomi_workflow.cases.act import Services
from ricomi_workflow.contributions.amendments import (
    AgreementVersion,
    list_versions,
    version_in_force,
)
from ricomi_workflow.contributions.indirect_costs import rate_label
from ricomi_workflow.contributions.queries import list_calls
from ricomi_workflow.contributions.rows import (
    Call,
    Contribution,
    Receipt,
    ReceiptPart,
    get_contribution,
    get_receipt,
)
from ricomi_workflow.contributions.rules import Limits
from ricomi_workflow.documents.elements import Block, compose_document, facts, heading, para
from ricomi_workflow.documents.typesetting import pdf
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import total
from ricomi_workflow.kernel.text import LANGUAGES, Shown
from ricomi_workflow.ledger.bank_accounts import bank_account_in
from ricomi_workflow.localization import formats
from ricomi_workflow.statements.labels import StatementLabels

if TYPE_CHECKING:
    from sqlalchemy import Connection


Pledge = tuple[
    Contribution, tuple[AgreementVersion, ...]
]  # with what its agreement said, as signed first
UNKNOWN = "en"  # for a donor none of whose languages is one of ours


def letter_pdf(services: Services, ref: str, lang: str) -> bytes:
    """The letter for the receipt `ref` as a PDF in `lang`; raises `NotFound`."""
    with services.uow.read() as connection:
        given = get_receipt(connection, ref)
        day = given.received_on
        pledges = {part.contribution: _load_pledge(connection, part, day) for part in given.parts}
    words = StatementLabels(services, lang)
    illustrative = any(pledge.illustrative for pledge, _ in pledges.values())
    body = [*_whole(words, given), *_parts(words, given, pledges)]
    label, made = words.t("contributions.letter"), given.received_on
    return _letter(
        words, given.donor, label, body, ref=given.ref, made=made, illustrative=illustrative
    )


def letter_language(donor: str) -> str:
    """The first official language of a state or observer that is one of ours (CLDR)."""
    spoken = get_official_languages(donor, de_facto=True)
    return next((lang for lang in spoken if lang in LANGUAGES), UNKNOWN)


def destination(words: StatementLabels, limits: Limits) -> str:
    """What money may be spent on, in words."""
    if not limits:
        return words.t("contributions.pool")
    reference, lang = words.services.reference, words.lang
    told = [formats.country(code, lang) for code in limits.countries]
    for source, values in (("topics", limits.topics), ("modalities", limits.modalities)):
        labels = {option.value: option.label[lang] for option in reference.options(source)}
        told += [labels.get(value, value) for value in values]
    return formats.list_text(told, lang)


def terms_on(
    connection: Connection, given: Contribution, day: date
) -> tuple[AgreementVersion, ...]:
    """What the agreement of a pledge said when it was signed and, amended since, on a day."""
    if given.agreement_ref is None:
        return ()
    known = list_versions(connection, given.agreement_ref)
    held = version_in_force(known, day)
    return (known[0], held) if held.number else (held,)


def restriction_text(words: StatementLabels, terms: tuple[AgreementVersion, ...]) -> str:
    """What the money of a pledge may be spent on, in words."""
    return destination(words, terms[-1].limits if terms else Limits())


def agreement_text(given: Contribution, terms: tuple[AgreementVersion, ...]) -> str:
    """The instruments as they are quoted, with our reference where they are recorded."""
    own = [each.reference for each in terms] or [given.agreement or ""]
    return " · ".join(each for each in (given.agreement_ref, *own) if each)


def _load_pledge(connection: Connection, part: ReceiptPart, day: date) -> Pledge:
    found = get_contribution(connection, part.contribution)
    return found, terms_on(connection, found, day)


def _whole(words: StatementLabels, given: Receipt) -> Iterator[Block]:
    """What arrived, what it is worth in the books, and what of it is for work."""
    lang, rate = words.lang, given.rate
    yield para(words.t("contributions.letter_thanks", amount=given.amount, day=given.received_on))
    charged = total(part.icr for part in given.parts)
    yield facts(
        [
            (words.t("contributions.letter_donor"), words.donor(given.donor)),
            (words.t("contributions.received"), formats.money(given.amount, lang)),
            (words.t("contributions.field_currency"), given.amount.currency),
            (
                words.t("contributions.field_rate"),
                words.t(
                    "contributions.letter_rate",
                    currency=given.amount.currency,
                    rate=formats.exact_decimal(rate.per_unit, lang),
                    source=rate.source,
                    day=rate.on,
                )
                if rate
                else "",
            ),
            (words.t("contributions.value"), formats.money(given.value, lang)),
            (words.t("contributions.icr"), formats.money(charged, lang)),
            (words.t("contributions.net"), formats.money(given.value - charged, lang)),
        ]
    )


def _parts(
    words: StatementLabels, given: Receipt, pledges: Mapping[str, Pledge]
) -> Iterator[Block]:
    """The pledges that it pays, each with its agreement, its purpose and its charge."""
    lang = words.lang
    for part in given.parts:
        pledge, terms = pledges[part.contribution]
        held = terms[-1] if terms else None
        charge = words.t(
            "contributions.letter_icr", amount=part.icr, rate=rate_label(part.icr_rate, lang)
        )
        yield heading(words.t("contributions.letter_part", ref=pledge.ref), 1)
        yield facts(
            [
                (words.t("contributions.letter_applied"), formats.money(part.amount, lang)),
                (words.t("contributions.agreement"), agreement_text(pledge, terms)),
                (words.t("contributions.field_purpose"), held.purpose if held else ""),
                (words.t("contributions.limits"), restriction_text(words, terms)),
                (words.t("contributions.icr"), charge),
                (words.t("contributions.letter_waiver"), part.waiver),
                (words.t("contributions.net"), formats.money(part.net, lang)),
            ]
        )


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
    body = [*_call_facts(words, given, before), *_call_pledge(words, given, terms)]
    return _letter(
        words,
        given.donor,
        words.t("contributions.call_letter"),
        body,
        ref=f"{ref}-{number}",
        made=call.issued_on,
        illustrative=given.illustrative,
    )


def _letter(
    words: StatementLabels,
    donor: str,
    label: str,
    body: Iterable[Block],
    *,
    ref: str,
    made: date,
    illustrative: bool,
) -> bytes:
    title = Shown(words.donor(donor), words.lang, is_original=False)
    at = datetime.combine(made, time(), UTC).isoformat()
    data = compose_document(
        words.t, title, label, body, ref=ref, made=at, illustrative=illustrative
    )
    return pdf(data, words.lang)


def _call_facts(words: StatementLabels, given: Contribution, calls: list[Call]) -> Iterator[Block]:
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


def _call_pledge(
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
