"""Nested limits earn in the market what theory says, and mistakes in it are noticed."""

from dataclasses import replace
from functools import partial

import pytest
from tests.theory.support import complaints, simulated

from test_time_gym.validation import all_cases
from test_time_gym.validation.departures import departures

BOOK = next(case for case in all_cases() if case.id == "A3r/market/80/optimal")


@pytest.mark.slow
@pytest.mark.parametrize("case", simulated("A3r", "A8"), ids=lambda case: case.id)
def test_a_departure_earns_what_theory_says(case):
    assert complaints(case) == []


def planted(**changes):
    """Return a case whose market is not the one that its theory is about."""
    right = BOOK.play.keywords["world"]
    (classes,), market = right.args, {**right.keywords, **changes}
    if changes.get("classes"):
        classes, market = changes["classes"](classes), right.keywords
    world = partial(departures, classes, **market)
    return replace(
        BOOK, play=partial(BOOK.play, world=world), replications=BOOK.replications // 4
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"seats": 81},
        {"seats": 79},
        {"levels": (17, 42, 72)},
        {"levels": (18, 42, 73)},
        {"levels": (17, 42)},
        {
            "classes": lambda classes: [
                *classes[:2],
                replace(classes[2], fare=535),
                classes[3],
            ]
        },
        {"fenced": False},
    ],
    ids=[
        "a-seat-more",
        "a-seat-less",
        "level-3-a-seat-less",
        "level-1-a-seat-more",
        "no-level-3",
        "a-fare-off",
        "no-fences",
    ],
)
def test_one_seat_one_level_or_one_fare_off_is_noticed(changes):
    said = complaints(planted(**changes))

    assert any(text.startswith("revenue beyond") for text in said)


def test_a_class_that_nobody_wants_is_noticed_in_the_revenue():
    nobody = {"kind": "rounded_normal", "mean_milli": 0, "sd_milli": 0}

    (said,) = complaints(
        planted(
            classes=lambda classes: [
                replace(classes[0], count=nobody),
                *classes[1:],
            ]
        )
    )

    assert said.startswith("revenue 3")
    assert said.endswith(" is not 49661.7")
