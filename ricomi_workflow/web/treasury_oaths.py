"""The pages on which a promise and a receipt are filled in and said back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import url_for

from ricomi_workflow.bodies import formats
from ricomi_workflow.contributions.queries import Contribution
from ricomi_workflow.kernel.errors import Conflict, DomainError, Invalid, Refused
from ricomi_workflow.web.components import Facts, Mistake, Oath, Reason
from ricomi_workflow.web.form_parts import SectionView
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.treasury_forms import Filled, donor_of
from ricomi_workflow.web.treasury_view import donor_words
from ricomi_workflow.web.wording import reason


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Everything that the templates of the two forms draw."""

    heading: str
    action: str
    section: SectionView
    mistakes: tuple[Mistake, ...]
    reasons: tuple[Reason, ...]
    overtaken: str
    facts: Facts
    seen: str
    texts: tuple[tuple[str, str], ...]  # what was typed, to be sent again with the confirmation
    oath: Oath | None


def pledge_page(sent: Filled, seen: str, error: DomainError | None = None) -> RecordPage:
    """A promise that is being recorded."""
    page = record_page(sent, t("treasury.form_pledge"), url_for("fund.record_pledge"), error)
    oath = _pledge_oath(sent) if sent.values else None
    return replace(page, seen=seen, oath=oath)


def receipt_page(gift: Contribution, sent: Filled, error: DomainError | None = None) -> RecordPage:
    """A receipt of a promise that is being recorded."""
    action = url_for("fund.record_receipt", ref=gift.ref)
    page = record_page(sent, t("treasury.form_receipt"), action, error)
    facts = (
        (t("treasury.contribution"), f"{gift.ref}, {donor_words(gift.donor)}"),
        (t("treasury.pledged"), formats.money_text(gift.pledged, language())),
        (t("treasury.outstanding"), formats.money_text(gift.outstanding, language())),
    )
    oath = _receipt_oath(gift, sent) if sent.values else None
    return replace(page, facts=facts, oath=oath)


def record_page(sent: Filled, heading: str, action: str, error: DomainError | None) -> RecordPage:
    """A form of the desk with what was typed, and what the domain has against it."""
    judged = replace(sent, errors=error.fields) if isinstance(error, Invalid) else sent
    reasons = error.refusals if isinstance(error, Refused) else ()
    return RecordPage(
        heading=heading,
        action=action,
        section=judged.section,
        mistakes=judged.mistakes,
        reasons=tuple(reason(refusal) for refusal in reasons),
        overtaken=t("treasury.overtaken") if isinstance(error, Conflict) else "",
        facts=(),
        seen="",
        texts=tuple((name, text) for name, texts in _typed(sent) for text in texts),
        oath=None,
    )


def _typed(sent: Filled) -> list[tuple[str, Sequence[str]]]:
    names = {f.name for f in sent.form.fields()}
    return [(name, texts) for name, texts in sent.posted.items() if name in names]


def _pledge_oath(sent: Filled) -> Oath:
    donor, source = donor_of(sent)
    amount = formats.money_text(sent.amount(), language())
    return Oath(
        opening=t("treasury.pledge_opening", donor=donor_words(donor)),
        said=amount,
        closing=t(
            "treasury.pledge_closing",
            source=t(f"ui.source_{source}"),
            day=formats.day(sent.day("pledged_on"), language()),
        ),
        recorded=t("treasury.pledge_recorded"),
        change=t("treasury.pledge_change"),
        button=t("treasury.pledge_button", amount=amount),
        back=t("ballot.back"),
        back_href=url_for("fund.new_pledge"),
    )


def _receipt_oath(gift: Contribution, sent: Filled) -> Oath:
    amount = formats.money_text(sent.amount(), language())
    left = gift.outstanding - sent.amount()
    return Oath(
        opening=t("treasury.receipt_opening", donor=donor_words(gift.donor)),
        said=amount,
        closing=t(
            "treasury.receipt_closing",
            ref=gift.ref,
            bank=sent.text("bank_reference"),
            day=formats.day(sent.day("received_on"), language()),
        ),
        recorded=t("treasury.receipt_recorded"),
        change=t("treasury.receipt_change", left=formats.money_text(left, language())),
        button=t("treasury.receipt_button", amount=amount),
        back=t("ballot.back"),
        back_href=url_for("fund.receipt", ref=gift.ref),
    )
