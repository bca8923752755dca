"""What an appointment and a rule in force are, apart from where they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from ricomi_workflow.kernel.actors import OFFICER_ROLES, Role
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import Refusal
from ricomi_workflow.reference_data.decision_rules import ORDINARY, Rule

CREDENTIAL_ROLES = (Role.CEAM_DELEGATE, Role.CEAM_ALTERNATE)  # titular and alternate
APPOINTED_ROLES = (*OFFICER_ROLES, *CREDENTIAL_ROLES)
__all__ = [
    "APPOINTED_ROLES",
    "CREDENTIAL_ROLES",
    "ORDINARY",
    "Appointment",
    "AppointmentStatus",
    "Confirmation",
    "Elected",
    "RuleInForce",
    "overlap",
    "rule_digest",
]


class Elected(StrEnum):
    """How an officer came into office."""

    ACCLAMATION = "acclamation"
    VOTE = "vote"


class AppointmentStatus(StrEnum):
    """What an appointment is on a day."""

    COMING = "coming"
    HOLDS = "holds"
    OVER = "over"
    NEVER = "never"  # taken back before its first day


@dataclass(frozen=True, slots=True)
class Appointment:
    """An officer for a term, or a person accredited by a state.

    `until` is the last day on which it holds: the end of the term, an end recorded since, or the
    last day of the role by which the person acts, whichever comes first; None while it lasts.
    """

    id: int
    body: str
    role: Role
    user_id: int
    person: str
    country: str
    grant_id: int  # the role that it gives
    since: date
    until: date | None
    elected: Elected | None
    document: str
    made_at: datetime
    end_document: str = ""  # what ended it before its term

    @property
    def is_officer(self) -> bool:
        """Whether it is an office of the body, and not a credential of a state."""
        return self.role in OFFICER_ROLES

    def on(self, day: date) -> AppointmentStatus:
        """What the appointment is on `day`."""
        if self.until is not None and self.until < self.since:
            return AppointmentStatus.NEVER
        if day < self.since:
            return AppointmentStatus.COMING
        if self.until is not None and self.until < day:
            return AppointmentStatus.OVER
        return AppointmentStatus.HOLDS


def overlap(since: date, until: date | None, other_since: date, other_until: date | None) -> bool:
    """Whether two spans of days, both ends included, share a day; one that ends first has none."""
    if (until is not None and until < since) or (
        other_until is not None and other_until < other_since
    ):
        return False
    return (until is None or other_since <= until) and (other_until is None or since <= other_until)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the Secretariat recorded: who confirmed which rule, when, and on what document."""

    id: int
    rule_digest: str
    document: str
    by: str
    at: datetime
    illustrative: bool

    def as_json(self) -> Mapping[str, Json]:
        """The confirmation as a record of a decision keeps it."""
        return {
            "id": self.id,
            "rule": self.rule_digest,
            "document": self.document,
            "by": self.by,
            "at": iso(self.at),
            "illustrative": self.illustrative,
        }


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """A rule of a body as it is now, and by what it is confirmed, if it is."""

    body: str
    name: str
    rule: Rule
    confirmation: Confirmation | None = None

    @property
    def digest(self) -> str:
        """What a confirmation names: any change of the rule's data changes it."""
        return rule_digest(self.rule)

    @property
    def is_confirmed(self) -> bool:
        """Whether each setting was read in its source, or the Secretariat confirmed the whole."""
        return self.rule.confirmed or self.confirmation is not None

    def refusal(self) -> Refusal | None:
        """Why nothing can be decided by this rule yet."""
        if self.is_confirmed:
            return None
        return Refusal("rule_unconfirmed", {"body": self.body, "decision_rule": self.name})


def rule_digest(rule: Rule) -> str:
    """The digest of everything that a rule says."""
    return digest(rule.as_json())
