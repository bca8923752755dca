"""The shapes of the public catalogue."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.catalogue.projection import ROLES
from ricomi_workflow.catalogue.rules import CONFIRMED, DISPUTED, STATUSES
from ricomi_workflow.catalogue.search_query import SORTS
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.web.api.fields import (
    Amount,
    Answer,
    Choice,
    Country,
    Day,
    Figure,
    Flag,
    Instant,
    Question,
    Several,
    Text,
    Values,
    Whole,
    Words,
)

_SEVERAL = "given several times: any of them"


class EntryQuestion(Question):
    """Which entries to list."""

    q = Text(
        "All of these words, each as the beginning of a word; words in quotation marks as a phrase",
        longest=200,
    )
    kind = Several(Text(longest=40), f"Kind of the case, or `decision`; {_SEVERAL}")
    topic = Several(Text(longest=40), f"Topic; {_SEVERAL}")
    country = Several(Country(), f"A state that asks, provides or takes part; {_SEVERAL}")
    role = Several(Choice(ROLES), f"What the country does, or any country; {_SEVERAL}")
    flow = Several(Text(longest=5), f"Who gives to whom, by their codes: CR-GT; {_SEVERAL}")
    subregion = Several(Text(longest=40), f"Subregion of a country; {_SEVERAL}")
    population = Several(Text(longest=40), f"Target population; {_SEVERAL}")
    modality = Several(Text(longest=40), f"Form of cooperation; {_SEVERAL}")
    status = Several(Text(longest=40), f"A step of the process or a final state; {_SEVERAL}")
    confirmation = Several(Choice(STATUSES), f"How its States stand to the facts; {_SEVERAL}")
    year = Several(Figure(least=1800, most=9999), f"Year told of, else of the case; {_SEVERAL}")
    language = Several(Choice(LANGUAGES), f"A language in which there is a text; {_SEVERAL}")
    body = Several(Text(longest=40), f"Body that met or decided, `ceam`; {_SEVERAL}")
    forum = Several(Text(longest=40), f"Regional forum; {_SEVERAL}")
    sdg = Several(Text(longest=40), f"Sustainable Development Goal, `sdg_8`; {_SEVERAL}")
    gcm = Several(Text(longest=40), f"Objective of the Global Compact, `gcm_5`; {_SEVERAL}")
    sort = Choice(
        SORTS,
        "Order: last changed first, first changed first, or most of the words in the title first",
        load_default=SORTS[0],
    )
    after = Text("Where to go on: `next` of the page before", longest=100)
    limit = Figure("How many at most", least=1, most=100, load_default=20)


class EntrySummary(Answer):
    """One public case, or one adopted decision."""

    ref = Text(
        "Reference of the case: RICOMI-2026-0042; of a decision with its ballot: RICOMI-2026-0042.1"
    )
    kind = Text("Kind of the case, or `decision`")
    country = Country("The state that asks")
    status = Text("Stable name of the step of the process, or of the final state")
    year = Whole("Year of which it tells, else in which it was opened")
    amount = Amount("Cost as decimal text: 130000.00")
    currency = Text("ISO 4217 code")
    illustrative = Flag("Whether the case is a sample that records no decision")
    changed_at = Instant("When it last changed its public state")
    title = Words()
    summary = Words()
    confirmation = Choice(
        ("", *STATUSES), "How its States stand to the facts; empty where they are not asked"
    )
    office = Text("Who answers for it; empty: the office of its State's focal point")
    verified_on = Day("When somebody last stood by it")
    review_by = Day("Last fresh day; null where it tells of what is over", allow_none=True)
    stale = Flag("Whether that day has passed: to be confirmed again, and in no pair")


class AnswerView(Answer):
    """How one State in the entry stands to its facts."""

    country = Country("The State")
    answer = Choice(("", CONFIRMED, DISPUTED), "Empty while its word is awaited")
    at = Instant("When it said so; null while its word is awaited", allow_none=True)
    differs = Values("What it holds instead, by fact")
    note = Text("What it added")


class GrantedException(Answer):
    """A condition of a disbursement that two offices set aside for one tranche."""

    gate = Text("Stable name of the condition: reports_in_order")
    reason = Text("Why, as it was written")
    asked_by = Text("The office that asked for it")
    granted_by = Text("The office that granted it, another one")
    granted_at = Instant("When it was granted")


class EntryView(EntrySummary):
    """One entry with every public field of its forms."""

    answers = Several(fields.Nested(AnswerView), "How each State stands to the facts of the entry")
    public = Values("Answers by the names of the forms' fields; amounts are decimal text")
    exceptions = Several(
        fields.Nested(GrantedException), "Exceptions to conditions of its disbursements"
    )


class FacetCount(Answer):
    """How many entries one more choice would give."""

    value = Text()
    count = Whole()


class Facets(Answer):
    """The values that may be chosen, with counts that apply the other choices."""

    kind = Several(fields.Nested(FacetCount))
    topic = Several(fields.Nested(FacetCount))
    country = Several(fields.Nested(FacetCount))
    role = Several(fields.Nested(FacetCount))
    subregion = Several(fields.Nested(FacetCount))
    population = Several(fields.Nested(FacetCount))
    modality = Several(fields.Nested(FacetCount))
    status = Several(fields.Nested(FacetCount))
    confirmation = Several(fields.Nested(FacetCount))
    year = Several(fields.Nested(FacetCount))
    language = Several(fields.Nested(FacetCount))
    body = Several(fields.Nested(FacetCount))
    forum = Several(fields.Nested(FacetCount))
    sdg = Several(fields.Nested(FacetCount))
    gcm = Several(fields.Nested(FacetCount))


class EntryPage(Answer):
    """Entries in the order asked for."""

    total = Whole("How many fit in all")
    entries = Several(fields.Nested(EntrySummary))
    facets = fields.Nested(Facets)
    next = Text("Cursor of the next page; null on the last one", allow_none=True)
