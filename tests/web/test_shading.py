"""Shades of the map: each figure has one, equal figures the same, greater ones no lighter."""

from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.web.network.map_drawing import SHADES, classes, shade_of


@given(st.lists(st.integers(min_value=0, max_value=1_000_000), max_size=35))
def test_every_figure_has_a_shade_and_greater_ones_are_no_lighter(values: list[int]) -> None:
    known = classes(values)
    shades = [shade_of(value, known) for value in sorted(values)]
    assert shades == sorted(shades)
    assert len(known) <= SHADES
    assert all(
        (shade == 0) == (value == 0) for shade, value in zip(shades, sorted(values), strict=True)
    )
    assert [each.shade for each in known] == list(range(1, len(known) + 1))


def test_classes_hold_about_as_many_states_each() -> None:
    assert [(c.least, c.most) for c in classes([1, 2, 3, 4, 5, 6, 7, 8])] == [
        (1, 2),
        (3, 4),
        (5, 6),
        (7, 8),
    ]
    assert classes([0, 0]) == ()
