"""First answers that a form offers: from the profile of the country, or from an earlier case.

What is offered was handed in, in a case of the same country, and the reader may read it there. A
practice case offers nothing to a real one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, exists, select

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.cases.models import submission
from ricomi_workflow.cases.queries import readable_values
from ricomi_workflow.cases.rows import CASE_COLUMNS, case_from_row, find_latest_submission
from ricomi_workflow.definitions.check_form import PROFILE_KIND, source_form
from ricomi_workflow.definitions.model import FieldDef, FormDef
from ricomi_workflow.definitions.tables import rows_of
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.canonical import Json

NEWEST = 50  # so many of the newest cases that have a form are looked at


@dataclass(frozen=True, slots=True)
class EarlierSubmission:
    """What was handed in with a form, in which case and when."""

    ref: str
    at: datetime
    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class PrefilledValue:
    """A first answer, with the place it was copied from."""

    value: Json
    source: str  # profile | earlier
    ref: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks for first answers, with what they may read by."""

    connection: Connection
    services: Services
    actor: Actor


def find_country_profile(reader: Reader, of: Case) -> EarlierSubmission | None:
    """The current profile of the country of a case: the last one that was published."""
    where = (case_table.c.kind == PROFILE_KIND) & (case_table.c.country == of.country)
    found = _cases(reader.connection, select(*CASE_COLUMNS).where(where), of, PROFILE_KIND)
    current = [c for c in found if not reader.services.state(c).final]
    return _given(reader, current, PROFILE_KIND)


def find_earlier_submission(reader: Reader, of: Case, form: str) -> EarlierSubmission | None:
    """What was last handed in with `form` in another case of the same country."""
    query = select(*CASE_COLUMNS).where(case_table.c.country == of.country)
    return _given(reader, _cases(reader.connection, query, of, form), form)


def list_prefilled_values(reader: Reader, of: Case, form: FormDef) -> dict[str, PrefilledValue]:
    """The first answers of the fields that declare where one is offered from."""
    wanted = [f for f in form.fields() if f.prefill]
    sources: dict[str, EarlierSubmission | None] = {}
    found: dict[str, PrefilledValue] = {}
    for definition in wanted:
        name = source_form(form, definition)
        if name not in sources:
            is_profile = name == PROFILE_KIND
            sources[name] = (
                find_country_profile(reader, of)
                if is_profile
                else find_earlier_submission(reader, of, name)
            )
        if (offered := _offered(definition, sources[name])) is not None:
            found[definition.name] = offered
    return found


def institution_names(profile: EarlierSubmission | None) -> tuple[str, ...]:
    """The institutions that a profile names."""
    rows = rows_of(profile.values.get("institutions")) if profile else []
    return tuple(dict.fromkeys(str(r["institution"]) for r in rows if r.get("institution")))


def _offered(definition: FieldDef, given: EarlierSubmission | None) -> PrefilledValue | None:
    prefill = definition.prefill
    value = given.values.get(prefill.field) if given and prefill else None
    if given is None or prefill is None or value is None:
        return None
    return PrefilledValue(value, prefill.source, given.ref, given.at)


def _cases(
    connection: Connection, query: Select[tuple[object, ...]], of: Case, form: str
) -> Sequence[Case]:
    """Other cases in which a form was handed in, the newest first."""
    having = exists().where(submission.c.case_id == case_table.c.id, submission.c.form == form)
    newest = query.where(having).order_by(case_table.c.updated_at.desc()).limit(NEWEST)
    found = (case_from_row(row) for row in connection.execute(newest))
    return [c for c in found if c.id != of.id and (of.exercise or not c.exercise)]


def _given(reader: Reader, among: Sequence[Case], form: str) -> EarlierSubmission | None:
    """The newest submission of a form that the reader may read, in the newest case that has one."""
    for found in among:
        given = find_latest_submission(reader.connection, found.id, form)
        if given is None:
            continue
        definition = reader.services.library.forms[given.form_key]
        values = readable_values(reader.services, reader.actor, found, definition, given)
        if values is not None:
            return EarlierSubmission(found.ref, given.at, values)
    return None
