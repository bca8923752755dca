"""What IATI itself says of a file: its schema, its codelists and the rules of its ruleset.

The schemas and codelists stand in a library of the standard's publisher; nothing of it is run.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lxml import etree

# Purposes that the DAC added after the library was made.
NEWER = {"Sector": {"15190", "24050"}}


def published() -> Path:
    """The folder of version 2.03."""
    found = find_spec("iati")
    assert found is not None
    assert found.submodule_search_locations is not None
    return Path(found.submodule_search_locations[0]) / "resources" / "standard" / "2-03"


def faults(content: bytes) -> list[str]:
    """What the standard has against a file of activities."""
    document = etree.fromstring(content)
    schema = etree.XMLSchema(
        etree.parse(str(published() / "schemas" / "iati-activities-schema.xsd"))
    )
    schema.validate(document)
    told = [str(error) for error in schema.error_log]
    return [*told, *_unknown_codes(document), *_broken_rules(document)]


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


def _broken_rules(document: Any) -> Iterator[str]:
    for activity in document:
        called = activity.findtext("iati-identifier")
        starts = activity.xpath("activity-date[@type='1' or @type='2']")
        if not starts or not activity.xpath("sector"):
            yield f"{called}: a start and a sector are needed"
        for places in ("recipient-country", "sector"):
            parts = [float(part) for part in activity.xpath(f"{places}/@percentage")]
            if parts and round(sum(parts), 2) != 100:
                yield f"{called}: {places} adds up to {sum(parts)}"
        for bounds in activity.xpath("budget | result/indicator/period"):
            first, last = (
                bounds.find(name).get("iso-date") for name in ("period-start", "period-end")
            )
            if not first < last:
                yield f"{called}: from {first} to {last}"
