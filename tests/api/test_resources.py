"""The schema of an answer is derived from the dataclass that a query returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest

from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LocalizedText
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.resources import Extended, many, one, question, resource


class Colour(StrEnum):
    """What an enumeration is answered as: its values."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Wheel:
    """A part."""

    size: int


@dataclass(frozen=True)
class Cart:
    """Every type that has a field of the API."""

    id: int
    ref: str
    price: Money
    colour: Colour
    made_on: date
    sold_at: datetime | None
    label: LocalizedText
    title: Mapping[str, str]
    tags: tuple[str, ...]
    wheels: tuple[Wheel, ...]
    maker: Wheel | None
    is_old: bool = False

    @property
    def half(self) -> Money:
        """A value that follows from others."""
        return self.price.allocate([1, 1])[0]


LABEL = LocalizedText(es="a", en="b", pt="c", fr="d")
CART = Cart(
    7,
    "CART-1",
    Money.parse("10.00"),
    Colour.RED,
    date(2026, 3, 1),
    datetime(2026, 3, 2, 12, tzinfo=UTC),
    LABEL,
    {"es": "Carro"},
    ("x", "y"),
    (Wheel(3),),
    None,
)
WheelView = resource("WheelView", Wheel)


def test_every_type_of_a_dataclass_has_its_form_in_an_answer() -> None:
    view = resource("CartView", Cart, exclude="id", wheels=many(WheelView), maker=one(WheelView))
    assert view().dump(CART) == {
        "ref": "CART-1",
        "price": "10.00",
        "colour": "red",
        "made_on": "2026-03-01",
        "sold_at": "2026-03-02T12:00:00.000000Z",
        "label": LABEL.as_dict(),
        "title": {"es": "Carro"},
        "tags": ["x", "y"],
        "wheels": [{"size": 3}],
        "maker": None,
        "is_old": False,
    }


def test_a_text_describes_the_field_or_the_property_of_its_name() -> None:
    view = resource("PricedView", Cart, "ref", half="What one of two pays")()
    assert view.dump(CART) == {"ref": "CART-1", "half": "5.00"}
    assert view.fields["half"].metadata == {"description": "What one of two pays"}
    assert isinstance(view.fields["half"], fields.Amount)


def test_whatever_an_answer_may_hold_it_always_holds() -> None:
    view = resource("NamedView", Cart, "sold_at", size=fields.Whole(attribute="maker.size"))()
    assert view.dump(CART)["size"] is None
    assert all(each.required for each in view.fields.values())
    assert view.fields["sold_at"].allow_none


def test_another_resource_is_extended_and_a_value_too() -> None:
    view = resource("WheelOfCart", WheelView, cart=fields.Text())
    assert view().dump(Extended(Wheel(3), cart="CART-1")) == {"size": 3, "cart": "CART-1"}


def test_a_key_is_answered_as_text() -> None:
    assert resource("KeyView", id=fields.Key())().dump(CART) == {"id": "7"}


def test_a_type_without_a_field_of_the_api_is_refused() -> None:
    with pytest.raises(TypeError, match=r"Cart\.wheels"):
        resource("CartView", Cart)


def test_a_question_takes_nothing_unknown() -> None:
    asked = question("AskedQuestion", size=fields.Whole(required=True))
    assert asked().load({"size": 3}) == {"size": 3}
    assert asked().validate({"size": 3, "more": 1}) == {"more": ["unknown"]}
