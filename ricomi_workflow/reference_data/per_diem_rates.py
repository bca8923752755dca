"""Reads `reference/per_diem.yaml`: dated tables of rates by place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from ricomi_workflow.definitions.computed_fields import RatePeriod, RateTable
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.money import Money, NotMoney
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText
from ricomi_workflow.reference_data.country_names import country_label
from ricomi_workflow.reference_data.model import State
from ricomi_workflow.reference_data.reader import by_key, period_days, rows

_CITY = re.compile(r"([A-Z]{2})-[a-z][a-z0-9_]*")


def read_rates(top: YamlNode, states: Mapping[str, State]) -> RateTable:
    """The table at `top`, whose places are `states` and the cities that it names."""
    file = top.record("tables", "cities")
    cities = by_key(_cities(file["cities"], states))
    places = {code: country_label(code) for code in states} | dict(cities)
    return RateTable(_periods(file["tables"], places), dict(sorted(places.items())))


def _cities(
    node: YamlNode, states: Mapping[str, State]
) -> Iterable[tuple[YamlNode, str, LocalizedText]]:
    for row in node.each():
        at = row.record("place name")
        key = at["place"].text()
        found = _CITY.fullmatch(key)
        if found is None or found[1] not in states:
            at["place"].wrong("a state and a city, as PY-asuncion")
        name = at["name"].localized()
        state = country_label(key.partition("-")[0])
        label = {lang: f"{state[lang]} ({name[lang]})" for lang in LANGUAGES}
        yield at["place"], key, LocalizedText(**label)


def _periods(node: YamlNode, places: Mapping[str, LocalizedText]) -> tuple[RatePeriod, ...]:
    periods: list[RatePeriod] = []
    for row in rows(node):
        at = row.record("from to source rates", "confirmed")
        since, until = period_days(at, date.max, None, last=False)
        if periods and since <= periods[-1].until:
            at["from"].wrong(f"a day from {periods[-1].until + timedelta(days=1)}")
        rates = by_key(_rates(at["rates"], places))
        source, confirmed = at["source"].localized(), at["confirmed"].flag(default=True)
        periods.append(RatePeriod(since, until or since, rates, source, confirmed))
    return tuple(periods)


def _rates(
    node: YamlNode, places: Mapping[str, LocalizedText]
) -> Iterable[tuple[YamlNode, str, Money]]:
    for row in rows(node):
        at = row.record("place rate")
        key = at["place"].text()
        if key and key not in places:
            at["place"].wrong("a member state, or a city of `cities`")
        yield at["place"], key, _amount(at["rate"])


def _amount(node: YamlNode) -> Money:
    try:
        found = Money.parse(node.text("0"))
    except NotMoney:
        found = Money(0)
    if found.minor <= 0:
        node.wrong('an amount above zero, as "145.00"')
    return found
