"""The shapes of the network as a whole: figures by state, and who gives to whom."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.web.api.schemas.catalogue import EntryQuestion
from ricomi_workflow.web.api.schemas.fields import Amount, Answer, Country, Several, Text, Whole


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
