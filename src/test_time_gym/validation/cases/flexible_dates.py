"""B6: buyers who look a day before and after their date, in a multinomial logit.

A flight departs on each of four dates, and nobody comes any more once the first has
left.  Who comes for date i chooses among the dates j at most k days away, with the
weights ``exp((reference − price_j − cost · |i − j|) / scale)``, and 1 for not buying.
"""

from datetime import UTC, datetime, timedelta
from functools import partial
from math import exp

from test_time_gym.market.events import SeatSold
from test_time_gym.market.world import World

from ..departures import UNIT_MINOR, facts_of
from ..quiet_world import quiet_world
from ..simulation import Claim, Samples, Simulation

__all__ = ["CASES", "date_shares", "four_dates"]

_FARES = (110, 130, 90, 120)
"""Of each date, in units of money."""
_REFERENCE, _SCALE = 120, 20
_DAYS, _COST = 1, 15
"""So far from its date a buyer looks, and what a day seems to cost."""
_BUYERS, _SEATS = 400, 1000
"""Who come for each date, and more seats than a flight ever sells."""
_OPENS = datetime(2026, 6, 1, 9, tzinfo=UTC)
_FIRST_DAY, _QUIET_DAYS = 14, 4
"""Of the first departure, and from so many days before each departure nobody comes."""
_BOUGHT = "share of those of the second date who buy"
_LEFT = "share of those of the second date who buy another one"
_THIRD = "share of all sales that are of the third date"


def date_shares(date: int, *, days: int, cost: float) -> list[float]:
    """Return the chance that a buyer takes the flight of each date.

    Args:
        date: what it comes for, from 0.
        days: so far from it it looks.
        cost: what each of them seems to cost, in units of money.

    >>> [round(share, 6) for share in date_shares(0, days=0, cost=15)]
    [0.622459, 0.0, 0.0, 0.0]
    """
    weights = [
        exp((_REFERENCE - fare - cost * abs(date - one)) / _SCALE)
        if abs(date - one) <= days
        else 0.0
        for one, fare in enumerate(_FARES)
    ]
    return [weight / (1 + sum(weights)) for weight in weights]


def four_dates(days: int = _DAYS, cost: float = _COST) -> World:
    """Return the market of four dates.

    Args:
        days: so far from its date a buyer looks.
        cost: what each of them seems to cost, in units of money.
    """
    demand = {
        "name": "all",
        "count": {
            "kind": "rounded_normal",
            "mean_milli": 1000 * _BUYERS,
            "sd_milli": 0,
        },
        "booking_curve": [[0, 0], [_QUIET_DAYS, 0], [_FIRST_DAY - 1, 1_000_000]],
        "willingness": {"kind": "uniform", "least_minor": 10**9, "most_minor": 10**9},
        "choice": {
            "reference_minor": _REFERENCE * UNIT_MINOR,
            "scale_minor": _SCALE * UNIT_MINOR,
        },
        "flexible_dates": {
            "days": days,
            "cost_minor_per_day": round(cost * UNIT_MINOR),
        },
    }
    return quiet_world(
        _OPENS,
        flights=[_flight(date) for date in range(len(_FARES))],
        demand=[demand],
        pricing={"kind": "fixed"},
    )


def _flight(date: int) -> dict[str, object]:
    departs = _OPENS + timedelta(days=_FIRST_DAY + date)
    leg = {
        "flight": f"AA{date + 1}",
        "from": "SFO",
        "to": "MAD",
        "depart": f"{departs:%Y-%m-%dT%H:%M}",
        "arrive": f"{departs + timedelta(hours=20):%Y-%m-%dT%H:%M}",
        "seats": _SEATS,
    }
    fare = {"code": "Y", "fare_minor": _FARES[date] * UNIT_MINOR}
    return {"id": leg["flight"], "airline": "Aurora", "legs": [leg], "fares": [fare]}


def _play(seed: int, *, world: partial[World]) -> Samples:
    """Play the four dates; return who bought, and on which date."""
    second = f"{_OPENS + timedelta(days=_FIRST_DAY + 1):%Y-%m-%d}"
    sold, third, bought, left = 0, 0, 0, 0
    for body in facts_of(seed, world=world):
        if isinstance(body.d, SeatSold):
            sold += 1
            third += body.d.product == "AA3"
            away = bool(body.d.group)
            own = body.d.group[-1] == second if away else body.d.product == "AA2"
            bought += own
            left += own and away
    return {_BOUGHT: bought / _BUYERS, _LEFT: left / bought, _THIRD: third / sold}


def _figures(days: int, cost: float) -> tuple[float, float, float]:
    """Return the three quantities, as the logit has them."""
    every = [date_shares(date, days=days, cost=cost) for date in range(len(_FARES))]
    bought = sum(every[1])
    third = sum(shares[2] for shares in every)
    return bought, 1 - every[1][1] / bought, third / sum(map(sum, every))


def _case() -> Simulation:
    """Declare the market, and what it would earn with mistakes."""
    bought, left, third = _figures(_DAYS, _COST)
    at_home, _, _ = _figures(0, _COST)
    _, gains, _ = _figures(_DAYS, -_COST)
    _, _, farther = _figures(_DAYS + 1, _COST)
    return Simulation(
        "B6/market",
        "flights of four dates for buyers who look a day away, in the market",
        [
            Claim(_BOUGHT, bought, "their own date alone", at_home, 0.01, "buy"),
            Claim(_LEFT, left, "a cost of the wrong sign", gains, 0.01, "leave"),
            Claim(_THIRD, third, "a day farther away", farther, 0.01, "third"),
        ],
        partial(_play, world=partial(four_dates)),
        40,
    )


CASES = [_case()]
