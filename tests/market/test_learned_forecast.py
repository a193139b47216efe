"""Forecasts learned from past departures: what is seen, learned and decided."""

import json
from fractions import Fraction

import pytest

import test_time_gym as ttg
from test_time_gym.audit import audit
from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.events import SeatSold
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace, unseen
from test_time_gym.market.pricing.past_sales import PastSales
from test_time_gym.market.sales_history import departure_seed, history_of
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario
from test_time_gym.scenarios.loader import scenario_of

DAY = 86_400_000
LEARNING = {"forecast": "pickup", "untruncate": "em", "history": 12}
AIRLINE = "Isar Air"


def data(**changes):
    found = load_scenario("flights/rm-leg").model_dump(mode="json", by_alias=True)
    own = found["market"]["pricing_of"][AIRLINE]
    found["market"]["pricing_of"][AIRLINE] = own | changes
    return found


def learning(**changes):
    return scenario_of(data(**LEARNING | changes), "mine.toml")


@pytest.fixture(scope="module")
def world():
    return World.of(learning().market)


def seen(world, seed=5):
    market = Marketplace(world, seed, [], JournalWriter(None))
    market.open()
    return market


def test_a_scenario_without_the_new_keys_is_written_as_before():
    own = data()["market"]["pricing_of"][AIRLINE]

    assert not {"forecast", "untruncate", "history", "smoothing_ppm"} & set(own)
    assert "history" in data(**LEARNING)["market"]["pricing_of"][AIRLINE]


def test_the_past_is_played_once_and_is_that_of_every_run(world):
    first, second = seen(world, 1), seen(world, 2)

    assert len(world.past) == 1
    view = first.control.view(AIRLINE)
    assert len(view.past) == 12
    assert second.control.view(AIRLINE).past is view.past
    assert World.of(learning().market) is not world
    again = history_of(World.of(learning().market), unseen)
    assert again.seen(world.sellers[0]) == view.past


def test_past_bookings_are_those_that_a_journal_of_that_departure_tells_of(world):
    # The first one, of which its policy knew nothing but what is declared.
    declared = World.of(load_scenario("flights/rm-leg").market)
    facts, journal = [], JournalWriter(None)
    journal.write = facts.append
    market = Marketplace(declared, departure_seed(0), [], journal)
    market.open()
    market.clock.advance(declared.catalog.last_closing_ms)
    points = declared.sellers[0].pricing.dcp_days

    for sales in seen(world).control.view(AIRLINE).past[0]:
        product = declared.catalog.products[sales.product]
        days = [
            Fraction(product.closes_at_ms - body.t, DAY)
            for body in facts
            if isinstance(body.d, SeatSold) and body.d.product == product.id
        ]
        booked = [
            sum(low < day <= high for day in days)
            for high, low in zip([10**6, *points], [*points, -1], strict=True)
        ]
        assert sales.taken == tuple(booked)


def test_a_class_is_closed_in_the_intervals_after_which_none_could_be_had(world):
    past = seen(world).control.view(AIRLINE).past

    by_class = [
        sum(any(sales.closed) for sales in row) for row in zip(*past, strict=True)
    ]
    # The cheapest one is cut off by what is kept, the dearest by the seats alone.
    assert by_class[3] > 6 > by_class[0]


def test_a_view_shows_whole_numbers_of_ones_own_products_and_nothing_else(world):
    own = {product.index for product in world.sellers[0].products}

    for departure in seen(world).control.view(AIRLINE).past:
        for sales in departure:
            assert type(sales) is PastSales
            assert sales.product in own
            assert {type(one) for one in (*sales.starts_ms, *sales.taken)} == {int}
            assert {type(one) for one in sales.closed} == {bool}


