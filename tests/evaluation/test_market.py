"""A market without agents: its figures are those that its journal tells."""

import json
from collections import Counter
from math import exp, factorial, sqrt
from statistics import mean, stdev

import pytest
from small_markets import WIDE, scenario, two_airlines
from worlds import fare, flight, leg, segment

import test_time_gym as ttg
from test_time_gym.market.clock import DAY_MS, HORIZON_MS
from test_time_gym.market.errors import Misuse
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.world import World

SEEDS = (0, 1, 2, 5)
BEGINS = (0, 1, 3, 7, 14, 21, 30, 60, 90)


class Lines(list):
    """Takes the lines of a journal."""

    write = list.append


def journal(one, seed):
    """Return the world, the run that is over, and the records of its journal."""
    lines, world = Lines(), World.of(one.market)
    market = Marketplace(world, seed, [], JournalWriter(lines))
    market.open()
    market.clock.advance(world.catalog.last_closing_ms)
    return world, market, list(map(json.loads, lines))


def willing(world, market, seed):
    """Return what each arrival would pay, by segment, group and number."""
    fresh = Marketplace(world, seed, [], JournalWriter(None))
    found = {}
    for arrivals in fresh.population.arrivals:
        demand = arrivals.demand
        while arrivals.next_at_ms < HORIZON_MS:
            key = demand.segment.name, demand.group, arrivals.count
            found[key] = arrivals.willingness_minor
            arrivals.step()
    assert len(found) >= sum(market.arrivals_seen()) - len(market.arrivals_seen())
    return found


def recount(one, seed, seller):
    """Return sums of a run from its journal alone; seller None: all."""
    world, market, records = journal(one, seed)
    pays = willing(world, market, seed)
    sums = {"revenue": 0, "sold": 0, "surplus": 0, "classes": {}, "days": {}}
    sums["segments"] = {}
    gone = [0] * len(world.catalog.capacity)
    for record in records:
        if record["k"] != "seat_sold":
            continue
        sale, product = record["d"], world.catalog.by_id[record["d"]["product"]]
        for pool in product.pools:
            gone[pool] += 1
        if seller not in (None, product.seller):
            continue
        sums["revenue"] += sale["price"]
        sums["sold"] += 1
        key = sale["segment"], product.group, sale["arrival"]
        sums["surplus"] += pays[key] - sale["price"]
        sums["classes"][product.rate] = sums["classes"].get(product.rate, 0) + 1
        units, minor = sums["segments"].get(sale["segment"], (0, 0))
        sums["segments"][sale["segment"]] = units + 1, minor + sale["price"]
        left = (product.closes_at_ms - record["t"]) / DAY_MS
        begin = max(day for day in BEGINS if day <= left)
        number, minor = sums["days"].get(begin, (0, 0))
        sums["days"][begin] = number + 1, minor + sale["price"]
    own = {
        pool
        for product in world.catalog.products
        if seller in (None, product.seller)
        for pool in product.pools
    }
    sums["gone"] = sum(gone[pool] for pool in own)
    sums["stock"] = sum(world.catalog.capacity[pool] for pool in own)
    sums["come"] = len(pays)
    sums["come of"] = Counter(name for name, _, _ in pays)
    return sums


def close(figure, values):
    """Whether a figure is the mean of values, with its standard error."""
    expected = mean(values), stdev(values) / sqrt(len(values))
    return tuple(figure) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["Aurora", "Boreal", None])
def test_figures_are_those_that_the_journal_tells(name):
    one = two_airlines()
    runs = [recount(one, seed, name) for seed in SEEDS]

    found = ttg.market(one, seeds=SEEDS, elasticity=False)
    sellers = {seller.name: seller for seller in found.sellers}
    figures = found.total if name is None else sellers[name]

    def total(key):
        return sum(run[key] for run in runs)

    assert close(figures.revenue, [run["revenue"] for run in runs])
    assert close(figures.sold, [run["sold"] for run in runs])
    assert close(figures.consumer_surplus, [run["surplus"] for run in runs])
    assert close(figures.spoilage, [run["stock"] - run["gone"] for run in runs])
    assert close(figures.load_factor, [run["gone"] / run["stock"] for run in runs])
    assert close(found.arrivals, [run["come"] for run in runs])
    assert figures.yield_per_unit.estimate == total("revenue") / total("sold")
    assert figures.buying_share.estimate == total("sold") / total("come")
    codes = {"Aurora": ["Y", "Q"], "Boreal": ["S"], None: ["Y", "Q", "S"]}
    assert list(figures.class_mix) == codes[name]
    assert {code: share.estimate for code, share in figures.class_mix.items()} == {
        code: sum(run["classes"].get(code, 0) for run in runs) / total("sold")
        for code in figures.class_mix
    }
    for bucket in figures.days_left:
        days = [run["days"].get(bucket.from_day, (0, 0)) for run in runs]
        assert close(bucket.bookings, [number for number, _ in days])
        numbers, minors = map(sum, zip(*days, strict=True))
        assert bucket.price.estimate == minors / numbers
    begins = {begin for run in runs for begin in run["days"]}
    assert [bucket.from_day for bucket in figures.days_left] == sorted(begins)[::-1]
    assert (found.notes, found.seeds) == ((), SEEDS)


