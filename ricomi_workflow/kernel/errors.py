"""Everything the domain may answer instead of doing what was asked.

Each error carries a stable `code` and data, never prose: the edge turns a code into a sentence
in the reader's language (`texts/refusals.yaml`).

    DomainError
    ├── NotFound          no such thing, or none that this actor may know of   404
    ├── Forbidden         known, but not for this actor                        403
    ├── Invalid           the input does not fit its form                      422
    ├── NotOffered        the state does not offer this trigger                409
    ├── Refused           a guard of the rule says no, and why                 409
    │   ├── KeyReused     the key of a fact that is recorded, for another fact   422
    │   └── OutsideToken  the token of a program does not reach so far           403
    ├── Conflict          somebody else acted first                            409
    ├── Unbalanced        a journal does not add up to zero                    500
    └── DefinitionError   a definition file holds mistakes                     exit 1
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why an act is not possible now.

    `code` is stable and names a sentence in `texts/refusals.yaml` (what is missing) and, as
    `<code>.need`, one that says what or who would make it possible. `params` fill both.
    """

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldError:
    """One mistake of an input: where it stands, which rule it breaks, with which figures.

    `path` is the dotted path of the field (`financing`, `budget.3.unit_cost`); `also` names other
    fields that take part in the mistake. `code` names a sentence in `texts/validation.yaml`, or,
    when `message` is given, the form's own sentence by language.
    """

    path: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    message: Mapping[str, str] | None = None


class DomainError(Exception):
    """Root of what the domain answers instead of acting."""

    code = "error"


class NotFound(DomainError):
    """There is no such thing, or none that this actor may know of."""

    code = "not_found"

    def __init__(self, what: str, key: str = "") -> None:
        super().__init__(f"{what} {key}".strip())
        self.what = what
        self.key = key


class Forbidden(DomainError):
    """The thing is known to the actor, the act is not theirs."""

    code = "forbidden"


class Invalid(DomainError):
    """The input does not fit; every mistake is listed at once."""

    code = "invalid"

    def __init__(self, fields: Sequence[FieldError]) -> None:
        super().__init__("; ".join(f"{e.path}: {e.code}" for e in fields))
        self.fields = tuple(fields)


class NotOffered(DomainError):
    """The trigger does not exist or the present state does not offer it."""

    code = "not_offered"

    def __init__(self, trigger: str, state: str) -> None:
        super().__init__(f"{trigger} is not offered in {state}")
        self.trigger = trigger
        self.state = state


class Refused(DomainError):
    """The rule says no; every reason is listed."""

    code = "refused"

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(", ".join(r.code for r in refusals))
        self.refusals = tuple(refusals)


class KeyReused(Refused):
    """The key names a fact that is recorded, and this is another one."""


class OutsideToken(Refused):
    """The token of a program does not reach so far, whatever its owner may do.

    `scope` is the one that would be needed; empty when no scope would help.
    """

    code = "outside_token"

    def __init__(self, refusals: Sequence[Refusal], scope: str = "") -> None:
        super().__init__(refusals)
        self.scope = scope


class Conflict(DomainError):
    """Somebody else acted first; read again and repeat."""

    code = "conflict"


class Unbalanced(DomainError):
    """A journal does not add up to zero in every currency."""

    code = "unbalanced"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a definition file: where, what stands there, what may stand there."""

    file: str
    path: str
    found: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.file}: {self.path}: found {self.found}; allowed: {self.allowed}"


class DefinitionError(DomainError):
    """Definition files hold mistakes; all of them are listed."""

    code = "definition"

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(str(m) for m in mistakes))
        self.mistakes = tuple(mistakes)
