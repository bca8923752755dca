"""What a compiled process decides."""

import threading

import pytest

from ricomi_workflow.definitions.model import TransitionDef, WorkflowDef
from ricomi_workflow.engine.process import Process
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import NotOffered, Refusal, Refused
from tests.engine.toys import ToyCase, ToyContext, move, state, workflow

SECRETARIAT = frozenset({Role.SECRETARIAT})


def never(_: ToyContext) -> Refusal | None:
    """A guard that refuses."""
    return Refusal("never", {"why": "toy"})


def always(_: ToyContext) -> Refusal | None:
    """A guard that lets pass."""
    return None


def first(context: ToyContext) -> None:
    """An effect that leaves its name."""
    context.log.append("first")


def second(context: ToyContext) -> None:
    """An effect that leaves its name."""
    context.log.append("second")


def implied(context: ToyContext) -> None:
    """An effect that every transition has."""
    context.log.append(f"implied in {context.case.state}")


def accepting(context: ToyContext, taken: TransitionDef) -> None:
    """The check of form and reason, here only its moment."""
    context.log.append(f"accept {taken.trigger} in {context.case.state}")


def compiled(definition: WorkflowDef) -> Process[ToyContext]:
    """The process of a toy workflow with all toy hooks."""
    return Process(
        definition,
        {"never": never, "always": always},
        {"first": first, "second": second, "implied": implied},
        accept=accepting,
        implied=("implied",),
    )


def test_an_act_runs_accept_then_state_then_effects_in_file_order() -> None:
    process = compiled(
        workflow(move("go", "draft", "voting", Role.SECRETARIAT, effects=("second", "first")))
    )
    context = ToyContext(ToyCase(), SECRETARIAT)

    taken = process.fire(context, "go")

    assert taken.target == context.case.state == "voting"
    assert context.log == ["accept go in draft", "second", "first", "implied in voting"]


def test_effects_of_the_state_entered_follow_those_of_the_transition() -> None:
    process = compiled(
        workflow(
            move("go", "draft", "voting", Role.SECRETARIAT, effects=("first",)),
            states=(state("draft"), state("voting", effects=("second",))),
        )
    )
    context = ToyContext(ToyCase(), SECRETARIAT)

    process.fire(context, "go")

    assert context.log[1:] == ["first", "second", "implied in voting"]


def test_every_refusal_of_an_act_is_told_and_nothing_happens() -> None:
    process = compiled(
        workflow(move("go", "draft", "voting", Role.SECRETARIAT, guards=("never", "never")))
    )
    context = ToyContext(ToyCase(), SECRETARIAT)

    with pytest.raises(Refused) as refused:
        process.fire(context, "go")

    assert refused.value.refusals == (Refusal("never", {"why": "toy"}),) * 2
    assert (context.case.state, context.log) == ("draft", [])


def test_a_trigger_of_another_state_is_not_offered() -> None:
    process = compiled(workflow(move("go", "draft", "voting", Role.SECRETARIAT)))

    for case, trigger in ((ToyCase("voting"), "go"), (ToyCase(), "fly"), (ToyCase(), "to_voting")):
        with pytest.raises(NotOffered):
            process.fire(ToyContext(case, SECRETARIAT), trigger)


def test_without_the_role_only_the_role_is_named() -> None:
    process = compiled(
        workflow(move("go", "draft", "voting", Role.SECRETARIAT, Role.CHAIR, guards=("never",)))
    )

    with pytest.raises(Refused) as refused:
        process.fire(ToyContext(ToyCase(), frozenset({Role.FOCAL_POINT})), "go")

    assert refused.value.refusals == (Refusal("role", {"roles": ("chair", "secretariat")}),)


def test_a_transition_without_roles_belongs_to_the_system_alone() -> None:
    process = compiled(workflow(move("go", "draft", "voting")))

    with pytest.raises(Refused) as refused:
        process.fire(ToyContext(ToyCase(), frozenset(Role)), "go")
    process.fire(system := ToyContext(ToyCase(), by_system=True), "go")

    assert refused.value.refusals == (Refusal("system_only"),)
    assert system.case.state == "voting"


def test_the_system_does_not_take_a_persons_transition() -> None:
    process = compiled(workflow(move("go", "draft", "voting", Role.SECRETARIAT)))

    with pytest.raises(Refused):
        process.fire(ToyContext(ToyCase(), by_system=True), "go")


def test_transitions_of_one_trigger_are_tried_in_file_order() -> None:
    process = compiled(
        workflow(
            move("decide", "voting", "approved", guards=("never",)),
            move("decide", "voting", "rejected", guards=("always",)),
            move("decide", "voting", "draft"),
        )
    )
    context = ToyContext(ToyCase("voting"), by_system=True)

    assert process.fire(context, "decide").target == "rejected"
    assert context.log.count("accept decide in voting") == 1


def test_an_act_without_target_stays_and_has_its_effects() -> None:
    process = compiled(workflow(move("note", "draft", None, Role.SECRETARIAT, effects=("first",))))
    context = ToyContext(ToyCase(), SECRETARIAT)

    process.fire(context, "note")

    assert (context.case.state, context.log[1:]) == ("draft", ["first", "implied in draft"])


def test_options_say_what_fire_would_do() -> None:
    process = compiled(
        workflow(
            move("go", "draft", "voting", Role.SECRETARIAT),
            move("stop", "draft", "rejected", Role.SECRETARIAT, guards=("never",)),
            move("vote", "draft", None, Role.CEAM_DELEGATE),
            move("lapse", "draft", "rejected"),
        )
    )

    shown = {
        trigger: [refusal.code for refusal in refusals]
        for trigger, (_, refusals) in process.options(ToyContext(ToyCase(), SECRETARIAT)).items()
    }

    assert shown == {"go": [], "stop": ["never"], "vote": ["role"]}


def test_one_process_serves_many_threads_without_mixing_their_cases() -> None:
    process = compiled(
        workflow(
            move("go", "draft", "voting", Role.SECRETARIAT),
            move("back", "voting", "draft", Role.SECRETARIAT),
        )
    )
    contexts = [ToyContext(ToyCase(), SECRETARIAT) for _ in range(8)]

    def walk(context: ToyContext) -> None:
        for _ in range(100):
            process.fire(context, "go")
            process.fire(context, "back")

    threads = [threading.Thread(target=walk, args=(context,)) for context in contexts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {context.case.state for context in contexts} == {"draft"}
    assert {len(context.log) for context in contexts} == {400}
