"""What the components of the design draw: plain frozen values, filled by the pages.

Every text here is already in the reader's language; every address is ready. The macros of
`templates/components/` take these values and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import Shown

Position = Literal["past", "now", "next"]


# ---------- case: where it stands, what can be done, what happened


@dataclass(frozen=True, slots=True)
class StateLinePoint:
    """One step: its words, when it was, and at the present one what is waited for.

    `side` is the name of a side state (returned, deferred, suspended): it takes the place of the
    step's words and keeps its dot.
    """

    label: str
    position: Position
    when: str = ""
    note: str = ""
    side: str = ""


@dataclass(frozen=True, slots=True)
class ActRow:
    """One possible act: the verb on its button, what will happen, where it leads."""

    verb: str
    hint: str
    href: str
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an act is not possible, what or who would make it possible, and the stable code."""

    text: str
    need: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One act that is not possible now, with every reason."""

    verb: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class ActionPanel:
    """What the reader can do, why not the rest, and, if nothing, whom the case waits for."""

    acts: tuple[ActRow, ...]
    refused: tuple[RefusedRow, ...] = ()
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An act said back before it binds: `Haiti votes` / `In favour` / `the project …`.

    `recorded` says what is written and until when it may change; `change` what it changes.
    """

    opening: str
    said: str
    closing: str
    recorded: str
    change: str
    button: str
    back: str
    back_href: str


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One numbered act: its sentence, the reason in full, the office, the instant."""

    number: int
    sentence: str
    office: str
    at: datetime
    moved: bool = False
    reason: str = ""
    detail: str = ""
    href: str = ""
    link: str = ""
    changes: str = ""  # the address of what changed, of a form that was handed in again


# ---------- refusals and notices


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake of a form: its sentence and the id of the control to go to."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class SectionLink:
    """One section of a form in the list of sections, with its own state in words."""

    label: str
    href: str
    state: Literal["done", "wrong", "open"]
    note: str
    current: bool = False
    name: str = ""


# ---------- ballot


@dataclass(frozen=True, slots=True)
class BallotView:
    """A ballot in numbers and sentences: how many states said what, and what is still missing.

    `threshold` is the number of votes in favour that carries it; `None` where the rule has no
    fixed number. `verdict` says what is still needed; `threshold_words` stands at the line.
    """

    in_favour: int
    against: int
    abstained: int
    unanswered: int
    threshold: int | None
    verdict: str
    threshold_words: str = ""
    reserved: int = 0  # of those in favour, with reservations
    apart: int = 0  # recused, absent, or not taking part
    sealed: bool = False  # only the sentence may be shown

    @property
    def entitled(self) -> int:
        """How many states may vote."""
        voted = self.in_favour + self.against + self.abstained
        return voted + self.apart + self.unanswered


@dataclass(frozen=True, slots=True)
class BallotChoice:
    """One answer that may be given, with what it means."""

    value: str
    label: str
    help: str = ""


# ---------- catalogue


@dataclass(frozen=True, slots=True)
class Tie:
    """How two sides stand to a fact: confirmed by both, by one, or disputed; always in words."""

    kind: Literal["both", "one", "disputed"]
    words: str


@dataclass(frozen=True, slots=True)
class Result:
    """One entry found: kind and countries, title, excerpt, and a line of facts."""

    kind: str
    title: Shown
    href: str
    excerpt: Shown
    meta: tuple[str, ...] = ()
    tie: Tie | None = None
    verified: date | None = None
    stale: bool = False  # its review-by date has passed
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet with the number of entries that have it."""

    value: str
    label: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """One question to filter by: its parameter, its heading, its values and the folded rest."""

    name: str
    legend: str
    values: tuple[FacetValue, ...]
    more: tuple[FacetValue, ...] = ()


@dataclass(frozen=True, slots=True)
class ChosenFilter:
    """A filter in force and the address without it."""

    label: str
    remove_href: str


@dataclass(frozen=True, slots=True)
class Paging:
    """Which entries of how many are shown, and the ways to the neighbours."""

    first: int
    last: int
    total: int
    previous_href: str = ""
    next_href: str = ""


# ---------- lists of work


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One matter: what it is, what is to be done, until when."""

    ref: str
    state: str
    title: Shown
    href: str
    what: str
    due: date | None = None
    due_note: str = ""
    urgency: Literal["", "soon", "late"] = ""
    illustrative: bool = False
    hands: str = ""  # who of an office has it in hand


# ---------- money


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One line of an account that reads downwards as a sum."""

    label: str
    amount: Money
    kind: Literal["plain", "minus", "group", "sum"] = "plain"
    note: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Headline:
    """The one large figure of a page, with its date."""

    label: str
    amount: Money
    as_of: date
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a whole amount; `tone` is available, held, owed or gone."""

    label: str
    amount: Money
    tone: Literal["a", "held", "owed", "gone"]


@dataclass(frozen=True, slots=True)
class BarRow:
    """One bar: its label and the amounts of the one or two series, in order."""

    label: str
    amounts: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars with the table of the same figures beside them.

    `finding` tells in a sentence what the drawing shows; `caption` names the table; `label_heading`
    heads its first column.
    """

    finding: str
    caption: str
    label_heading: str
    series: tuple[str, ...]
    rows: tuple[BarRow, ...]


# ---------- definition lists


Facts = tuple[tuple[str, str], ...]
