"""What OAI-PMH 2.0 itself says of an answer: its schema, and that of the records in Dublin Core.

Both stand in libraries of others, of which nothing is run; addresses in them are read from there.
"""

import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lxml import etree

from tests.exports.standard import published

_NAMESPACE = "http://www.openarchives.org/OAI/2.0/"
_WHOLE = f"""<schema xmlns="http://www.w3.org/2001/XMLSchema">
  <import namespace="{_NAMESPACE}" schemaLocation="OAI-PMH.xsd"/>
  <import namespace="{_NAMESPACE}oai_dc/" schemaLocation="oai_dc.xsd"/>
</schema>"""


class _Shipped(etree.Resolver):  # type: ignore[misc]  # lxml has no types
    """Reads every schema, by its name, from where it is shipped."""

    def resolve(self, address: str, _public: str, context: Any) -> Any:
        """The schema whose address ends in a name that is shipped."""
        found = find_spec("core_oaipmh_provider_app")
        assert found is not None
        assert found.submodule_search_locations is not None
        library = Path(found.submodule_search_locations[0])
        records = library / "static" / "core_oaipmh_provider_app" / "xsd"
        name = address.rpartition("/")[2]
        for folder in (Path(sys.prefix) / "schemas", records, published() / "schemas"):
            if (folder / name).exists():
                return self.resolve_filename(str(folder / name), context)
        raise AssertionError(f"no schema is shipped: {address}")


@cache
def schema() -> Any:
    """The schema of an answer and of what it carries."""
    parser = etree.XMLParser()
    parser.resolvers.add(_Shipped())
    return etree.XMLSchema(etree.fromstring(_WHOLE, parser))


def broken(document: Any) -> list[str]:
    """What the schemas have against an answer."""
    schema().validate(document)
    return [str(error) for error in schema().error_log]
