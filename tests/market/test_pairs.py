"""Segments that expect their buyers by city pair, or come for some pairs alone."""

from collections import Counter
from math import sqrt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from worlds import episode, flight, leg, segment

from test_time_gym import run
from test_time_gym.audit import audit
from test_time_gym.audit.bases import base_of
from test_time_gym.audit.scenario import DeclaredScenario
from test_time_gym.evaluation.market.best_sales import expected_bound
from test_time_gym.evaluation.market.market_run import play_market
from test_time_gym.market.bases import best_keys
from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.marketplace import unseen
from test_time_gym.market.population import Population
from test_time_gym.market.sales_history import SalesHistory
from test_time_gym.market.streams import Streams
from test_time_gym.market.world import World
from test_time_gym.replay import verify
from test_time_gym.scenarios.flights.domain import FlightSegment
from test_time_gym.scenarios.hotels.domain import HotelSegment
from test_time_gym.scenarios.loader import load_scenario, scenario_of

FLIGHTS = [
    flight("A", leg("AA1", "SFO", "MAD", seats=90)),
    flight("B", leg("AA2", "SFO", "LIS", seats=90)),
]


def world(*pairs, **changes):
    """Return two city pairs, and a segment for some of them."""
    only = segment("only", buyers=30) | ({"pairs": list(pairs)} if pairs else {})
    config = episode(
        flights=FLIGHTS, demand=[segment("all", buyers=30), only], **changes
    )
    return World.of(config.market)


def test_a_segment_comes_for_its_pairs_alone():
    some = Counter(
        (demand.segment.name, demand.group[1]) for demand in world("SFO-LIS").demands
    )

    assert some == Counter([("all", "MAD"), ("all", "LIS"), ("only", "LIS")])


@pytest.mark.parametrize("warm_up", ["none", "draw", "simulate"])
def test_what_others_do_stays_as_it_was(warm_up):
    whole, part = (world(*pairs, warm_up=warm_up) for pairs in ((), ("SFO-MAD",)))

    for seed in range(3):
        before, after = play_market(whole, seed), play_market(part, seed)
        assert after.segments["all"][0] == before.segments["all"][0]
        assert after.segments["only"][0] < before.segments["only"][0]
        assert after.total.sold > 0


def test_a_pair_that_nobody_flies_is_a_mistake():
    config = episode(flights=FLIGHTS, demand=[segment("all")])
    data = config.model_dump(mode="json", by_alias=True)
    assert "pairs" not in data["market"]["demand"][0]
    data["market"]["demand"][0]["pairs"] = ["SFO-LIZ"]
    about = {"name": "flights/mine", "description": "A scenario of mine."}

    with pytest.raises(ScenarioError) as caught:
        scenario_of(data | about, "mine.toml")

    text = "segment all has SFO-LIZ in pairs, and there are no flights for that; "
    assert text + "did you mean SFO-LIS?" in str(caught.value)


NETWORK = [
    flight(code, leg(f"AA{code}", *pair, seats=900))
    for code, pair in (
        ("A", ("SFO", "MAD")),
        ("B", ("SFO", "LIS")),
        ("C", ("LIS", "SFO")),
        ("D", ("MAD", "LIS")),
    )
]
BASES = {"SFO-MAD": 60, "SFO-*": 20, "*": 7}


def network(pairs, buyers=None, warm_up="none", **changes):
    """Return four city pairs, and a segment with a number for each, or some."""
    days = 1 if warm_up == "none" else 2
    one = segment(buyers=buyers, days=days, willingness_median_minor=10**7) | changes
    one["pairs"] = pairs
    for key in [key for key, value in one.items() if value is None]:
        del one[key]
    return World.of(episode(flights=NETWORK, demand=[one], warm_up=warm_up).market)


def expected(declared):
    """Return how many are expected for each pair."""
    return {"-".join(one.market): one.expected_micro / 1e6 for one in declared.demands}


@pytest.mark.parametrize(
    ("pairs", "buyers", "numbers"),
    [
        (BASES, None, (60, 20, 7, 7)),
        (dict(reversed(BASES.items())), 99, (60, 20, 7, 7)),
        ({"SFO-MAD": 60}, 5, (60, 5, 5, 5)),
        ({"SFO-MAD": 60}, None, (60, None, None, None)),
        ({"SFO-*": 3, "*-LIS": 3, "LIS-SFO": 0}, None, (3, 3, 0, 3)),
        ({"S*": 1, "SFO-M*": 2}, None, (2, 1, None, None)),
        (["SFO-*", "MAD-LIS"], 8, (8, 8, None, 8)),
    ],
)
def test_the_key_that_says_most_counts_and_then_the_usual_number(
    pairs, buyers, numbers
):
    names = ("SFO-MAD", "SFO-LIS", "LIS-SFO", "MAD-LIS")
    found = {name: n for name, n in zip(names, numbers, strict=True) if n is not None}

    assert expected(network(pairs, buyers)) == found


