"""The shapes of processes and of how long they take."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.web.api.fields import Answer, Several, Text, Whole


class ProcessView(Answer):
    """One kind of case: the newest version of its process, and all that there are."""

    kind = Text("Kind of the case")
    label = Text("What it is called in the language asked for")
    version = Whole("The newest version, which new cases take")
    versions = Several(Whole(), "Every version that a case may run in")


class ProcessList(Answer):
    """Every kind of case."""

    processes = Several(fields.Nested(ProcessView))


class StateFigures(Answer):
    """One state: cases in it now, and how long measured stays lasted."""

    state = Text("Stable name of the state")
    label = Text("Its public name; null for a state that is no longer used", allow_none=True)
    cases = Whole("Cases that stand in it now")
    stays = Whole("Stays that have ended and were measured: at most the 1,000 newest")
    median_seconds = Whole("Half of the measured stays lasted no longer", allow_none=True)
    ninetieth_seconds = Whole("Nine in ten lasted no longer", allow_none=True)


class FiguresView(Answer):
    """How many cases of a kind stand where, and how long they stay; exercises are left out."""

    kind = Text("Kind of the case")
    cases = Whole("All cases")
    pending_positions = Whole("Answers that are missing in open ballots, of all states together")
    states = Several(fields.Nested(StateFigures))
