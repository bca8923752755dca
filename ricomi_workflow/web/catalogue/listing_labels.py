"""What a shelf of entries is called, and in which order shelves stand on a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ricomi_workflow.catalogue.entry_types import plural_label
from ricomi_workflow.catalogue.queries import SearchQuery
from ricomi_workflow.definitions.library import list_latest, record_type_of
from ricomi_workflow.definitions.model import RecordType
from ricomi_workflow.network.queries import Listing
from ricomi_workflow.web.catalogue.catalogue_view import result
from ricomi_workflow.web.components import Result
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.network.network_query import search_href

# The order of the page, by what entries are or by their kind; any other kind comes last.
_ORDER = (
    RecordType.OFFER,
    RecordType.NEED,
    "good_practice",
    RecordType.PROJECT,
    "law",
    "labour_programme",
    "statistic",
    "publication",
    "committee_meeting",
    "decision",
)
_ROLES = ("", "provides", "asks", "takes_part")


@dataclass(frozen=True, slots=True)
class ListingView:
    """A section of a page: the newest entries of one sort and the search that finds all."""

    name: str
    heading: str
    total: int
    results: tuple[Result, ...]
    href: str


def listing_views(found: Iterable[Listing], filters: SearchQuery) -> tuple[ListingView, ...]:
    """The shelves in their order; of anything else than projects the role says nothing."""
    by_role = {(x.kind, x.role if _sort(x.kind) is RecordType.PROJECT else ""): x for x in found}
    return tuple(_shown(by_role[key], key[1], filters) for key in sorted(by_role, key=_place))


def _sort(kind: str) -> RecordType | None:
    return record_type_of(services().library, kind)


def missing(kind: str, shown: Sequence[ListingView]) -> bool:
    """Whether the network keeps entries of `kind` and has none to show."""
    known = any(workflow.kind == kind for workflow in list_latest(services().library))
    return known and not any(shelf.name == kind for shelf in shown)


def kind_name(kind: str, role: str = "") -> str:
    """What entries of a kind, in which a state has a role, are called together."""
    name = plural_label(services().library, services().texts, kind, language())
    return t(f"network.shelf_{role}", kind=name) if role else name


def _place(key: tuple[str, str]) -> tuple[int, str, int]:
    kind, role = key
    known = _sort(kind) or kind
    return _ORDER.index(known) if known in _ORDER else len(_ORDER), kind, _ROLES.index(role)


def _shown(shelf: Listing, role: str, filters: SearchQuery) -> ListingView:
    chosen = {**filters.chosen, "kind": (shelf.kind,)}
    if role:
        chosen["role"] = (role,)
    return ListingView(
        name=f"{shelf.kind}-{role}" if role else shelf.kind,
        heading=kind_name(shelf.kind, role),
        total=shelf.total,
        results=tuple(result(entry) for entry in shelf.entries),
        href=search_href(replace(filters, chosen=chosen)),
    )
