"""Fences of fares, and buyers who take the cheapest offer that they may buy."""

import json
from collections import Counter

import numpy as np
import pytest
from fakes import Lines
from tests.opening.comparison import compare
from worlds import (
    WatchedTurns,
    do,
    episode,
    fare,
    flight,
    leg,
    market,
    segment,
    think_until,
    wait_until,
)

from test_time_gym import run
from test_time_gym.audit import audit
from test_time_gym.market.choice import NO_PURCHASE, ChoiceModel, ChoiceSet, Taste
from test_time_gym.market.clock import DAY_MS, MINUTE_MS
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.streams import Streams
from test_time_gym.market.world import World
from test_time_gym.replay import verify
from test_time_gym.scenarios.flights.domain import FlightChoice, FlightSegment
from test_time_gym.scenarios.flights.itinerary import FareClass
from test_time_gym.scenarios.loader import load_scenario, scenario_of

CHEAPEST = ChoiceModel(kind="cheapest_fence")
HOUR_MS = 60 * MINUTE_MS
FENCE_MS = HOUR_MS
"""The flight of `worlds` leaves 25 hours after the opening: a day before is then."""


def fares(**fence):
    """Return a dear fare and a cheap one with a fence."""
    return [fare("Y", 150_00), fare("Q", 90_00, **fence)]


def sold(config, seed=1):
    """Play a market without agents; return who bought what, and when."""
    lines = Lines()
    run = Marketplace(World.of(config), seed, [], JournalWriter(lines))
    run.open()
    run.clock.advance(run.catalog.last_closing_ms)
    records = map(json.loads, lines.bytes().splitlines())
    return [
        (one["t"], one["d"]["segment"], one["d"]["product"])
        for one in records
        if one["k"] == "seat_sold"
    ]


# -- background buyers -----------------------------------------------------------------


@pytest.mark.parametrize("choice", [None, "cheapest_fence"])
def test_a_segment_buys_nothing_that_is_for_others(choice):
    own = {} if choice is None else {"choice": choice}
    config = market(
        warm_up="simulate",
        flights=[flight(fares=fares(segments=["leisure"]), seats=400)],
        demand=[
            segment("leisure", 60, willingness_median_minor=10**6, **own),
            segment("business", 60, willingness_median_minor=10**6, **own),
        ],
    )

    bought = Counter((who, what) for _, who, what in sold(config))

    assert bought["business", "AA1-Q"] == 0
    assert bought["leisure", "AA1-Q"] > 10
    assert bought["business", "AA1-Y"] > 10
    assert (bought["leisure", "AA1-Y"] == 0) == (choice is not None)


def test_a_fare_is_sold_to_nobody_once_its_days_have_passed():
    config = market(
        warm_up="simulate",
        flights=[flight(fares=fares(advance_days=1), seats=400)],
        demand=[segment("leisure", 200, days=3, willingness_median_minor=10**6)],
    )

    sales = sold(config)

    cheap = [at for at, _, what in sales if what == "AA1-Q"]
    dear = [at for at, _, what in sales if what == "AA1-Y"]
    assert min(cheap) < FENCE_MS - DAY_MS / 4
    assert FENCE_MS - DAY_MS / 4 < max(cheap) < FENCE_MS
    assert max(dear) > FENCE_MS + DAY_MS / 2


def test_buyers_come_by_the_departure_whatever_is_fenced():
    plain = market(demand=[segment()], flights=[flight(fares=fares())])
    fence = {"advance_days": 1, "segments": ["leisure"]}
    fenced = market(demand=[segment()], flights=[flight(fares=fares(**fence))])

    [one], [other] = World.of(plain).demands, World.of(fenced).demands

    assert (one.begins_at_ms, one.ends_at_ms) == (other.begins_at_ms, other.ends_at_ms)
    moments = range(one.begins_at_ms, one.ends_at_ms, HOUR_MS)
    assert [one.expected.at(t) for t in moments] == [
        other.expected.at(t) for t in moments
    ]


def test_a_segment_that_may_buy_nothing_comes_and_leaves():
    config = market(
        warm_up="simulate",
        flights=[flight(fares=[fare("Y", segments=["business"])], seats=400)],
        demand=[segment("leisure", 60), segment("business", 0)],
    )

    assert sold(config) == []


# -- who takes the cheapest ------------------------------------------------------------


def chosen(prices, willing, words, names=None):
    """Return what buyers of the cheapest choose, by every way of choosing."""
    names = names or [f"P{j}" for j in range(len(prices))]
    choices, taste = ChoiceSet([0] * len(prices), CHEAPEST), Taste(names)
    choices.offer(dict(enumerate(prices)))
    words = np.array(words, np.uint64)
    wills, clocks = np.full(len(words), willing), taste.clocks(words)
    found = choices.choose(wills, clocks)
    assert found == [choices.choose_one(willing, own) for own in clocks]
    if choices.cheapest is not None and willing >= choices.cheapest:
        wide = [
            choices.choose_wide(wills[k:], words[k:], taste)[0]
            for k in range(len(words))
        ]
        assert wide == found
    return found


