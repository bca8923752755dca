"""Every state of every process, before every office: what is shown is what is done.

The states are reached by the trail alone, without the life that leads to them, so that the guards
meet everything that may be missing. No act is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import NoReturn

import pytest
from sqlalchemy import Engine

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.audit.rules import FIRST_HEAD
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import advance, lock
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.cases.models import participation
from ricomi_workflow.cases.queries import list_options
from ricomi_workflow.definitions.library import load
from ricomi_workflow.definitions.model import StateDef, WorkflowDef
from ricomi_workflow.kernel.actors import SYSTEM, Actor
from ricomi_workflow.kernel.errors import DomainError, Invalid, NotFound, Refusal, Refused
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.localization.message_text import MessageText
from tests.support.story import OFFICES, Story

PROCESSES = sorted(load().workflows)
AFTER_THE_GUARDS = {"inputs_missing", "reason_missing"}  # form and reason are asked for last


class NotKept(Exception):
    """Ends an act that was only tried."""


def drop() -> NoReturn:
    raise NotKept


def standing_in(services: Services, workflow: WorkflowDef, state: StateDef, number: int) -> str:
    """A case of Paraguay with Chile, which one entry of the trail brought to `state`."""
    ref, key = f"RICOMI-2026-{number:04d}", new_id()
    with services.uow.begin(SYSTEM) as tx:
        times = dict.fromkeys(("opened_at", "entered_at", "updated_at"), tx.now)
        about = {"kind": workflow.kind, "definition": workflow.key, "country": "PY"}
        begun = {"version": 0, "head": FIRST_HEAD, "state": "", "entered": 0, "exercise": False}
        row = {"id": key, "ref": ref, "definition_digest": workflow.digest, "illustrative": True}
        tx.insert(case_table, {**row, **about, **begun, **times})
        entry = {"case_id": key, "seq": 1, "at": tx.now, "office": "system", "act": "case.opened"}
        moved = {"from_state": "", "to_state": state.name, "detail": {"title": {"es": "Título"}}}
        tx.insert(audit_entry, {**entry, **moved, "prev": FIRST_HEAD, "digest": f"{key:064x}"})
        asked = {"case_id": key, "country": "CL", "asked_seq": 1}
        tx.execute(participation.insert().values(asked))
    return ref


def answered(services: Services, actor: Actor, ref: str, trigger: str) -> DomainError | None:
    """What an act without form and reason is answered; None when it goes through."""
    try:
        with suppress(NotKept), services.uow.begin(actor) as tx:
            advance(tx, services, lock(tx, services, ref), trigger)
            drop()
    except DomainError as error:
        return error
    return None


def unexplained(services: Services, refusal: Refusal) -> list[str]:
    """In which languages a refusal does not say what is missing, or who would supply it."""
    zone = services.calendar.zone
    faults = []
    for lang in LANGUAGES:
        speaker = MessageText(services.texts, lang, zone)
        told = (speaker.why(refusal), speaker.need(refusal))
        if not all(told) or "{" in "".join(told):
            faults.append(f"{refusal.code} in {lang}: {told}")
    return faults


def shown(services: Services, actor: Actor, ref: str) -> dict[str, tuple[Refusal, ...]]:
    """By act what stands against it, as the page and the API say."""
    with services.uow.look(actor) as tx:
        found = lock(tx, services, ref)
        return {o.taken.trigger: tuple(o.refusals) for o in list_options(tx, services, found)}


def disagreements(services: Services, actor: Actor, ref: str) -> Iterator[str]:
    """Where an office is shown one thing and answered another, or is not told why."""
    try:
        offered = shown(services, actor, ref)
    except NotFound:
        error = answered(services, actor, ref, "submit")
        if not isinstance(error, NotFound):
            yield f"a case that is not shown is acted on: {error!r}"
        return
    for trigger, against in offered.items():
        got = answered(services, actor, ref, trigger)
        yield from (f"{trigger}: {gap}" for each in against for gap in unexplained(services, each))
        yield from differing(trigger, against, got)


@pytest.mark.parametrize("key", PROCESSES)
def test_in_every_state_every_office_is_told_what_then_happens(
    sqlite_engine: Engine, key: str
) -> None:
    story = Story(sqlite_engine)
    workflow = story.services.library.workflows[key]
    faults = []
    for number, state in enumerate(workflow.states.values(), 1):
        ref = standing_in(story.services, workflow, state, number)
        for office in OFFICES:
            found = disagreements(story.services, story.people[office], ref)
            faults += [f"{state.name}, {office}, {fault}" for fault in found]
    assert not faults, "\n".join(faults)


def differing(where: str, against: tuple[Refusal, ...], got: DomainError | None) -> list[str]:
    """How the answer to an act differs from what was shown of it."""
    codes = sorted({r.code for r in got.refusals}) if isinstance(got, Refused) else []
    if against:
        told = sorted({r.code for r in against})
        return [] if codes == told else [f"{where}: shown {told}, answered {codes or got!r}"]
    if got is None or isinstance(got, Invalid) or set(codes) & AFTER_THE_GUARDS:
        return []
    return [f"{where}: shown as possible, answered {codes or got!r}"]
