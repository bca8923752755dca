"""Opens a reference file, and reads what only reference files hold: days, fractions, codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.definitions.yaml_reader import read_yaml
from ricomi_workflow.kernel.actors import NETWORK
from ricomi_workflow.kernel.errors import Mistake
from ricomi_workflow.reference_data.country_names import country_name

_NAMELESS = frozenset({country_name(NETWORK, "en")})  # has a name, and is no state
_CODE = re.compile(r"[A-Z]{2}")
_Row = TypeVar("_Row")


def open_file(path: Path, mistakes: list[Mistake], inside: str = "") -> YamlNode:
    """The top of a file; mistakes of notation and of reading go to `mistakes`.

    `inside`: the folder, with a slash, in which that of the file lies when it is named.
    """
    name = f"{inside}{path.parent.name}/{path.name}"
    try:
        content = path.read_bytes()
    except OSError as error:
        mistakes.append(Mistake(name, "file", str(error.strerror), "a readable file"))
        return YamlNode(name, "", None, [])
    value, found = read_yaml(content, name)
    mistakes.extend(found)
    return YamlNode(name, "", value, [] if found and value is None else mistakes)


def rows(node: YamlNode) -> list[YamlNode]:
    """The places of a list that holds something."""
    found = node.each()
    if not found and not node.absent:
        node.wrong("a list that is not empty")
    return found


def by_key(found: Iterable[tuple[YamlNode, str, _Row]]) -> Mapping[str, _Row]:
    """Rows by their key; a second row of the same key is a mistake."""
    result: dict[str, _Row] = {}
    for node, key, row in found:
        if key in result:
            node.wrong("each key once")
        result[key] = row
    return result


def code(node: YamlNode) -> str:
    """A country code that CLDR can name."""
    text = node.text()
    if text and (not _CODE.fullmatch(text) or country_name(text, "en") in _NAMELESS | {text}):
        node.wrong("an ISO 3166-1 alpha-2 code")
    return text


def day(node: YamlNode) -> date | None:
    """An ISO day; None where it is left out or wrong."""
    if node.absent:
        return None
    try:
        return date.fromisoformat(str(node.value))
    except ValueError:
        node.wrong("a day as 2011-08-31")
        return None


def period_days(
    at: Mapping[str, YamlNode], start: date, before: date | None, *, last: bool
) -> tuple[date, date | None]:
    """The days `from` and `to` of a period that follows one ended on `before`.

    The first of a row of periods has no `before` and may have no `from`: it begins at `start`.
    """
    since = day(at["from"]) if "from" in at else start
    if since is None:
        return start, None
    if before is not None and since != before + timedelta(days=1):
        at["from"].wrong(f"the day after {before}")
    until = None if last else day(at["to"])
    if until is not None and until < since:
        at["to"].wrong(f"a day from {since}")
    return since, until


def fraction(node: YamlNode) -> Fraction:
    """A fraction from 0 to 1, written as 1/2."""
    try:
        found = Fraction(str(node.value))
    except (ValueError, ZeroDivisionError):
        found = Fraction(-1)
    if not 0 <= found <= 1:
        node.wrong("a fraction from 0 to 1, as 1/2; or a whole number, as 3")
        return Fraction(1)
    return found
