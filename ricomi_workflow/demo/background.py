"""What stands around the requests of the demonstration: profiles of countries and a practice.

All of it is invented and marked illustrative, so that offers of first answers and suggestions of
institutions can be seen at work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from ricomi_workflow.cases.commands import lock, open_case
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

DAYS = 9  # before today: after every request, so that these keep their numbers
_FOCAL = (Role.FOCAL_POINT, "")
_SINCE = timedelta(days=900)

PROFILES: Mapping[str, Mapping[str, Json]] = {
    "PY": {
        "title": {"es": "Perfil del Paraguay (ejemplo)", "pt": "Perfil do Paraguai (exemplo)"},
        "focal_point_office": "Dirección de Cooperación, Ministerio de Relaciones Exteriores",
        "contact": "Nombre de ejemplo, punto focal, cooperacion.py@ricomi.example",
        "languages": ["es", "pt", "other"],
        "other_language": "Guaraní",
        "institutions": [
            {
                "institution": "Dirección Nacional de Migraciones",
                "capacity": "Ejemplo: residencia, documentos y control en los puestos de frontera.",
                "shares_experience": True,
                "experience": "Jornadas móviles de documentación",
            },
            {
                "institution": "Secretaría de Desarrollo para Repatriados y Refugiados",
                "capacity": "Ejemplo: acompañamiento de connacionales que regresan.",
                "shares_experience": False,
            },
        ],
    },
    "JM": {
        "title": {"en": "Profile of Jamaica (example)"},
        "focal_point_office": "International Cooperation, Ministry of Foreign Affairs",
        "contact": "Example name, focal point, cooperation.jm@ricomi.example",
        "languages": ["en"],
        "institutions": [
            {
                "institution": "Ministry of Labour and Social Security",
                "capacity": "Example: placement and follow-up of seasonal workers abroad.",
                "shares_experience": True,
                "experience": "Pre-departure orientation",
            }
        ],
    },
}
_PRACTICE: Mapping[str, Json] = {
    "title": {
        "es": "Jornadas móviles de documentación",
        "en": "Mobile documentation days",
        "pt": "Jornadas móveis de documentação",
    },
    "summary": {
        "es": "Ejemplo: equipos que llevan el trámite de residencia a los barrios y a la frontera.",
        "en": "Example: teams that take residence procedures to neighbourhoods and the border.",
    },
    "topics": ["border_management"],
    "populations": ["temporary_workers"],
    "responsible_institution": "Dirección Nacional de Migraciones",
    "problem": {"es": "Ejemplo: el trámite exigía varios viajes a la capital."},
    "what_is_done": {"es": "Ejemplo: una vez por mes, un equipo atiende y entrega en el lugar."},
    "resources_needed": {"es": "Ejemplo: dos vehículos, seis personas, conexión por satélite."},
    "results": {"es": "Ejemplo: menos viajes y menos expedientes incompletos."},
    "evidence_kind": "records",
    "lessons": {"es": "Ejemplo: avisar con un mes de antelación por radio."},
    "willing_to_share": True,
    "contact": "Nombre de ejemplo, oficina de cooperación",
    "declaration": True,
}
_LESS = Money(1_200_00)
_NOTE = "Ejemplo: la segunda visita se hizo a distancia y terminó un mes después."


def publish_profile(scenario: Scenario, country: str) -> Waits:
    """The profile of a country, published."""
    ref = _opened(scenario, "country_profile", country)
    yield 1
    scenario.fire(ref, _FOCAL, "publish_profile", dict(PROFILES[country]))


def publish_practice(scenario: Scenario) -> Waits:
    """One good practice, reviewed and published."""
    ref = _opened(scenario, "good_practice", "PY")
    yield 1
    today = scenario.services.calendar.local_day(scenario.clock.now())
    answers = {**_PRACTICE, "since": (today - _SINCE).isoformat()}
    scenario.fire(ref, _FOCAL, "submit", answers)
    yield 5
    scenario.fire(ref, (Role.SECRETARIAT, None), "publish")


def _opened(scenario: Scenario, kind: str, country: str) -> str:
    with scenario.services.uow.begin(scenario.accounts.actor(Role.FOCAL_POINT, country)) as tx:
        return open_case(tx, scenario.services, kind, country, illustrative=True).ref


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
