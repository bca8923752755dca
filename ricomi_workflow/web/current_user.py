"""Who is looking, and the services that the edge was built with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from flask import current_app, g, url_for

from ricomi_workflow.cases.act import Services
from ricomi_workflow.kernel.actors import ANONYMOUS, Actor, Role

EXTENSION = "ricomi"
_NO_KEY = 2**63  # the database counts no further


def services() -> Services:
    """What the running application was composed of."""
    return cast("Mapping[str, Services]", current_app.extensions)[EXTENSION]


def actor() -> Actor:
    """The one who asks: set as `g.actor` by the sign-in for each request, else the public."""
    return cast("Actor", g.get("actor", ANONYMOUS))


def own_states() -> frozenset[str]:
    """The States whose focal point the reader is, themselves or as a stand-in."""
    return frozenset().union(
        *(each.countries(Role.FOCAL_POINT) for each in actor().every_capacity())
    )


def absolute_url(path: str) -> str:
    """The whole address, without which search engines do not heed it, of one of our pages."""
    return services().base_url + path


def is_demonstration() -> bool:
    """Whether what is done here is a sample: new cases are marked illustrative then."""
    return bool(current_app.jinja_env.globals.get("demo"))


def address(endpoint: str, **values: object) -> str:
    """The address of `endpoint`; values of its rule fill it, others become the query."""
    return url_for(endpoint, **cast("dict[str, Any]", values))


def row_key(text: str) -> int:
    """A key of a row as an address carries it. Raises `ValueError` for what no row has."""
    key = int(text)
    if not 0 <= key < _NO_KEY:
        raise ValueError(text)
    return key
