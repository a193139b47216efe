"""Buyers with scales of their own: a mixed logit, buyer by buyer and all together."""

from collections import Counter
from math import log, sqrt

import numpy as np
import pytest
from worlds import episode, fare, flight, leg, segment

from test_time_gym import run
from test_time_gym.audit import audit
from test_time_gym.evaluation.market.best_sales import verify_choices
from test_time_gym.evaluation.market.market_run import play_market
from test_time_gym.market.buyers import Buyers, buyers_of, buying_share, weigher
from test_time_gym.market.choice import ChoiceModel
from test_time_gym.market.errors import Misuse
from test_time_gym.market.marketplace import unseen
from test_time_gym.market.sales_history import SalesHistory
from test_time_gym.market.streams import Streams
from test_time_gym.market.value_law import SURVIVAL_UNIT
from test_time_gym.market.world import World
from test_time_gym.replay import verify
from test_time_gym.scenarios.flights.domain import FlightSegment
from test_time_gym.scenarios.loader import load_scenario, scenario_of

MANY = 10**7
CHOICE = {"reference_minor": 120_00, "scale_minor": 20_00, "scale_sigma_ppm": 1_000_000}
FARES = (90_00, 110_00, 140_00)


def model(sigma=1.0, **changes):
    return ChoiceModel.model_validate(
        CHOICE | {"scale_sigma_ppm": round(sigma * 1e6)} | changes
    )


def utilities(prices, stops, of, z):
    """Return the utilities of offers to buyers, a row for each z of their scale."""
    scale = of.scale_minor * np.exp(of.scale_sigma_ppm / 1e6 * z)[:, None]
    money = (of.reference_minor - np.array(prices)) / scale
    return money - np.array(stops) * of.drawback_penalty_milli / 1000


