"""The shipped definitions are sound, and what code offers them is explained and used."""

from ricomi_workflow.bootstrap import EFFECTS, GUARDS, IMPLIED, judge_definitions
from ricomi_workflow.definitions.library import Library, load


def names_in_use(library: Library) -> set[str]:
    """Every guard and effect that some shipped workflow names."""
    workflows = library.workflows.values()
    transitions = [transition for workflow in workflows for transition in workflow.transitions]
    on_entering = [state.effects for workflow in workflows for state in workflow.states.values()]
    return {
        *(name for transition in transitions for name in transition.guards + transition.effects),
        *(name for effects in on_entering for name in effects),
    }


def test_shipped_definitions_hold_no_mistake() -> None:
    mistakes = judge_definitions(load())
    assert not mistakes, "\n".join(map(str, mistakes))


def test_guards_and_effects_say_what_they_decide_or_do() -> None:
    silent = [name for name, hook in {**GUARDS, **EFFECTS}.items() if not hook.__doc__]
    assert not silent, "\n".join(silent)


def test_no_act_tells_one_message_twice() -> None:
    """Who holds two offices is told once: one notice names them all and writes to each person."""
    twice = []
    for flow in load().workflows.values():
        for taken in flow.transitions:
            entered = flow.states[taken.target].notify if taken.target else ()
            told = [notice.message for notice in (*taken.notify, *entered)]
            twice += [f"{flow.key}: {taken.trigger}" for name in {*told} if told.count(name) > 1]
    assert not twice, "\n".join(twice)


def test_every_guard_and_effect_is_used_by_a_workflow() -> None:
    unused = (GUARDS.keys() | EFFECTS.keys()) - names_in_use(load()) - set(IMPLIED)
    assert not unused, "\n".join(sorted(unused))
