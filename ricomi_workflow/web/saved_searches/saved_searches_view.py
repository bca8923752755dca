"""Saved searches as their pages show them: the question in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import url_for

from ricomi_workflow.saved_searches.queries import SavedSearch, list_own_searches
from ricomi_workflow.saved_searches.rules import PACES, SavedQuery
from ricomi_workflow.web.catalogue.catalogue_view import Asked, Labels, asked
from ricomi_workflow.web.current_user import actor
from ricomi_workflow.web.i18n import t

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from werkzeug.datastructures import MultiDict


@dataclass(frozen=True, slots=True)
class Shown:
    """A question in words, and the page of its results."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class OwnSearch:
    """One saved search of the reader."""

    id: int
    shown: Shown
    pace: str


def question_in(query: MultiDict[str, str]) -> SavedQuery:
    """What the address asks; facets and values that are not known are left out."""
    found: Asked = asked(query)
    chosen: Mapping[str, tuple[str, ...]] = {n: v for n, v in found.chosen.items() if v}
    return SavedQuery(found.words, chosen)


def shown(question: SavedQuery) -> Shown:
    """The question in the reader's language, whatever language it was asked in."""
    labels = Labels()
    parts = [t("public.quoted", words=question.words)] if question.words else []
    for facet, codes in question.chosen.items():
        parts += [labels.of(facet, code) or code for code in codes]
    pairs = question.pairs()
    href = url_for("public.catalogue") + (f"?{urlencode(pairs)}" if pairs else "")
    return Shown(", ".join(parts) or t("saved_searches.everything"), href)


def paces() -> tuple[tuple[str, str], ...]:
    """How often one may be told, with words."""
    return tuple((pace, t(f"saved_searches.{pace}")) for pace in PACES)


def own(connection: Connection) -> tuple[OwnSearch, ...]:
    """The saved searches of the reader; one statement."""
    return tuple(_own(saved) for saved in list_own_searches(connection, actor().user_id))


def _own(saved: SavedSearch) -> OwnSearch:
    return OwnSearch(saved.id, shown(saved.question), t(f"saved_searches.{saved.pace}"))