def integrated(prices, stops, of, able=None):
    """Return the share of buyers who take each offer, by a fine sum over scales.

    Args:
        able: share of the buyers who would pay the price of each; all, without it.
    """
    z = np.linspace(-8, 8, 40_001)
    height = np.exp(-z * z / 2)
    height /= height.sum()
    able = np.ones(len(prices)) if able is None else np.array(able)
    shares, order = np.zeros(len(prices)), np.argsort(prices, kind="stable")
    every = utilities(prices, stops, of, z)
    for k in range(len(order)):
        payable = order[: k + 1]
        just = able[order[k]] - (able[order[k + 1]] if k + 1 < len(order) else 0)
        seen = np.concatenate([np.zeros((len(z), 1)), every[:, payable]], axis=1)
        weights = np.exp(seen - seen.max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
        shares[payable] += just * (height @ weights[:, 1:])
    return shares


def looked(prices, stops, of, able=None):
    """Return buyers who have seen these offers, the cheapest first."""
    buyers = buyers_of(of)
    one = FlightSegment.model_validate(segment(willingness_median_minor=MANY))
    object.__setattr__(one, "choice", of)
    weigh = weigher(one)
    lost = [of.penalty_milli(count, "", 0) for count in stops]
    weights = [weigh(*offer)[0] for offer in zip(prices, lost, strict=True)]
    able = [1.0] * len(prices) if able is None else able
    buyers.look(
        range(len(prices)), weights, [round(share * SURVIVAL_UNIT) for share in able]
    )
    return buyers


def config(seats=900, buyers=400, sigma=1_000_000, days=1, flights=None, **changes):
    """Return three flights of one fare each, and buyers of whom all would pay."""
    one = segment(buyers=buyers, days=days, willingness_median_minor=MANY)
    one["choice"] = CHOICE | {"scale_sigma_ppm": sigma}
    one |= changes.pop("one", {})
    flights = flights or [
        flight(name, leg(f"F{name}", seats=seats), fares=[fare("Y", price)])
        for name, price in zip("ABC", FARES, strict=True)
    ]
    quiet = {"pricing": {"kind": "fixed"}, "warm_up": "none"}
    return episode(flights=flights, demand=[one], **quiet | changes)


@pytest.mark.parametrize("sigma", [0.01, 0.3, 1.0, 1.5, 2.0])
@pytest.mark.parametrize("able", [None, (0.9, 0.6, 0.2)])
def test_shares_are_those_of_the_integral_over_scales(sigma, able):
    of = model(sigma)
    for prices, stops in (
        (FARES, (0, 0, 0)),
        (FARES, (2, 0, 1)),
        ((20_00, 21_00, 400_00), (0, 3, 0)),
        ((119_00, 119_00, 121_00), (0, 0, 0)),
    ):
        shares = looked(prices, stops, of, able).shares
        theory = integrated(prices, stops, of, able)
        assert [share / Buyers.UNIT for share in shares] == pytest.approx(
            list(theory), abs=1e-4 if sigma < 2 else 5e-4
        )
        assert sum(shares) <= Buyers.UNIT


def test_a_scale_that_is_hardly_spread_is_a_logit():
    plain = looked(FARES, (0, 1, 0), model(0)).shares
    mixed = looked(FARES, (0, 1, 0), model(0.000_001)).shares

    assert mixed == pytest.approx(plain, rel=1e-5)


def test_buyers_choose_as_the_integral_over_scales_says():
    runs, buyers = 12, 400
    declared = World.of(config(buyers=buyers).market)
    bought = Counter()
    for seed in range(runs):
        market = unseen(declared, seed, SalesHistory())
        market.open()
        market.clock.advance(declared.catalog.last_closing_ms)
        bought.update(dict(enumerate(market.background_sold)))
        bought["came"] += sum(market.arrivals_seen()) - 1
    assert play_market(declared, seed).total.sold == sum(market.background_sold)

    for k, share in enumerate(integrated(FARES, (0, 0, 0), model(1.0))):
        error = sqrt(share * (1 - share) / bought["came"])
        assert abs(bought[k] / bought["came"] - share) <= 4.5 * error
    plain = integrated(FARES, (0, 0, 0), model(1e-6))
    assert abs(bought[0] / bought["came"] - plain[0]) > 6 * error


@pytest.mark.parametrize("warm_up", ["draw", "simulate"])
def test_an_opening_is_that_of_the_integral(warm_up):
    declared = World.of(config(buyers=300, days=2, warm_up=warm_up).market)
    (demand,) = declared.demands
    runs, come = 40, demand.expected.at(0) / 1e6
    sold = np.zeros(3)
    for seed in range(runs):
        market = unseen(declared, seed, SalesHistory())
        market.open()
        market.clock.advance(0)
        sold += market.inventory.product_sold

    theory = come * integrated(FARES, (0, 0, 0), model(1.0))
    assert np.all(np.abs(sold / runs - theory) <= 4.5 * np.sqrt(theory / runs))


def test_who_finds_its_choice_sold_out_chooses_again_by_its_own_scale():
    """Against buyers who are drawn one by one, with their tastes."""
    of, able, stops = model(1.5), (0.9, 0.6, 0.4), (1, 0, 0)
    number, gone = 400_000, 0
    dice = np.random.default_rng(5)
    every = utilities(FARES, stops, of, dice.standard_normal(number))
    every = np.concatenate([np.zeros((number, 1)), every], axis=1)
    every += dice.gumbel(size=every.shape)
    payable = dice.random((number, 1)) < np.array([1.0, *able])
    first = np.where(payable, every, -np.inf).argmax(axis=1)
    payable[:, gone + 1] = False
    second = np.where(payable, every, -np.inf).argmax(axis=1)[first == gone + 1]
    theory = np.bincount(second, minlength=4) / len(second)

    buyers, stream = looked(FARES, stops, of, able), Streams(3).get("test")
    runs = 6_000
    taken = Counter(
        buyers.again(gone, lambda k: k != gone, stream) for _ in range(runs)
    )

    for share, product in zip(theory, (None, 0, 1, 2), strict=True):
        error = sqrt(share * (1 - share) * (1 / runs + 1 / len(second)))
        assert abs(taken[product] / runs - share) <= 4.5 * error
    assert taken[gone] == 0


def test_a_drawn_opening_sells_out_like_one_that_is_played():
    """The cheap flight has room for few: who wanted it goes elsewhere, or leaves."""
    cheap = flight("A", leg("FA", seats=20), fares=[fare("Y", FARES[0])])
    dear = flight("C", leg("FC", seats=900), fares=[fare("Y", FARES[2])])
    runs, sold = 30, {}
    for warm_up in ("draw", "simulate"):
        declared = World.of(
            config(buyers=300, days=2, warm_up=warm_up, flights=[cheap, dear]).market
        )
        counts = []
        for seed in range(runs):
            market = unseen(declared, seed, SalesHistory())
            market.open()
            market.clock.advance(0)
            counts.append(market.inventory.product_sold.copy())
        sold[warm_up] = np.array(counts)

    drawn, played = sold["draw"], sold["simulate"]
    assert set(drawn[:, 0]) == set(played[:, 0]) == {20}
    error = sqrt((drawn[:, 1].var() + played[:, 1].var()) / runs)
    assert abs(drawn[:, 1].mean() - played[:, 1].mean()) <= 4.5 * error


def test_elasticity_is_that_of_the_integral():
    of, offers = model(1.0), [(price, 0) for price in FARES]
    one = FlightSegment.model_validate(segment(willingness_median_minor=MANY))
    object.__setattr__(one, "choice", of)

    def measured(factor):
        return buying_share(of, offers, weigher(one), round(factor * 1e6))

    def theory(factor):
        return integrated([price * factor for price in FARES], (0, 0, 0), of).sum()

    step = log(1.05 / 0.95)
    found, should = [
        log(share(1.05) / share(0.95)) / step for share in (measured, theory)
    ]
    assert found == pytest.approx(should, abs=2e-4)


def test_a_third_offer_takes_more_from_its_like():
    of = model(1.5)
    two = integrated((100_00, 140_00), (0, 0), of)
    three = integrated((100_00, 100_00, 140_00), (0, 0, 0), of)
    shares = looked((100_00, 100_00, 140_00), (0, 0, 0), of).shares

    # A logit of one scale keeps the ratio of any two whatever stands beside them.
    assert two[1] / two[0] * 1.15 < three[2] / three[0]
    assert shares[2] / shares[0] == pytest.approx(three[2] / three[0], rel=1e-3)


def test_who_minds_prices_very_much_takes_the_cheaper_of_two_bargains():
    """Utilities of hundreds are told apart, however large they are."""
    for seed in range(3):
        flights = [
            flight(name, leg(f"F{name}", seats=900), fares=[fare("Y", price)])
            for name, price in (("A", 50_00), ("B", 51_00))
        ]
        choice = {"choice": CHOICE | {"scale_minor": 2, "scale_sigma_ppm": 10_000}}
        declared = World.of(config(flights=flights, one=choice).market)
        market = unseen(declared, seed, SalesHistory())
        market.open()
        market.clock.advance(declared.catalog.last_closing_ms)
        assert market.background_sold[0] > 300
        assert market.background_sold[1] == 0
    bought = looked((50_00, 51_00), (0, 0), model(0.01, scale_minor=2)).shares
    assert bought[1] < 1e-9 * bought[0]


def test_without_a_spread_nothing_is_written_or_changed():
    plain = segment()
    spread = segment(choice=plain["choice"] | {"scale_sigma_ppm": 0})
    dumps = [
        FlightSegment.model_validate(one).model_dump(by_alias=True)
        for one in (plain, spread)
    ]

    assert dumps[0] == dumps[1]
    assert "scale_sigma_ppm" not in dumps[0]["choice"]
    cheapest = FlightSegment.model_validate(segment(choice="cheapest_fence"))
    assert cheapest.model_dump(by_alias=True)["choice"] == {"kind": "cheapest_fence"}


def test_hours_and_parties_go_with_it():
    hours = {"ideal": [[6, 0], [20, 1_000_000]], "cost_minor_per_hour": 0}
    alone = play_market(World.of(config().market), 4)
    timed = play_market(World.of(config(one={"by_hour": hours}).market), 4)
    pairs = {"one": {"party_sizes": [0, 1_000_000]}}
    couples = play_market(World.of(config(**pairs).market), 4)

    assert alone.segments == timed.segments
    assert couples.total.sold == 2 * alone.total.sold


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scale_sigma_ppm": -1}, "greater than or equal to 0"),
        ({"scale_sigma_ppm": 2_000_001}, "less than or equal to 2000000"),
        ({"scale_sigma_ppm": 0.5}, "valid integer"),
        ({"scale_minor": 0}, "spreads scale_minor, which is 0"),
        ({"kind": "cheapest_fence"}, "looks at prices alone, not at"),
    ],
)
def test_wrong_spreads_are_refused_with_the_reason(changes, said):
    with pytest.raises(ValueError, match=said):
        ChoiceModel.model_validate(CHOICE | changes)


def test_a_bound_that_needs_choices_refuses_them():
    with pytest.raises(Misuse, match="leisure choose by logit"):
        verify_choices(config().market.demand)


def test_a_run_with_it_is_audited_and_comes_out_again(tmp_path):
    data = load_scenario("flights/rush").model_dump(mode="json", by_alias=True)
    for one in data["market"]["demand"]:
        one["choice"]["scale_sigma_ppm"] = 800_000
    path = tmp_path / "run.jsonl"
    run(scenario_of(data, "mixed"), ["patient"], seed=3, journal=path, regret=False)

    assert audit(path).findings == ()
    assert verify(path, reexecute=True).exit_code == 0
