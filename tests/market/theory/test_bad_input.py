"""Bad input gets a ValueError that names argument, place and what is expected."""

from math import inf, nan

import numpy as np
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
    rounded_normal_pmf,
    to_minor,
    to_seats,
)

LAWS = [[0.5, 0.5], [0.25, 0.75]]
SETS = {("Y",): [0.3]}


def told(call, *args, **more):
    with pytest.raises(ValueError, match="expected") as caught:
        call(*args, **more)
    return str(caught.value)


RISING = (
    "fares[1] is 60, above fares[0] = 50: fares are expected from the dearest to the "
    "cheapest"
)
PROTECTION = [
    (
        ([50, 60], [1, 1], [1, 1]),
        RISING,
    ),
    (([], [], []), "fares is empty: one fare or more is expected"),
    (([50, -1], [1, 1], [1, 1]), "fares[1] is -1: a number of 0 or more is expected"),
    (([50, nan], [1, 1], [1, 1]), "fares[1] is nan: a number of 0 or more is expected"),
    (([inf, 1], [1, 1], [1, 1]), "fares[0] is inf: a number of 0 or more is expected"),
    (([50, 40], [1, -2], [1, 1]), "means[1] is -2: a number of 0 or more is expected"),
    (([50, 40], [1, 1], [-3, 1]), "sds[0] is -3: a number of 0 or more is expected"),
    (([50, 40], [1, 1], [nan, 1]), "sds[0] is nan: a number of 0 or more is expected"),
    (
        ([50, 40], [1, 1], np.array([1, -0.5])),
        "sds[1] is -0.5: a number of 0 or more is expected",
    ),
    (
        ([50, 40], [1], [1, 1]),
        "means has the length 1: that of fares, 2, is expected",
    ),
    (
        ([50, 40], [1, 1], [1, 1, 1]),
        "sds has the length 3: that of fares, 2, is expected",
    ),
    (([50, 40], 7, [1, 1]), "means is 7: a row of numbers is expected"),
    (([50, 40], "77", [1, 1]), "means is '77': a row of numbers is expected"),
    (
        ([50, "40"], [1, 1], [1, 1]),
        "fares[1] is '40': a number of 0 or more is expected",
    ),
    (
        ([50, True], [1, 1], [1, 1]),
        "fares[1] is True: a number of 0 or more is expected",
    ),
    (
        ([50, None], [1, 1], [1, 1]),
        "fares[1] is None: a number of 0 or more is expected",
    ),
    (
        (np.array(5.0), [1, 1], [1, 1]),
        "fares is one number: a row of numbers is expected",
    ),
]


@pytest.mark.parametrize("call", [littlewood, emsr_a, emsr_b])
@pytest.mark.parametrize(("args", "text"), PROTECTION)
def test_a_wrong_forecast_is_told(call, args, text):
    assert told(call, *args) == text


def test_littlewood_is_for_two_classes():
    assert told(littlewood, [3, 2, 1], [1, 1, 1], [1, 1, 1]) == (
        "fares has the length 3: one class or two are expected; emsr_a and emsr_b are "
        "for more"
    )


def test_an_array_of_two_dimensions_is_no_row():
    assert told(emsr_b, np.ones((2, 2)), [1, 1], [1, 1]).startswith("fares[0] is array")


LEVELS = [
    (([1, 2], LAWS, 5), "fares[1] is 2, above fares[0] = 1"),
    (([2, 1], LAWS, 0), "capacity is 0: a whole number of 1 or more is expected"),
    (([2, 1], LAWS, 5.5), "capacity is 5.5: a whole number of 1 or more is expected"),
    (([2, 1], LAWS, nan), "capacity is nan: a whole number of 1 or more is expected"),
    (([2, 1], LAWS, "5"), "capacity is '5': a whole number of 1 or more is expected"),
    (([2, 1], LAWS, True), "capacity is True: a whole number of 1 or more is expected"),
    (([2, 1], LAWS[:1], 5), "pmfs has the length 1: that of fares, 2, is expected"),
    (
        ([2, 1], [[1.5], [1]], 5),
        "pmfs[0][0] is 1.5: a number of 0 or more, at most 1, is expected",
    ),
    (
        ([2, 1], [[1], [0.5, -0.1]], 5),
        "pmfs[1][1] is -0.1: a number of 0 or more, at most 1, is expected",
    ),
    (([2, 1], [[1], [0.5, 0.6]], 5), "pmfs[1] sum to 1.1: 1 at most is expected"),
    (([2, 1], [[1], [0.5, 0.4]], 5), "pmfs[1] sum to 0.9: 1 is expected"),
    (([2, 1], [[1], []], 5), "pmfs[1] sum to 0: 1 is expected"),
    (([2, 1], [0.5, 0.5], 5), "pmfs[0] is 0.5: a row of numbers is expected"),
    (([2, 1], 3, 5), "pmfs is 3: a table for each class is expected"),
]


