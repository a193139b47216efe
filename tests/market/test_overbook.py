"""Overbooking in front of other policies: the level of theory, in whole numbers."""

from random import Random

import pytest
from given_up import Watched
from players import numbers_for
from pydantic import ValidationError
from tests.audit.playing import played
from worlds import COUPONS, episode, fare, flight, leg, market, segment

from test_time_gym.audit import audit
from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.config import PPM
from test_time_gym.market.pricing import overbooking
from test_time_gym.market.pricing.overbook import best_level
from test_time_gym.market.pricing.policy import Change, Decision, PolicyConfig
from test_time_gym.scenarios.flights.domain import FlightMarket

SHARE = {"kind": "overbook", "overbook_ppm": 100_000, "policy": "fixed"}
D11 = {"show_ppm": 900_000, "denied_minor": 300_00}
EMSR_B = {
    "kind": "emsr_b",
    "forecasts": [
        {"class": "Y", "mean_milli": 10_000},
        {"class": "Q", "mean_milli": 60_000},
    ],
    "booking_curve": [[0, 0], [4, PPM]],
}


def data(policy, seats=100, **changes):
    """Return the plain data of a market of one airline with this policy."""
    fares = [fare("Y", 150_00), fare("Q", 100_00, refundable=True)]
    buyers = segment("all", 3 * seats, 4, no_show_ppm=100_000, **changes)
    return {
        "flights": [flight("AA1", leg("AA1", seats=seats), fares=fares)],
        "demand": [buyers],
        "warm_up": "simulate",
        "denied_minor": 300_00,
        "pricing_of": {"Aurora": policy},
    }


def authorised(policy, **changes):
    """Return what a policy authorises as the market opens."""
    return Watched(market(**data(policy, **changes))).market.inventory.authorised


def test_whole_numbers_find_the_level_of_theory():
    dice = Random(7)
    for _ in range(300):
        capacity, shows = dice.randint(1, 250), dice.randint(300_000, 999_999)
        fare_minor = dice.randint(1, 10_000)
        denied = fare_minor + dice.randint(1, 30_000)
        found = overbooking(capacity, shows, fare_minor, denied).level

        assert best_level(capacity, shows, fare_minor, denied) == found


def test_who_all_show_up_are_not_overbooked():
    assert best_level(100, PPM, 1, 2) == 100
    assert best_level(0, 500_000, 1, 2) == 0
    # Nearly nobody comes: the level ends at five times the seats.
    assert best_level(10, 1, 1, 2) == 50


def test_a_flight_opens_with_the_level_of_d11():
    assert authorised({"kind": "overbook", "policy": "fixed", **D11}) == [109]


def test_a_plain_share_is_rounded_down():
    assert authorised(SHARE, seats=19) == [20]


def test_cancellations_before_the_departure_raise_the_level_and_time_takes_it_back():
    policy = {"kind": "overbook", "policy": "fixed", **D11}
    run = Watched(market(**data(policy | {"cancel_ppm_per_day": 100_000})))
    levels = [run.market.inventory.authorised[0]]
    for day in range(-2, 2):
        run.play(day * DAY_MS)
        levels.append(run.market.inventory.authorised[0])

    assert levels == sorted(levels, reverse=True)
    assert levels[0] > levels[-1] >= 109
    stands = 0.9 * 2.718281828 ** (-0.1 * (25 / 24 + 3))
    assert abs(levels[0] - overbooking(100, round(stands * PPM), 1, 3).level) <= 3


def test_the_policy_behind_decides_on_what_is_authorised():
    limits = []
    for policy in (EMSR_B, {"kind": "overbook", "policy": EMSR_B, **D11}):
        run = Watched(market(**data(policy)))
        limits.append(run.market.inventory.limits[1])

    assert limits[1] - limits[0] == 109 - 100


SETS = [
    {"classes": ["Y"], "chances_ppm": [300_000]},
    {"classes": ["Y", "Q"], "chances_ppm": [100_000, 600_000]},
]
CURVE = EMSR_B["booking_curve"]
BY_STOCK = {
    "bid_price": {"forecasts": EMSR_B["forecasts"]},
    "efficient_sets": {"sets": SETS, "periods": 90},
}


