"""The shapes of the network as a whole: figures by state, who gives to whom, statistics."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.web.api.fields import (
    Amount,
    Answer,
    Country,
    Figure,
    Flag,
    Question,
    Several,
    Text,
    Whole,
    Words,
)
from ricomi_workflow.web.api.schemas.catalogue import EntryQuestion


class NetworkQuestion(EntryQuestion):
    """Which entries to count: as in the search, without a state of one's own."""

    class Meta:
        """Without the parts of a page, and without what the answer counts by."""

        exclude = ("country", "role", "flow", "sort", "after", "limit")


class StateInNetwork(Answer):
    """What a state offers, asks for and does."""

    country = Country()
    entries = Whole("Entries in which it stands")
    offers = Whole("Published offers")
    needs = Whole("Published needs")
    given = Whole("Projects in which it shares its experience")
    received = Whole("Projects in which it asks or takes part")
    disbursed = Amount("Paid by the fund to the projects that it asked for, less what came back")
    currency = Text("ISO 4217 code")


class NetworkStates(Answer):
    """Every state, by its code."""

    states = Several(fields.Nested(StateInNetwork))


class NetworkPair(Answer):
    """Two states of which one shares with the other."""

    provider = Country("The state that shares its experience")
    recipient = Country("The state that receives it")
    flow = Text("The pair as the search takes it: CR-GT")
    entries = Whole("In how many entries")


class NetworkPairs(Answer):
    """Every pair, the one with the most entries first."""

    pairs = Several(fields.Nested(NetworkPair))


class StatisticsQuestion(Question):
    """Which figures on migration are wanted."""

    indicator = Several(
        Text(longest=60), "What is counted, as the form of figures has it; given several times"
    )
    country = Country("Of which State")
    after = Text("Where to go on: `next` of the page before", longest=40)
    limit = Figure("How many series at most", least=1, most=100, load_default=50)


class ObservationView(Answer):
    """One figure; without sex, origin and category it is the total."""

    year = Whole("Its year, or the first of its period", most=9999)
    until = Whole("The last year of its period, or the same year", most=9999)
    value = Text("The figure in digits; of a percentage with two decimals")
    sex = Text("women, men, or empty")
    origin = Text("The State of origin, or empty")
    category = Text("Another part, or empty")
    note = Text("What the source says of it")


class SeriesView(Answer):
    """The figures of one indicator of one State by one source."""

    ref = Text("Reference of its entry in the catalogue")
    country = Country("Of which State; XO: of the region")
    title = Words()
    indicator = Text("What is counted")
    unit = Text("In what it is counted")
    source = Text("The document or the address where the figures stand")
    vintage = Text("The edition of the source")
    correspondent = Text("The office that answers for the figures, or empty")
    verified_on = Text("The day on which the source was read, ISO 8601")
    illustrative = Flag("Whether it is invented, to show how it works")
    observations = Several(fields.Nested(ObservationView), "The earliest first")


class StatisticsPage(Answer):
    """Series by their references."""

    series = Several(fields.Nested(SeriesView))
    next = Text("What `after` takes for the next page; null on the last", allow_none=True)
