"""The map for programs: GeoJSON (RFC 7946) of the states and of who gives to whom, in codes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flask import Response, request

from ricomi_workflow.catalogue.queries import SearchQuery
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.network.counts import (
    COUNTS,
    DISBURSED,
    count_by_state,
    count_flows,
    sum_disbursed,
)
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.network.outlines import outlines

if TYPE_CHECKING:
    from sqlalchemy import Connection

MEDIA_TYPE = "application/geo+json"


def features(connection: Connection, filters: SearchQuery) -> Mapping[str, object]:
    """A `Point` for each state with its figures, a `LineString` for each pair; three statements."""
    counts, paid = (
        count_by_state(connection, services().library, filters),
        sum_disbursed(connection, filters),
    )
    places = {code: list(at) for code, at in outlines().places.items()}
    states = [
        _feature(code, "Point", places[code], _figures(code, counts, paid))
        for code in sorted(services().reference.states)
        if code in places
    ]
    lines = [
        _feature(
            flow.value,
            "LineString",
            [places[flow.provider], places[flow.recipient]],
            {"provider": flow.provider, "recipient": flow.recipient, "entries": flow.count},
        )
        for flow in count_flows(connection, filters)
        if flow.provider in places and flow.recipient in places
    ]
    return {"type": "FeatureCollection", "features": [*states, *lines]}


def geojson_answer(found: Mapping[str, object]) -> Response:
    """The collection; any site may read it, and a reader that holds it is told so."""
    answer = Response(json.dumps(found, separators=(",", ":")), content_type=MEDIA_TYPE)
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _feature(
    name: str, shape: str, coordinates: Sequence[object], properties: Mapping[str, object]
) -> Mapping[str, object]:
    geometry = {"type": shape, "coordinates": coordinates}
    return {"type": "Feature", "id": name, "geometry": geometry, "properties": properties}


def _figures(
    code: str, counts: Mapping[str, Mapping[str, int]], paid: Mapping[str, Money]
) -> Mapping[str, object]:
    own = {measure: counts.get(code, {}).get(measure, 0) for measure in COUNTS}
    amount = str(paid.get(code, Money(0)))
    return {"country": code, **own, DISBURSED: amount, "currency": BOOK_CURRENCY}
