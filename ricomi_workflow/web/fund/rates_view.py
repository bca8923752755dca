"""The table of per diem rates as a page: a row a place, a column a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ricomi_workflow.definitions.rate_tables import RatePeriod
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.reference_data.country_names import sort_key
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language


@dataclass(frozen=True, slots=True)
class RatesPage:
    """The periods, the newest first; for each place its name and a rate or none for each."""

    periods: tuple[RatePeriod, ...]
    rows: tuple[tuple[str, tuple[Money | None, ...]], ...]
    today: date

    def source(self, period: RatePeriod) -> str:
        """Where the rates of a period are from."""
        return period.source[language()]

    def holds(self, period: RatePeriod) -> bool:
        """Whether today lies in a period."""
        return period.since <= self.today <= period.until


def rates_page() -> RatesPage:
    """The rates of every place, in the alphabetical order of the reader's language."""
    table, lang = services().reference.per_diem, language()
    periods = tuple(reversed(table.periods))
    named = sorted(
        ((label[lang], key) for key, label in table.places.items()),
        key=lambda each: sort_key(each[0]),
    )
    rows = ((name, tuple(p.rates.get(key) for p in periods)) for name, key in named)
    now = services().uow.clock.now()
    return RatesPage(periods, tuple(rows), services().calendar.local_day(now))