def test_numbers_of_pairs_go_with_weekdays_dates_and_laws_of_counts():
    level = {"by_weekday": {"tue": 2_000_000}, "by_date": {"2026-06-02": 1_500_000}}
    assert expected(network({"SFO-*": 20}, **level)) == {"SFO-MAD": 60, "SFO-LIS": 60}

    normal = {"kind": "rounded_normal", "mean_milli": 30_000, "sd_milli": 6_000}
    laws = {
        "poisson": ({}, lambda mean: mean),
        "gamma": (
            {"count": {"kind": "gamma_poisson", "cv_ppm": 300_000}},
            lambda mean: mean + (0.3 * mean) ** 2,
        ),
        # The deviation is the same part of each mean; rounding adds a twelfth.
        "normal": ({"count": normal}, lambda mean: (0.2 * mean) ** 2 + 1 / 12),
    }
    runs = 250
    for law, variance in laws.values():
        declared = network({"SFO-MAD": 60, "SFO-LIS": 20}, **law)
        for one in declared.demands:
            mean = one.expected_micro / 1e6
            counts = [arrivals_of(declared, one.group, seed) for seed in range(runs)]
            spread = variance(mean)
            assert abs(sum(counts) / runs - mean) <= 4.5 * sqrt(spread / runs)
            found = sum((n - mean) ** 2 for n in counts) / runs
            assert abs(found / spread - 1) <= 4.5 * sqrt(2.2 / runs)
    usual = {"SFO-MAD": 60, "SFO-LIS": 30, "LIS-SFO": 30, "MAD-LIS": 30}
    wanted = expected(network({"SFO-MAD": 60}, count=normal))
    assert {name: round(n, 3) for name, n in wanted.items()} == usual


def arrivals_of(declared, group, seed):
    """Return how many come for a group in a run."""
    (demand,) = [one for one in declared.demands if one.group == group]
    population = Population([demand], declared.catalog.sale_ends_ms, Streams(seed), 0)
    for arrivals in population.arrivals:
        while arrivals.next_at_ms < demand.ends_at_ms:
            arrivals.step()
        return arrivals.count - 1
    return 0


@pytest.mark.parametrize("warm_up", ["draw", "simulate"])
def test_an_opening_sells_to_as_many_as_are_expected_of_each_pair(warm_up):
    declared, runs = network(BASES, warm_up=warm_up, choice="cheapest_fence"), 60
    # A little more than half of the curve lies before the opening.
    early = {one.market: one.expected.at(0) / 1e6 for one in declared.demands}
    sold = Counter()
    for seed in range(runs):
        market = unseen(declared, seed, SalesHistory())
        market.open()
        market.clock.advance(0)
        for product, seats in enumerate(market.inventory.product_sold):
            sold[declared.catalog.products[product].group[:2]] += seats

    assert [round(mean / early["SFO", "MAD"], 2) for mean in early.values()] == [
        1.0,
        0.33,
        0.12,
        0.12,
    ]
    for pair, mean in early.items():
        assert abs(sold[pair] / runs - mean) <= 4.5 * sqrt(mean / runs)


def test_a_bound_is_that_of_the_numbers_of_pairs():
    """Where seats abound, who comes and pays the fare brings it."""
    declared = network(BASES, choice="cheapest_fence")
    fares = [product.base_minor for product in declared.catalog.products]

    numbers = (60, 20, 7, 7)
    bound = sum(fare * n for fare, n in zip(fares, numbers, strict=True))
    assert expected_bound(declared) == pytest.approx(bound)


def test_a_pair_without_a_number_of_its_own_keeps_its_buyers():
    usual, some = network(None, 20), network({"SFO-MAD": 60}, 20)

    assert [
        arrivals_of(usual, one.group, 4) == arrivals_of(some, one.group, 4)
        for one in usual.demands
    ] == [False, True, True, True]


