"""The report of results in words: counts with their labels, lines of money, Markdown, values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ricomi_workflow.cases.act import Services
from ricomi_workflow.catalogue.entry_types import public_forms
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data.loader import subregions
from ricomi_workflow.reports.markdown import plain
from ricomi_workflow.reports.results import Project, Results

_CHOSEN = ("result_types", "in_use", "modality", "topics", "populations")
_MONEY = ("received", "icr", "disbursed", "spent", "operations")
_TRAINED = {"women": "officials_trained_women", "men": "officials_trained_men"}
_LEARNED = ("what_changed", "lessons")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many completed projects have each value of something, most first."""

    name: str
    label: str
    rows: tuple[tuple[str, int], ...]


def outcome_counts(services: Services, made: Results, lang: str) -> tuple[Counts, ...]:
    """What the completed projects brought, by type of result, form, topic and so on."""
    told = [_chosen(services, made.completed, name, lang) for name in _CHOSEN]
    told.append(_subregions(services, made.completed, lang))
    return tuple(each for each in told if each.rows)


def output_figures(services: Services, made: Results, lang: str) -> tuple[tuple[str, int], ...]:
    """The figures that come first: projects, and the people who were trained."""
    say = services.texts.text
    figures = {name: len(getattr(made, name)) for name in ("approved", "completed", "running")}
    figures |= {name: made.people(field) for name, field in _TRAINED.items()}
    return tuple((say(f"results.{name}", lang), number) for name, number in figures.items())


def money_figures(services: Services, made: Results, lang: str) -> tuple[tuple[str, Money], ...]:
    """What moved in the fund in these days, what is left, and what a completed project cost."""
    lines = {name: _moved(made, name) for name in _MONEY} | {"available": made.after.available}
    each = made.cost_each()
    if each is not None:
        lines["cost_each"] = each
    return tuple((services.texts.text(f"results.{name}", lang), x) for name, x in lines.items())


def figure_lines(
    services: Services, rows: Iterable[tuple[str, int | Money]], lang: str
) -> Iterator[str]:
    """Figures with what they count, as a language writes them: `Projets approuvés : 10`."""
    for label, value in rows:
        if isinstance(value, Money):
            figure = formats.money(value, lang)
        else:
            figure = formats.number(value, lang)
        yield services.texts.text("results.line", lang, label=label, figure=figure)


def list_lessons(project: Project, lang: str) -> tuple[Shown, ...]:
    """What a project changed and taught, in the reader's language or the original."""
    texts = (project.public.get(name) for name in _LEARNED)
    return tuple(show(_texts(each), lang) for each in texts if isinstance(each, dict))


def project_line(services: Services, project: Project, lang: str) -> str:
    """Who asked, who shared, how it stands: `Guatemala · shared by Costa Rica · Closed`."""
    say = services.texts.text
    names = [formats.country(code, lang) for code in project.providers]
    shared = (
        say("results.shared_by", lang, countries=formats.list_text(names, lang)) if names else ""
    )
    mark = say("ui.illustrative", lang) if project.illustrative else ""
    parts = (formats.country(project.country, lang), shared, project.status[lang], mark)
    return " · ".join(part for part in parts if part)


def project_url(services: Services, project: Project, lang: str) -> str:
    """Where the entry of a project is read."""
    return f"{services.base_url}/{lang}/catalogue/{project.ref}"


def markdown(services: Services, made: Results, lang: str) -> str:
    """The whole in Markdown (CommonMark), each project with the address where it is read."""
    say = services.texts.text
    first, last = formats.day(made.first, lang), formats.day(made.last, lang)
    blocks = [
        f"# {say('results.title', lang)}",
        say("results.between", lang, first=first, last=last),
        *([say("ui.illustrative", lang)] if made.illustrative else ()),
        *([say("results.cut", lang)] if made.cut else ()),
        f"## {say('results.outputs', lang)}",
        _list(figure_lines(services, output_figures(services, made, lang), lang)),
        *_outcomes(services, made, lang),
        f"## {say('results.money', lang)}",
        _list(figure_lines(services, money_figures(services, made, lang), lang)),
        *_annex(services, made, lang),
    ]
    return "\n\n".join(blocks) + "\n"


