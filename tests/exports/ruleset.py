"""A reader of rulesets of IATI: every rule of a published file, held against activities.

What a rule means: https://github.com/IATI/IATI-Rulesets, SPEC.rst. A rule that this reader does not
know is a mistake, never passed over. Of two rules it reads more into than is written: what an
identifier may not contain, it may contain nowhere; today is the day on which the file was made.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from lxml import etree

_YEAR = timedelta(days=366)
Ruleset = Mapping[str, Mapping[str, Mapping[str, list[dict[str, Any]]]]]


@dataclass(frozen=True, slots=True)
class Place:
    """One element to which a case of a rule applies, and the day that is today for it."""

    node: Any
    case: Mapping[str, Any]
    today: date

    def found(self, path: str) -> list[Any]:
        return list(self.node.xpath(path))

    def every(self) -> list[Any]:
        return [each for path in self.case["paths"] for each in self.found(path)]

    def texts(self) -> list[str]:
        return [each if isinstance(each, str) else each.text or "" for each in self.every()]

    def day(self, end: str) -> date | None:
        path = self.case[end]
        if path == "NOW":
            return self.today
        told = {str(each) for each in self.found(path)}
        return date.fromisoformat(told.pop()[:10]) if len(told) == 1 else None


def broken(ruleset: Ruleset, document: Any, today: date) -> Iterator[str]:
    """What `ruleset` has against `document`: an element, the rule, and the case that it breaks."""
    for context, rules in ruleset.items():
        for name, cases in rules.items():
            for case in cases["cases"]:
                for node in document.xpath(context):
                    if _applies(node, case) and not _RULES[name](Place(node, case, today)):
                        yield f"{_called(node)}: {name} {case}"


def _applies(node: Any, case: Mapping[str, Any]) -> bool:
    return "condition" not in case or bool(node.xpath(case["condition"]))


def _called(node: Any) -> str:
    own = node.xpath("string(ancestor-or-self::*/iati-identifier)")
    return f"{own} {etree.QName(node).localname}"


def _ordered(place: Place) -> bool:
    first, last = place.day("less"), place.day("more")
    return first is None or last is None or first <= last


def _sum(place: Place) -> bool:
    parts = [Decimal(text) for text in place.texts()]
    return not parts or sum(parts) == Decimal(str(place.case["sum"]))


def _in_a_year(place: Place) -> bool:
    ends = (place.found(place.case[name]) for name in ("start", "end"))
    return all(
        date.fromisoformat(str(last)) - date.fromisoformat(str(first)) <= _YEAR
        for first, last in zip(*ends, strict=True)
    )


_RULES: Mapping[str, Callable[[Place], bool]] = {
    "atleast_one": lambda place: bool(place.every()),
    "no_more_than_one": lambda place: len(place.every()) <= 1,
    "date_order": _ordered,
    "regex_matches": lambda place: all(
        re.fullmatch(place.case["regex"], text.strip()) for text in place.texts()
    ),
    "sum": _sum,
    "range": lambda place: all(Decimal(text) >= place.case["min"] for text in place.texts()),
    "time_limit": _in_a_year,
}
