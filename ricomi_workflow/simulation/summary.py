"""What a play came to, counted: acts by name, refusals by code, cases by where they ended."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ricomi_workflow.kernel.errors import DomainError


@dataclass(slots=True)
class Summary:
    """What a simulation did: acts by name, refusals by code, cases by state at the end."""

    acts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)

    def refused(self, error: DomainError) -> None:
        """Count `error` by the first reason that it names."""
        refusals = getattr(error, "refusals", ())
        self.refusals[refusals[0].code if refusals else error.code] += 1
