"""The same figures by other ways: enumeration, integration, exact fractions."""

from fractions import Fraction
from functools import cache
from itertools import combinations, product
from math import comb, erfc, exp, factorial, sqrt


def bisected(low, high, rises):
    """Return where a function that tells "too low" changes its answer."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if rises(middle) else (low, middle)
    return (low + high) / 2


def normal_tail(x, mean, sd):
    """Return P(D > x) of a normal law, by the complementary error function."""
    return erfc((x - mean) / (sd * sqrt(2))) / 2


def normal_level(dear, cheap, mean, sd):
    """Return y with cheap = dear · P(D > y), by bisection; at least 0."""
    most = mean + 50 * sd
    return bisected(0, most, lambda y: dear * normal_tail(y, mean, sd) > cheap)


def poisson(mean, most):
    """Return Poisson chances by their recursion, in fractions of e^-mean."""
    table = [exp(-mean)]
    for k in range(1, most + 1):
        table.append(table[-1] * mean / k)
    return table


def sold_by_levels(fares, demands, capacity, levels):
    """Return the revenue of one demand of each class, the cheapest first."""
    left, revenue = capacity, 0
    for j in reversed(range(len(fares))):
        kept = levels[j - 1] if j else 0
        taken = min(demands[j], max(0, left - kept))
        left -= taken
        revenue += fares[j] * taken
    return revenue


def enumerated_value(fares, pmfs, capacity, levels):
    """Return the expected revenue of levels, over every demand there can be."""
    value = 0.0
    for demands in product(*(range(len(law)) for law in pmfs)):
        chance = 1.0
        for law, demand in zip(pmfs, demands, strict=True):
            chance *= law[demand]
        value += chance * sold_by_levels(fares, demands, capacity, levels)
    return value


def every_nest(classes, capacity):
    """Return all nested levels that there are."""
    for levels in product(range(capacity + 1), repeat=classes - 1):
        if list(levels) == sorted(levels):
            yield list(levels)


def lee_hersh_exact(fares, rates, capacity, periods):
    """Return the value in fractions, by recursion on what a request may lead to."""
    chances = [Fraction(rate).limit_denominator(1000) for rate in rates]

    @cache
    def value(t, x):
        if not t or not x:
            return Fraction(0)
        stay = value(t - 1, x)
        total = (1 - sum(chances)) * stay
        for fare, chance in zip(fares, chances, strict=True):
            total += chance * max(fare + value(t - 1, x - 1), stay)
        return total

    return value(periods, capacity)


def choice_exact(fares, probabilities, capacity, periods, rate):
    """Return the value over all offer sets, efficient or not."""

    @cache
    def value(t, x):
        if not t or not x:
            return 0.0
        stay, less = value(t - 1, x), value(t - 1, x - 1)
        best = stay
        for products, row in probabilities.items():
            offered = (1 - sum(row)) * stay + sum(
                chance * (fares[one] + less)
                for one, chance in zip(products, row, strict=True)
            )
            best = max(best, offered)
        return rate * best + (1 - rate) * stay

    return value(periods, capacity)


def is_dominated(found, sets):
    """Tell whether a mixture of two sets, or of one and nothing, is better."""
    points = [(0.0, 0.0), *((one.chance, one.revenue) for one in sets)]
    for (q1, r1), (q2, r2) in product(points, repeat=2):
        if q1 <= found.chance and r1 > found.revenue + 1e-9:
            return True
        if q1 < found.chance < q2:
            share = (found.chance - q1) / (q2 - q1)
            if r1 + share * (r2 - r1) > found.revenue + 1e-9:
                return True
    return False


def dual_of(capacity, products):
    """Return value and bid prices of a network, by trying every corner of the dual.

    ``min Σ c π + Σ d max(0, f − Σ π)`` has its least value where so many of the planes
    ``f = Σ π`` and ``π = 0`` meet as there are legs.  Of several, the least sum, then
    the least first leg.
    """
    legs = list(capacity)
    planes = [([leg in used for leg in legs], fare) for fare, _, used in products]
    planes += [([leg == one for leg in legs], 0) for one in legs]
    best = None
    for chosen in combinations(planes, len(legs)):
        prices = solved(
            [[Fraction(a) for a in row] for row, _ in chosen],
            [Fraction(b) for _, b in chosen],
        )
        if prices is None or min(prices) < 0:
            continue
        by_leg = dict(zip(legs, prices, strict=True))
        value = sum(Fraction(capacity[leg]) * by_leg[leg] for leg in legs)
        for fare, demand, used in products:
            margin = Fraction(fare) - sum(by_leg[leg] for leg in used)
            value += Fraction(demand) * max(Fraction(0), margin)
        key = (value, sum(prices), prices)
        best = key if best is None else min(best, key)
    return best[0], dict(zip(legs, best[2], strict=True))


def solved(rows, right):
    """Return the solution of linear equations in fractions; None if singular."""
    size = len(rows)
    rows = [[*row, value] for row, value in zip(rows, right, strict=True)]
    for k in range(size):
        pivot = next((i for i in range(k, size) if rows[i][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [value / rows[k][k] for value in rows[k]]
        for i in range(size):
            if i != k and rows[i][k]:
                times = rows[i][k]
                rows[i] = [a - times * b for a, b in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows]


def integrated_values(rate, capacity, steps=4000):
    """Return J*(n) at the end of a unit of time, by Runge–Kutta on the optimality law.

    ``dJ_n/dt = max_p λ(p) (p − J_n + J_{n−1}) = r · e^−(J_n − J_{n−1})``.
    """
    h = 1 / steps

    def slopes(values):
        return [0.0] + [
            rate * exp(values[n - 1] - values[n]) for n in range(1, capacity + 1)
        ]

    def moved(values, by, slope):
        return [value + by * rise for value, rise in zip(values, slope, strict=True)]

    values = [0.0] * (capacity + 1)
    for _ in range(steps):
        k1 = slopes(values)
        k2 = slopes(moved(values, h / 2, k1))
        k3 = slopes(moved(values, h / 2, k2))
        k4 = slopes(moved(values, h, k3))
        slope = [
            (a + 2 * b + 2 * c + d) / 6
            for a, b, c, d in zip(k1, k2, k3, k4, strict=True)
        ]
        values = moved(values, h, slope)
    return values


def poisson_sales(mean, stock):
    """Return E[min(N, stock)] term by term, far into the tail."""
    return sum(min(k, stock) * exp(-mean) * mean**k / factorial(k) for k in range(150))


def shows_exact(bookings, share):
    """Return the binomial law of shows, in fractions."""
    return [
        comb(bookings, k) * share**k * (1 - share) ** (bookings - k)
        for k in range(bookings + 1)
    ]


def profit_exact(bookings, share, capacity, fare, denied):
    """Return (profit, expected denials, chance of any) in fractions."""
    law = shows_exact(bookings, share)
    over = sum(chance * max(0, k - capacity) for k, chance in enumerate(law))
    profit = sum(chance * fare * k for k, chance in enumerate(law)) - denied * over
    return profit, over, sum(law[capacity + 1 :])


def best_reply(rivals, a, a0, mu, cost):
    """Return the best price against rivals' prices under logit demand."""
    others = sum(exp((a - price) / mu) for price in rivals) + exp(a0 / mu)

    def low(price):
        own = exp((a - price) / mu)
        return price < cost + mu * (own + others) / others

    return bisected(cost, cost + 100 * mu, low)
