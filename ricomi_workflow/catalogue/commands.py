"""Write verbs of the catalogue: project one case, rebuild them all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, cast

from sqlalchemy import delete, exists, func, select, text

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.cases.queries import with_participants
from ricomi_workflow.cases.rows import (
    CASE_COLUMNS,
    Submission,
    case_from_row,
    find_latest_submission,
    list_submissions_of_form,
)
from ricomi_workflow.catalogue.confirmations import (
    Confirmation,
    correction_form,
    find_confirmation,
    with_confirmation,
)
from ricomi_workflow.catalogue.entry_types import ended_well
from ricomi_workflow.catalogue.models import (
    catalogue_entry,
    catalogue_facet,
    catalogue_set,
    catalogue_word,
)
from ricomi_workflow.catalogue.projection import NEVER, Entry, project_entry, year_after
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.library import list_forms

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Connection


def project_case(
    tx: Tx, services: Services, case: Case, changed_at: datetime, *, verified: bool = False
) -> Confirmation | None:
    """Bring the catalogue's entry of `case` to its present state: written, or taken away.

    Answers how the States in it stand to its facts, where they are asked.
    `verified`: somebody stands by it in this very act, whose entry is not in the trail yet.
    Transaction: the case is locked; what the act has filed is flushed first.
    """
    tx.flush()  # the submissions of this very act are read back below
    acted_at = changed_at if verified else None
    entry = build_entry(tx.connection, services, case, changed_at, acted_at)
    standing = find_confirmation(tx.connection, case, entry) if entry else None
    _remove(tx, case.id)
    if entry:
        write_entry(tx, with_confirmation(entry, standing))
    return standing


def touch_entry(tx: Tx, entry_id: int, changed_at: datetime, verified: date | None = None) -> None:
    """Say when a catalogued case changed last, for a change that leaves its entry as it is.

    `verified`: the day, if somebody stands by it by this act; of a form that names no day itself.
    """
    fresh = {"verified_on": verified, "review_by": year_after(verified)} if verified else {}
    tx.change(catalogue_entry, {"entry_id": entry_id}, changed_at=changed_at, **fresh)


def rebuild_catalogue(tx: Tx, services: Services) -> Iterator[str]:
    """Write every entry anew; yields the reference of each case and decision as it is done.

    Entries of nothing are taken away, words that no entry has any more, and the sets that are
    stored of a large catalogue: the worker stores them again.
    """
    beside = _entries_without_case(tx.connection, services)
    for entry_id in _orphans(tx.connection, beside):
        _remove(tx, entry_id)
    tx.execute(delete(catalogue_word))
    tx.execute(delete(catalogue_set))
    for case in _cases(tx.connection):
        project_case(tx, services, case, case.entered_at)
        yield case.ref
    for entry in beside:
        _remove(tx, _number(entry))
        write_entry(tx, entry)
        yield str(entry.row["ref"])


def list_differences(connection: Connection, services: Services) -> Iterator[tuple[str, bool]]:
    """For each case and decision, whether its entry differs from what a rebuild would write.

    An entry of nothing differs from the nothing that there should be.
    """
    beside = _entries_without_case(connection, services)
    for ref in _orphans(connection, beside).values():
        yield ref, True
    for case in _cases(connection):
        entry = _entry(connection, services, case, case.entered_at)
        yield case.ref, _differs(connection, case.id, entry)
    for entry in beside:
        yield str(entry.row["ref"]), _differs(connection, _number(entry), entry)


def _entries_without_case(connection: Connection, services: Services) -> list[Entry]:
    """The entries of what is no case, as they should be."""
    found = (
        services.entries_without_case(connection, services) if services.entries_without_case else ()
    )
    return [Entry(*each) for each in found]


def _number(entry: Entry) -> int:
    return cast("int", entry.row["entry_id"])


def _orphans(connection: Connection, beside: Iterable[Entry]) -> dict[int, str]:
    """The references, by number, of entries that tell of no case and of nothing beside.

    Of one of which only values of facets are left, the number.
    """
    known, found = set(map(_number, beside)), dict[int, str]()
    for table in (catalogue_facet, catalogue_entry):
        no_case = ~exists().where(case_table.c.id == table.c.entry_id)
        name = catalogue_entry.c.ref if table is catalogue_entry else table.c.entry_id
        rows = connection.execute(select(table.c.entry_id, name).where(no_case).distinct())
        found |= {number: str(called) for number, called in rows if number not in known}
    return found


def _differs(connection: Connection, entry_id: int, entry: Entry | None) -> bool:
    wanted = (dict(entry.row), entry.facets) if entry else (None, ())
    return _stored(connection, entry_id) != wanted or not _is_found(connection, entry)


def _is_found(connection: Connection, entry: Entry | None) -> bool:
    """Whether an entry is found by its words; PostgreSQL has them nowhere but in its row."""
    if entry is None or connection.dialect.name != "sqlite":
        return True
    kept = text("SELECT words, title FROM catalogue_search WHERE rowid = :entry_id")
    row = connection.execute(kept, {"entry_id": _number(entry)}).first()
    return row is not None and tuple(row) == (entry.row["words"], entry.row["title_words"])


def _cases(connection: Connection) -> list[Case]:
    rows = connection.execute(select(*CASE_COLUMNS).order_by(case_table.c.id))
    return with_participants(connection, [case_from_row(row) for row in rows])


def _entry(
    connection: Connection, services: Services, case: Case, changed_at: datetime
) -> Entry | None:
    entry = build_entry(connection, services, case, changed_at)
    return with_confirmation(entry, find_confirmation(connection, case, entry)) if entry else None


def build_entry(
    connection: Connection,
    services: Services,
    case: Case,
    changed_at: datetime,
    acted_at: datetime | None = None,
) -> Entry | None:
    """The entry of `case` as its forms tell it, without what States say of it.

    `acted_at`: when somebody last stood by it (default: what its trail says).
    """
    workflow = services.process(case).workflow
    state = workflow.states[case.state]
    if not state.is_public or case.exercise:
        return None
    # A case that ends on the way keeps its report back.
    asked, *later = list_forms(workflow, services.library)
    told = [form for form in later if any(field.public for field in form.fields())]
    names = [form.name for form in (asked, *(told if ended_well(state) else ()))]
    papers = _given(connection, case, list(dict.fromkeys(names)))
    given = [(services.library.forms[paper.form_key], paper.values) for paper in papers]
    corrected = [paper.at for paper in papers if paper.form == correction_form(case.kind)]
    changed_at = max([changed_at, *corrected])
    local = services.calendar.local_day
    acted_on = local(acted_at) if acted_at else _verified_on(connection, services, case, changed_at)
    return project_entry(case, workflow, given, changed_at, services.reference, acted_on=acted_on)


def _verified_on(
    connection: Connection, services: Services, case: Case, changed_at: datetime
) -> date:
    """The day on which a person last brought the case into a public state, as its trail says.

    Of a registry, by an act that takes no form; never, when there was none. Of any other case that
    no person brought there, the day of its last change.
    """
    registry = services.process(case).workflow.registry
    acts = {
        f"case.{transition.trigger}"
        for workflow in services.library.workflows.values()
        if workflow.kind == case.kind
        for transition in workflow.transitions
        if transition.target and workflow.states[transition.target].is_public
        if not (registry and transition.form)
    }
    found = connection.execute(
        select(func.max(audit_entry.c.at)).where(
            audit_entry.c.case_id == case.id,
            audit_entry.c.act.in_(sorted(acts)),
            audit_entry.c.office != "system",
        )
    ).scalar()
    if found is None and registry:
        return NEVER
    return services.calendar.local_day(found or changed_at)


def _given(connection: Connection, case: Case, names: list[str]) -> list[Submission]:
    """What was handed in last in each of these forms, and after it every correction, in turn."""
    correction = correction_form(case.kind)
    found = [find_latest_submission(connection, case.id, n) for n in names if n != correction]
    later = list_submissions_of_form(connection, case.id, correction) if correction in names else []
    return [*filter(None, found), *later]


def _remove(tx: Tx, entry_id: int) -> None:
    # The entry first: every act locks it before the note of its change, so none waits crosswise.
    tx.execute(delete(catalogue_entry).where(catalogue_entry.c.entry_id == entry_id))
    tx.execute(delete(catalogue_facet).where(catalogue_facet.c.entry_id == entry_id))


def write_entry(tx: Tx, entry: Entry) -> None:
    """Write an entry that the catalogue does not have yet."""
    tx.insert(catalogue_entry, entry.row)
    for facet, value in entry.facets:
        tx.insert(
            catalogue_facet, {"facet": facet, "value": value, "entry_id": entry.row["entry_id"]}
        )


def _stored(
    connection: Connection, entry_id: int
) -> tuple[dict[str, object] | None, tuple[tuple[str, str], ...]]:
    row = connection.execute(
        select(catalogue_entry).where(catalogue_entry.c.entry_id == entry_id)
    ).first()
    facets = connection.execute(
        select(catalogue_facet.c.facet, catalogue_facet.c.value).where(
            catalogue_facet.c.entry_id == entry_id
        )
    )
    kept = dict(row._mapping) if row else None  # noqa: SLF001 - public, see SQLAlchemy
    return kept, tuple(sorted((f, v) for f, v in facets))
