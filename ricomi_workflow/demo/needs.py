"""Needs of the demonstration: what two States lack, which offers fit, and a contact under way.

All of it is invented and marked illustrative.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.matching.commands import answer, contact
from ricomi_workflow.matching.jobs import find_matches
from ricomi_workflow.matching.queries import list_matches
from ricomi_workflow.simulation.scenario import Scenario, Waits

Step = Callable[[Tx, Services, str, str, str], None]
DAYS = 8  # before today: after what stands around the requests, which keep their numbers
_OPEN_FOR = timedelta(days=200)
_REVIEW = timedelta(days=300)
_ASKS, _GIVES = "PY", "GT"  # between whom contact is made
_WORDS = "Ejemplo: ¿podrían mostrarnos sus manuales y recibir a dos personas en marzo?"
_ANSWER = "Ejemplo: con gusto; proponemos una reunión a distancia para preparar la visita."
NEEDS: Mapping[str, Mapping[str, Json]] = {
    "PY": {
        "title": {
            "es": "Contratar sin intermediarios a quienes cosechan",
            "en": "Hire harvest workers without intermediaries",
            "pt": "Contratar sem intermediários quem colhe",
            "fr": "Embaucher sans intermédiaires ceux qui récoltent",
        },
        "summary": {
            "es": "Ejemplo: las familias pagan a intermediarios por un contrato de temporada.",
            "en": "Example: families pay intermediaries for a seasonal contract.",
            "pt": "Exemplo: as famílias pagam a intermediários por um contrato de safra.",
        },
        "topics": ["labour_migration"],
        "populations": ["temporary_workers"],
        "modality": ["on_site_visit", "workshop"],
        "requesting_institution": "Ministerio de Trabajo, Empleo y Seguridad Social",
        "languages": ["es", "pt"],
        "people": 4,
    },
    "HN": {
        "title": {
            "es": "Atención psicosocial a la niñez que regresa sola",
            "en": "Psychosocial care for children who return alone",
        },
        "summary": {
            "es": "Ejemplo: quienes reciben a niñas y niños no tienen un protocolo.",
            "en": "Example: the teams that receive children have no protocol.",
        },
        "topics": ["return_reintegration", "children_education"],
        "populations": ["children_youth", "returnees"],
        "modality": ["expert_visit"],
        "requesting_institution": "Dirección de Niñez, Adolescencia y Familia",
        "languages": ["es"],
        "people": 12,
    },
}


def publish_needs(scenario: Scenario) -> Waits:
    """The needs, published and compared; one contact, answered."""
    refs = {country: _opened(scenario, country) for country in NEEDS}
    yield 1
    today = scenario.services.calendar.local_day(scenario.clock.now())
    terms: dict[str, Json] = {
        "contact": "Oficina de cooperación",
        "needed_by": (today + _OPEN_FOR).isoformat(),
        "review_by": (today + _REVIEW).isoformat(),
    }
    for country, ref in refs.items():
        scenario.fire(ref, (Role.FOCAL_POINT, ""), "submit", {**terms, **NEEDS[country]})
    yield 2
    for ref in refs.values():
        scenario.fire(ref, (Role.SECRETARIAT, None), "publish")
    find_matches(scenario.services)
    yield 1
    _meet(scenario, _ASKS, contact, _WORDS)
    yield 1
    _meet(scenario, _GIVES, answer, _ANSWER)


def _meet(scenario: Scenario, country: str, step: Step, words: str) -> None:
    """Let the focal point of `country` take the next step of the match of the two States."""
    with scenario.services.uow.read() as connection:
        found = [each for each in list_matches(connection, [_ASKS]) if each.offer.country == _GIVES]
    for each in found[:1]:
        with scenario.services.uow.begin(scenario.accounts.actor(Role.FOCAL_POINT, country)) as tx:
            step(tx, scenario.services, each.need.ref, each.offer.ref, words)


def _opened(scenario: Scenario, country: str) -> str:
    with scenario.services.uow.begin(scenario.accounts.actor(Role.FOCAL_POINT, country)) as tx:
        return open_case(tx, scenario.services, "cooperation_need", country, illustrative=True).ref
