"""Overbooking: how many to accept when not everybody shows up."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, fsum, log, log1p

from ...errors import Misuse
from .checks import number, whole

__all__ = ["Overbooking", "overbooking"]

_PPM = 1_000_000
_MOST = 100_000
"""Seats: chances of all shows up to them are summed for every level looked at."""
_NEGLIGIBLE = 1e-20
"""Terms of a tail so far below its sum change nothing."""


@dataclass(frozen=True, slots=True)
class Overbooking:
    """The best authorised level, what it earns, and other levels to compare."""

    level: int
    """Bookings to accept, in seats."""
    profit: float
    """Expected at that level, in the unit of the fare."""
    denied: float
    """Expected number of denied boardings at that level."""
    deterministic: int
    """The level at which as many as there are seats are expected to show up."""
    capacity: int
    show_ppm: int
    fare: float
    cost: float
    """Of a denied boarding."""

    def profit_at(self, level: int) -> float:
        """Return the expected profit with so many bookings.

        Raises:
            ValueError: the level is negative or not whole.

        >>> round(overbooking(100, 900_000, 100, 300).profit_at(111), 4)
        9629.9065
        """
        bookings = whole("level", level)
        earned = self.fare * (bookings * self.show_ppm / _PPM)
        return earned - self.cost * self.denied_at(bookings)

    def denied_at(self, level: int) -> float:
        """Return the expected number of denied boardings with so many bookings.

        Raises:
            ValueError: the level is negative or not whole.
        """
        return _tail(whole("level", level), self.show_ppm, self.capacity)[1]

    def risk_at(self, level: int) -> float:
        """Return the chance that anybody is denied with so many bookings.

        Raises:
            ValueError: the level is negative or not whole.
        """
        return _tail(whole("level", level), self.show_ppm, self.capacity)[0]

    def level_within(self, risk_ppm: int) -> int:
        """Return the greatest level whose chance of a denial is at most this.

        Args:
            risk_ppm: in millionths, less than 1,000,000.

        Raises:
            ValueError: it is negative, not whole, or 1,000,000 or more.

        >>> found = overbooking(100, 900_000, 100, 300)
        >>> found.level_within(50_000), found.level_within(10_000)
        (106, 104)
        """
        risk = whole("risk_ppm", risk_ppm)
        if risk >= _PPM:
            raise Misuse(f"risk_ppm is {risk}: less than {_PPM} is expected")
        return _last(self.capacity, lambda level: self.risk_at(level) <= risk / _PPM)


def overbooking(
    capacity: int, show_ppm: int, fare: float, denied: float
) -> Overbooking:
    """Return the best authorised level when each booking shows up by itself.

    ``profit(b) = fare · b q − denied · E(S_b − c)⁺`` with binomial shows ``S_b`` of
    chance q.  One booking more gains as long as ``P(S_b ≥ c) < fare / denied``; that
    chance rises with b, so that the first level at which it does not is the best.

    Source: Talluri and van Ryzin (2004), section 4.2; fares are paid by those who show
    up.

    Args:
        capacity: whole seats, 1 or more.
        show_ppm: chance that a booking shows up, in millionths, 1 to 1,000,000.
        fare: earned from each who shows up, above 0, in any unit.
        denied: cost of a denied boarding, its fare not deducted, above the fare.

    Returns:
        The best level (the least of those that earn the same), its expected profit and
        denials, and the deterministic level, ``c / q`` rounded down.  Methods of the
        result tell of other levels.

    Raises:
        ValueError: the capacity is not whole, less than 1 or above 100,000, the chance
            is no whole number of millionths or out of its range, the fare is not
            above 0, or a denial does not cost more than a fare earns: then no level is
            the best.

    >>> found = overbooking(100, 900_000, 100, 300)
    >>> found.level, round(found.profit, 4), round(found.denied, 6), found.deterministic
    (109, 9664.2493, 0.485836, 111)
    """
    seats = whole("capacity", capacity, least=1, most=_MOST)
    shows = whole("show_ppm", show_ppm, least=1)
    if shows > _PPM:
        msg = f"show_ppm is {shows}, a probability above 1: "
        raise Misuse(f"{msg}at most {_PPM} is expected")
    earned = number("fare", fare, above=0)
    cost = number("denied", denied, above=0)
    if cost <= earned:
        msg = f"denied is {cost:g}, not above fare = {earned:g}: every booking more "
        raise Misuse(f"{msg}would gain, and a cost above the fare is expected")
    level = 1 + _last(
        seats - 1, lambda bookings: _tail(bookings, shows, seats - 1)[0] < earned / cost
    )
    risen = _tail(level, shows, seats)[1]
    return Overbooking(
        level=level,
        profit=earned * (level * shows / _PPM) - cost * risen,
        denied=risen,
        deterministic=seats * _PPM // shows,
        capacity=seats,
        show_ppm=shows,
        fare=earned,
        cost=cost,
    )


def _last(least: int, holds: Callable[[int], bool]) -> int:
    """Return the last whole number of which something holds, as of the least."""
    step = 1
    while holds(least + step):
        step *= 2
    low, high = least + step // 2, least + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def _tail(bookings: int, show_ppm: int, capacity: int) -> tuple[float, float]:
    """Return (P(S > c), E(S − c)⁺) for binomial shows S, from the rarer side."""
    more = bookings - capacity
    if more <= 0:
        return 0.0, 0.0
    if show_ppm == _PPM:
        return 1.0, float(more)
    share = show_ppm / _PPM
    odds = log(show_ppm / (_PPM - show_ppm))
    level, chances = bookings * log1p(-share), []
    for k in range(capacity + 1):
        chances.append(exp(level))
        level += log((bookings - k) / (k + 1)) + odds
    if bookings * share > capacity:
        empty = fsum((capacity - k) * chance for k, chance in enumerate(chances))
        return 1 - fsum(chances), bookings * share - capacity + empty
    above, k = [exp(level)], capacity + 1
    while k < bookings and above[-1] > _NEGLIGIBLE * above[0]:
        level += log((bookings - k) / (k + 1)) + odds
        above.append(exp(level))
        k += 1
    return fsum(above), fsum(n * chance for n, chance in enumerate(above, 1))
