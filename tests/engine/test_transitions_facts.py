"""What `transitions` 0.9.3 really does: the facts on which `engine/process.py` is built."""

import logging
import threading
from dataclasses import dataclass
from typing import Any

import pytest
import transitions


@dataclass
class Thing:
    """A model without help."""

    state: str = "a"


def machine(**options: Any) -> transitions.Machine:
    """A machine over a, b, c with one trigger, as the options say."""
    settings: dict[str, Any] = {
        "model": None,
        "states": ["a", "b", "c"],
        "transitions": [["go", "a", "b"]],
        "initial": None,
        "auto_transitions": False,
        "send_event": True,
    }
    return transitions.Machine(**(settings | options))


def test_leaving_out_initial_adds_a_phantom_state() -> None:
    phantom = transitions.Machine(model=None, states=["a"], auto_transitions=False)

    assert set(phantom.states) == {"initial", "a"}
    assert set(machine().states) == {"a", "b", "c"}


def test_auto_transitions_are_a_back_door_and_are_off() -> None:
    assert "to_c" in machine(auto_transitions=True).events
    assert "to_c" not in machine().events


def test_add_model_overwrites_a_loaded_state() -> None:
    loaded = Thing("c")
    built = machine(initial="a")

    built.add_model(loaded)

    assert loaded.state == "a"
    assert hasattr(loaded, "may_go")


@pytest.mark.parametrize(
    ("answer", "moves"), [(True, True), (1, True), (2, False), ("yes", False), ([1], False)]
)
def test_a_condition_counts_only_when_it_equals_true(answer: Any, moves: bool) -> None:
    built = machine(transitions=None)
    built.add_transition("try", "a", "b", conditions=[lambda _: answer])
    thing = Thing()

    assert built.events["try"].trigger(thing) is moves
    assert thing.state == ("b" if moves else "a")


def test_an_exception_in_finalize_event_is_swallowed() -> None:
    def explode(_: object) -> None:
        raise RuntimeError

    built = machine(finalize_event=[explode])
    logging.getLogger("transitions.core").setLevel(logging.CRITICAL)

    assert built.events["go"].trigger(Thing()) is True


def test_an_exception_in_after_leaves_the_new_state_behind() -> None:
    def explode(_: object) -> None:
        raise RuntimeError

    built = machine(transitions=None)
    built.add_transition("try", "a", "b", after=[explode])
    thing = Thing()

    with pytest.raises(RuntimeError):
        built.events["try"].trigger(thing)
    assert thing.state == "b"


def test_a_callback_given_as_text_would_be_imported() -> None:
    built = machine(transitions=None, send_event=False)
    built.add_transition("try", "a", "b", conditions=["os.getcwd"])

    # The text was resolved and called: its answer is no exact True, so the event is refused.
    assert built.events["try"].trigger(Thing()) is False


def test_a_queued_machine_runs_one_threads_event_in_another() -> None:
    inside, may_end = threading.Event(), threading.Event()

    class Case(Thing):
        slow = False

    def wait(event: transitions.EventData) -> None:
        if isinstance(event.model, Case) and event.model.slow:
            inside.set()
            may_end.wait(5)

    built = machine(transitions=None, queued=True)
    built.add_transition("try", "a", "b", before=[wait])
    slow, quick = Case(), Case()
    slow.slow = True
    thread = threading.Thread(target=built.events["try"].trigger, args=(slow,))
    thread.start()
    inside.wait(5)

    answered = built.events["try"].trigger(quick)
    unchanged = quick.state
    may_end.set()
    thread.join()

    assert (answered, unchanged, quick.state) == (True, "a", "b")


def test_wrong_sources_triggers_and_states_raise_different_errors() -> None:
    built = machine()

    with pytest.raises(transitions.MachineError):
        built.events["go"].trigger(Thing("b"))
    with pytest.raises(KeyError):
        built.events["fly"]
    with pytest.raises(ValueError, match="not a registered state"):
        built.get_state("d")


def test_an_unknown_destination_is_accepted_when_the_machine_is_built() -> None:
    built = machine(transitions=[["go", "a", "nowhere"]])

    with pytest.raises(ValueError, match="nowhere"):
        built.events["go"].trigger(Thing())


def test_a_destination_of_none_is_an_internal_move_with_callbacks() -> None:
    seen: list[str] = []
    built = machine(transitions=None)
    built.add_transition("note", "a", None, after=[lambda event: seen.append(event.model.state)])
    thing = Thing()

    assert built.events["note"].trigger(thing) is True
    assert (thing.state, seen) == ("a", ["a"])


def test_several_transitions_of_one_trigger_are_tried_in_order() -> None:
    built = machine(transitions=None)
    built.add_transition("try", "a", "b", conditions=[lambda _: False])
    built.add_transition("try", "a", "c")
    thing = Thing()

    built.events["try"].trigger(thing)

    assert thing.state == "c"


def test_each_callback_logs_unless_the_logger_is_quiet() -> None:
    assert logging.getLogger("transitions").level == logging.WARNING
