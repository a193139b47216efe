"""E1 to E3: prices of rivals, by logit demand and with little capacity."""

from functools import partial

from test_time_gym.market.pricing import edgeworth, logit_bertrand

from ..closed_form import ClosedForm

__all__ = ["CASES"]

_LOGIT = {
    2: {
        "nash_price": "1.472927",
        "nash_profit": "0.222927",
        "joint_price": "1.924981",
        "joint_profit": "0.337490",
    },
    3: {"nash_price": "1.370163", "joint_price": "2.0"},
    4: {"nash_price": "1.331461", "joint_price": "2.054411"},
}
"""Sellers → their prices and profits."""
_WORDS = {
    "nash_price": "Nash price",
    "nash_profit": "Nash profit",
    "joint_price": "joint price",
    "joint_profit": "joint profit",
}
_EDGEWORTH = {
    "0.25": ("0.125", "0.5", "0.5"),
    "0.4": ("0.09", "0.225", "0.3"),
    "0.5": ("0.0625", "0.125", "0.25"),
    "0.75": ("0.015625", "0.020833", "0.125"),
    "1": ("0", "0", "0"),
}
"""Capacity → profit, the least and the greatest price."""


def _logit(n: int, field: str) -> float:
    return float(getattr(logit_bertrand(n, a=2, a0=0, mu=0.25, cost=1), field))


def _edge(capacity: float, field: str) -> float:
    return float(getattr(edgeworth(capacity), field))


CASES = [
    *(
        ClosedForm(
            f"{'E1' if n == 2 else f'E2/{n}'}/{field.replace('_', '-')}",  # noqa: PLR2004
            f"{_WORDS[field]} of {n} sellers",
            printed,
            partial(_logit, n, field),
        )
        for n, figures in _LOGIT.items()
        for field, printed in figures.items()
    ),
    *(
        ClosedForm(
            f"E3/{capacity}/{field}",
            f"{words}, capacity {capacity}",
            printed,
            partial(_edge, float(capacity), field),
        )
        for capacity, figures in _EDGEWORTH.items()
        for (field, words), printed in zip(
            (("profit", "profit"), ("low", "least price"), ("high", "greatest price")),
            figures,
            strict=True,
        )
    ),
    ClosedForm(
        "E3/0.5/law",
        "chance of a price up to 0.2, capacity 0.5",
        "0.9375",
        lambda: edgeworth(0.5).cdf(0.2),
    ),
]
