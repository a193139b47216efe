"""Markets of neighbouring dates whose buyers may leave theirs, and runs of them."""

from waiters import bought, played, told
from worlds import episode, fare, flight, leg, segment

from test_time_gym.market.world import World

__all__ = ["DATES", "bought", "dated_leg", "flexible", "from_date", "played", "told"]

DATES = ("2026-06-11", "2026-06-12", "2026-06-13", "2026-06-14")


def dated_leg(name, day, seats=400, depart="10:00"):
    """Return a leg on a date."""
    clocks = {"depart": f"{day}T{depart}", "arrive": f"{day}T20:00"}
    return leg(name, seats=seats) | clocks


def config(flexible_dates=None, fares=None, others=(), dates=DATES, seats=400, **one):
    """Return a flight a day on some dates, and buyers who come evenly over nine days.

    Args:
        flexible_dates: of the segment; None leaves the key out.
        fares: of each flight, or one list for all.
        others: keys of the market.
        dates: of departure.
        seats: of each flight.
        one: keys of the segment.
    """
    buyers = segment(**{"buyers": 60, "days": 9} | one)
    if "willingness" in one:
        del buyers["willingness_median_minor"]
    if flexible_dates is not None:
        buyers["flexible_dates"] = flexible_dates
    fares = fares or [fare("Y", 120_00)]
    each = fares if isinstance(fares[0], list) else [fares] * len(dates)
    return episode(
        flights=[
            flight(f"D{day[-2:]}", dated_leg(f"D{day[-2:]}", day, seats), fares=own)
            for day, own in zip(dates, each, strict=True)
        ],
        demand=[buyers],
        **{"warm_up": "simulate", "pricing": {"kind": "fixed"}} | dict(others),
    )


def flexible(days, cost_minor, **options):
    """Return such a market, of buyers who look so many days away."""
    dates = {"days": days, "cost_minor_per_day": cost_minor}
    return World.of(config(dates, **options).market)


def from_date(fact):
    """Return the buyer of a sale, by date and arrival, and how it is called there."""
    day = fact.group[-1] if fact.group else f"2026-06-{fact.product[1:3]}"
    return day, fact.arrival
