"""H: buyers who wait for a lower price, played where a price falls once.

Buyers come evenly, a days before a price falls from p₁ to p₂ and b days after it, until
the sale ends.  Of those who would pay so much a share is patient: it looks, and comes
back up to n times after exponential times of mean m.  Who believes that prices fall
waits, and buys at the first look after the fall, or at its last one; it is its last one
after n returns, or if the next would come too late.  So it pays p₂ if a look falls into
the last b days.  From x days before the fall on, n returns carry it beyond the fall
with probability P(Poisson(x/m) < n), and, since the last of these times has no memory,
not beyond the end of the sale with 1 − exp(−b/m).  Which belief makes it wait does not
matter for what it pays, only for when it buys.

A myopic one buys at p₁ at once, if it would pay that, and comes back only if not.
"""

from functools import partial
from math import exp
from typing import Any

from test_time_gym.market.events import SeatSold
from test_time_gym.market.world import World

from ..departures import UNIT_MINOR, DepartureClass, departures, facts_of
from ..simulation import Claim, Samples, Simulation

__all__ = ["CASES", "falling", "share_after_the_fall"]

_BUYERS, _SEATS = 100, 300
"""Expected at each departure, and more seats than ever are sold."""
_DAYS = 10
"""Departures of a replication."""
_BEFORE, _AFTER = 6, 4
"""Days in which buyers come at the first price, and at the second."""
_HIGH, _LOW = 2.0, 1.2
"""Prices, in units of money; `_MOST` is what no buyer would pay more than."""
_MOST = 3.0
_SHARE, _TIMES, _MEAN_DAYS = 0.5, 2, 2
"""Of all buyers those who are patient, their returns, and the days from one look to
the next."""
_HOURS = 24
_PPM = 1_000_000


def share_after_the_fall(before: float, after: float, mean: float, times: int) -> float:
    """Return the share of patient buyers who see a lower price, of those before it.

    Args:
        before: days in which they come, evenly.
        after: days from the fall of the price to the end of the sale.
        mean: days from one look to the next, on average.
        times: how often they come back.

    >>> share_after_the_fall(6, 4, 2, 0)
    0.0
    >>> round(share_after_the_fall(6, 4, 2, 1), 6)
    0.273872
    >>> round(2 / 6 * (1 - exp(-6 / 2)) * (1 - exp(-4 / 2)), 6)
    0.273872
    """
    reach, looks, term, beyond = before / mean, 0.0, exp(-before / mean), 1.0
    for k in range(times):
        beyond -= term  # P(Poisson(a/m) > k)
        looks += beyond
        term *= reach / (k + 1)
    return looks / reach * (1 - exp(-after / mean))


def falling(patience: Any, *, low: float = _LOW) -> World:
    """Return the market of one departure a day, whose price falls once.

    Args:
        patience: of its buyers, as segments declare it; None: nobody waits.
        low: the second price; the first is 2.
    """
    days, share = _BEFORE + _AFTER, round(low / _HIGH * _PPM)
    willingness = {"kind": "uniform", "most_minor": round(_MOST * UNIT_MINOR)}
    pricing = {
        "kind": "load_days",
        "load_curve": [[0, _PPM]],
        # Looked at once a day, so that no price between the two is ever shown.
        "days_curve": [[0, share], [_AFTER, share], [_AFTER + 1, _PPM]],
        "reprice_every_s": 86_400,
        "round_to_minor": 1,
    }
    sold = DepartureClass(_HIGH, _BUYERS, willingness=willingness, patience=patience)
    curve = [[0, 0], [days, _PPM]]
    return departures([sold], seats=_SEATS, curves=[curve], days=_DAYS, pricing=pricing)


def _play(seed: int, *, world: partial[World]) -> Samples:
    """Play departures; count what each price sold."""
    dear, cheap = 0, 0
    for body in facts_of(seed, world=world):
        if isinstance(body.d, SeatSold):
            dear += body.d.price == _HIGH * UNIT_MINOR
            cheap += body.d.price < _HIGH * UNIT_MINOR
    revenue = dear * _HIGH + cheap * _LOW
    return {
        "sold at the first price": dear / _DAYS,
        "sold at the second price": cheap / _DAYS,
        "revenue": revenue / _DAYS,
    }


def _patience(belief: str, **more: int) -> dict[str, Any]:
    hours = _MEAN_DAYS * _HOURS
    patience = {"share_ppm": round(_SHARE * _PPM), "times": _TIMES, "mean_hours": hours}
    return patience | {"belief": belief} | more


def _expected(times: int, *, waits: bool = True) -> tuple[float, float]:
    """Return what is sold at each price, with so many returns.

    Args:
        times: how often patient buyers come back.
        waits: whether they wait although they would pay the price of now.
    """
    most, high, low = [round(price * UNIT_MINOR) for price in (_MOST, _HIGH, _LOW)]
    pay_high, pay_low = [(most - price + 1) / (most + 1) for price in (high, low)]
    early = _BUYERS * _BEFORE / (_BEFORE + _AFTER)
    back = _SHARE * share_after_the_fall(_BEFORE, _AFTER, _MEAN_DAYS, times)
    dear = early * pay_high * (1 - back * waits)
    late = (_BUYERS - early) * pay_low
    return dear, late + early * back * (pay_low - pay_high * (not waits))


def _case(name: str, words: str, *, waits: bool, **more: int) -> Simulation:
    """Declare the market of one belief."""
    dear, cheap = _expected(_TIMES, waits=waits)
    other = "nobody waits" if waits else "everybody who is patient waits"
    dear_other, cheap_other = _expected(_TIMES, waits=not waits)
    _, cheap_more = _expected(_TIMES + 1, waits=waits)
    return Simulation(
        f"H/{name.replace('_', '-')}",
        f"half of the buyers {words}, in the market",
        [
            Claim("sold at the first price", dear, other, dear_other, 0.02),
            Claim("sold at the second price", cheap, "a look more", cheap_more, 0.02),
            Claim(
                "revenue",
                dear * _HIGH + cheap * _LOW,
                other,
                dear_other * _HIGH + cheap_other * _LOW,
                0.01,
            ),
        ],
        partial(_play, world=partial(falling, _patience(name, **more))),
        40,
    )


CASES = [
    _case("last_seen", "wait for less than they saw last", waits=True),
    _case("fixed_discount", "hope for half", waits=True, discount_ppm=500_000),
    _case("myopic", "come back, and wait for nothing", waits=False),
]
