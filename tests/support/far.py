"""Cases brought to the states that only some cases see, for the pages that show them."""

from __future__ import annotations

from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.demo import meeting
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.simulation import answers
from ricomi_workflow.simulation.scenario import (
    play_scenarios,
    report_follow_up,
    request_reallocation,
    search_partner,
)
from tests.support.site import Site

ANSWERS = "UY"  # the State that offers its experience to the one that seeks


def brought_far(site: Site) -> dict[str, str]:
    """A reference by state; the clock of the site stands half a year later afterwards."""
    return {
        "followed_up": _followed_up(site),
        "seeking_partner": _seeking(site),
        "plan_review": site.case_at("plan_review"),
        "reallocation_vote": _reallocating(site),
        "exercise": _exercise(site),
        "meeting": _met(site),
        "meeting_held": _opened(site),
        "meeting_draft": meeting.prepare_meeting(site.stage),
    }


def _met(site: Site) -> str:
    """A meeting that was held, with its minutes open to amendments."""
    stage = site.stage
    play_scenarios(stage, [(stage.clock.now(), meeting.hold_meeting(stage))])
    return site.newest(meeting.KIND)


def _opened(site: Site) -> str:
    """A meeting in session, with an item that is taken up and a closed one."""
    return meeting.open_session(site.stage)


def _followed_up(site: Site) -> str:
    ref, stage = site.case_at("closed"), site.stage
    play_scenarios(stage, [(stage.clock.now(), report_follow_up(stage, ref))])
    return ref


def _seeking(site: Site) -> str:
    ref, stage = site.open(), site.stage
    given = answers.request(stage.rng, stage.services, "PY", site.today, partners=0, seeks=True)
    stage.fire(ref, (Role.FOCAL_POINT, ""), "submit", given)
    for _days in search_partner(stage, ref, ANSWERS):
        pass
    return ref


def _reallocating(site: Site) -> str:
    ref = site.case_at("executing")
    for _days in request_reallocation(site.stage, ref):
        pass
    return ref


def _exercise(site: Site) -> str:
    stage = site.stage
    with stage.services.uow.begin(stage.accounts.actor(Role.FOCAL_POINT, "PY")) as tx:
        ref = open_case(tx, stage.services, "cooperation_request", "PY", exercise=True).ref
    stage.fire(ref, (Role.FOCAL_POINT, ""), "submit", site.request())
    return ref