def test_figures_of_segments_are_those_that_the_journal_tells():
    one = two_airlines()
    runs = [recount(one, seed, None) for seed in SEEDS]

    found = ttg.market(one, seeds=SEEDS, elasticity=False)

    assert [segment.name for segment in found.segments] == ["leisure", "business"]
    for told in found.segments:
        come = [run["come of"][told.name] for run in runs]
        pairs = [run["segments"].get(told.name, (0, 0)) for run in runs]
        units, minor = map(sum, zip(*pairs, strict=True))
        assert close(told.arrivals, come)
        assert told.buying_share.estimate == units / sum(come)
        assert told.price.estimate == minor / units
        assert told.elasticity is None


def test_the_standard_error_of_a_ratio_is_that_of_its_residuals():
    one = two_airlines()
    runs = [recount(one, seed, None) for seed in SEEDS]
    ratio = sum(run["revenue"] for run in runs) / sum(run["sold"] for run in runs)
    off = [run["revenue"] - ratio * run["sold"] for run in runs]
    error = sqrt(sum(x * x for x in off) / 3 / 4) / mean(run["sold"] for run in runs)

    found = ttg.market(one, seeds=SEEDS, elasticity=False).total.yield_per_unit

    assert tuple(found) == pytest.approx((ratio, error))


def full_flight(buyers):
    """Return one flight of 20 seats at a fixed fare, which all buy who can pay it."""
    return scenario(
        flights=[flight(seats=20, fares=[fare("Y", 150_00)])],
        demand=[segment(buyers=buyers, days=9, choice=WIDE)],
    )


def test_spill_is_who_can_pay_and_finds_the_flight_full():
    one, spilled = full_flight(90), []
    for seed in SEEDS:
        world, market, _ = journal(one, seed)
        payers = [w >= 150_00 for w in willing(world, market, seed).values()]
        spilled.append(max(0, sum(payers) - 20))

    found = ttg.market(one, seeds=SEEDS, elasticity=False)

    assert all(spilled)
    assert close(found.total.spill, spilled)
    assert found.total.spill == found.sellers[0].spill
    assert tuple(found.total.spoilage) == (0, 0)


@pytest.mark.slow
def test_a_full_flight_has_the_revenue_spill_and_spoilage_of_poisson_demand():
    seats, buyers, price = 20, 21, 150_00
    one = scenario(
        flights=[flight(seats=seats, fares=[fare("Y", price)])],
        demand=[
            segment(
                buyers=buyers,
                days=9,
                choice=WIDE,
                willingness_median_minor=price,
                willingness_sigma_ppm=0,
            )
        ],
    )
    chances = [exp(-buyers) * buyers**k / factorial(k) for k in range(100)]
    sold = sum(chance * min(k, seats) for k, chance in enumerate(chances))

    found = ttg.market(one, seeds=400, elasticity=False)

    total = found.total
    for figure, theory in (
        (found.arrivals, buyers),
        (total.sold, sold),
        (total.revenue, price * sold),
        (total.load_factor, sold / seats),
        (total.spill, buyers - sold),
        (total.spoilage, seats - sold),
        (total.buying_share, sold / buyers),
    ):
        assert abs(figure.estimate - theory) <= 4 * figure.standard_error
        assert figure.standard_error <= 0.15 * theory
    assert tuple(total.yield_per_unit) == (price, 0)
    assert tuple(total.consumer_surplus) == (0, 0)


def test_where_seats_are_left_nobody_is_spilled():
    found = ttg.market(full_flight(8), seeds=SEEDS, elasticity=False)

    assert tuple(found.total.spill) == (0, 0)
    assert found.total.spoilage.estimate > 0


def test_a_class_closed_by_its_limit_spills_who_wanted_it():
    one = scenario(
        flights=[
            flight(
                seats=40, fares=[fare("Y", 400_00), fare("Q", 100_00, booking_limit=5)]
            )
        ],
        demand=[segment(buyers=30, days=9, choice=WIDE, willingness_sigma_ppm=0)],
    )

    found = ttg.market(one, seeds=1, elasticity=False)

    come = found.arrivals.estimate
    assert found.total.sold.estimate == 5
    assert found.total.spill.estimate == come - 5


