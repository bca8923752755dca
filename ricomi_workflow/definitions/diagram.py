"""The process as a Mermaid state diagram, in a reader's language."""

from __future__ import annotations

from collections.abc import Iterator

from ricomi_workflow.definitions.model import TransitionDef, WorkflowDef
from ricomi_workflow.definitions.texts import Texts, load_texts
from ricomi_workflow.kernel.actors import Role

_CODES = str.maketrans({"#": "#35;", '"': "#quot;", ";": "#59;", ":": "#58;", "\n": " "})


def mermaid(workflow: WorkflowDef, lang: str, texts: Texts | None = None) -> str:
    """The states and the acts that move a case between them, with who may do each.

    Acts that do not move the case are left out. The same workflow gives the same text.
    """
    return "\n".join(_lines(workflow, lang, texts or load_texts())) + "\n"


def role_names(roles: frozenset[Role], lang: str, texts: Texts) -> str:
    """The offices of an act in a fixed order; the system where there is none."""
    if not roles:
        return texts.text("manual.system", lang)
    return ", ".join(texts.text(f"ui.role_{role}", lang) for role in Role if role in roles)


def _lines(workflow: WorkflowDef, lang: str, texts: Texts) -> Iterator[str]:
    yield "stateDiagram-v2"
    yield "    direction TB"
    yield "    classDef side stroke-dasharray: 4 3"
    yield "    classDef final stroke-width: 3px"
    for name, state in workflow.states.items():
        yield f'    state "{_escaped(state.label[lang])}" as {name}'
    yield f"    [*] --> {workflow.initial}"
    for transition in workflow.transitions:
        yield from _arrows(transition, lang, texts)
    for name, state in workflow.states.items():
        if state.final:
            yield f"    {name} --> [*]"
    for kind in ("side", "final"):
        names = [name for name, state in workflow.states.items() if getattr(state, kind)]
        if names:
            yield f"    class {', '.join(names)} {kind}"


def _arrows(transition: TransitionDef, lang: str, texts: Texts) -> Iterator[str]:
    if transition.target is None:
        return
    who = role_names(transition.roles, lang, texts)
    label = _escaped(f"{transition.label[lang]} ({who})")
    for source in transition.sources:
        yield f"    {source} --> {transition.target}: {label}"


def _escaped(text: str) -> str:
    """`text` with the signs that Mermaid reads as its own written as codes."""
    return text.translate(_CODES)
