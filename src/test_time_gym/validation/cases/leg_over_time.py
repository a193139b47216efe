"""A10 and B1 to B3: one leg over time, with classes or with buyers who choose."""

from functools import cache, partial

from test_time_gym.market.pricing import choice_value, efficient_sets, lee_hersh

from ..closed_form import ClosedForm

__all__ = ["CASES", "CHANCES", "FARES"]

FARES = {"Y": 800, "M": 500, "K": 450}
CHANCES = {
    ("Y",): (0.3,),
    ("M",): (0.4,),
    ("K",): (0.5,),
    ("Y", "M"): (0.1, 0.6),
    ("Y", "K"): (0.3, 0.5),
    ("M", "K"): (0.4, 0.5),
    ("Y", "M", "K"): (0.1, 0.4, 0.5),
}
_PRINTED = {
    "Y": ("0.3", "240"),
    "M": ("0.4", "200"),
    "K": ("0.5", "225"),
    "YM": ("0.7", "380"),
    "YK": ("0.8", "465"),
    "MK": ("0.9", "425"),
    "YMK": ("1", "505"),
}
"""Offer set → Q and R."""
_EFFICIENT = ("Y", "YK", "YMK")


def _lee_hersh(figure: str) -> float:
    found = lee_hersh((200, 150, 120, 80), (0.15, 0.15, 0.10, 0.10), 10, 30)
    return {
        "value": found.value,
        "half": float(found.values[30, 5]),
        "bid": float(found.bid_prices[30, 10]),
        "first-come": found.first_come,
    }[figure]


def _set(name: str, field: str) -> float:
    for one in efficient_sets(FARES, CHANCES).sets:
        if "".join(map(str, one.products)) == name:
            return float(getattr(one, field))
    raise KeyError(name)


def _is_efficient(name: str) -> float:
    found = efficient_sets(FARES, CHANCES).efficient
    return float(name in ["".join(map(str, one.products)) for one in found])


def _switch_price(k: int) -> float:
    return efficient_sets(FARES, CHANCES).switch_prices[k]


def _offered(x: int) -> float:
    """Return how many products are open for the x-th seat, worth 3,120 / (x + 3)."""
    offer = efficient_sets(FARES, CHANCES).at(3120 / (x + 3))
    return 0.0 if offer is None else float(len(offer.products))


@cache
def _choice(seats: int) -> float:
    found = choice_value(FARES, CHANCES, capacity=20, periods=50, rate=0.5)
    return float(found.values[50, seats])


def _open(x: int) -> str:
    """Return how many are open, as printed: {Y} to 3, {Y, K} to 12, then all."""
    return "1" if x <= 3 else "2" if x <= 12 else "3"  # noqa: PLR2004 - the table's


CASES = [
    *(
        ClosedForm(f"A10/{figure}", words, printed, partial(_lee_hersh, figure))
        for figure, words, printed in (
            ("value", "value of 10 seats in 30 periods", "1600.5083"),
            ("half", "value of 5 seats in 30 periods", "914.6547"),
            ("bid", "bid price of the 10th seat", "120.2909"),
            ("first-come", "value of first come, first served", "1445.2189"),
        )
    ),
    *(
        ClosedForm(
            f"B1/{name}/{letter}",
            f"{words} of {{{', '.join(name)}}}",
            printed,
            partial(_set, name, field),
        )
        for name, both in _PRINTED.items()
        for letter, words, field, printed in (
            ("Q", "chance of a sale", "chance", both[0]),
            ("R", "revenue", "revenue", both[1]),
        )
    ),
    *(
        ClosedForm(
            f"B1/{name}/efficient",
            f"whether {{{', '.join(name)}}} is efficient",
            str(int(name in _EFFICIENT)),
            partial(_is_efficient, name),
        )
        for name in _PRINTED
    ),
    ClosedForm("B1/switch/1", "price to switch to YK", "450", lambda: _switch_price(0)),
    ClosedForm(
        "B1/switch/2", "price to switch to YMK", "200", lambda: _switch_price(1)
    ),
    *(
        ClosedForm(
            f"B2/{x}", f"products open for seat {x}", _open(x), partial(_offered, x)
        )
        for x in range(1, 21)
    ),
    *(
        ClosedForm(
            f"B3/{seats}",
            f"value of {seats} seats in 50 periods, with choice",
            printed,
            partial(_choice, seats),
        )
        for seats, printed in ((20, "11027.2023"), (10, "6852.5039"), (1, "799.8377"))
    ),
]
