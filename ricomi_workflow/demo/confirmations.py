"""What States say of the public facts of an invented project: they confirm, or one differs."""

from __future__ import annotations

from collections.abc import Sequence

from ricomi_workflow.cases.commands import lock
from ricomi_workflow.catalogue.confirmation_commands import (
    FactResponse,
    get_confirmation,
    respond_to_facts,
)
from ricomi_workflow.catalogue.rules import DISPUTED, Facts, facts_digest
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.simulation.scenario import Scenario, Waits

_LESS = Money(1_200_00)
_NOTE = "Ejemplo: la segunda visita se hizo a distancia y terminó un mes después."


def record_confirmations(
    scenario: Scenario, ref: str, said: str, countries: Sequence[str]
) -> Waits:
    """Each of `countries` speaks a day after the other; `said` is what comes of it.

    Disputed: the last of them holds another cost and another length.
    """
    for number, country in enumerate(countries, start=1):
        yield 1
        with scenario.services.uow.begin(scenario.accounts.actor(Role.FOCAL_POINT, country)) as tx:
            case = lock(tx, scenario.services, ref)
            facts = get_confirmation(tx.connection, scenario.services, case).facts
            differs = said == DISPUTED and number == len(countries)
            respond_to_facts(tx, scenario.services, case, _given(facts, differs=differs))


def _given(facts: Facts, *, differs: bool) -> FactResponse:
    if not differs:
        return FactResponse(facts_digest(facts))
    cost, months = Money.parse(str(facts["amount"])), int(str(facts["months"]))
    held: dict[str, Json] = {"amount": str(cost - _LESS), "months": months + 1}
    return FactResponse(facts_digest(facts), held, _NOTE, disputes=True)
