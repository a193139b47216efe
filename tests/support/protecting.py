"""Flights whose airline keeps seats back, as a scenario file would declare them."""

from worlds import WatchedTurns, episode, fare, flight, leg, segment

CURVE = [[0, 0], [1, 1_000_000]]
"""All demand comes within the last day, which begins when these markets are open."""

CODES = "YMQKLV"


def forecast(code, mean, sd=None):
    """Return the forecast of a class, in units; without a deviation a Poisson one."""
    known = {"class": code, "mean_milli": round(mean * 1000)}
    return known if sd is None else known | {"sd_milli": round(sd * 1000)}


def protecting(kind, means, sds=(), **changes):
    """Return a pricing with a forecast of each class, the dearest first."""
    rows = zip(CODES, means, sds or [None] * len(means), strict=False)
    return {
        "kind": kind,
        "booking_curve": CURVE,
        "forecasts": [forecast(*row) for row in rows],
        **changes,
    }


def sold_by(pricing, fares, seats, *others, **changes):
    """Return an episode in which one flight with these fares is sold so."""
    classes = [fare(code, price) for code, price in zip(CODES, fares, strict=False)]
    own = flight("A", leg("A", seats=seats), fares=classes)
    return episode(
        **{
            "flights": [own, *others],
            "warm_up": "none",
            "pricing_of": {"Aurora": pricing},
            "task": {"deadline_s": 86_000, "ends_on": "deadline"},
            **changes,
        }
    )


def opening_limits(pricing, fares, seats):
    """Return the booking limits with which such a flight opens, all of demand ahead."""
    return WatchedTurns(sold_by(pricing, fares, seats)).market.inventory.limits


def sold_down(pricing, fares, seats):
    """Yield a market of many buyers each hour, until shortly before departure."""
    turns = WatchedTurns(
        sold_by(
            pricing,
            fares,
            seats,
            demand=[segment(buyers=6 * seats, willingness_median_minor=max(fares))],
        )
    )
    for now in range(0, 84_000_000, 3_600_000):
        turns.market.clock.advance(now)
        yield turns.market


def share_ppm(market):
    """Return the share of the demand that is still to come."""
    left = market.catalog.closing_ms[0] - market.clock.now_ms
    return min(left, 86_400_000) * 10**6 // 86_400_000