@pytest.mark.parametrize(("args", "text"), LEVELS)
def test_a_wrong_law_of_demand_is_told(args, text):
    assert told(optimal_levels, *args).startswith(text)
    assert told(limits_value, *args, [0]).startswith(text)


@pytest.mark.parametrize(
    ("levels", "text"),
    [
        ([], "levels has the length 0: that of fares less one, 2, is expected"),
        ([1, 2, 3], "levels has the length 3: that of fares less one, 2, is expected"),
        (
            [4, 3],
            "levels[1] is 3, below levels[0] = 4: nested levels, which never fall",
        ),
        ([1.5, 3], "levels[0] is 1.5: a whole number of 0 or more is expected"),
        ([-1, 3], "levels[0] is -1: a number of 0 or more is expected"),
        ([1, inf], "levels[1] is inf: a number of 0 or more is expected"),
    ],
)
def test_wrong_levels_are_told(levels, text):
    assert told(limits_value, [3, 2, 1], [*LAWS, [1]], 5, levels).startswith(text)


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (([1, 2], [1, 1], 5, [5, 5]), "fares[1] is 2, above fares[0] = 1"),
        (([2, 1], [1, -1], 5, [5, 5]), "demands[1] is -1: a number of 0 or more"),
        (([2, 1], [1], 5, [5, 5]), "demands has the length 1: that of fares, 2,"),
        (([2, 1], [1, 1], 5, [5]), "limits has the length 1: that of fares, 2,"),
        (([2, 1], [1, 1], 5, [4, 5]), "limits[1] is 5, above limits[0] = 4: nested"),
        (([2, 1], [1, 1], 5, [5, nan]), "limits[1] is nan: a number of 0 or more"),
        (([2, 1], [1, 1], 0, [5, 5]), "capacity is 0: a whole number of 1 or more"),
    ],
)
def test_a_wrong_departure_is_told(args, text):
    assert told(revenue_opportunity, *args).startswith(text)


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (([1, 2], [0.1, 0.1], 5, 9), "fares[1] is 2, above fares[0] = 1"),
        (
            ([2, 1], [0.1], 5, 9),
            "rates has the length 1: that of fares, 2, is expected",
        ),
        (
            ([2, 1], [1.1, 0], 5, 9),
            "rates[0] is 1.1: a number of 0 or more, at most 1,",
        ),
        (([2, 1], [0.6, 0.5], 5, 9), "rates sum to 1.1: 1 at most is expected"),
        (([2, 1], [0.1, nan], 5, 9), "rates[1] is nan: a number of 0 or more"),
        (([2, 1], [0.1, 0.1], 0, 9), "capacity is 0: a whole number of 1 or more"),
        (([2, 1], [0.1, 0.1], 5, 9.5), "periods is 9.5: a whole number of 0 or more"),
        (([2, 1], [0.1, 0.1], 5, -1), "periods is -1: a whole number of 0 or more"),
    ],
)
def test_wrong_requests_are_told(args, text):
    assert told(lee_hersh, *args).startswith(text)


