"""What States say of the public facts of an invented project: they confirm, or one differs."""

from __future__ import annotations

from collections.abc import Sequence

from ricomi_workflow.cases.commands import lock
from ricomi_workflow.catalogue.confirmation_commands import Given, say, standing
from ricomi_workflow.catalogue.rules import DISPUTED, Facts, digest_of
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
            facts = standing(tx.connection, scenario.services, case).facts
            differs = said == DISPUTED and number == len(countries)
            say(tx, scenario.services, case, _given(facts, differs=differs))


def _given(facts: Facts, *, differs: bool) -> Given:
    if not differs:
        return Given(digest_of(facts))
    cost, months = Money.parse(str(facts["amount"])), int(str(facts["months"]))
    held: dict[str, Json] = {"amount": str(cost - _LESS), "months": months + 1}
    return Given(digest_of(facts), held, _NOTE, disputes=True)
