"""What statements call things: titles, columns and rows in one language, for every form of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.audit_text import AuditText
from ricomi_workflow.fund.operating_expenses import expense_categories
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data.country_names import donor_name
from ricomi_workflow.reference_data.model import Term
from ricomi_workflow.statements.expenses import PROJECTS
from ricomi_workflow.statements.forecast import UNDATED, ForecastReason, find_shortfall_month
from ricomi_workflow.statements.ledger_facts import NO_TOPIC
from ricomi_workflow.statements.rules import Breakdown, Row

_EARMARK = "/"
_OF_CASES = ("case", "share", "expiring")
_SHARED = ("source", "share")
_OF_PLEDGES = ("fund", "donor")


@dataclass(frozen=True, slots=True)
class StatementLabels:
    """One language, with the texts and lists of the product."""

    services: Services
    lang: str
    donors: Mapping[str, str] = field(default_factory=dict)  # who gave a contribution

    def t(self, key: str, **params: object) -> str:
        """The sentence `key`, amounts and days written in it."""
        zone = self.services.calendar.zone
        return AuditText(self.services.texts, self.lang, zone).t(key, **params)

    def title(self, breakdown: Breakdown) -> str:
        """How a statement is called."""
        words = self.t(f"statements.cut_{breakdown.name}")
        if breakdown.name == "expected":
            return f"{words}, {self.month(breakdown.of)}"
        return f"{words}, {breakdown.of}" if breakdown.of else words

    def caption(self, breakdown: Breakdown) -> str:
        """What its table is, for who cannot see where it stands."""
        return self.t("statements.caption", title=self.title(breakdown), day=breakdown.as_of)

    def column(self, code: str) -> str:
        """The head of a column of figures."""
        kind, _, of = code.partition(":")
        if kind == "year":
            return of
        return self.source(of) if of else self.t(f"statements.column_{kind}")

    def row(self, breakdown: Breakdown, row: Row) -> Shown:
        """What a row is of; the title of a case in a language that it has."""
        if row.key == "sum":
            return self._plain(self.t("ui.total"))
        if row.title and (breakdown.name in _OF_CASES or breakdown.name == "expected"):
            return show(row.title, self.lang)
        named = self._named.get(breakdown.name)
        return self._plain(named(row.key) if named else row.key)

    def foot(self, breakdown: Breakdown) -> str:
        """What must be said below a statement; empty where nothing must."""
        if breakdown.name == "forecast":
            return self._ahead(breakdown)
        if breakdown.name in _OF_PLEDGES and any(
            f.query is None for row in breakdown.rows for f in row.figures
        ):
            return self.t("statements.abroad_note")
        if breakdown.overlaps:
            return self.t("statements.overlap")
        return self.t("statements.share_note") if breakdown.name in _SHARED else ""

    def note(self, breakdown: Breakdown, row: Row) -> str:
        """What stands in small type below it."""
        if row.key == "sum":
            return ""
        if breakdown.name == "donor":
            return row.key
        if breakdown.name == "expected":
            return self._why(row)
        if breakdown.name in _OF_CASES and row.note:
            told = f"{row.key} · {formats.country(row.note, self.lang)}"
            return f"{told} · {self._ends(row)}" if breakdown.name == "expiring" else told
        return self.t(f"fund.source_{row.note}") if breakdown.name == "given" else row.note

    def donor(self, donor: str) -> str:
        """A state or observer by its name; any other donor as it calls itself."""
        return donor_name(donor, self.services.reference, self.lang)

    def source(self, of: str) -> str:
        """A source of money: the pool of a class of donors, or a earmarked contribution."""
        source, _, gift = of.partition(_EARMARK)
        if gift:
            donor = self.donor(self.donors.get(gift, gift))
            return self.t("statements.earmarked", donor=donor, ref=gift)
        return self.t(f"fund.source_{source}") if source in set(Source) else source

    def topic(self, topic: str) -> str:
        """A topic by its label, and what is said of a case without one."""
        if topic == NO_TOPIC:
            return self.t("statements.no_topic")
        return _label(self.services.reference.topics, topic, self.lang)

    def spending(self, category: str) -> str:
        """A expense category: projects of States, or one of the fund itself."""
        known = expense_categories().get(category)
        if known:
            return known[self.lang]
        return self.t("statements.projects") if category == PROJECTS else category

    def month(self, month: str) -> str:
        """A month of the forecast, `2026-10`, or that it has none."""
        if month == UNDATED:
            return self.t("statements.forecast_undated")
        return formats.month(date.fromisoformat(f"{month}-01"), self.lang)

    def _head_of(self, month: str) -> str:
        """A month at the head of a row, with a capital in every language."""
        words = self.month(month)
        return words[:1].upper() + words[1:]

    def _ahead(self, breakdown: Breakdown) -> str:
        """Whether the cash suffices, and what is counted on."""
        short, rule = find_shortfall_month(breakdown), self.t("statements.forecast_rule")
        if short is None:
            return f"{self.t('statements.forecast_suffices')} {rule}"
        facts = {"month": self.month(short.key), "sum": -short.figures[-1].amount}
        return f"{self.t('statements.forecast_short', **facts)} {rule}"

    def _ends(self, row: Row) -> str:
        """By when what a case was pledged is paid."""
        if row.day is None:
            return self.t("statements.no_last_day")
        return self.t("statements.last_day", day=row.day)

    def _why(self, row: Row) -> str:
        """Why a part of the forecast is expected, and by when."""
        dated = "_by" if row.day and row.note == ForecastReason.TRANCHE else ""
        return self.t(f"statements.expected_{row.note}{dated}", ref=row.key, day=row.day or "")

    @property
    def _named(self) -> Mapping[str, Callable[[str], str]]:
        return {
            "given": self.donor,
            "donor": lambda ref: self.donor(self.donors.get(ref, ref)),
            "country": lambda code: formats.country(code, self.lang),
            "topic": self.topic,
            "fund": lambda code: self.t(f"statements.row_{code}"),
            "source": self.spending,
            "forecast": self._head_of,
            "expected": lambda ref: self.donor(self.donors.get(ref, ref)),
        }

    def _plain(self, text: str) -> Shown:
        return Shown(text, self.lang, is_original=False)


def _label(terms: tuple[Term, ...], value: str, lang: str) -> str:
    found = next((term for term in terms if term.value == value), None)
    return found.label[lang] if found else value
