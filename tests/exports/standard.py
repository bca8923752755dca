"""What IATI itself says of a file: its schema, its codelists and every rule of its ruleset.

They stand in a library of the standard's publisher, pyIATI; nothing of it is run.
"""

import json
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lxml import etree

from tests.exports.ruleset import Ruleset, broken

# Purposes that the DAC added after the library was made.
NEWER = {"Sector": {"15190", "24050"}}
# What the ruleset asks since: https://github.com/IATI/IATI-Rulesets, rulesets/standard.json
_VOCABULARY = "@vocabulary='1' or not(@vocabulary)"
_WHOLE = {"cases": [{"paths": [f"sector[{_VOCABULARY}]/@percentage"], "sum": 100}]}
_LEAST = {
    "cases": [
        {"paths": [f"{name}/@percentage"], "min": 0}
        for name in ("recipient-country", "recipient-region", "sector")
    ]
}
_YEAR = {
    "cases": [{"start": "budget/period-start/@iso-date", "end": "budget/period-end/@iso-date"}]
}
SINCE: Ruleset = {
    "//iati-activity": {"sum": _WHOLE, "range": _LEAST, "time_limit": _YEAR},
    "//policy-marker": {
        "atleast_one": {
            "cases": [
                {"condition": _VOCABULARY, "paths": ["@significance"]},
                {"condition": "@vocabulary='99'", "paths": ["narrative"]},
            ]
        }
    },
}


def resources() -> Path:
    """The folder of what pyIATI ships."""
    found = find_spec("iati")
    assert found is not None
    assert found.submodule_search_locations is not None
    return Path(found.submodule_search_locations[0]) / "resources"


def published() -> Path:
    """The folder of version 2.03."""
    return resources() / "standard" / "2-03"


def faults(content: bytes) -> list[str]:
    """What the standard has against a file of activities."""
    document = etree.fromstring(content)
    schema = etree.XMLSchema(
        etree.parse(str(published() / "schemas" / "iati-activities-schema.xsd"))
    )
    schema.validate(document)
    told = [str(error) for error in schema.error_log]
    return [*told, *_unknown_codes(document), *broken_rules(document)]


def broken_rules(document: Any) -> list[str]:
    """What the rulesets have against it; for them it is the day on which the file was made."""
    made = date.fromisoformat(document.get("generated-datetime")[:10])
    return [each for rules in (standard(), SINCE) for each in broken(rules, document, made)]


def standard() -> Ruleset:
    """The published ruleset of version 2.03."""
    file = published() / "rulesets" / "standard_ruleset.json"
    read: Ruleset = json.loads(file.read_text(encoding="utf-8"))
    return read


def _unknown_codes(document: Any) -> Iterator[str]:
    tree = document.getroottree()
    for mapping in etree.parse(str(published() / "codelist-mapping.xml")).getroot():
        path, name = mapping.findtext("path"), mapping.find("codelist").get("ref")
        condition = mapping.findtext("condition")
        element, _, attribute = path.rpartition("/@")
        asked = f"{element}[{condition}]/@{attribute}" if condition else path
        used = {str(code) for code in tree.xpath(asked)}
        if used:
            listed = etree.parse(str(published() / "codelists" / f"{name}.xml"))
            known = set(listed.xpath("//codelist-item/code/text()")) | NEWER.get(name, set())
            yield from (f"{path}: {code} is not in {name}" for code in sorted(used - known))
