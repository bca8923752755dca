"""How a ballot is held, and who may learn what a state answered before it ends."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from ricomi_workflow.ballots.rules import Outcome


class VotingMethod(StrEnum):
    """How the states are asked."""

    ELECTRONIC = "electronic"  # with a window that ends at a stored time
    CONSENSUS = "consensus"  # the chair asks for objections and concludes
    ROLL_CALL = "roll_call"  # called one by one, concluded by the chair
    SILENCE = "silence"  # who is served and does not object in the period agrees


class Secrecy(StrEnum):
    """Who learns what a state answered."""

    OPEN = "open"  # whoever reads the case, at once
    UNTIL_CLOSE = "until_close"  # the same once it is decided; until then only that it answered
    SECRET = "secret"  # noqa: S105 - no password; nobody, ever; the figures once it is decided


RULE_BY_METHOD: Final = {
    VotingMethod.ELECTRONIC: "ordinary",
    VotingMethod.CONSENSUS: "consensus",
    VotingMethod.ROLL_CALL: "ordinary",
    VotingMethod.SILENCE: "silence",
}  # the rule of the body by which each way is decided unless another is named

WITHDRAWN: Final = "taken_back"  # in place of a position: the state is unanswered again

# Outcomes in which the positions were weighed; in the others they never are, and stay sealed.
DECISIVE: Final = frozenset({Outcome.CARRIED, Outcome.LOST, Outcome.UNDECIDED, Outcome.BROKEN})

ATTENDANCE: Final = "ballot.attendance_taken"  # the entry by which a roll is taken
