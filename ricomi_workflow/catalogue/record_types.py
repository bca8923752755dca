"""Needs, offers and projects among entries: by the kinds that their processes name `catalogued_as`.

The newest version of a kind says what its entries are; how they stand is said by the states of
every version, since cases keep the version with which they began.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import false, or_

from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.catalogue.projection import public_status
from ricomi_workflow.definitions.case_kinds import kinds_catalogued_as, list_versions
from ricomi_workflow.definitions.model import Library, StateDef
from ricomi_workflow.definitions.record_types import RecordType

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

Statuses = Mapping[str, frozenset[str]]  # by kind


def open_statuses(library: Library, *sorts: RecordType) -> Statuses:
    """The statuses in which entries of `sorts` stand open: shown, and at no end."""
    return _statuses(library, sorts, lambda state: not (state.final or state.outcome))


def ended_statuses(library: Library, *sorts: RecordType) -> Statuses:
    """The statuses in which entries of `sorts` have ended well, and not on the way."""
    return _statuses(library, sorts, ended_well)


def ended_well(state: StateDef) -> bool:
    """Whether a case in `state` has ended as it was meant to."""
    return bool(state.outcome) or (state.final and not state.side)


def has_status(statuses: Statuses) -> ColumnElement[bool]:
    """The condition that an entry has one of the statuses of its kind."""
    kind, status = catalogue_entry.c.kind, catalogue_entry.c.status
    return or_(
        false(),
        *((kind == name) & status.in_(sorted(known)) for name, known in statuses.items()),
    )


def _statuses(
    library: Library, sorts: tuple[RecordType, ...], wanted: Callable[[StateDef], bool]
) -> Statuses:
    return {
        kind: frozenset(
            public_status(state)
            for version in list_versions(library, kind)
            for state in version.states.values()
            if state.is_public and wanted(state)
        )
        for kind in kinds_catalogued_as(library, *sorts)
    }
