"""A kind written by the test, whose form uses every operator: a course with costs and dates."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

from ricomi_workflow import resources
from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.cases.act import Services
from ricomi_workflow.kernel.clock import FrozenClock
from tests.definitions.samples import Tree, act, put, state
from tests.support.office import MORNING, SECRET

KIND = "course"
_APPLICANT = ["focal_point", "institution_user"]


def words(es: str, pt: str) -> dict[str, str]:
    """A text in four languages."""
    return {"es": es, "en": f"{es} (en)", "pt": pt, "fr": f"{es} (fr)"}


def workflow() -> Tree:
    """Planned and handed in."""
    plan = {"course_plan": {"edit": _APPLICANT, "read": ["secretariat"]}}
    readers = [*_APPLICANT, "secretariat"]
    hand_in = act("hand_in", "plan", to="given", roles=_APPLICANT, form="course_plan/v1")
    return {
        "kind": KIND,
        "version": 1,
        "label": words("Curso", "Curso"),
        "rationale": words("Porque hace falta.", "Porque é preciso."),
        "basis": [{"text": words("Costumbre.", "Costume."), "source": "Nota 1"}],
        "form": "course_plan/v1",
        "opens": _APPLICANT,
        "initial": "plan",
        "steps": [{"name": "all", "label": words("Plan", "Plano"), "who": words("Todos", "Todos")}],
        "states": {
            "plan": state("all", waits_for=_APPLICANT, readers=readers, forms=plan),
            "given": state("all", final=True, readers=readers, forms=plan),
        },
        "transitions": [{**hand_in, "label": words("Entregar", "Entregar"), "primary": True}],
    }


def field(name: str, kind: str, es: str, pt: str, **more: object) -> Tree:
    """A field or column."""
    return {"name": name, "type": kind, "label": words(es, pt), **more}


def option(value: str, es: str, pt: str) -> Tree:
    """One value of a choice."""
    return {"value": value, "label": words(es, pt)}


def columns() -> list[Tree]:
    """A line of the costs."""
    return [
        field("line", "text", "Gasto", "Gasto", suggest="institutions"),
        field("cost", "money", "Costo", "Custo"),
        field("times", "integer", "Veces", "Vezes", required=False),
        field("share", "percentage", "Parte", "Parte", when={"field": "cost", "more": "100.00"}),
        field("due", "money", "A pagar", "A pagar", product=["cost", "times", "share"]),
    ]


def form() -> Tree:
    """What is asked of whoever plans a course."""
    return {
        "name": "course_plan",
        "version": 1,
        "label": words("Plan del curso", "Plano do curso"),
        "sections": [{"name": "all", "label": words("Todo", "Tudo"), "fields": fields()}],
    }


def fields() -> list[Tree]:
    """A field for each operator."""
    kinds = [option("visit", "Visita", "Visita"), option("online", "En línea", "On-line")]
    visit, online = ({"field": "mode", "equals": mode} for mode in ("visit", "online"))
    much = {"field": "total", "more": "1000.00"}
    profile = {"from": "profile", "field": "focal_point_office"}
    return [
        field("title", "localized_text", "Título", "Título"),
        field("mode", "choice", "Modo", "Modo", options=kinds),
        field("host", "text", "Anfitrión", "Anfitrião", suggest="institutions", when=visit),
        field("tool", "text", "Programa", "Programa", when=online),
        field("first", "date", "Desde", "De"),
        field("last", "date", "Hasta", "Até", min={"field": "first"}),
        field("days", "integer", "Días", "Dias", computed={"days": ["first", "last"]}),
        field("costs", "table", "Gastos", "Gastos", columns=columns(), unique=["line"]),
        field("total", "money", "Total", "Total", computed={"sum": "costs.due"}),
        field("why", "text", "Justificación", "Justificativa", required_when=much),
        field("contact", "text", "Contacto", "Contato", prefill={"from": "earlier"}),
        field("office", "text", "Oficina", "Órgão", required=False, prefill=profile),
    ]


def write(root: Path) -> None:
    """The two files."""
    put(root / "workflows/course/v1.yaml", workflow())
    put(root / "forms/course_plan/v1.yaml", form())


def product(folder: Path) -> Services:
    """The product that knows courses and profiles of countries, and nothing else."""
    copytree(str(resources.root("notifications")), folder / "notifications")
    for what in ("workflows", "forms"):
        source = Path(str(resources.root(what))) / "country_profile"
        copytree(source, folder / what / "country_profile")
    write(folder)
    return compose(Settings("sqlite://", SECRET, definitions=folder), FrozenClock(MORNING))
