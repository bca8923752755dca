"""Opportunities narrowed, put in order and cut into pages as CommonGrants asks for it: pure.

What a question asks that is not known here is no failure: it is told beside the results.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from ricomi_workflow.exports.opportunities import Opportunity
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import fold

LARGEST_PAGE = 100
_PAGE, _SIZE = 1, 10
_DIGITS = 10
_RANGES = {
    "closeDateRange": "keyDates.closeDate.date",
    "totalFundingAvailableRange": "funding.totalAmountAvailable",
    "minAwardAmountRange": "funding.minAwardAmount",
    "maxAwardAmountRange": "funding.maxAwardAmount",
}
_SORTS = {
    "lastModifiedAt": "lastModifiedAt",
    "createdAt": "createdAt",
    "title": "title",
    "status.value": "status.value",
    "keyDates.closeDate": "keyDates.closeDate.date",
    "funding.maxAwardAmount": "funding.maxAwardAmount",
    "funding.totalAmountAvailable": "funding.totalAmountAvailable",
}
Keep = Callable[[Opportunity], bool]


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of how many."""

    number: int = _PAGE
    size: int = _SIZE

    @classmethod
    def of(cls, given: Mapping[str, object]) -> Page:
        """The page that parameters ask for; what is no number counts as not given."""
        return cls(
            _whole(given.get("page"), _PAGE),
            min(_whole(given.get("pageSize"), _SIZE), LARGEST_PAGE),
        )


@dataclass(slots=True)
class _Ignored:
    """What was not understood, told beside the results."""

    filters: list[Json] = field(default_factory=list)
    sorting: list[Json] = field(default_factory=list)


def list_page(items: Sequence[Opportunity], page: Page) -> dict[str, Json]:
    """One page of opportunities with where it stands."""
    first = (page.number - 1) * page.size
    shown: list[Json] = [*items[first : first + page.size]]
    return {
        "status": 200,
        "message": "Success",
        "items": shown,
        "paginationInfo": {
            "page": page.number,
            "pageSize": page.size,
            "totalItems": len(items),
            "totalPages": -(-len(items) // page.size),
        },
    }


def search_page(items: Sequence[Opportunity], body: Mapping[str, Json]) -> dict[str, Json]:
    """The page that a question asks for, and what of it was applied."""
    told = _Ignored()
    given = _mapping(body.get("filters"))
    filters = dict(_filters(given, told))
    words = fold(str(body.get("search") or "")).split()
    kept = [
        each for each in items if _has(each, words) and all(keep(each) for keep in filters.values())
    ]
    by, order = _order(_mapping(body.get("sorting")), told)
    kept.sort(key=lambda each: _rank(_at(each, _SORTS[by])), reverse=order == "desc")
    applied: dict[str, Json] = {name: given[name] for name in filters}
    return list_page(kept, Page.of(_mapping(body.get("pagination")))) | {
        "sortInfo": {"sortBy": by, "sortOrder": order, "errors": told.sorting},
        "filterInfo": {"filters": applied, "errors": told.filters},
    }


def _filters(given: Mapping[str, Json], told: _Ignored) -> Iterator[tuple[str, Keep]]:
    for name, each in given.items():
        if each is None:
            continue
        asked = _mapping(each)
        keep = _status(asked) if name == "status" else _range(_RANGES.get(name), asked)
        if keep:
            yield name, keep
        else:
            told.filters.append(f"{name}: not applied")


def _status(asked: Mapping[str, Json]) -> Keep | None:
    values, operator = asked.get("value"), asked.get("operator")
    if not isinstance(values, list) or operator not in ("in", "notIn"):
        return None
    return lambda each: (_at(each, "status.value") in values) == (operator == "in")


def _range(path: str | None, asked: Mapping[str, Json]) -> Keep | None:
    ends, operator = _mapping(asked.get("value")), asked.get("operator")
    if path is None or operator not in ("between", "outside"):
        return None
    low, high = _rank(ends.get("min")), _rank(ends.get("max"))

    def fits(each: Opportunity) -> bool:
        found = _rank(_at(each, path))
        within = (low == _NOTHING or low <= found) and (high == _NOTHING or found <= high)
        return found != _NOTHING and within == (operator == "between")

    return fits


def _order(asked: Mapping[str, Json], told: _Ignored) -> tuple[str, str]:
    by, order = str(asked.get("sortBy") or "lastModifiedAt"), str(asked.get("sortOrder") or "desc")
    if by not in _SORTS:
        told.sorting.append(f"{by}: not applied")
        by = "lastModifiedAt"
    return by, order if order in ("asc", "desc") else "desc"


def _has(each: Opportunity, words: Sequence[str]) -> bool:
    said = [each["title"], each["description"], each["customFields"]]
    text = fold(json.dumps(said, ensure_ascii=False))
    return all(word in text for word in words)


_NOTHING = (0, Decimal(0), "")


def _rank(value: Json) -> tuple[int, Decimal, str]:
    """What values are compared by: amounts as numbers, others as texts, nothing first."""
    if isinstance(value, Mapping):
        try:
            amount = Decimal(str(value.get("amount")))
        except InvalidOperation:
            return _NOTHING
        return (1, amount, "") if amount.is_finite() else _NOTHING
    return (1, Decimal(0), str(value)) if value is not None else _NOTHING


def _at(each: Opportunity, path: str) -> Json:
    found: Json = each
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _whole(value: object, default: int) -> int:
    text = str(value)
    found = int(text) if text.isascii() and text.isdigit() and len(text) < _DIGITS else 0
    return found or default