def test_who_finds_a_flight_full_and_takes_another_is_not_spilled():
    rich = {"willingness_median_minor": 400_00, "willingness_sigma_ppm": 0}
    one = scenario(
        flights=[
            flight("AA1", seats=3, fares=[fare("Y", 100_00)]),
            flight("BA1", seats=60, fares=[fare("Y", 300_00)], airline="Boreal"),
        ],
        demand=[segment(buyers=30, days=9, choice=WIDE, **rich)],
    )

    found = ttg.market(one, seeds=3, elasticity=False)

    assert found.sellers[0].spoilage.estimate == 0
    assert found.total.sold == found.arrivals
    assert tuple(found.total.spill) == (0, 0)


@pytest.mark.parametrize("legs", [1, 2])
def test_sales_before_an_opening_that_are_drawn_are_not_counted_and_said_so(legs):
    parts = [
        leg("BA1", "SFO", "EWR", "10:00", "14:00", 30),
        leg("BA2", "EWR", "MAD", "15:00", "23:00", 25),
    ]
    one = scenario(
        flights=[flight("BA12", *parts[:legs], airline="Boreal")],
        demand=[segment(buyers=30, days=9)],
        warm_up="draw",
    )
    for seed in range(3):
        world, market, records = journal(one, seed)
        (drawn,) = market.opening_sold
        prices = [r["d"]["price"] for r in records if r["k"] == "seat_sold"]

        found = ttg.market(one, seeds=[seed], elasticity=False)

        assert drawn
        assert found.total.revenue == (sum(prices), None)
        assert found.total.sold == (len(prices), None)
        assert found.total.before == (drawn * legs, None)
        load = (drawn + len(prices)) * legs / sum(world.catalog.capacity)
        assert found.total.load_factor.estimate == load
        assert "count only what was sold after the opening" in found.notes[0]
    assert ttg.market(one, seeds=1, warm_up="simulate", elasticity=False).notes == ()


@pytest.mark.slow
def test_the_order_of_seeds_and_the_number_of_workers_do_not_matter():
    one = two_airlines()
    found = ttg.market(one, seeds=[4, 1, 2])

    assert ttg.market(one, seeds=iter([1, 2, 4])) == found
    assert ttg.market(one, seeds=(2, 4, 1), workers=2) == found


def test_without_demand_nobody_comes_and_that_is_no_error():
    found = ttg.market(scenario(), seeds=2)

    nothing = (None, None)
    assert found.notes == ("nobody comes: the scenario has no background demand",)
    assert tuple(found.total.revenue) == (0, 0)
    assert tuple(found.total.spoilage) == (4, 0)
    assert (found.total.yield_per_unit, found.total.buying_share) == (nothing, nothing)
    assert (found.total.own_elasticity, found.total.days_left) == (nothing, ())
    assert "0.0 ± 0.0 arrivals" in str(found)


def test_one_seed_has_no_standard_error():
    found = ttg.market(two_airlines(), seeds=1).total

    assert found.revenue.estimate > 0
    assert found.revenue.standard_error is None
    assert found.own_elasticity.standard_error is None


def test_plain_data_is_json_and_text_has_all_tables():
    found = ttg.market(two_airlines(), seeds=2)

    data = json.loads(json.dumps(found.as_dict()))
    assert data["total"]["revenue"] == found.total.revenue._asdict()
    assert [seller["name"] for seller in data["sellers"]] == ["Aurora", "Boreal"]
    assert list(data["sellers"][0]["class_mix"]) == ["Y", "Q"]
    assert str(found).startswith("tests/small, seeds 0 to 1: ")
    assert {"Class mix", "By days left"} <= set(str(found).splitlines())


@pytest.mark.parametrize(
    ("seeds", "said"),
    [
        (0, "seeds is a positive integer, not 0"),
        ([], "there are no seeds"),
        ([1, 1], "the seed 1 is there twice"),
        ([-1], "a seed is a whole number"),
        ([1.5], "not 1.5"),
        ("12", "seeds are a number"),
    ],
)
def test_seeds_that_are_none_are_told(seeds, said):
    with pytest.raises(Misuse, match=said):
        ttg.market(two_airlines(), seeds=seeds)


def test_hotels_have_a_market_as_well():
    found = ttg.market("hotels/city-break", seeds=1, elasticity=False)

    assert found.unit == "rooms"
    assert 0 < found.total.load_factor.estimate <= 1