def drawn(count):
    return Streams(5).get("words").words(count)


def test_the_cheapest_offer_is_taken_whatever_the_taste():
    assert chosen([300, 100, None, 200], 500, drawn(200)) == [1] * 200
    assert chosen([300, None, None, 200], 500, drawn(200)) == [3] * 200
    assert chosen([300, None, None, 200], 200, drawn(9)) == [3] * 9


def test_who_would_not_pay_the_least_price_leaves():
    assert chosen([300, 200], 199, drawn(50)) == [NO_PURCHASE] * 50
    assert chosen([None, None], 500, drawn(50)) == [NO_PURCHASE] * 50


def test_offers_at_one_price_are_equally_likely():
    found = Counter(chosen([200, 100, 100, 100], 500, drawn(3000)))

    assert sorted(found) == [1, 2, 3]
    assert all(
        abs(count - 1000) <= 4 * (3000 * 2 / 9) ** 0.5 for count in found.values()
    )


def test_the_cheapest_of_many_offers_is_taken_too():
    prices = [1000 + (k * 37) % 997 for k in range(900)]

    found = chosen(prices, 10**6, drawn(40))

    assert found == [prices.index(min(prices))] * 40


def test_prices_that_move_change_what_is_cheapest():
    choices, taste = ChoiceSet([0, 0], CHEAPEST), Taste(["A", "B"])
    clocks = taste.clocks(np.array(drawn(1), np.uint64))[0]
    found = []
    for moved in ({0: 200, 1: 300}, {0: 400}, {1: None}, {0: None}, {1: 100}):
        choices.offer(moved)
        found.append(choices.choose_one(500, clocks))

    assert found == [0, 1, 0, NO_PURCHASE, 1]


# -- seats sold before the opening -----------------------------------------------------

