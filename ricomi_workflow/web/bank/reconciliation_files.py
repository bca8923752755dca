"""The reconciliation of an account as a workbook or a document: the figures of its page."""

from __future__ import annotations

from ricomi_workflow.bank.reconciliation import Reconciliation
from ricomi_workflow.documents.tables import Cell, Table, TableReport, report_pdf, report_xlsx
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.bank_accounts import bank_account
from ricomi_workflow.localization import formats
from ricomi_workflow.localization.workbooks import MEDIA_TYPE
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.fund.labels import (
    account_name,
    explanation_words,
    gap_words,
    line_words,
    posting_words,
    unit,
)
from ricomi_workflow.web.i18n import language, t


def written(found: Reconciliation, form: str) -> tuple[bytes, str]:
    """The reconciliation as `xlsx` or `pdf`, with its media type."""
    made, now = _sheet(found), services().uow.clock.now()
    if form == "xlsx":
        return report_xlsx(made, language(), t, now), MEDIA_TYPE
    return report_pdf(made, language(), t, now), "application/pdf"


def _sheet(found: Reconciliation) -> TableReport:
    return TableReport(
        title=t("bank.report_title", account=account_name(found.account)),
        on=found.day,
        said=tuple(_finding_lines(found)),
        tables=tuple(x for x in (_sums(found), *_items(found)) if x.rows),
        illustrative=bank_account(found.account).illustrative,
    )


def _finding_lines(found: Reconciliation) -> list[str]:
    lead = "report_lead_clear" if found.is_clear else "report_lead_open"
    told = [t(f"bank.{lead}" if found.holds else "bank.report_broken")]
    if found.known_until and found.known_until < found.day:
        told.append(t("bank.not_until", day=found.known_until))
    return [*told, *(gap_words(gap) for gap in found.gaps)]


def _sums(found: Reconciliation) -> Table:
    between = [
        ("start", found.start),
        ("missing", found.missing),
        ("in_bank", found.only_in_bank),
        ("differing", found.differing),
        ("in_books", -found.only_in_books),
    ]
    rows: list[tuple[Cell, ...]] = [(t("bank.book_balance"), found.books)]
    rows += [(_capitalized(t(f"bank.{name}")), amount) for name, amount in between if amount]
    sums = len(rows)
    known: Cell = found.bank if found.known_until else t("bank.known_never")
    rows += [(t("bank.expected"), found.expected), (t("bank.bank_balance"), known)]
    day = formats.day(found.day, language())
    heads = (f"{t('bank.on_day')} {day}", unit(found.bank.currency))
    return Table(t("bank.report"), heads, tuple(rows), frozenset({sums}))


def _items(found: Reconciliation) -> tuple[Table, ...]:
    bank = (
        t("bank.movement"),
        t("bank.references"),
        t("bank.booked_on"),
        unit(found.bank.currency),
    )
    books = (t("bank.by_books"), *bank[1:])
    return (
        Table(_capitalized(t("bank.in_bank")), bank, _lines(found)),
        Table(
            t("bank.explained_list"),
            (t("bank.why"), t("bank.explained_in"), unit(found.bank.currency)),
            tuple(
                (_capitalized(explanation_words(each.explanation)), each.note, each.amount)
                for each in found.explained
            ),
        ),
        Table(t("bank.in_transit"), books, _facts(found)),
    )


def _lines(found: Reconciliation) -> tuple[tuple[Cell, ...], ...]:
    rows = ((line_words(x), ", ".join(x.references), x.booked_on, x.amount) for x in found.in_bank)
    return _summed(tuple(rows), found.only_in_bank)


def _facts(found: Reconciliation) -> tuple[tuple[Cell, ...], ...]:
    rows = ((posting_words(x), x.reference, x.at, x.amount) for x in found.in_books)
    return _summed(tuple(rows), found.only_in_books)


def _summed(rows: tuple[tuple[Cell, ...], ...], amount: Money) -> tuple[tuple[Cell, ...], ...]:
    """Rows with what they add up to, unless there is none."""
    return (*rows, (t("ui.total"), "", "", amount)) if rows else ()


def _capitalized(words: str) -> str:
    return words[:1].upper() + words[1:]