def values(services: Services, made: Results, lang: str) -> dict[str, Json]:
    """The whole as plain values; codes stay codes, amounts have two decimals."""
    figures: dict[str, Json] = {name: str(_moved(made, name)) for name in _MONEY}
    each = made.cost_each()
    return {
        "from": made.first.isoformat(),
        "to": made.last.isoformat(),
        "complete": not made.cut,
        "illustrative": made.illustrative,
        "approved": len(made.approved),
        "completed": len(made.completed),
        "running": len(made.running),
        "trained": {name: made.people(field) for name, field in _TRAINED.items()},
        "counts": {name: dict(_counted(made.completed, name)) for name in _CHOSEN},
        "fund": {
            "currency": BOOK_CURRENCY,
            **figures,
            "available": str(made.after.available),
            "cost_each": None if each is None else str(each),
        },
        "projects": [_value(services, project, lang) for project in made.projects],
    }


def _moved(made: Results, name: str) -> Money:
    """What moved; of what left the fund only what projects were paid: its own spending is apart."""
    moved = made.moved(name)
    return moved - made.moved("operations") if name == "disbursed" else moved


def _value(services: Services, project: Project, lang: str) -> dict[str, Json]:
    names = (*_CHOSEN, *_TRAINED.values(), *_LEARNED)
    told: dict[str, Json] = {name: project.public.get(name) for name in names}
    return {
        "ref": project.ref,
        "country": project.country,
        "providers": list(project.providers),
        "title": dict(project.title),
        "status": dict(project.status.as_dict()),
        "approved_on": project.approved_on.isoformat(),
        "ended_on": project.ended_on.isoformat() if project.ended_on else None,
        "completed": project.reported,
        "cost": str(project.cost),
        "spent": str(project.spent),
        **(told if project.reported else {}),
        "illustrative": project.illustrative,
        "url": project_url(services, project, lang),
    }


def _outcomes(services: Services, made: Results, lang: str) -> Iterator[str]:
    say = services.texts.text
    yield f"## {say('results.outcomes', lang)}"
    if not made.completed:
        yield say("results.none_completed", lang)
        return
    yield say("results.outcomes_note", lang)
    for each in outcome_counts(services, made, lang):
        yield f"### {each.label}"
        yield _list(figure_lines(services, each.rows, lang))
    yield f"## {say('results.lessons', lang)}"
    for project in made.completed:
        yield f"### {_linked(services, project, lang)}"
        texts = list_lessons(project, lang)
        if texts[0].is_original:
            yield say(f"ui.original_{texts[0].lang}", lang)
        yield from (plain(each.text) for each in texts)


def _annex(services: Services, made: Results, lang: str) -> Iterator[str]:
    say = services.texts.text
    yield f"## {say('results.annex', lang)}"
    yield say("results.annex_note" if made.projects else "results.nothing", lang)
    rows = []
    for each in made.projects:
        days = [f"{say('results.approved_on', lang)} {formats.day(each.approved_on, lang)}"]
        if each.ended_on:
            days.append(f"{say('results.ended_on', lang)} {formats.day(each.ended_on, lang)}")
        cost = f"{say('results.cost', lang)} {formats.money(each.cost, lang)}"
        spent = f"{say('results.spent_short', lang)} {formats.money(each.spent, lang)}"
        words = " · ".join((project_line(services, each, lang), *days, cost, spent))
        rows.append(f"- {_linked(services, each, lang)}: {plain(words)}")
    if rows:
        yield "\n".join(rows)


def _linked(services: Services, project: Project, lang: str) -> str:
    title = show(project.title, lang).text or project.ref
    return f"[{plain(title)}]({project_url(services, project, lang)})"


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {plain(line)}" for line in lines)


def _chosen(services: Services, done: tuple[Project, ...], name: str, lang: str) -> Counts:
    labels: dict[str, str] = {}
    for definition in dict.fromkeys(each.definition for each in done):
        forms = public_forms(services.library, definition)
        for field in (each for form in forms for each in form.fields() if each.name == name):
            labels |= {o.value: o.label[lang] for o in services.lookups.options(field)}
    rows = [(labels.get(value, value), number) for value, number in _counted(done, name)]
    return Counts(name, services.texts.text(f"results.by_{name}", lang), tuple(rows))


def _counted(done: tuple[Project, ...], name: str) -> list[tuple[str, int]]:
    return _most_first(Counter(value for each in done for value in each.chosen(name)))


def _subregions(services: Services, done: tuple[Project, ...], lang: str) -> Counts:
    known = subregions()
    found = Counter(known.by_state[x.country] for x in done if x.country in known.by_state)
    rows = tuple((known.labels[name][lang], number) for name, number in _most_first(found))
    return Counts("subregion", services.texts.text("results.by_subregion", lang), rows)


def _most_first(found: Counter[str]) -> list[tuple[str, int]]:
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def _texts(value: dict[str, Json]) -> dict[str, str]:
    return {lang: str(text) for lang, text in value.items() if text}