def test_limits_are_those_of_the_same_numbers_declared(world):
    market = seen(world)
    view, pricing = market.control.view(AIRLINE), world.sellers[0].pricing
    rows = {}
    for k, product in enumerate(world.catalog.products):
        asked = [
            sum(departure[k].taken) for departure in view.past
        ]  # without untruncating
        mean = sum(asked) / len(asked)
        variance = sum((one - mean) ** 2 for one in asked) / (len(asked) - 1)
        rows[product.rate] = (round(1000 * mean), round(1000 * variance**0.5))
    plain = learning(untruncate="none")
    kept = World.of(plain.market)
    # The same past, so that only what is made of it is compared.
    kept.past[:] = world.past
    told = [
        {"class": code, "mean_milli": mean, "sd_milli": sd}
        for code, (mean, sd) in rows.items()
    ]
    declared = World.of(scenario_of(data(forecasts=told), "told.toml").market)

    assert pricing.learns
    assert seen(kept).inventory.limits == seen(declared).inventory.limits


@pytest.mark.parametrize(
    "kind", ["emsr_a", "optimal_limits", "dlp", "prorated_emsr", "bid_price"]
)
def test_every_policy_with_a_forecast_learns_it(kind):
    markets = {
        name: seen(World.of(scenario_of(data(kind=kind, **keys), "mine.toml").market))
        for name, keys in {"declared": {}, "learned": LEARNING}.items()
    }
    decided = {
        name: [market.inventory.limits, market.control.state()]
        for name, market in markets.items()
    }

    assert decided["declared"] != decided["learned"]


def test_a_run_that_learned_replays_byte_for_byte_and_passes_the_audit(tmp_path):
    journal = tmp_path / "j.jsonl"

    ttg.run(learning(), seed=3, journal=journal, regret=False)

    verdict = ttg.replay.verify(journal, reexecute=True)
    assert (verdict.status, verdict.replay) == ("complete", "equal")
    assert not audit(journal).findings
    header = json.loads(journal.read_bytes().split(b"\n", 1)[0])
    own = header["d"]["scenario"]["market"]["pricing_of"][AIRLINE]
    assert own["forecast"] == "pickup"


def test_behind_overbooking_a_policy_learns_as_well():
    own = data(**LEARNING)["market"]["pricing_of"][AIRLINE]
    table = {"kind": "overbook", "overbook_ppm": 50_000, "policy": own}
    found = data()
    found["market"]["pricing_of"][AIRLINE] = table
    found["market"]["denied_minor"] = 900_00
    world = World.of(scenario_of(found, "mine.toml").market)

    assert len(seen(world).control.view(AIRLINE).past) == 12


def test_bookings_that_were_cancelled_count_as_asked_for():
    found = data(**LEARNING)
    for segment in found["market"]["demand"]:
        segment["cancel_ppm_per_day"] = 30_000
    world = World.of(scenario_of(found, "mine.toml").market)

    past = seen(world).control.view(AIRLINE).past

    # More than there are seats, since given up ones are sold again.
    assert max(sum(sum(one.taken) for one in each) for each in past) > 90


def test_nobody_who_comes_is_nothing_to_expect():
    found = data(**LEARNING)
    found["market"]["demand"] = []
    for flight in found["market"]["flights"]:
        for one in flight["fares"]:
            one.pop("segments", None)

    market = seen(World.of(scenario_of(found, "mine.toml").market))

    # Nothing is kept for anybody.
    assert market.inventory.limits == [None] * 4


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"history": 5}, "history is for a forecast that is learned"),
        ({"untruncate": "em"}, "untruncate is for a forecast that is learned"),
        ({"smoothing_ppm": 5}, "smoothing_ppm is for a forecast that is learned"),
        ({"forecast": "pickup"}, "history is 0, and 10 are the least"),
        ({"forecast": "pickup", "history": 9}, "history is 9, and 10 are the least"),
        ({"forecast": "guess", "history": 10}, "'declared', 'pickup' or 'expo"),
        ({"forecast": "pickup", "history": 10, "untruncate": "x"}, "'none' or 'em'"),
        ({"forecast": "pickup", "history": 10, "dcp_days": []}, "dcp_days is needed"),
        ({"forecast": "pickup", "history": 10.5}, "history"),
        ({"forecast": "pickup", "history": 10**6}, "less than or equal to 10000"),
        (
            {"forecast": "pickup", "history": 10, "smoothing_ppm": 10},
            "smoothing_ppm is for exponential_smoothing",
        ),
        (
            {"forecast": "exponential_smoothing", "history": 10, "smoothing_ppm": 0},
            "greater than or equal to 1",
        ),
    ],
)
def test_what_cannot_be_learned_is_refused_with_the_reason(keys, told):
    with pytest.raises(ScenarioError, match=told):
        scenario_of(data(**keys), "mine.toml")


