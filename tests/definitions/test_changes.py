"""What differs between two versions, as facts and in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner

from ricomi_workflow.bootstrap import TERMS
from ricomi_workflow.cli import main
from ricomi_workflow.definitions.change_text import ChangeText
from ricomi_workflow.definitions.library import Library, load
from ricomi_workflow.definitions.model import Deadline, FieldType, WorkflowDef
from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.definitions.version_changes import Part, list_changes
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.text import LANGUAGES

KIND = "good_practice"


@pytest.fixture(scope="module")
def library() -> Library:
    return load()


@pytest.fixture(scope="module")
def first(library: Library) -> WorkflowDef:
    return library.workflows[f"{KIND}/v1"]


def found(before: WorkflowDef, after: WorkflowDef, library: Library) -> list[tuple[object, ...]]:
    return [(a.part, a.name, a.aspect, a.old, a.new) for a in list_changes(before, after, library)]


def said(before: WorkflowDef, after: WorkflowDef, library: Library, lang: str = "en") -> list[str]:
    saying = ChangeText(before, after, library, load_texts(), lang)
    subjects = saying.subjects(list_changes(before, after, library))
    return [f"{s.label}: {sentence}" for s in subjects for sentence in s.sentences]


def with_state(flow: WorkflowDef, name: str, **changes: object) -> WorkflowDef:
    state = replace(flow.states[name], **changes)  # type: ignore[arg-type]  # fields of a state
    return replace(flow, version=2, states={**flow.states, name: state})


def test_a_version_like_the_one_before_differs_in_nothing(
    first: WorkflowDef, library: Library
) -> None:
    assert list_changes(first, replace(first, version=2), library) == []


def test_a_longer_term_is_one_fact_and_one_sentence(first: WorkflowDef, library: Library) -> None:
    after = with_state(
        first, "practice_review", deadline=Deadline(30, (5,), None, (Role.SECRETARIAT,))
    )
    assert found(first, after, library) == [
        (Part.STATE, "practice_review", "business_days", 20, 30),
        (
            Part.STATE,
            "practice_review",
            "escalate_to",
            ["secretariat", "administrator"],
            ["secretariat"],
        ),
    ]
    assert said(first, after, library) == [
        "Under Secretariat review: Term: before 20 business days; now 30 business days",
        "Under Secretariat review: If it passes, told: taken away: Site administration",
    ]


def test_who_may_act_and_what_must_hold_are_told(first: WorkflowDef, library: Library) -> None:
    acts = [
        replace(act, roles=frozenset({Role.SECRETARIAT, Role.CHAIR}), guards=("admissible",))
        if act.trigger == "publish"
        else act
        for act in first.transitions
    ]
    after = replace(first, version=2, transitions=tuple(acts))
    name = "publish@practice_review"
    assert found(first, after, library) == [
        (Part.ACT, name, "roles", ["secretariat"], ["chair", "secretariat"]),
        (Part.ACT, name, "guards", [], ["admissible"]),
    ]
    told = said(first, after, library)
    assert told[0] == "Accept and publish: Who may do it: added: Chair of the Committee"
    assert told[1].startswith("Accept and publish: What must hold: now that")


def test_acts_of_one_name_are_told_apart_by_where_they_start(
    first: WorkflowDef, library: Library
) -> None:
    without = tuple(a for a in first.transitions if (a.trigger, a.sources) != ("lapse", ("draft",)))
    after = replace(first, version=2, transitions=without)
    (gone,) = list_changes(first, after, library)
    assert (gone.part, gone.name, gone.aspect) == (Part.ACT, "lapse@draft", "removed")


def test_fields_added_removed_and_of_another_type_are_told(
    first: WorkflowDef, library: Library
) -> None:
    form = library.forms[f"{KIND}/v1"]
    sections = []
    for section in form.sections:
        fields = [f for f in section.fields if f.name != "evidence_source"]
        fields = [replace(f, type=FieldType.TEXT) if f.name == "since" else f for f in fields]
        sections.append(replace(section, fields=tuple(fields)))
    extra = replace(form.field("contact"), name="telephone")
    sections[-1] = replace(sections[-1], fields=(*sections[-1].fields, extra))
    changed = replace(form, version=2, sections=tuple(sections))
    more = replace(library, forms={**library.forms, changed.key: changed})
    acts = tuple(replace(a, form=changed.key) if a.form else a for a in first.transitions)
    after = replace(first, version=2, form=changed.key, transitions=acts)
    altered = {(a.name, a.aspect) for a in list_changes(first, after, more) if a.part is Part.FIELD}
    assert altered == {
        ("good_practice.telephone", "added"),
        ("good_practice.evidence_source", "removed"),
        ("good_practice.since", "type"),
    }
    told = said(first, after, more)
    assert "Good practice: In use since: Type: before date; now text" in told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_shipped_versions_are_told_apart_in_every_language(library: Library, lang: str) -> None:
    before, after = (library.workflows[f"cooperation_request/v{n}"] for n in (1, 2))
    told = said(before, after, library, lang)
    assert len(told) > 50
    assert not [sentence for sentence in told if "process." in sentence or "{" in sentence]


def test_the_command_says_it_and_prints_the_facts() -> None:
    run = CliRunner().invoke(
        main, ["definitions", "diff", "cooperation_request", "v1", "v2", "--lang", "es"]
    )
    assert run.exit_code == 0, run.output
    assert "Los actos" in run.output
    facts = CliRunner().invoke(
        main, ["definitions", "diff", "cooperation_request", "v1", "v2", "--json"]
    )
    assert '"aspect": "added"' in facts.output
    unknown = CliRunner().invoke(main, ["definitions", "diff", "cooperation_request", "v1", "v99"])
    assert unknown.exit_code == 1


@pytest.mark.parametrize("lang", ["es", "en", "pt", "fr"])
def test_every_figure_that_conditions_obey_has_a_name(lang: str) -> None:
    for name in {term for terms in TERMS.values() for term in terms}:
        assert load_texts().text(f"process.term_{name}", lang)


def test_rules_checks_and_conditions_are_told_too(library: Library) -> None:
    """The first and the second version of the request differ in all of these."""
    before, after = (library.workflows[f"cooperation_request/v{n}"] for n in (1, 2))
    told = "\n".join(said(before, after, library))
    assert "Rests on: now “Cooperation request: Problem and objectives”" in told
    assert "Points out what is to be changed in: now “Cooperation request”" in told
    wanted = "What is sought of that State: New. Type: long text; Required: yes; Only if “"
    assert wanted in told
    later = "When it is required: now required if “The request is complete and clear” is No\n"
    assert later in told  # a condition that a field was given later


def test_a_rule_that_keeps_its_reason_and_changes_is_told(library: Library) -> None:
    flow = library.workflows["cooperation_request/v2"]
    rule = replace(flow.separation[0], excludes=("vote",))
    after = replace(flow, version=3, separation=(rule, *flow.separation[1:]))
    [only] = said(flow, after, library)
    assert "Separation of duties: added: “Whoever writes" in only
    assert "taken away: “Whoever writes" in only
