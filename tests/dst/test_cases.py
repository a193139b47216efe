"""A case is a function of its seed, as plain data, and each draw stands alone."""

import json
from collections import Counter
from copy import deepcopy

import pytest

from test_time_gym.dst import DrawnCase, draw_case
from test_time_gym.dst import case as cases
from test_time_gym.dst.case_agents import IDLE, PLAYERS
from test_time_gym.dst.conflicts import give_way
from test_time_gym.dst.demand_parts import segment
from test_time_gym.dst.fault import FAULTS
from test_time_gym.dst.parameter import PARAMETERS, SIMPLEST, one_of
from test_time_gym.market.departure_days import WeekdayFactors
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.episode import EpisodeConfig

SEEDS = range(300)

NOBODY = {"kind": "rounded_normal", "mean_milli": 0, "sd_milli": 0}
GO_SHOWS = {"market.flights.*.fares.*.go_shows_milli": 400}


@pytest.fixture(scope="module")
def worlds():
    """The worlds of all seeds."""
    return [draw_case(seed).scenario() for seed in SEEDS]


def test_the_same_seed_draws_the_same_case_and_another_seed_another():
    assert draw_case(7) == draw_case(7)
    assert len({json.dumps(draw_case(seed).as_dict()) for seed in SEEDS}) == len(SEEDS)


def test_every_drawn_case_declares_a_valid_world(worlds):
    assert all(isinstance(world, EpisodeConfig) for world in worlds)
    assert all(world.market.flights and world.task.trips for world in worlds)


def test_drawn_worlds_have_all_that_buyers_and_sellers_may_be(worlds):
    found = Counter()
    for market in (world.market for world in worlds):
        found.update({"shocks": market.demand_shocks.any})
        for one in market.demand:
            found.update({one.count.kind: 1, "parties": len(one.party_sizes) > 1})
            found.update({"dates": bool(one.by_date), "hours": one.by_hour is not None})
            found.update({"weekdays": one.by_weekday != WeekdayFactors()})
            told = one.model_dump(by_alias=True)
            pairs = told.get("pairs")
            found.update({"pairs": isinstance(pairs, tuple)})
            found.update({"tables": isinstance(pairs, dict)})
            found.update({"patterns": any("*" in key for key in pairs or ())})
            found.update({"patient": one.waits is not None})
            found.update({"flexible": one.shifts is not None})
            found.update({"scales": one.choice.mixed})
            found.update({"travel": one.choice.hour_penalty_milli > 0})
            found.update({"disliked": bool(one.choice.seller_penalty_milli)})
            found.update({"refundable_only": one.refundable_only})
        fares = [fare for flight in market.flights for fare in flight.fares]
        legs = [leg for flight in market.flights for leg in flight.legs]
        found.update({"go_shows": any(fare.go_shows_milli for fare in fares)})
        found.update({"distances": any(leg.distance_km for leg in legs)})
        for policy in (market.pricing, *market.pricing_of.values()):
            found.update({policy.kind: 1, "learned": policy.past_departures > 0})
            untold = not getattr(policy, "forecasts", (1,))
            found.update({"untold": untold and policy.past_departures == 10})
            found.update({"em": getattr(policy, "untruncate", "") == "em"})
            found.update({"woken": bool(getattr(policy, "wake_on", ()))})

    assert {name for name, times in found.items() if times > 0} == {
        *("shocks", "poisson", "gamma_poisson", "rounded_normal", "parties", "dates"),
        *("weekdays", "hours", "pairs", "learned", "em", "woken"),
        *("tables", "patterns", "patient", "scales", "refundable_only", "go_shows"),
        *("distances", "untold", "flexible", "travel", "disliked"),
        *("fixed", "load_days", "overbook", "match_rival", "ladder", "efficient_sets"),
        *("littlewood", "emsr_a", "emsr_b", "optimal_limits", "bid_price", "dlp"),
        *("prorated_emsr", "gallego_van_ryzin", "logit_best_response", "edgeworth"),
    }


def test_of_two_settings_that_exclude_each_other_one_gives_way():
    one_class = {"kind": "gallego_van_ryzin"}
    market = deepcopy(DrawnCase(seed=0).settings()["market"])
    market["flights"][0]["fares"].append({"code": "Q", "fare_minor": 90_00})
    market["flights"][0]["legs"][0]["authorised"] = 9
    normal = {"kind": "rounded_normal", "mean_milli": 1, "sd_milli": 0}
    dates = {"2026-06-01": 0, "2026-06-02": 5}
    plain = segment("leisure", 4, 2, 150_00)
    drawn = {"count": normal, "party_sizes": [0, 1_000_000], "by_date": dates}
    market |= {
        "demand": [{**plain, **drawn, "pairs": ["SFO-EWR"]}],
        "pricing_of": {"Aurora": one_class, "Borealis": {"kind": "fixed"}},
        "warm_up": "draw",
    }

    give_way(market)

    assert (market["pricing_of"], market["warm_up"]) == ({}, "simulate")
    del plain["buyers_per_departure"]
    assert market["demand"] == [
        {**plain, "count": normal, "by_date": {"2026-06-02": 5}, "pairs": None}
    ]


