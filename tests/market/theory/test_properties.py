"""What holds whatever the figures: on a thousand drawn inputs each."""

from itertools import pairwise
from random import Random

import pytest

from test_time_gym.market.pricing import (
    choice_value,
    dlp,
    edgeworth,
    efficient_sets,
    emsr_a,
    emsr_b,
    gallego_van_ryzin,
    lee_hersh,
    limits_value,
    littlewood,
    logit_bertrand,
    optimal_levels,
    overbooking,
    poisson_pmf,
    revenue_opportunity,
    to_seats,
)

DRAWS = 1000


def draws(seed, count=DRAWS):
    return [Random(f"{seed}/{k}") for k in range(count)]


def falling_fares(random, classes):
    return sorted((random.uniform(20, 500) for _ in range(classes)), reverse=True)


def forecast(random):
    """Draw fares, means and deviations of two to six classes."""
    classes = random.randint(2, 6)
    means = [random.uniform(0, 60) for _ in range(classes)]
    return (
        falling_fares(random, classes),
        means,
        [random.uniform(0, 1) * mean for mean in means],
    )


def scarce_leg(random):
    """Draw fares, Poisson means, and fewer seats than buyers are expected."""
    classes = random.randint(2, 4)
    means = [random.uniform(0.5, 12) for _ in range(classes)]
    seats = max(1, round(sum(means) * random.uniform(0.4, 1)))
    return falling_fares(random, classes), means, seats


def test_the_best_levels_earn_at_least_what_emsr_does_and_emsr_what_no_control_does():
    for random in draws("levels"):
        fares, means, seats = scarce_leg(random)
        laws = [poisson_pmf(mean) for mean in means]
        sds = [mean**0.5 for mean in means]

        best = optimal_levels(fares, laws, seats)
        none = limits_value(fares, laws, seats, [0] * (len(fares) - 1))
        slack = 1e-9 * best.value
        for emsr in (emsr_a, emsr_b):
            levels = [to_seats(level) for level in emsr(fares, means, sds)]
            value = limits_value(fares, laws, seats, levels)
            assert best.value + slack >= value, (fares, means, seats)
            assert value + slack >= none, (fares, means, seats, emsr)


def test_with_seats_to_spare_emsr_a_can_keep_too_many():
    fares, means = [343, 243, 178, 21], [11.4, 8.3, 9.2, 6.8]
    laws = [poisson_pmf(mean) for mean in means]
    levels = [to_seats(y) for y in emsr_a(fares, means, [m**0.5 for m in means])]

    none, kept, best = (
        limits_value(fares, laws, 44, [0, 0, 0]),
        limits_value(fares, laws, 44, levels),
        optimal_levels(fares, laws, 44).value,
    )

    assert kept < none < best


def test_the_best_levels_earn_what_is_said_and_levels_beside_them_earn_no_more():
    for random in draws("beside", 300):
        fares, means, seats = scarce_leg(random)
        laws = [poisson_pmf(mean) for mean in means]
        best = optimal_levels(fares, laws, seats)

        beside = sorted(max(0, level + random.randint(-2, 2)) for level in best.levels)

        assert limits_value(fares, laws, seats, best.levels) == pytest.approx(
            best.value
        )
        assert limits_value(fares, laws, seats, beside) <= best.value * (1 + 1e-12)


def test_levels_never_fall_from_class_to_class():
    for random in draws("monotone"):
        case = forecast(random)

        for emsr in (emsr_a, emsr_b):
            assert all(low <= high for low, high in pairwise([0, *emsr(*case)]))


def test_the_best_levels_never_fall_from_class_to_class():
    for random in draws("best monotone", 300):
        fares, means, seats = scarce_leg(random)

        best = optimal_levels(
            fares, [poisson_pmf(mean) for mean in means], seats
        ).levels
        assert all(low <= high for low, high in pairwise([0, *best, seats]))


def test_levels_grow_as_the_cheap_fare_falls():
    for random in draws("ratio"):
        mean, sd = random.uniform(0, 60), random.uniform(0, 40)
        ratios = sorted(random.uniform(0, 1) for _ in range(5))

        levels = [littlewood([1, ratio], [mean, 0], [sd, 0]) for ratio in ratios]

        assert all(high >= low for high, low in pairwise(levels))


def test_the_levels_before_a_class_grow_as_its_fare_falls():
    for random in draws("ratio of many"):
        fares, means, sds = forecast(random)
        lower = [*fares[:-1], fares[-1] * random.uniform(0, 1)]

        for emsr in (emsr_a, emsr_b):
            before, after = emsr(fares, means, sds), emsr(lower, means, sds)
            assert before[:-1] == after[:-1]
            assert after[-1] >= before[-1]


def test_the_unit_of_fares_changes_no_level():
    for random in draws("unit"):
        fares, means, sds = forecast(random)
        minor = [100 * fare for fare in fares]

        for emsr in (emsr_a, emsr_b):
            assert emsr(minor, means, sds) == pytest.approx(
                emsr(fares, means, sds), abs=1e-6
            )


def test_perfect_foresight_is_at_least_what_any_limits_earn():
    for random in draws("opportunity"):
        classes, seats = random.randint(1, 6), random.randint(1, 150)
        limits = sorted((random.uniform(0, 160) for _ in range(classes)), reverse=True)
        demands = [random.uniform(0, 60) for _ in range(classes)]

        found = revenue_opportunity(
            falling_fares(random, classes), demands, seats, limits
        )

        assert found.perfect + 1e-9 >= max(found.none, found.realised)
        assert found.share <= 1 + 1e-9