def untold(**changes):
    """Return the scenario, its airline told nothing of demand but what is given."""
    found = data()
    found["market"]["pricing_of"][AIRLINE] = {"kind": "emsr_b"} | changes
    return found


def test_a_policy_that_declares_no_forecast_learns_one():
    learned = scenario_of(untold(), "mine.toml").market.pricing_of[AIRLINE]

    steps = learned.forecast, learned.untruncate, learned.history, learned.dcp_days[0]
    assert steps == ("pickup", "em", 30, 56)
    again = untold(forecast="exponential_smoothing", history=12)
    told = scenario_of(again, "mine.toml").market.pricing_of[AIRLINE]
    steps = told.forecast, told.untruncate, told.history, told.dcp_days[0]
    assert steps == ("exponential_smoothing", "none", 12, 56)


@pytest.mark.parametrize(
    "changes",
    [{}, {"untruncate": "none"}, {"forecast": "pickup"}, {"history": 12}],
    ids=["nothing", "none", "forecast", "history"],
)
def test_a_scenario_tells_what_an_untold_policy_does(changes):
    scenario = scenario_of(untold(**changes), "mine.toml")
    written = scenario.model_dump(mode="json", by_alias=True)

    own = written["market"]["pricing_of"][AIRLINE]
    assert (own["forecast"], own["dcp_days"][-1]) == ("pickup", 1)
    assert not {"forecasts", "booking_curve"} & set(own)
    assert scenario_of(written, "again.toml") == scenario


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"forecast": "declared"}, 'forecast = "declared" needs forecasts'),
        ({"booking_curve": [[0, 0], [9, 1_000_000]]}, "booking_curve is of declared"),
        (
            {"forecasts": [{"class": "Y", "mean_milli": 5}]},
            "forecasts need a booking_curve",
        ),
        ({"history": 9}, "history is 9, and 10 are the least"),
        ({"dcp_days": []}, "dcp_days is needed"),
    ],
)
def test_half_a_forecast_is_refused(changes, said):
    with pytest.raises(ScenarioError, match=said):
        scenario_of(untold(**changes), "mine.toml")


def test_the_first_past_departures_of_an_untold_policy_are_sold_first_come():
    own = World.of(scenario_of(untold(history=10), "mine.toml").market)
    fixed = data()
    fixed["market"]["pricing_of"][AIRLINE] = {"kind": "fixed"}
    world = World.of(scenario_of(fixed, "mine.toml").market)
    first_come = Marketplace(world, departure_seed(0), [], JournalWriter(None))
    first_come.open()
    first_come.clock.advance(world.catalog.last_closing_ms)

    past = seen(own).control.view(AIRLINE).past
    assert len(past) == 10
    sold = [sum(row.taken) for row in past[0]]
    assert sold == first_come.inventory.product_sold


def test_an_untold_policy_earns_more_than_to_sell_first_come():
    scenario = scenario_of(untold(history=10), "mine.toml")
    found = ttg.compare(scenario, ["fixed", "declared"], seeds=16)

    revenue = next(one for one in found.pairs[0] if one.name == "revenue")
    assert revenue.low > 0
