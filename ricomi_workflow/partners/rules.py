"""Which published offers match a request, and in what: pure, so that the reasons can be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ricomi_workflow.kernel.canonical import Json

SHARED = ("topics", "populations", "modality")


@dataclass(frozen=True, slots=True)
class Offer:
    """A published offer of a state."""

    ref: str
    country: str
    title: Mapping[str, Json]
    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Match:
    """An offer that matches, and by field the values in common."""

    offer: Offer
    shared: Mapping[str, tuple[str, ...]]


def match_offer(request: Mapping[str, Json], offer: Offer) -> Match | None:
    """Decide whether `offer` matches: a topic in common, and a population or a way to cooperate.

    Source: domain requirement 50; the fields are those that request and offer ask alike.
    """
    shared = {name: _in_both(request.get(name), offer.values.get(name)) for name in SHARED}
    if not shared["topics"] or not (shared["populations"] or shared["modality"]):
        return None
    return Match(offer, {name: values for name, values in shared.items() if values})


def _in_both(asked: Json, offered: Json) -> tuple[str, ...]:
    return tuple(sorted(_texts(asked) & _texts(offered)))


def _texts(value: Json) -> set[str]:
    return {str(item) for item in value} if isinstance(value, list | tuple) else set()
