"""The process explains itself: a diagram and a manual in four languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from ricomi_workflow.definitions.fields import LISTS
from ricomi_workflow.definitions.library import Library, load
from ricomi_workflow.definitions.manual import manual, mermaid
from ricomi_workflow.definitions.texts import Texts, load_texts
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.text import LANGUAGES
from tests.definitions.samples import act, four, workflow, write

DIAGRAM = """\
stateDiagram-v2
    direction TB
    classDef side stroke-dasharray: 4 3
    classDef final stroke-width: 3px
    state "staff en" as draft
    state "staff en" as review
    state "staff en" as closed
    [*] --> draft
    draft --> review: submit en (Focal point)
    draft --> closed: lapse en (the system, by itself)
    review --> closed: close#58; #quot;now#quot; en (Technical Secretariat)
    closed --> [*]
    class closed final
"""


@pytest.fixture(scope="module")
def texts() -> Texts:
    return load_texts()


@pytest.fixture(scope="module")
def shipped() -> Library:
    return load()


def test_a_diagram_shows_who_moves_a_case_where(tmp_path: Path, texts: Texts) -> None:
    flow = workflow()
    label = {"label": four('close: "now"')}
    close = act("close", ["review"], to="closed", roles=["secretariat"], **label)
    note = act("note", "draft", roles=["chair"])  # moves nothing: not in the diagram
    flow["transitions"] = [*flow["transitions"][:2], close, note]  # type: ignore[index]  # a list
    library = load(write(tmp_path, flow))
    assert mermaid(library.latest("loan"), "en", texts) == DIAGRAM


def test_a_manual_says_what_the_definition_says(tmp_path: Path, texts: Texts) -> None:
    library = load(write(tmp_path))
    found = manual(library.latest("loan"), library, "en", texts)
    for part in (
        "# Manual of the process: loan en",
        "- rule en Source: Resolution 1. **Unconfirmed:**",
        "| 1 | step en | who en |",
        "- Waits for: Focal point.",
        "- Term: 15 business days from the day the case enters this state.",
        "before the end: 5 business days.",
        "At the end of the term the system does by itself: lapse en.",
        "Form “wish en”: filled in by: Focal point; the field “cost en” is seen only by: nobody.",
        "| submit en | Focal point | hint en | public en | form “wish en” |",
        "| close en | Technical Secretariat | hint en | public en | paid |",
        "- **title en**: text, in one or more languages; required; up to 20 words.",
        "  - **amount en**: amount in dollars (US$); required; from US$\u00a00.01.",
        "- These must be equal: cost en and lines en, amount en.",
    ):
        assert part in found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_shipped_process_has_a_manual(shipped: Library, texts: Texts, lang: str) -> None:
    for flow in shipped.workflows.values():
        found = manual(flow, shipped, lang, texts)
        assert "{{" not in found
        assert all(state.public[lang] in found for state in flow.states.values())
        unconfirmed = texts.text("manual.unconfirmed", lang)
        assert found.count(unconfirmed) == sum(not ground.confirmed for ground in flow.basis)


def test_every_name_that_a_manual_writes_has_its_phrase(shipped: Library, texts: Texts) -> None:
    guards = {g for w in shipped.workflows.values() for t in w.transitions for g in t.guards}
    keys = [f"manual.guard_{guard}" for guard in guards]
    keys += [f"ui.role_{role}" for role in Role]
    keys += [f"manual.list_{name}" for name in LISTS]
    assert [key for key in keys if not texts.has(key)] == []
