"""Guards and effects of the work: plan, officials, extension."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ricomi_workflow.cases.act import Act, Effect, Guard
from ricomi_workflow.cases.hooks import find_submitted
from ricomi_workflow.definitions.check import Reads
from ricomi_workflow.definitions.model import FieldType
from ricomi_workflow.execution.plans import (
    activities,
    end_in_force,
    last_act,
    latest_end,
    officials,
    plan_in_force,
    planned_end,
    unplanned,
)
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError, Invalid, Refusal, Refused

EXTENSION_MONTHS = "extension_months"  # the term of the workflow that limits all extensions


def plan_accepted(act: Act) -> Refusal | None:
    """The Secretariat has accepted an execution plan."""
    if _plan(act):
        return None
    return Refusal(
        "plan_missing" if find_submitted(act, "execution_plan") is None else "plan_waiting"
    )


def official_awaited(act: Act) -> Refusal | None:
    """The agreement says that the actor's state receives money."""
    return None if _own_receiving(act) else Refusal("receives_no_money")


def officials_designated(act: Act) -> Refusal | None:
    """Each state that receives money has designated the official who answers for it."""
    there = act.once("officials", lambda: officials(act.tx.connection, act.case.id))
    missing = tuple(country for country in _receiving(act) if country not in there)
    return Refusal("officials_missing", {"countries": missing}) if missing else None


def work_not_over(act: Act) -> Refusal | None:
    """The day on which the work ends, as planned or extended, has not passed."""
    end, today = _end(act), _today(act)
    return Refusal("work_over", {"end": end.isoformat()}) if end and end < today else None


def extension_asked(act: Act) -> Refusal | None:
    """An extension was requested and is neither granted nor declined."""
    return None if _waiting(act) else Refusal("extension_not_asked")


def no_extension_asked(act: Act) -> Refusal | None:
    """No extension waits for an answer."""
    return Refusal("extension_waiting") if _waiting(act) else None


def check_receiving(act: Act) -> None:
    """Refuse an agreement under which money goes to a state that is not in the case."""
    inside = {act.case.country, *act.case.partner_countries()}
    named = act.inputs["receiving"]
    outside = [str(c) for c in named if c not in inside] if isinstance(named, list) else []
    if outside:
        facts = {"countries": tuple(sorted(inside))}
        raise Invalid([FieldError("receiving", "not_in_case", facts)])


def designate_official(act: Act) -> None:
    """Let the actor's state have designated its official."""
    country = _own_receiving(act)
    if not country:
        raise Refused([Refusal("receives_no_money")])
    act.note(official_of=country)


def check_against_plan(act: Act) -> None:
    """Refuse a report that names an activity which is not in the accepted plan."""
    mistakes = unplanned(act.inputs, activities(_plan(act) or {}))
    if mistakes:
        raise Invalid(mistakes)


def check_extension(act: Act) -> None:
    """Refuse an end that is not later than the present one, or beyond what the process allows."""
    wanted, end, plan = date.fromisoformat(str(act.inputs["new_end"])), _end(act), _plan(act)
    if end is None or plan is None:
        raise Refused([Refusal("plan_missing")])
    months = act.services.process(act.case).workflow.terms[EXTENSION_MONTHS]
    last = latest_end(planned_end(plan), months)
    if wanted <= end:
        raise Invalid([FieldError("new_end", "not_later", {"end": end.isoformat()})])
    if wanted > last:
        facts = {"last": last.isoformat(), "months": months}
        raise Invalid([FieldError("new_end", "beyond_extension", facts)])


def grant_extension(act: Act) -> None:
    """Let the work end on the day that was requested."""
    given = find_submitted(act, "extension")
    if given is None or not _waiting(act):
        raise Refused([Refusal("extension_not_asked")])
    act.note(new_end=str(given.values["new_end"]), extension=given.number)


def _today(act: Act) -> date:
    return act.services.calendar.local_day(act.tx.now)


def _plan(act: Act) -> Mapping[str, Json] | None:
    return act.once("plan in force", lambda: plan_in_force(act.tx.connection, act.case.id))


def _end(act: Act) -> date | None:
    return act.once("end in force", lambda: end_in_force(act.tx.connection, act.case.id))


def _receiving(act: Act) -> tuple[str, ...]:
    agreement = find_submitted(act, "agreement")
    named = agreement.values.get("receiving") if agreement else None
    return tuple(str(c) for c in named) if isinstance(named, list) else ()


def _own_receiving(act: Act) -> str:
    """The state for which the actor may designate: it receives money, and is theirs."""
    own = act.actor.countries(Role.FOCAL_POINT)
    return next((country for country in _receiving(act) if country in own), "")


def _waiting(act: Act) -> bool:
    given = find_submitted(act, "extension")
    if given is None:
        return False
    answered = last_act(act.tx.connection, act.case.id, "grant_extension", "refuse_extension")
    return given.seq > answered


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        plan_accepted,
        official_awaited,
        officials_designated,
        work_not_over,
        extension_asked,
        no_extension_asked,
    )
}
EFFECTS: dict[str, Effect] = {
    effect.__name__: effect
    for effect in (
        check_receiving,
        designate_official,
        check_against_plan,
        check_extension,
        grant_extension,
    )
}
TERMS = {check_extension.__name__: (EXTENSION_MONTHS,)}
READS: Reads = {
    "check_receiving": {"receiving": FieldType.COUNTRIES},
    "check_against_plan": {"work": FieldType.TABLE},
    "check_extension": {"new_end": FieldType.DATE},
}
