"""Published booking curves, which a scenario can name instead of writing them out."""

from difflib import get_close_matches
from typing import Any, Final

__all__ = ["BOOKING_CURVES", "curve_named"]

_DAYS: Final = (63, 56, 49, 42, 35, 31, 28, 24, 21, 17, 14, 10, 7, 5, 3, 1)
"""Days before departure by which the shares below have come."""
_FIRST_DAY: Final = 70
"""Nobody comes before it: as long before the first label as the next ones are apart."""
_BUSINESS: Final = (6, 11, 15, 20, 23, 25, 28, 31, 35, 40, 50, 62, 70, 78, 95, 100)
"""Percent of all buyers."""
_LEISURE: Final = (17, 25, 34, 43, 49, 53, 61, 69, 75, 80, 85, 88, 90, 95, 98, 100)


def _left(come: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Return ``(days before departure, share still to come in ppm)``, as curves go."""
    left = [1_000_000 - share * 10_000 for share in come]
    days = zip(reversed(_DAYS), reversed(left), strict=True)
    return ((0, 0), *days, (_FIRST_DAY, 1_000_000))


BOOKING_CURVES: Final = {
    "passengersim-business": _left(_BUSINESS),
    "passengersim-leisure": _left(_LEISURE),
}
"""Name → points of a booking curve: those of PassengerSim's examples."""


def curve_named(value: Any) -> Any:
    """Return the points of a curve that is given by its name.

    Raises:
        ValueError: there is none of this name.

    >>> curve_named("passengersim-business")[:4]
    ((0, 0), (1, 0), (3, 50000), (5, 220000))
    """
    if not isinstance(value, str):
        return value
    if value not in BOOKING_CURVES:
        near = get_close_matches(value, BOOKING_CURVES, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else "known: "
        hint += "" if near else ", ".join(BOOKING_CURVES)
        msg = f"no booking curve is called {value!r:.60}; {hint}"
        raise ValueError(msg)
    return BOOKING_CURVES[value]