OPENINGS = {
    "days": {
        "flights": [
            flight("A", leg("A", seats=40), fares=fares(advance_days=2)),
            flight("B", leg("B", seats=30), fares=[fare("Y", 110_00)]),
        ],
        "demand": [segment(buyers=90, days=4)],
    },
    "segments": {
        "flights": [
            flight("A", leg("A", seats=20), fares=fares(segments=["early"])),
            flight("B", leg("B", seats=12), fares=[fare("Y", 110_00)]),
        ],
        "demand": [
            segment("early", 40, days=4),
            segment("late", 40, days=3, willingness_median_minor=300_00),
        ],
    },
    "cheapest": {
        "flights": [
            flight("A", leg("A", seats=9), fares=fares()),
            flight("B", leg("B", seats=9), fares=fares()),
            flight("C", leg("C", seats=30), fares=[fare("Y", 120_00)]),
        ],
        "demand": [segment(buyers=60, days=3, choice="cheapest_fence")],
    },
    "cheapest behind fences": {
        "flights": [
            flight(
                "A",
                leg("A", seats=40),
                fares=fares(advance_days=2, booking_limit=20, segments=["early"]),
            )
        ],
        "demand": [
            segment("early", 60, days=5, choice="cheapest_fence"),
            segment("late", 30, days=3, choice="cheapest_fence"),
        ],
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("name", OPENINGS)
def test_a_drawn_opening_is_that_of_a_played_warm_up(name):
    drawn, played = [
        market(warm_up=kind, **OPENINGS[name]) for kind in ("draw", "simulate")
    ]

    assert compare(drawn, played, drawn_runs=400, played_runs=200).worst() <= 4


def test_a_drawn_opening_without_the_fence_would_be_found():
    declared = OPENINGS["segments"]
    open_to_all = [
        flight("A", leg("A", seats=20), fares=fares()),
        declared["flights"][1],
    ]
    drawn = market(warm_up="draw", **(declared | {"flights": open_to_all}))
    played = market(warm_up="simulate", **declared)

    assert compare(drawn, played, drawn_runs=60, played_runs=60).worst() > 4


# -- agents ----------------------------------------------------------------------------


def early_bird(**fence):
    """Return turns in a quiet market whose cheap fare has a fence."""
    config = episode(
        flights=[flight(fares=fares(**fence))],
        demand=[segment("business", 0)],
        task={"ends_on": "deadline", "deadline_s": 2 * 3600},
    )
    return WatchedTurns(config)


def shown(turns):
    do(turns, "search_flights")
    products = turns.market.catalog.products
    return [products[one.product].id for one in turns.seats[0].visitor.shown]


def test_an_agent_sees_no_fare_whose_days_have_passed():
    turns = early_bird(advance_days=1)

    before = shown(turns)
    wait_until(turns, FENCE_MS)
    after = shown(turns)

    assert (before, after) == (["AA1-Q", "AA1-Y"], ["AA1-Y"])


def test_a_hold_is_refused_once_the_days_have_passed_and_kept_if_it_was_placed():
    late, early = early_bird(advance_days=1), early_bird(advance_days=1)
    for turns in (late, early):
        wait_until(turns, FENCE_MS - 10 * MINUTE_MS)
        do(turns, "search_flights")
        do(turns, "add_to_cart", "AA1-Q")
    do(early, "proceed_to_payment")
    for turns in (late, early):
        think_until(turns, FENCE_MS)
    do(late, "proceed_to_payment")
    do(early, "enter_card", "tok_ok")
    do(early, "confirm_payment")

    assert late.seats[0].visitor.last_error == (
        "sold_out",
        "AA1-Q had to be bought earlier",
    )
    assert [len(one.market.orders.by_id) for one in (late, early)] == [0, 1]


def test_agents_are_in_no_segment_and_may_buy_what_is_for_one():
    turns = early_bird(segments=["business"])

    assert shown(turns) == ["AA1-Q", "AA1-Y"]


# -- as it is declared -----------------------------------------------------------------


def test_fares_and_choices_of_before_are_written_as_ever():
    plain = FareClass.model_validate(fare())
    logit = {"reference_minor": 1, "scale_minor": 2}

    assert plain.model_dump(mode="json", by_alias=True) == {
        "code": "Y",
        "booking_limit": None,
        "refundable": False,
        "cancel_fee_minor": 0,
        "fare_minor": 100_00,
    }
    assert FlightChoice.model_validate(logit | {"kind": "logit"}).model_dump(
        by_alias=True
    ) == logit | {"stop_penalty_milli": 500}


@pytest.mark.parametrize("choice", ["cheapest_fence", {"kind": "cheapest_fence"}])
def test_what_is_written_is_read_as_the_same(choice):
    fenced = FareClass.model_validate(fare(advance_days=7, segments=["a", "b"]))
    cheapest = FlightSegment.model_validate(segment(choice=choice))

    written = cheapest.model_dump(mode="json", by_alias=True)

    assert written["choice"] == {"kind": "cheapest_fence"}
    assert FlightSegment.model_validate(written) == cheapest
    assert FareClass.model_validate(fenced.model_dump(mode="json")) == fenced


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"choice": "cheapest"}, "Input should be 'logit' or 'cheapest_fence'"),
        ({"choice": {"scale_minor": 5}}, "a logit choice needs reference_minor"),
        ({"choice": {"reference_minor": 5}}, "a logit choice needs scale_minor"),
        (
            {"choice": {"kind": "cheapest_fence", "scale_minor": 5}},
            "a cheapest_fence choice looks at prices alone, not at scale_minor",
        ),
        (
            {"choice": {"kind": "cheapest_fence", "stop_penalty_milli": 5}},
            "looks at prices alone, not at stop_penalty_milli",
        ),
    ],
)
def test_what_is_no_choice_is_refused_with_the_reason(changes, said):
    with pytest.raises(ValueError, match=said):
        FlightSegment.model_validate(segment(**changes))


@pytest.mark.parametrize(
    ("fence", "said"),
    [
        ({"advance_days": -1}, "advance_days"),
        ({"advance_days": 1.5}, "advance_days"),
        ({"segments": []}, "segments"),
        (
            {"segments": ["liesure"]},
            "AA1-Q may be bought by 'liesure', which is no segment; did you mean 'leis",
        ),
        ({"segments": ["x"]}, "which is no segment; known: leisure"),
    ],
)
def test_what_is_no_fence_is_refused_with_the_reason(fence, said):
    with pytest.raises(ValueError, match=said):
        market(flights=[flight(fares=fares(**fence))], demand=[segment()])


def test_a_run_behind_fences_is_audited_and_comes_out_again(tmp_path):
    data = load_scenario("flights/emsr").model_dump(mode="json", by_alias=True)
    data["market"]["warm_up"] = "simulate"
    data["market"]["demand"][0]["choice"] = "cheapest_fence"
    for one in data["market"]["flights"]:
        one["fares"][-1] |= {"advance_days": 14, "segments": ["leisure"]}
        one["fares"][0]["segments"] = ["business"]
    path = tmp_path / "run.jsonl"

    run(scenario_of(data, "fences"), ["patient", "cheapest"], seed=3, journal=path)

    assert audit(path).findings == ()
    assert verify(path, reexecute=True).exit_code == 0