@pytest.mark.parametrize(
    ("fares", "sets", "text"),
    [
        (
            {"Y": 8, "M": 5},
            {("Y", "K"): [0.1, 0.1]},
            "probabilities[('Y', 'K')] names 'K': one of 'Y', 'M' is expected",
        ),
        ([8, 5], {(0, 2): [0.1, 0.1]}, "probabilities[(0, 2)] names 2: one of 0, 1 is"),
        (
            {"Y": 8},
            {("Y", "Y"): [0.1, 0.1]},
            "probabilities[('Y', 'Y')] names 'Y' twice: once is expected",
        ),
        (
            {"Y": 8},
            {"Y": [0.1]},
            "probabilities['Y']: a tuple of products is expected as the offer set",
        ),
        (
            {"Y": 8},
            {("Y",): [0.1, 0.1]},
            "probabilities[('Y',)] has the length 2: that of its offer set, 1, is",
        ),
        (
            {"Y": 8, "M": 5},
            {("Y", "M"): [0.6, 0.5]},
            "probabilities[('Y', 'M')] sum to 1.1: 1 at most is expected",
        ),
        (
            {"Y": 8},
            {("Y",): [1.2]},
            "probabilities[('Y',)][0] is 1.2: a number of 0 or more, at most 1,",
        ),
        ({"Y": -8}, SETS, "fares['Y'] is -8: a number of 0 or more is expected"),
        ({"Y": nan}, SETS, "fares['Y'] is nan: a number of 0 or more is expected"),
        (8, SETS, "fares is 8: a row of numbers is expected"),
        ({"Y": 8}, [0.3], "probabilities is [0.3]: a mapping from offer sets to"),
    ],
)
def test_wrong_offer_sets_are_told(fares, sets, text):
    assert told(efficient_sets, fares, sets).startswith(text)
    more = {"capacity": 3, "periods": 4, "rate": 0.5}
    assert told(choice_value, fares, sets, **more).startswith(text)


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"rate": 1.1}, "rate is 1.1: a number of 0 or more, at most 1, is expected"),
        ({"rate": -1}, "rate is -1: a number of 0 or more, at most 1, is expected"),
        ({"capacity": 0}, "capacity is 0: a whole number of 1 or more is expected"),
        ({"periods": 0.5}, "periods is 0.5: a whole number of 0 or more is expected"),
    ],
)
def test_a_wrong_leg_of_choosing_buyers_is_told(changed, text):
    more = {"capacity": 3, "periods": 4, "rate": 0.5} | changed
    assert told(choice_value, {"Y": 8}, SETS, **more) == text


@pytest.mark.parametrize(
    ("capacity", "products", "text"),
    [
        ({"A": -1}, [], "capacity['A'] is -1: a number of 0 or more is expected"),
        ({"A": nan}, [], "capacity['A'] is nan: a number of 0 or more is expected"),
        ([5], [], "capacity is [5]: a mapping from legs to seats is expected"),
        (
            {"A": 5, "B": 5},
            [(1, 1, ["A"]), (1, 1, ["A", "C"])],
            "products[1] uses the leg 'C': one of 'A', 'B' is expected",
        ),
        ({"A": 5}, [(1, 1, ["A", "A"])], "products[0] uses the leg 'A' twice: once is"),
        ({"A": 5}, [(1, 1, [])], "products[0] uses no leg: one or more is expected"),
        ({"A": 5}, [(1, 1, "A")], "products[0] uses 'A': a row of legs is expected"),
        ({"A": 5}, [(1, 1, 7)], "products[0] uses 7: a row of legs is expected"),
        ({"A": 5}, [(1, 1)], "products[0] is (1, 1): a fare, a demand and legs are"),
        ({"A": 5}, [7], "products[0] is 7: a fare, a demand and legs are expected"),
        ({"A": 5}, [(-1, 1, ["A"])], "products[0] fare is -1: a number of 0 or more"),
        (
            {"A": 5},
            [(1, nan, ["A"])],
            "products[0] demand is nan: a number of 0 or more",
        ),
        (
            {"A": 5},
            [(1, inf, ["A"])],
            "products[0] demand is inf: a number of 0 or more",
        ),
    ],
)
def test_a_wrong_network_is_told(capacity, products, text):
    assert told(dlp, capacity, products).startswith(text)


