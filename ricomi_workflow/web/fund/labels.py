"""What the pages of the fund and of its bank accounts call things, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from ricomi_workflow.bank.matching import BankLine, CashPosting, Explanation, MatchGround, Proposal
from ricomi_workflow.bank.reconciliation import StatementGap
from ricomi_workflow.bank.rows import Match
from ricomi_workflow.contributions.rules import Limits
from ricomi_workflow.documents.letters import destination
from ricomi_workflow.fund.exceptions import FORM
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.ledger.bank_accounts import bank_account
from ricomi_workflow.localization import formats
from ricomi_workflow.statements.labels import StatementLabels
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.forms.filled_form import today
from ricomi_workflow.web.i18n import language, t


def money(amount: Money) -> str:
    """An amount with its currency."""
    return formats.money(amount, language())


def day_asked(text: str) -> date:
    """A past day that an address names; today for anything else."""
    with suppress(ValueError):
        return min(date.fromisoformat(text), today())
    return today()


def wording(donors: Mapping[str, str] | None = None) -> StatementLabels:
    """The labels of statements; `donors` says who gave each contribution."""
    return StatementLabels(services(), language(), donors or {})


def source_words(source: Source) -> str:
    """A source of money as the beginning of a line."""
    words = t(f"ui.source_{source}")
    return words[:1].upper() + words[1:]


def limits_words(limits: Limits) -> str:
    """What money may be spent on."""
    return destination(wording(), limits)


def account_name(code: str) -> str:
    """What an account of the fund at a bank is called."""
    return bank_account(code).name[language()]


def unit(currency: str) -> str:
    """How a currency is written beside a figure."""
    return t("ui.currency") if currency == BOOK_CURRENCY else currency


def explanation_words(explanation: Explanation | None) -> str:
    """Why two sides differ; of a match whose other side comes later, that it does."""
    return t(f"bank.why_{explanation}") if explanation else t("bank.other_side_later")


def grounds_words(match: Proposal | Match) -> str:
    """Why lines and postings may be the same, and how far apart their days lie."""
    proposal = Proposal(match.lines, match.facts, match.grounds)
    said = formats.list_text([t(f"bank.ground_{each}") for each in proposal.grounds], language())
    if MatchGround.REVERSED in proposal.grounds:
        return said
    apart = proposal.days
    return f"{said}; {t('bank.days_apart', n=apart) if apart else t('bank.same_day')}"


def line_words(line: BankLine) -> str:
    """What the bank says of a line, in the bank's words."""
    return " · ".join(x for x in (line.counterparty, line.text) if x) or t("bank.no_words")


def posting_words(fact: CashPosting) -> str:
    """What the books say of a posting: the kind of fact, whose it is."""
    memo = t(f"fund.memo_{fact.memo}")
    return f"{memo} · {fact.named}" if fact.named else memo


def gap_words(gap: StatementGap) -> str:
    """Where two statements do not meet."""
    facts = {
        "before": gap.before.name,
        "after": gap.after.name,
        "first": formats.day(gap.first_day, language()),
        "last": formats.day(gap.last_day, language()),
    }
    said = []
    if gap.days:
        said.append(t("bank.gap_days", n=gap.days, **facts))
    if gap.skipped:
        said.append(t("bank.gap_skipped", n=gap.skipped, **facts))
    if gap.amount:
        amount = formats.money(gap.amount, language())
        said.append(t("bank.gap_amount", amount=amount, **facts))
    return " ".join(said)


def exception_gate(gate: str) -> str:
    """The condition of a disbursement that was not required, as the form of an exception has it."""
    forms = [form for form in services().library.forms.values() if form.name == FORM]
    names = {
        option.value: option.label[language()]
        for form in sorted(forms, key=lambda each: each.version)
        for field in form.fields()
        for option in field.options
    }
    return names.get(gate, gate)