def test_a_seat_is_worth_less_the_more_there_are_and_the_less_time_is_left():
    for random in draws("lee hersh", 500):
        classes = random.randint(1, 4)
        rates = [random.uniform(0, 1 / classes) for _ in range(classes)]
        fares = falling_fares(random, classes)

        found = lee_hersh(fares, rates, random.randint(1, 8), random.randint(1, 15))

        bids = found.bid_prices[:, 1:]
        assert (bids[:, :-1] >= bids[:, 1:] - 1e-9).all()
        assert (bids[1:] >= bids[:-1] - 1e-9).all()
        assert (bids <= fares[0] + 1e-9).all()
        assert found.value + 1e-9 >= found.first_come


def offer_sets(random):
    """Draw three products and the chances of all their sets, by a logit model."""
    fares = [random.uniform(50, 500) for _ in range(3)]
    weights = [random.uniform(0.05, 3) for _ in range(3)]
    sets = {}
    for mask in range(1, 8):
        products = tuple(k for k in range(3) if mask >> k & 1)
        total = 1 + sum(weights[k] for k in products)
        sets[products] = [weights[k] / total for k in products]
    return fares, sets


def test_efficient_sets_have_falling_switch_prices_and_one_of_them_is_always_best():
    for random in draws("efficient"):
        found = efficient_sets(*offer_sets(random))

        assert all(high > low for high, low in pairwise(found.switch_prices))
        assert all(one.chance < two.chance for one, two in pairwise(found.efficient))
        marginal = random.uniform(0, 500)
        best = found.at(marginal)
        gain = best.revenue - best.chance * marginal if best else 0
        every = [one.revenue - one.chance * marginal for one in found.sets]
        assert gain == pytest.approx(max(0, *every), abs=1e-9)


def test_a_value_is_at_least_that_of_any_one_set_that_is_always_offered():
    for random in draws("choice", 300):
        fares, sets = offer_sets(random)
        leg = {"capacity": random.randint(1, 6), "periods": 12, "rate": 0.7}
        products = random.choice(list(sets))

        best = choice_value(fares, sets, **leg).value
        only = choice_value(fares, {products: sets[products]}, **leg).value

        assert best + 1e-9 >= only


def test_the_deterministic_programme_is_an_upper_bound_of_one_leg_over_time():
    for random in draws("bound"):
        classes, seats = random.randint(1, 4), random.randint(1, 8)
        periods = random.randint(1, 15)
        rates = [random.uniform(0, 1 / classes) for _ in range(classes)]
        fares = falling_fares(random, classes)

        bound = dlp(
            {"A": seats},
            [
                (fare, rate * periods, ["A"])
                for fare, rate in zip(fares, rates, strict=True)
            ],
        )

        assert bound.value + 1e-9 >= lee_hersh(fares, rates, seats, periods).value


def test_prices_rise_as_stock_falls_and_fall_with_time():
    for random in draws("gallego van ryzin"):
        rate, stock = random.uniform(0.01, 60), random.randint(1, 40)

        now = gallego_van_ryzin(rate, stock)
        later = gallego_van_ryzin(rate * random.uniform(0.01, 0.99), stock)

        assert all(dear >= cheap for dear, cheap in pairwise(now.prices))
        both = zip(now.prices[1:], later.prices[1:], strict=True)
        assert all(early >= late for early, late in both)
        # Strictly for the last units, where no rounding hides a wrong order.
        assert now.prices[1] > later.prices[1] > 1
        assert stock == 1 or now.prices[1] > now.prices[2]


def test_the_best_prices_earn_no_more_than_certain_demand_nor_less_than_one_price():
    for random in draws("bounds"):
        rate, stock = random.uniform(0.01, 60), random.randint(1, 40)

        found = gallego_van_ryzin(rate, stock)

        least = found.fixed_revenue * (1 - 1e-12)
        assert found.bound * (1 + 1e-12) >= found.value >= least
        assert 1 + 1e-12 >= found.ratio >= found.guarantee
        assert found.fixed_revenue / found.bound >= found.guarantee


def test_more_no_shows_and_cheaper_denials_allow_more_bookings():
    for random in draws("overbooking"):
        seats, shows = random.randint(1, 60), random.randint(300_000, 1_000_000)
        fare = random.uniform(1, 100)
        cost = fare * random.uniform(1.1, 8)

        found = overbooking(seats, shows, fare, cost)
        fewer = overbooking(seats, shows - 50_000, fare, cost)
        dearer = overbooking(seats, shows, fare, cost * 1.5)

        assert seats <= dearer.level <= found.level <= fewer.level
        around = [found.profit_at(found.level + k) for k in (-1, 1)]
        assert found.profit + 1e-9 * found.profit >= max(around)


def test_rivals_ask_less_the_more_they_are_and_never_more_than_together():
    for random in draws("bertrand"):
        setting = {
            "a": random.uniform(-2, 5),
            "a0": random.uniform(-2, 2),
            "mu": random.uniform(0.02, 2),
            "cost": random.uniform(0, 3),
        }
        n = random.randint(1, 6)

        found, more = logit_bertrand(n, **setting), logit_bertrand(n + 1, **setting)

        assert setting["cost"] + setting["mu"] <= found.nash_price + 1e-9
        assert found.nash_price <= found.joint_price + 1e-9
        assert found.nash_profit <= found.joint_profit + 1e-9
        assert more.nash_price <= found.nash_price + 1e-9


def test_more_capacity_makes_cheaper_prices():
    for random in draws("edgeworth"):
        small, large = sorted(random.uniform(0.01, 1.2) for _ in range(2))

        few, many = edgeworth(small), edgeworth(large)

        assert (few.low, few.high) >= (many.low, many.high)
        price = random.uniform(0, 1)
        assert few.cdf(price) <= many.cdf(price) + 1e-12