@pytest.mark.parametrize("kind", BY_STOCK)
def test_a_policy_behind_sells_what_is_authorised_beyond_the_seats(kind):
    behind = {"kind": kind, "booking_curve": CURVE, **BY_STOCK[kind]}
    config = market(**data({"kind": "overbook", "policy": behind, **D11}, seats=30))

    run = Watched(config).play()

    inventory = run.market.inventory
    assert inventory.authorised == inventory.sold
    assert inventory.sold[0] > 30


def test_optimal_limits_keep_what_is_authorised_beyond_the_seats_too():
    many = [
        {"class": "Y", "mean_milli": 60_000},
        {"class": "Q", "mean_milli": 60_000},
    ]
    behind = {"kind": "optimal_limits", "booking_curve": CURVE, "forecasts": many}
    policy = {"kind": "overbook", "policy": behind, **D11}

    run = Watched(market(**data(policy, seats=30)))

    assert run.market.inventory.authorised == [32]
    assert run.market.inventory.limits[1] == 0


def test_a_run_is_audited_with_the_limits_behind(tmp_path):
    policy = {"kind": "overbook", "policy": EMSR_B, **D11}
    config = episode(
        coupons=COUPONS,
        task={"ends_on": "deadline", "deadline_s": 7200},
        **data(policy, seats=30, cancel_ppm_per_day=200_000),
    )
    path = played(config, 1, numbers_for(2, 1), tmp_path, days=5)
    found = audit(path)

    assert b'"authorised":[[0,' in path.read_bytes()
    assert found.findings == ()
    assert found.checked["booking_limit"] > 40
    forged = path.read_bytes().replace(b'"authorised":[[0,', b'"authorised":[[7,')
    path.write_bytes(forged)
    assert audit(path).findings


def test_no_more_than_five_times_the_seats_and_no_less_than_is_taken():
    class Asks(PolicyConfig):
        to: int = 0

        @property
        def authorises(self):
            return True

        def begin(self, _seller):
            return self

        def decide(self, view):
            return Decision(authorised=[Change(0, self.to, "test")])

        def state(self):
            return ()

    found = []
    for to in (0, 10**9):
        config = market(**data(SHARE, seats=4))
        update = {"pricing_of": {"Aurora": Asks(to=to)}}
        run = Watched(config.model_copy(update=update)).play()
        found.append(run.market.inventory.authorised[0])

    assert found == [4, 20]


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        ({"kind": "overbook", **D11}, "policy"),
        ({"kind": "overbook", "policy": "fixed"}, "needs show_ppm and denied_minor"),
        (SHARE | {"policy": "agent"}, "not of 'agent'"),
        (SHARE | {"policy": SHARE}, "not of 'overbook'"),
        (SHARE | {"policy": "load_days"}, "not of 'load_days'"),
        (SHARE | {"policy": 7}, "not of None"),
        (SHARE | {"policy": {"kind": "emsr_b", "history": 1}}, "history is 1"),
        (SHARE | {"floor_ppm": 5}, "floor_ppm belongs into the policy"),
        (
            {"kind": "overbook", "policy": "fixed", **D11, "denied_minor": 100_00},
            "every booking more would gain",
        ),
        (
            {"kind": "overbook", "policy": "fixed", **D11, "show_ppm": 1_000_001},
            "show_ppm",
        ),
        (SHARE | {"overbook_ppm": -1}, "overbook_ppm"),
    ],
)
def test_what_makes_no_sense_is_refused(policy, why):
    with pytest.raises(ValidationError, match=why):
        market(**data(policy))


def test_a_market_is_declared_as_it_was_read():
    config = market(**data({"kind": "overbook", "policy": EMSR_B, **D11}))
    told = config.model_dump(mode="json", by_alias=True)

    assert FlightMarket.model_validate(told) == config
