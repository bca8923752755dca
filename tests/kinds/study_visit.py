"""A kind that nobody thought of: a study visit, written by the test in two files."""

from __future__ import annotations

from pathlib import Path

from ricomi_workflow.kernel.canonical import Json
from tests.definitions.samples import Tree, act, put, state

_APPLICANT, _OFFICE = ["institution_user", "focal_point"], ["secretariat"]
_READERS = [*_APPLICANT, *_OFFICE, "administrator"]
VALUES: dict[str, Json] = {
    "title": {"es": "Visita al registro de Ñuble"},
    "summary": {"es": "Tres días con quienes inscriben a los trabajadores de temporada."},
    "host": "Registro Civil",
    "goal": {"es": "Ver cómo se inscribe en el terreno."},
    "people": 4,
    "starts": "2026-11-02",
    "passport": "N 1234567",
    "topics": ["labour_migration"],
}


def words(es: str, pt: str = "") -> dict[str, str]:
    """A text in four languages."""
    return {"es": es, "en": f"{es} (en)", "pt": pt or f"{es} (pt)", "fr": f"{es} (fr)"}


def _act(trigger: str, source: object, label: tuple[str, str], **more: object) -> Tree:
    texts = {"label": words(*label), "hint": words("Sigue."), "done": words(f"Hecho: {label[0]}")}
    return act(trigger, source, **more) | texts


def workflow() -> Tree:
    """Planned, asked for, agreed or dropped; no committee, no money."""
    return {
        "kind": "study_visit",
        "version": 1,
        "label": words("Visita de estudio", "Visita de estudo"),
        "plural": words("Visitas de estudio", "Visitas de estudo"),
        "rationale": words("Porque sí."),
        "basis": [{"text": words("Costumbre."), "source": "Nota 1", "confirmed": False}],
        "form": "visit_plan/v1",
        "opens": ["institution_user"],
        "initial": "planning",
        "steps": [
            {"name": "plan", "label": words("Plan", "Plano"), "who": words("La institución")},
            {"name": "visit", "label": words("Visita", "Visita"), "who": words("Ambas partes")},
        ],
        "states": _states(),
        "transitions": _acts(),
    }


def _states() -> Tree:
    filled = {"visit_plan": {"edit": _APPLICANT, "read": _OFFICE}}
    seen = {"visit_plan": {"read": [*_APPLICANT, *_OFFICE]}}
    deadline = {"business_days": 10, "remind": [3], "then": "drop"}

    def named(step: str, es: str, pt: str, **more: object) -> Tree:
        texts = {"label": words(es, pt), "public": words(es, pt)}
        return state(step, readers=_READERS, **more) | texts

    waits = {"waits_for": ["institution_user"]}
    return {
        "planning": named("plan", "En preparación", "Em preparação", forms=filled, **waits),
        "asked": named(
            "plan", "Pedida", "Pedida", waits_for=_OFFICE, deadline=deadline, forms=seen
        ),
        "agreed": named("visit", "Acordada", "Acordada", final=True, catalogued=True, forms=seen),
        "dropped": named("plan", "Dejada", "Deixada", final=True, forms=seen),
    }


def _acts() -> list[Tree]:
    asking = {"roles": ["institution_user"], "form": "visit_plan/v1", "primary": True}
    agreeing = {"roles": _OFFICE, "primary": True}
    told = [{"message": "handed_in", "to": ["secretariat"]}]
    published = [{"message": "published", "to": ["institution_user"]}]
    ask, agree = ("Pedir la visita", "Pedir a visita"), ("Acordar la visita", "Acordar a visita")
    return [
        _act("ask", "planning", ask, to="asked", notify=told, **asking),
        _act("agree", "asked", agree, to="agreed", notify=published, **agreeing),
        _act("drop", "asked", ("Dejar la visita", "Deixar a visita"), to="dropped"),
    ]


def form() -> Tree:
    """What is asked of whoever plans one; everything is public but the passport."""
    fields: list[Tree] = [
        {"name": "title", "type": "localized_text", "label": words("Título"), "public": True},
        {
            "name": "summary",
            "type": "localized_long_text",
            "label": words("Resumen"),
            "public": True,
        },
        {"name": "host", "type": "text", "label": words("Anfitrión", "Anfitrião"), "public": True},
        {"name": "goal", "type": "localized_long_text", "label": words("Meta"), "public": True},
        {"name": "people", "type": "integer", "label": words("Personas", "Pessoas"), "min": 1},
        {"name": "starts", "type": "date", "label": words("Comienza"), "public": True},
        {"name": "passport", "type": "text", "label": words("Pasaporte")},
        {
            "name": "topics",
            "type": "choices",
            "label": words("Temas"),
            "options_from": "topics",
            "public": True,
        },
    ]
    fields[4]["public"] = True
    section = {"name": "all", "label": words("Todo"), "fields": fields}
    return {"name": "visit_plan", "version": 1, "label": words("Plan"), "sections": [section]}


def write(root: Path) -> None:
    """The two files."""
    put(root / "workflows/study_visit/v1.yaml", workflow())
    put(root / "forms/visit_plan/v1.yaml", form())
