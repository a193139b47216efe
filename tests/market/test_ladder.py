"""The fare ladder: fixed limits of each class on a leg, over all that uses it."""

import pytest
from protecting import opening_limits, sold_by, sold_down
from pydantic import ValidationError
from worlds import WatchedTurns, episode, fare, flight, leg, segment

from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.pricing.ladder import Ladder
from test_time_gym.scenarios.loader import scenario_of

FARES = [300_00, 200_00, 120_00]
"""Of the classes Y, M and Q."""


def rungs(*limits, **changes):
    """Return a ladder of Q, M and Y, from the cheapest up."""
    each = [
        {"class": code} if limit is None else {"class": code, "limit": limit}
        for code, limit in zip("QMY", limits, strict=False)
    ]
    return {"kind": "ladder", "rungs": each, "reprice_every_s": 60, **changes}


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ((10, 22, None), [None, 22, 10]),
        ((10, 22, 25), [25, 22, 10]),
        ((0, 0, None), [None, 0, 0]),
        ((10, None, 22), [22, None, 10]),
        ((40, 50, 60), [None, None, None]),
    ],
)
def test_a_flight_opens_with_the_limits_of_its_rungs(limits, expected):
    assert opening_limits(rungs(*limits), FARES, 30) == expected


def test_a_class_is_the_cheapest_on_sale_when_the_one_below_is_sold_out():
    cheapest = []

    for market in sold_down(rungs(10, 22, None), [150_00, 135_00, 120_00], 30):
        y, m, q = market.inventory.product_sold
        assert (q <= 10, q + m <= 22) == (True, True)
        on_sale = [j for j in (2, 1, 0) if market.on_sale(j)]
        lowest = 2 if q < 10 and q + m < 22 else 1 if q + m < 22 else 0
        cheapest.append(on_sale[0] if on_sale else None)
        assert cheapest[-1] == (lowest if y + m + q < 30 else None)

    assert list(dict.fromkeys(cheapest)) == [2, 1, 0, None]


FIRST = leg("AA1", "SFO", "EWR", "10:00", "14:00", 20)
ONWARD = leg("AA2", "EWR", "MAD", "15:00", "23:00", 20)


def network(pricing):
    """Return a way through two legs, and one itinerary that flies the second alone."""
    fares = [fare(code, price) for code, price in zip("YMQ", FARES, strict=True)]
    return episode(
        flights=[
            flight("VIA", FIRST, ONWARD, fares=fares),
            flight("ON", ONWARD, fares=fares),
        ],
        demand=[segment(buyers=90, willingness_median_minor=150_00)],
        warm_up="none",
        pricing_of={"Aurora": pricing},
        task={"deadline_s": 86_000, "ends_on": "deadline"},
    )


def test_a_limit_counts_all_itineraries_on_a_leg():
    turns, seen = WatchedTurns(network(rungs(8, 14, None))), []
    market = turns.market
    closed_ms = market.catalog.closing_ms[0]

    for now in range(60_000, 86_400_000, 60_000):
        before = list(market.inventory.product_sold)
        market.clock.advance(now)
        sold = list(market.inventory.product_sold)
        if now >= closed_ms or sold != before:
            continue
        # Nothing has moved since the last look: limits are of these sales.
        for rank, most in ((1, 14), (2, 8)):
            via, on = sum(sold[rank:3]), sum(sold[3 + rank :])
            room = max(0, most - via - on)
            found = [market.inventory.limits[j] for j in (rank, 3 + rank)]
            assert found == [via + room, on + room]
        seen.append(tuple(market.inventory.limits))

    assert len(set(seen)) > 4
    assert sum(market.inventory.product_sold[2::3]) == 8


def test_what_has_departed_from_its_first_stop_still_counts():
    turns = WatchedTurns(network(rungs(8, 14, None)))
    market = turns.market
    closed_ms = market.catalog.closing_ms[0]

    market.clock.advance(closed_ms + 120_000)

    via, on = market.inventory.product_sold[2], market.inventory.product_sold[5]
    assert via > 0
    assert market.inventory.limits[5] == max(on, 8 - via)


def test_limits_that_fall_on_the_way_up_are_refused():
    with pytest.raises(ValidationError, match="gives M the limit 5, below 10 of Q"):
        Ladder.model_validate(rungs(10, 5, None))


def test_a_rung_is_given_once():
    twice = {"kind": "ladder", "rungs": [{"class": "Q"}, {"class": "Q", "limit": 1}]}

    with pytest.raises(ValidationError, match="two rungs of the class Q"):
        Ladder.model_validate(twice)


@pytest.mark.parametrize(
    ("ladder", "text"),
    [
        (["Q", "Y"], "ladder has no rung of the class M of A; it has those of Q, Y"),
        (
            ["M", "Q", "Y"],
            "ladder has the class Q above M, and A-Q costs less than A-M",
        ),
    ],
)
def test_a_ladder_that_does_not_fit_the_fares_is_a_mistake(ladder, text):
    data = sold_by({"kind": "fixed"}, FARES, 30).model_dump(mode="json", by_alias=True)
    pricing = {"kind": "ladder", "rungs": [{"class": code} for code in ladder]}
    data["market"]["pricing_of"]["Aurora"] = pricing
    about = {"name": "flights/mine", "description": "A scenario of mine."}

    with pytest.raises(ScenarioError) as caught:
        scenario_of(data | about, "mine.toml")

    assert text in str(caught.value)
