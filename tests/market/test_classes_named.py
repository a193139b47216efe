"""Policies that speak of a fare class which nobody sells."""

import pytest
from pydantic import ValidationError
from small_markets import two_airlines

CURVE = [[0, 0], [9, 1_000_000]]


def forecasts(*classes):
    return [{"class": code, "mean_milli": 9_000} for code in classes]


def emsr_b(*classes):
    return {
        "kind": "emsr_b",
        "forecasts": forecasts(*classes),
        "booking_curve": CURVE,
    }


def ladder(*classes):
    return {"kind": "ladder", "rungs": [{"class": code} for code in classes]}


def sets(*classes):
    return {
        "kind": "efficient_sets",
        "sets": [{"classes": classes, "chances_ppm": [100_000] * len(classes)}],
        "periods": 50,
        "booking_curve": CURVE,
    }


def overbook(behind):
    return {"kind": "overbook", "overbook_ppm": 100_000, "policy": behind}


@pytest.mark.parametrize("kind", [emsr_b, ladder, sets])
@pytest.mark.parametrize("front", [lambda behind: behind, overbook])
def test_a_class_that_nobody_sells_is_a_mistake(kind, front):
    classes = ["Q", "Y"] if kind is ladder else ["Y", "Q"]
    more = {"denied_minor": 900_00}
    two_airlines(pricing_of={"Aurora": front(kind(*classes))}, **more)

    said = "of Aurora names the class QQ, which nobody sells; did you mean Q"
    with pytest.raises(ValidationError, match=said):
        two_airlines(pricing_of={"Aurora": front(kind(*classes, "QQ"))}, **more)


def test_a_class_that_a_rival_alone_sells_is_none():
    """Airlines may share a table of all classes."""
    own = {"Aurora": emsr_b("Y", "Q", "S"), "Boreal": emsr_b("Y", "Q", "S")}

    assert list(two_airlines(pricing_of=own).market.pricing_of) == ["Aurora", "Boreal"]