def test_guests_are_expected_by_city():
    data = load_scenario("hotels/city-break").model_dump(mode="json", by_alias=True)
    market = data["market"]
    cities = sorted({one["city"] for one in market["hotels"]})
    first = market["demand"][0]
    del first["guests_per_stay"]
    first["cities"] = {cities[0]: 11, "*": 4}

    declared = World.of(scenario_of(data, "mine").market)

    found = {
        (one.group[0], one.expected_micro // 10**6)
        for one in declared.demands
        if one.segment.name == first["name"]
    }
    assert found == {(city, 11 if city == cities[0] else 4) for city in cities}
    assert HotelSegment.model_validate(first).markets == first["cities"]


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ({"SFO-MDA": 1}, "has SFO-MDA in pairs, .* did you mean SFO-MAD?"),
        ({"sfo-mad": 1}, "did you mean SFO-MAD?"),
        ({"SFX-*": 1}, "has SFX-\\* in pairs, and there are no flights for that"),
        (
            {"SFO-*": 1, "*-LIS": 2},
            r"has SFO-\* and \*-LIS in pairs, which both fit SFO-LIS, .* say SFO-LIS",
        ),
        ({}, "at least 1 item"),
        ([], "at least 1 item"),
        ({"SFO-MAD": -1}, "greater than or equal to 0"),
        ({"SFO-MAD": 10**9}, "less than or equal to 10000000"),
        ({"SFO-MAD": 1.5}, "valid integer"),
        ({"SFO-MAD": "60"}, "valid integer"),
        ("SFO-MAD", "valid tuple"),
        (["SFO-MAD"], "needs buyers_per_departure, or pairs with a number for each"),
    ],
)
def test_wrong_pairs_are_refused_with_the_reason(pairs, said):
    with pytest.raises(ValueError, match=said):
        network(pairs)


def test_too_many_for_a_day_and_a_mean_of_nothing_are_refused():
    with pytest.raises(ValueError, match=r"has JFK-\* in pairs"):
        network(["SFO-*", "JFK-*"], 5)
    with pytest.raises(ValueError, match="expects 20000000 buyers on 2026-06-02"):
        network({"SFO-MAD": 10**7}, by_weekday={"tue": 2_000_000})
    nothing = {"kind": "rounded_normal", "mean_milli": 0, "sd_milli": 1}
    with pytest.raises(ValueError, match="deviation cannot be scaled"):
        network({"SFO-MAD": 6}, count=nothing)


KEYS = st.text("AB-*", min_size=1, max_size=5)


@given(
    st.dictionaries(KEYS, st.integers(0, 9), min_size=1, max_size=4),
    st.text("AB", min_size=1, max_size=2),
    st.text("AB", min_size=1, max_size=2),
)
@example({"A*A": 3}, "A", "A")
@example({"A-*-A": 3}, "A", "A")
def test_the_audit_finds_the_same_number_by_code_of_its_own(table, one, two):
    group = (one, two, "2026-06-02")
    for markets, buyers in ((table, 5), (list(table), 5)):
        declared = FlightSegment.model_validate(
            segment(buyers=buyers) | {"pairs": markets}
        )
        name, found = "-".join(group[:2]), base_of(markets, group, buyers)
        if not declared.wants(group):
            assert found == 0
            continue
        keys = [key for key in table if base_of({key: 1}, group, 0)]
        sizes = sorted(len(key.replace("*", "")) for key in keys)
        alike = len(sizes) > 1 and sizes[-1] == sizes[-2] and name not in keys
        if not alike or markets is not table:
            assert declared.expected_micro(market=name) == found * 10**6


def test_a_run_with_numbers_of_pairs_is_audited_and_comes_out_again(
    tmp_path, monkeypatch
):
    data = load_scenario("flights/rush").model_dump(mode="json", by_alias=True)
    for one in data["market"]["demand"]:
        one["pairs"] = {"*": one.pop("buyers_per_departure")}
    path = tmp_path / "run.jsonl"
    run(scenario_of(data, "pairs"), ["patient"], seed=3, journal=path, regret=False)

    assert audit(path).findings == ()
    assert verify(path, reexecute=True).exit_code == 0

    # Were nobody expected there, each sale would be one too many.
    monkeypatch.setattr(DeclaredScenario, "buyers", lambda *_: 0)
    assert {one.rule for one in audit(path).findings} >= {"fences"}


def test_a_pattern_of_many_stars_is_tried_once():
    """With nothing but ``.*`` for each star these took longer than anybody waits."""
    stars = "*" * 190
    never, always = f"{stars}x", f"S{stars}D"

    assert best_keys([never, always], "SFO-MAD") == [always]
    assert best_keys(["*A*" * 60], "A" * 59) == []
