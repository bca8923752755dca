"""Who acts: a person with roles for countries, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Role(StrEnum):
    """What a person may be in the network. Source: domain requirement 1, at its first depth.

    The first five and the observer's are held for one state; the others for the whole network.
    """

    FOCAL_POINT = "focal_point"
    INSTITUTION_USER = "institution_user"
    CEAM_DELEGATE = "ceam_delegate"
    CEAM_ALTERNATE = "ceam_alternate"
    PARTNER = "partner"  # derived: the focal point of another state that takes part in the case
    CANDIDATE = "candidate"  # derived: the focal point of a state that is not in the case
    CHAIR = "chair"
    SECRETARIAT = "secretariat"
    FUND_ADMINISTRATOR = "fund_administrator"
    CERTIFYING_OFFICER = "certifying_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    REVIEWER = "reviewer"  # scores the requests assigned to them, and sees only those
    VICE_CHAIR = "vice_chair"  # acts where the chair is absent
    RAPPORTEUR = "rapporteur"  # certifies the minutes
    OBSERVER = "observer"  # of a permanent observer: sees public items, never votes

    # As the text that it is: every act asks sets of roles, and an enumeration hashes in Python.
    __hash__ = str.__hash__


# Stands where a case names a state, in cases of the network itself (calls): a code that ISO 3166-1
# leaves to its users, so that it can never be the code of a state.
NETWORK = "XO"
COUNTRY_ROLES = frozenset(
    {Role.FOCAL_POINT, Role.INSTITUTION_USER, Role.CEAM_DELEGATE, Role.CEAM_ALTERNATE}
)
# Held for a permanent observer, which is not a member state and has no seat.
OBSERVER_ROLES = frozenset({Role.OBSERVER})
PRESIDING_ROLES = (Role.CHAIR, Role.VICE_CHAIR)
OFFICER_ROLES = (*PRESIDING_ROLES, Role.RAPPORTEUR)
DERIVED_ROLES = frozenset({Role.PARTNER, Role.CANDIDATE})
GRANTABLE_ROLES = tuple(role for role in Role if role not in DERIVED_ROLES)


@dataclass(frozen=True, slots=True)
class Grant:
    """One role, for one state (ISO 3166-1 alpha-2) or, with country None, for the network."""

    role: Role
    country: str | None = None

    @property
    def seat(self) -> str:
        """The state of the grant as a case names it: the network's own code where there is none."""
        return self.country or NETWORK


@dataclass(frozen=True, slots=True)
class Delegation:
    """What a certificate in force lets a stand-in do: in whose name, in which offices, where.

    No `kinds` means every kind of case, no `cases` every case. `ballots`: also to vote.
    """

    id: int
    giver_id: int
    giver: str
    grants: frozenset[Grant]
    ballots: bool = False
    kinds: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()

    def covers(self, kind: str, ref: str = "") -> bool:
        """Whether it holds for the case `ref` of `kind`; for a case to be opened without `ref`."""
        return (not self.kinds or kind in self.kinds) and (not self.cases or ref in self.cases)


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts, with the grants valid at this moment.

    `mandates` are the certificates by which they may stand in for others; `under` is the one by
    which they act here, and then `grants` are those that it covers. Only cases know mandates:
    accounts of people and contributions to the fund are for the grants of one's own.
    """

    user_id: int | None
    name: str
    lang: str = "en"
    grants: frozenset[Grant] = frozenset()
    delegations: tuple[Delegation, ...] = ()
    under: Delegation | None = None
    zone: str = ""  # in which they are told times; empty: the Secretariat's

    def capacities(self, kind: str, ref: str = "") -> tuple[Actor, ...]:
        """The same person in each capacity in which they may act on a case: for themselves first.

        Every act is done in exactly one of them.
        """
        if not self.delegations:
            return (self,)
        own, *others = self.every_capacity()
        return own, *(other for other in others if other.under and other.under.covers(kind, ref))

    def every_capacity(self) -> tuple[Actor, ...]:
        """The same for all cases: for themselves, and under each certificate."""
        own = replace(self, delegations=()) if self.delegations else self
        return own, *(replace(own, grants=m.grants, under=m) for m in self.delegations)

    def roles(self) -> frozenset[Role]:
        """The roles held for any state or the network."""
        return frozenset(grant.role for grant in self.grants)

    def countries(self, *roles: Role) -> frozenset[str]:
        """The states for which one of `roles` is held (any country role when none is named)."""
        wanted = roles or tuple(COUNTRY_ROLES)
        return frozenset(g.country for g in self.grants if g.country and g.role in wanted)

    def has(self, *roles: Role) -> bool:
        """Whether one of `roles` is held for any state or the network."""
        return any(grant.role in roles for grant in self.grants)

    @property
    def people(self) -> frozenset[int]:
        """Who stands behind an act: the one who acts, and in whose name."""
        keys = (self.user_id, self.under.giver_id if self.under else None)
        return frozenset(key for key in keys if key is not None)

    @property
    def is_system(self) -> bool:
        """Whether this is the system: deadlines, deciding votes, the worker."""
        return self.user_id is None and self.name == "system"


SYSTEM = Actor(user_id=None, name="system")
ANONYMOUS = Actor(user_id=None, name="public")
