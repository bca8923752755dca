"""A dated call on a served site: one played to its frozen order, one to which one may apply."""

from __future__ import annotations

from ricomi_workflow.calls.queries import list_calls
from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.demo.call import run_call
from ricomi_workflow.kernel.actors import NETWORK, Role
from ricomi_workflow.reviews.commands import assign_reviewers
from ricomi_workflow.reviews.ranking_documents import find_latest_ranking
from ricomi_workflow.simulation.scenario import play_scenarios
from tests.support.calls import terms
from tests.support.site import Site


def played(site: Site) -> dict[str, str]:
    """Play a call to its frozen order; answer it (`call`) and the references of what came of it.

    `reviewed` is a request that a third reviewer is asked about, `below` one below the line.
    The clock of the site stands months later afterwards.
    """
    stage = site.stage
    play_scenarios(stage, [(stage.clock.now(), run_call(stage))])
    with stage.services.uow.read() as connection:
        call = list_calls(connection, stage.services)[0]
        order = find_latest_ranking(connection, call.id)
    assert order is not None
    lines = order.lines()
    reviewed, below = str(lines[0]["ref"]), str(lines[-1]["ref"])
    third = stage.accounts.actor(Role.REVIEWER, "3").user_id
    assert third is not None
    with stage.services.uow.begin(stage.accounts.actor(Role.SECRETARIAT)) as tx:
        assign_reviewers(tx, stage.services, reviewed, [third])
    return {"call": call.ref, "reviewed": reviewed, "below": below}


def announced(site: Site, number: str = "2/2026") -> str:
    """A call that opens tomorrow; answer its reference."""
    stage = site.stage
    with stage.services.uow.begin(stage.accounts.actor(Role.SECRETARIAT)) as tx:
        ref = open_case(tx, stage.services, "call", NETWORK, illustrative=True).ref
    given = terms(site.today, number=number)
    stage.fire(ref, (Role.SECRETARIAT, None), "announce", given)
    return ref
