"""Competitor matching: the rival's shown price less an undercut, within the bounds."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import WatchedTurns, episode, fare, flight, leg, to_payment

MINUTE_MS = 60_000


def passes(turns, until_ms):
    """Let time pass, while the agent thinks, to the end of an instant."""
    turns.market.clock.advance(until_ms)


def matcher(undercut_minor, every_s=600, **changes):
    return {
        "kind": "match_rival",
        "undercut_minor": undercut_minor,
        "reprice_every_s": every_s,
        **changes,
    }


def duel(own, rival, *flights, party=1):
    """Return a market of two sellers of one flight each, priced as they say."""
    pricing = {"Own": own} | ({"Rival": rival} if rival else {})
    return WatchedTurns(
        episode(
            flights=[
                flight("A", leg("A"), fares=[fare("Y", 100_00)], airline="Own"),
                flight("B", leg("B"), fares=[fare("Y", 95_00)], airline="Rival"),
                *flights,
            ],
            pricing_of=pricing,
            task={"deadline_s": 86_000, "ends_on": "deadline", "party": party},
        )
    )


@settings(max_examples=40)
@given(st.integers(-50_00, 50_00), st.integers(0, 1_000_000), st.integers(0, 1_000_000))
def test_a_price_is_the_lowest_rival_less_the_undercut_within_the_bounds(
    undercut, down, up
):
    bounds = {"floor_ppm": 1_000_000 - down, "ceiling_ppm": 1_000_000 + up}
    turns = duel(matcher(undercut, **bounds), None)

    price = turns.market.prices[0]

    low, high = turns.world.floors[0], turns.world.ceilings[0]
    assert price == min(max(95_00 - undercut, low), high)
    assert abs(low - (100_00 - down / 100)) <= 1
    assert abs(high - (100_00 + up / 100)) <= 1


def test_it_wakes_by_its_own_interval_and_sees_what_is_shown_by_then():
    moving = {
        "kind": "load_days",
        "clock_curve": [[0, 1_000_000], [60, 1_200_000]],
        "reprice_every_s": 60,
        "round_to_minor": 1,
    }
    turns = duel(matcher(1_00, every_s=600, ceiling_ppm=2_000_000), moving)
    own, rival = [], []

    for minute in range(1, 45):
        passes(turns, minute * MINUTE_MS)
        own.append(turns.market.prices[0])
        rival.append(turns.market.prices[1])

    # Who wakes at one instant sees what stood before it.
    assert own[9:19] == [rival[8] - 1_00] * 10
    assert own[19:29] == [rival[18] - 1_00] * 10
    assert rival[8] < rival[18]


def test_two_matchers_who_undercut_descend_to_their_floors_and_stay():
    turns = duel(matcher(1_00), matcher(1_00))
    path = [tuple(turns.market.prices)]

    for minute in range(10, 600, 10):
        passes(turns, minute * MINUTE_MS)
        path.append(tuple(turns.market.prices))

    # The opening was their first wake: each undercuts the other's base fare.
    assert path[0] == (94_00, 99_00)
    for (own, rival), after in pairwise(path):
        assert after == (max(rival - 1_00, 80_00), max(own - 1_00, 76_00))
    assert path[-1] == path[-2] == (80_00, 79_00)


def test_a_rival_that_is_sold_out_is_not_followed():
    turns = duel(matcher(1_00, every_s=60), None, party=4)
    market = turns.market
    assert market.prices[0] == 94_00

    to_payment(turns, flight_id="B")
    passes(turns, 10 * MINUTE_MS)
    assert not market.on_sale(1)
    assert market.prices[0] == 100_00

    passes(turns, 20 * MINUTE_MS)
    assert market.on_sale(1)
    assert market.prices[0] == 94_00


def test_other_days_and_routes_are_no_rivals():
    elsewhere = flight(
        "C", leg("C", to="LIS"), fares=[fare("Y", 10_00)], airline="Rival"
    )

    turns = duel(matcher(0), None, elsewhere)

    assert turns.market.prices[0] == 95_00


@pytest.mark.parametrize(("base", "expected"), [(95_00, [110_00, 95_00]), (1, None)])
def test_every_class_follows_within_its_own_bounds(base, expected):
    fares = [fare("Y", 200_00), fare("Q", 110_00)]
    own = flight("A", leg("A"), fares=fares, airline="Own")
    rival = flight("B", leg("B"), fares=[fare("Y", base)], airline="Rival")
    bounds = {"floor_ppm": 550_000, "ceiling_ppm": 1_000_000}

    turns = WatchedTurns(
        episode(flights=[own, rival], pricing_of={"Own": matcher(0, **bounds)})
    )

    assert turns.market.prices[:2] == (expected or [110_00, 60_50])
