"""Three engines around the same work, and two of them without a database."""

from django.contrib.auth.models import User
from django.db import transaction
from viewflow import fsm, this
from viewflow.workflow import STATUS, flow
from viewflow.workflow.models import Process

from benchmarks.peers.models import Case, is_secretariat
from benchmarks.peers.work import locked, written

TRIGGERS = ("suspend", "resume")


class Peer:
    """Suspends and resumes one case in turn."""

    def __init__(self, facts):
        self.ref, self.halves, self.turn = facts["ref"], facts["halves"], 0

    def act(self):
        """One move."""
        self.move(TRIGGERS[self.turn], self.halves[self.turn])
        self.turn = 1 - self.turn

    def move(self, trigger, half):
        """One move by the engine."""
        raise AssertionError(trigger, half)


class DjangoFsm(Peer):
    """django-fsm-2, whose log (django-fsm-log) writes a row of its own."""

    def __init__(self, facts):
        super().__init__(facts)
        self.user = User.objects.create(username="secretariat")

    def move(self, trigger, half):
        """The decorated method of the model; its log is written by a signal."""
        with transaction.atomic():
            case = locked(self.ref)
            getattr(case, trigger)(by=self.user)
            written(case, half)


class CaseFlow:
    """The state machine of viewflow around a case."""

    state = fsm.State(["executing", "suspended"], default="executing")

    def __init__(self, case):
        self.case = case

    @state.setter()
    def _set(self, value):
        self.case.state = value

    @state.getter()
    def _get(self):
        return self.case.state

    def is_allowed(self):
        """Whether the actor may move the case."""
        return is_secretariat(self.case)

    @state.transition(source="executing", target="suspended", conditions=[this.is_allowed])
    def suspend(self):
        """Leave execution."""

    @state.transition(source="suspended", target="executing", conditions=[this.is_allowed])
    def resume(self):
        """Take execution up again."""


class ViewflowFsm(Peer):
    """viewflow.fsm; the entry of the trail is its log."""

    def move(self, trigger, half):
        """The decorated method of the flow."""
        with transaction.atomic():
            case = locked(self.ref)
            getattr(CaseFlow(case), trigger)()
            written(case, half)


class SuspensionFlow(flow.Flow):
    """The workflow of viewflow: two tasks that follow each other for ever."""

    process_class = Process

    start = flow.StartHandle(this.begun).Next(this.suspend)
    suspend = flow.Handle(this.moved).Next(this.resume)
    resume = flow.Handle(this.moved).Next(this.suspend)

    def begun(self, activation):
        """Nothing happens at the beginning."""
        return activation.process

    def moved(self, activation, case, goal, half):
        """The work of either task."""
        case.state = goal
        written(case, half)
        return activation.process


class ViewflowFlow(Peer):
    """viewflow.workflow: a process with a row for each task; written around the same work."""

    def __init__(self, facts):
        super().__init__(facts)
        self.process = SuspensionFlow.start.run()

    def move(self, trigger, half):
        """The waiting task is run, which creates the next one."""
        node = getattr(SuspensionFlow, trigger)
        with transaction.atomic():
            case = locked(self.ref)
            task = self.process.task_set.get(flow_task=node, status=STATUS.NEW)
            goal = "suspended" if trigger == "suspend" else "executing"
            node.run(task, case=case, goal=goal, half=half)


class InMemory:
    """An engine alone."""

    def __init__(self, facts):
        del facts
        self.case, self.turn = Case(ref="X", state="executing"), 0
        self.case.acting_as = "secretariat"

    def act(self):
        """One move."""
        self.fire(TRIGGERS[self.turn])
        self.turn = 1 - self.turn


class DjangoFsmAlone(InMemory):
    """django-fsm-2 without its log and a database."""

    def fire(self, trigger):
        """The decorated method of the model."""
        getattr(self.case, trigger)()


class ViewflowFsmAlone(InMemory):
    """viewflow.fsm without a database."""

    def __init__(self, facts):
        super().__init__(facts)
        self.flow = CaseFlow(self.case)

    def fire(self, trigger):
        """The decorated method of the flow."""
        getattr(self.flow, trigger)()


ENGINES = {
    "django-fsm-2 + log": DjangoFsm,
    "viewflow.fsm + log row": ViewflowFsm,
    "viewflow.workflow": ViewflowFlow,
}
ALONE = {"django-fsm-2": DjangoFsmAlone, "viewflow.fsm": ViewflowFsmAlone}