@pytest.mark.parametrize(
    ("call", "args", "text"),
    [
        (gallego_van_ryzin, (-1, 5), "rate is -1: a number of 0 or more is expected"),
        (gallego_van_ryzin, (nan, 5), "rate is nan: a number of 0 or more is expected"),
        (gallego_van_ryzin, (9, 0), "capacity is 0: a whole number of 1 or more is"),
        (
            gallego_van_ryzin,
            (9, 2.5),
            "capacity is 2.5: a whole number of 1 or more is",
        ),
        (overbooking, (0, 9, 1, 2), "capacity is 0: a whole number of 1 or more is"),
        (overbooking, (9, 0, 1, 2), "show_ppm is 0: a whole number of 1 or more is"),
        (overbooking, (9, 0.9, 1, 2), "show_ppm is 0.9: a whole number of 1 or more"),
        (
            overbooking,
            (9, 1_000_001, 1, 2),
            "show_ppm is 1000001, a probability above 1: at most 1000000 is expected",
        ),
        (overbooking, (9, 9, 0, 2), "fare is 0: a number above 0 is expected"),
        (overbooking, (9, 9, 1, nan), "denied is nan: a number above 0 is expected"),
        (
            overbooking,
            (9, 9, 2, 2),
            "denied is 2, not above fare = 2: every booking more would gain,",
        ),
        (logit_bertrand, (0, 2, 0, 1, 1), "n is 0: a whole number of 1 or more is"),
        (logit_bertrand, (2.5, 2, 0, 1, 1), "n is 2.5: a whole number of 1 or more is"),
        (logit_bertrand, (2, nan, 0, 1, 1), "a is nan: a finite number is expected"),
        (logit_bertrand, (2, 2, -inf, 1, 1), "a0 is -inf: a finite number is expected"),
        (logit_bertrand, (2, 2, 0, 0, 1), "mu is 0: a number above 0 is expected"),
        (logit_bertrand, (2, 2, 0, 1, -1), "cost is -1: a number of 0 or more is"),
        (
            overbooking,
            (10**9, 900_000, 1, 2),
            "capacity is 1000000000: 100000 at most is",
        ),
        (gallego_van_ryzin, (20, 10**7), "capacity is 10000000: 1000000 at most is"),
        (poisson_pmf, (1e9,), "mean is 1e+09: 1000000 at most is expected"),
        (rounded_normal_pmf, (5, 1e7), "sd is 1e+07: 100000 at most is expected"),
        (
            lee_hersh,
            ([9], [0.5], 10**6, 10**6),
            "capacity is 1000000 and periods is 1000000, which makes 1000002000001",
        ),
        (
            choice_value,
            ([9], {(0,): [0.5]}, 9, 10**9, 0.5),
            "capacity is 9 and periods is 1000000000, which makes 20000000020 states",
        ),
        (
            limits_value,
            ([9, 5], LAWS, 10**12, [10**11]),
            "capacity is 1000000000000, with demand for up to 2, which makes",
        ),
        (emsr_b, ([9, 5, 4], [1e300] * 3, [1e200] * 3), "fares, means and sds are too"),
        (emsr_b, ({9, 5}, [1, 1], [1, 1]), "fares is {"),
        (emsr_b, ({9: 1, 5: 1}, [1, 1], [1, 1]), "fares is {9: 1, 5: 1}: a row of"),
        (edgeworth, (0,), "capacity is 0: a number above 0 is expected"),
        (edgeworth, (nan,), "capacity is nan: a number above 0 is expected"),
        (poisson_pmf, (-1,), "mean is -1: a number of 0 or more is expected"),
        (rounded_normal_pmf, (1, -1), "sd is -1: a number of 0 or more is expected"),
        (
            rounded_normal_pmf,
            (nan, 1),
            "mean is nan: a number of 0 or more is expected",
        ),
        (to_seats, (inf,), "level is inf: a finite number is expected"),
        (to_minor, (nan,), "amount is nan: a finite number is expected"),
        (to_minor, ("1",), "amount is '1': a finite number is expected"),
    ],
)
def test_a_wrong_argument_is_told(call, args, text):
    assert told(call, *args).startswith(text)


def test_questions_to_a_result_are_checked_too():
    plan, law = overbooking(9, 900_000, 1, 2), edgeworth(0.5)

    assert told(plan.profit_at, 9.5) == (
        "level is 9.5: a whole number of 0 or more is expected"
    )
    assert told(plan.level_within, 1_000_000) == (
        "risk_ppm is 1000000: less than 1000000 is expected"
    )
    assert told(law.cdf, nan) == "price is nan: a finite number is expected"
    assert told(law.quantile, 1.5) == (
        "chance is 1.5: a number of 0 or more, at most 1, is expected"
    )


@pytest.mark.parametrize("value", [nan, "x", None])
def test_a_marginal_value_that_is_no_number_is_told(value):
    found = efficient_sets({"Y": 50}, SETS)

    assert told(found.at, value) == f"marginal_value is {value!r}: a number is expected"


def test_a_number_of_any_size_is_told_shortly():
    assert len(told(emsr_b, [1, 10**5000], [1, 1], [1, 1])) < 200
    assert len(told(to_seats, "x" * 5000)) < 200