@pytest.mark.parametrize(
    ("drawn", "left"),
    [
        ({"pairs": {"*-EWR": 9, "SFO-*": 2}}, {"pairs": {"SFO-*": 2}}),
        ({"pairs": {"EWR-*": 9}}, {"pairs": None, "buyers_per_departure": 4}),
        (
            {"pairs": {"SFO-MAD": 9}},
            {"pairs": {"SFO-MAD": 9}, "buyers_per_departure": 4},
        ),
        ({"refundable_only": True}, {"pairs": None, "buyers_per_departure": 4}),
        (
            {"pairs": {"SFO-MAD": 9}, "count": NOBODY},
            {"pairs": None, "count": NOBODY},
        ),
    ],
    ids=str,
)
def test_what_a_segment_asks_for_gives_way_to_what_there_is(drawn, left):
    plain = segment("leisure", 4, 2, 150_00)
    market = deepcopy(DrawnCase(seed=0).settings()["market"])
    market["demand"] = [{**plain, **drawn}]

    give_way(market)

    del plain["buyers_per_departure"]
    assert market["demand"] == [{**plain, "by_date": {}, **left}]


def test_an_opening_with_buyers_who_come_back_is_played_out():
    hopes = {"share_ppm": 10**6, "times": 1, "mean_hours": 1, "belief": "myopic"}
    opened = {}
    for times in (0, 1):
        market = deepcopy(DrawnCase(seed=0).settings()["market"])
        patient = {**segment("leisure", 4, 2, 150_00), "patience": {**hopes}}
        patient["patience"]["times"] = times
        market |= {"demand": [patient], "warm_up": "draw"}
        give_way(market)
        opened[times] = market["warm_up"]

    assert opened == {0: "draw", 1: "simulate"}


def test_who_comes_without_a_booking_takes_a_seat_of_one_leg_only():
    via = [{"flight": "AA1"}, {"flight": "AA2"}]
    case = DrawnCase(seed=0, knobs={**SIMPLEST, **GO_SHOWS})
    market = deepcopy(case.settings()["market"])
    (only,) = market["flights"]
    market["flights"].append({**deepcopy(only), "id": "VIA", "legs": via})

    give_way(market)

    found = [one["fares"][0].get("go_shows_milli") for one in market["flights"]]
    assert found == [400, None]


def test_the_simplest_case_is_valid_too():
    assert (
        DrawnCase(seed=0, players=(IDLE,)).scenario().market.flights[0].id == "DIRECT"
    )


def test_a_case_survives_being_written_down():
    for seed in range(40):
        case = draw_case(seed)

        told = json.loads(json.dumps(case.as_dict()))

        assert DrawnCase.from_dict(told) == case


@pytest.mark.parametrize("told", [{}, {"seed": 1}, {"seed": 1, "players": 7}, None])
def test_what_describes_no_case_is_refused(told):
    with pytest.raises(Misuse, match="describes no case"):
        DrawnCase.from_dict(told)


def test_a_new_knob_or_fault_moves_no_other_draw(monkeypatch):
    before = draw_case(11)
    monkeypatch.setattr(
        cases, "PARAMETERS", (one_of("run.new", 1, 2, 3, 4, 5), *PARAMETERS[::-1])
    )
    monkeypatch.setattr(cases, "FAULTS", FAULTS[1:])

    after = draw_case(11)

    kept = {name: sets for name, sets in before.faults.items() if name != "reply_lost"}
    assert {**after.knobs, "run.new": None} == {**before.knobs, "run.new": None}
    assert (after.faults, after.players) == (kept, before.players)


def test_every_way_of_every_fault_and_every_player_is_drawn():
    drawn, players = {}, Counter()
    for seed in range(1000):
        case = draw_case(seed)
        players.update(case.players)
        for name, sets in case.faults.items():
            drawn.setdefault(name, Counter())[json.dumps(sets)] += 1

    assert sorted(players) == sorted(PLAYERS)
    assert {name: len(ways) for name, ways in drawn.items()} == {
        fault.name: len({json.dumps(way) for way in fault.ways}) for fault in FAULTS
    }
    # A quarter of 1,000, give or take four standard deviations of a rough draw.
    assert all(180 < sum(ways.values()) < 320 for ways in drawn.values())


def test_faults_stand_above_knobs_and_reach_every_item_of_a_list():
    seats = {"market.flights.*.legs.*.seats": 1}
    case = DrawnCase(
        seed=0, knobs={**SIMPLEST, "market.holds.ttl_s": 30}, faults={"scarce": seats}
    )

    market = case.scenario().market

    assert [leg.seats for flight in market.flights for leg in flight.legs] == [1]
    assert market.holds.ttl_s == 30
