"""Workbooks that come back with rows or columns gone, and answers that a cell cannot hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.offline_forms.test_packets import answer, bring, packet, saved
from tests.offline_forms.workbook import Filled
from tests.support import papers
from tests.support.story import Story


def sheet(book: Filled, first: str) -> Worksheet:
    """The sheet of a table, or the one that asks `first`."""
    for page in book.pages():
        if page["A1"].value == f"table={first}" or page["A4"].value == first:
            return page
    raise KeyError(first)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda page: page.delete_cols(3),
        lambda page: page.delete_rows(2),
        lambda page: page.delete_rows(3),
    ],
    ids=["column", "names", "labels"],
)
def test_a_torn_table_is_told_and_the_answer_stays(
    story: Story, spoil: Callable[[Worksheet], None]
) -> None:
    story.open()
    budget = papers.request(story.today)["budget"]
    answer(story, budget=budget)
    book = Filled(packet(story)).write({"months": 9})
    spoil(sheet(book, "budget"))
    before = saved(story)["budget"]
    found = bring(story, book.saved())
    assert found.changed == ("months",)
    assert [(fault.path, fault.code) for _, fault in found.wrong] == [("budget", "packet_torn")]
    assert saved(story)["budget"] == before


def test_a_line_that_is_gone_empties_nothing(story: Story) -> None:
    story.open()
    answer(story, title={"es": "Un título", "en": "A title"})
    book = Filled(packet(story)).write({"title.pt": "Um título"})
    sheet(book, "title.es").delete_rows(4)
    found = bring(story, book.saved())
    assert found.changed == ()
    assert [(fault.path, fault.code) for _, fault in found.wrong] == [("title", "packet_torn")]
    assert saved(story)["title"] == {"es": "Un título", "en": "A title"}


def test_lines_that_moved_up_are_found(story: Story) -> None:
    story.open()
    book = Filled(packet(story)).write({"title.es": "Un título"})
    sheet(book, "title.es").delete_rows(2)
    assert bring(story, book.saved()).changed == ("title",)
    assert saved(story)["title"] == {"es": "Un título"}


def test_what_a_cell_cannot_hold_comes_back_unchanged(story: Story) -> None:
    story.open()
    states = [
        "AR", "BO", "BR", "BZ", "CA", "CL", "CO", "CR", "DM", "DO", "EC", "GT", "HN", "HT", "JM",
    ]  # fmt: skip
    answer(
        story,
        problem="palabra " * 9_000,
        participants=[*states],
        financing=[{"source": "member_states", "amount": "\uff11\uff12"}],
    )
    before = saved(story)
    assert bring(story, packet(story)).changed == ()
    assert saved(story) == before
    cut = Filled(packet(story)).write({"problem": "otra cosa"}).saved()
    assert [conflict.field for conflict in bring(story, cut).conflicts] == ["problem"]
    assert saved(story) == before
