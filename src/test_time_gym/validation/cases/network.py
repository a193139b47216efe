"""B4: the deterministic programme of two legs."""

from functools import partial

from test_time_gym.market.pricing import dlp

from ..closed_form import ClosedForm

__all__ = ["CASES"]

_PRODUCTS = (
    (400, 35, ("A",)),
    (125, 45, ("A",)),
    (500, 60, ("B",)),
    (175, 75, ("B",)),
    (750, 50, ("A", "B")),
    (250, 70, ("A", "B")),
)
_PRINTED = {
    200: ("115125", "0", "175"),
    190: ("114375", "75", "175"),
    150: ("109625", "125", "125"),
}
"""Seats of leg A → value, and the bid prices of both legs."""


def _value(seats: int) -> float:
    return dlp({"A": seats, "B": 240}, _PRODUCTS).value


def _bid(seats: int, leg: str) -> float:
    return dlp({"A": seats, "B": 240}, _PRODUCTS).bid_prices[leg]


CASES = [
    case
    for seats, (value, first, second) in _PRINTED.items()
    for case in (
        ClosedForm(
            f"B4/{seats}/value",
            f"bound with {seats} seats on A",
            value,
            partial(_value, seats),
        ),
        ClosedForm(
            f"B4/{seats}/bid-A",
            f"bid price of A, {seats} seats",
            first,
            partial(_bid, seats, "A"),
        ),
        ClosedForm(
            f"B4/{seats}/bid-B",
            f"bid price of B, {seats} seats on A",
            second,
            partial(_bid, seats, "B"),
        ),
    )
]
