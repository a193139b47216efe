"""D11: overbooking with binomial shows."""

from collections.abc import Callable

from test_time_gym.market.pricing import overbooking

from ..closed_form import ClosedForm

__all__ = ["CASES"]


def _plan(figure: Callable[..., float]) -> Callable[[], float]:
    return lambda: figure(overbooking(100, 900_000, 100, 300))


CASES = [
    ClosedForm(f"D11/{name}", words, printed, _plan(figure))
    for name, words, printed, figure in (
        ("level", "best level", "109", lambda plan: plan.level),
        ("profit", "profit at the best level", "9664.2493", lambda plan: plan.profit),
        ("denied", "denials at the best level", "0.485836", lambda plan: plan.denied),
        ("profit-111", "profit at 111", "9629.9065", lambda plan: plan.profit_at(111)),
        (
            "risk-5",
            "level with a risk of 5 %",
            "106",
            lambda plan: plan.level_within(50_000),
        ),
        (
            "risk-1",
            "level with a risk of 1 %",
            "104",
            lambda plan: plan.level_within(10_000),
        ),
        (
            "deterministic",
            "deterministic level",
            "111",
            lambda plan: plan.deterministic,
        ),
    )
]
