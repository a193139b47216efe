"""Parts of drawn worlds that say how sellers decide: prices, limits and forecasts."""

from typing import Final

from test_time_gym.market.streams import Stream

from .parts import Data, pick

__all__ = ["LEARNING", "pricing", "pricing_of"]

LEARNING: Final[Data] = {
    "kind": "emsr_b",
    "forecast": "exponential_smoothing",
    "untruncate": "em",
    "history": 10,
    "dcp_days": [1],
    "forecasts": [
        {"class": code, "mean_milli": 1_500, "sd_milli": 700} for code in "YMQ"
    ],
    "booking_curve": [[0, 0], [2, 1_000_000]],
}
"""Limits by a forecast that is learned."""


def pricing(dice: Stream) -> Data:
    """Draw fixed prices, or prices that move with the load and with time."""
    rising = [[0, 3_000_000], [1, 1_000_000], [2, 600_000]]
    falling = [[0, 500_000], [2, 2_000_000]]
    moving = {
        "kind": "load_days",
        "load_curve": pick(
            dice, [[0, 800_000], [1_000_000, 2_500_000]], [[0, 1_000_000]]
        ),
        "days_curve": pick(dice, rising, falling, [[0, 1_000_000]]),
        "reprice_every_s": pick(dice, 300, 400, 3600),
        "round_to_minor": pick(dice, 1, 50, 100),
    }
    return pick(dice, {"kind": "fixed"}, moving, moving)


def pricing_of(dice: Stream) -> dict[str, Data]:
    """Draw few policies that are much alike, or any for each of two sellers."""
    alike = _alike(dice)
    if dice.chance(500_000):
        return alike
    told = {name: _any_policy(dice) for name in ("Aurora", "Borealis")}
    return {
        name: _untold(policy) if dice.chance(_UNTOLD_PPM) else policy
        for name, policy in told.items()
    }


def _alike(dice: Stream) -> dict[str, Data]:
    """Draw no policies, or such as keep seats back or follow each other's prices."""
    every = pick(dice, 60, 300, 3600)
    protects = {
        "kind": "emsr_b",
        "forecasts": [
            {
                "class": code,
                "mean_milli": pick(dice, 0, 800, 2_500),
                "sd_milli": pick(dice, 0, 600),
            }
            for code in ("Y", "M", "Q")
        ],
        "booking_curve": [[0, 0], [2, 1_000_000]],
        "counts_holds": dice.chance(500_000),
        "reprice_every_s": every,
    }
    follows, leads = (
        {
            "kind": "match_rival",
            "undercut_minor": pick(dice, 0, 1, 5_00, -7_00),
            "floor_ppm": pick(dice, 0, 700_000, 1_000_000),
            "ceiling_ppm": pick(dice, 1_000_000, 2_500_000),
            "reprice_every_s": pick(dice, every, 400),
        }
        for _ in range(2)
    )
    return pick(
        dice,
        {},
        {"Aurora": protects},
        {"Borealis": follows},
        {"Aurora": leads, "Borealis": follows},
        {"Aurora": protects, "Borealis": follows},
    )


_UNTOLD_PPM: Final = 250_000
"""Chance that a policy that could learn a forecast is told nothing else."""


def _untold(policy: Data) -> Data:
    """Return a policy that is not told a forecast, and so learns one of its own."""
    if policy["kind"] not in _LEARNERS:
        return policy
    wakes = {key: policy[key] for key in ("counts_holds", "wake_on")}
    return {"kind": policy["kind"], "history": 10, **wakes}


_CURVE: Final = [[0, 0], [2, 1_000_000]]


def _any_policy(dice: Stream) -> Data:
    """Draw a policy of any kind, and what wakes it."""
    decided = pick(
        dice, _by_forecast(dice), _by_forecast(dice), _by_table(dice), _of_one(dice)
    )
    wakes = pick(dice, [], ["sale"], ["cancellation", "rival"])
    return {
        **decided,
        "counts_holds": dice.chance(500_000),
        "reprice_every_s": pick(dice, 60, 300, 3600),
        "wake_on": wakes,
    }


def _by_forecast(dice: Stream) -> Data:
    """Draw a policy that forecasts demand, as it is declared or as it learns it."""
    forecasts = []
    for code in ("Y", "M", "Q"):
        one = {"class": code, "mean_milli": pick(dice, 0, 800, 2_500)}
        spread = pick(dice, None, 0, 600)
        forecasts.append(one if spread is None else {**one, "sd_milli": spread})
    decided: Data = {"forecasts": forecasts, "booking_curve": _CURVE}
    kind = pick(dice, *_KINDS)
    if kind == "bid_price":
        return {**decided, "kind": kind, "periods": pick(dice, 60, 200)}
    days = pick(dice, [], [1], [2, 1])
    forecast = pick(dice, *_FORECASTS)
    if forecast == "declared":
        return {**decided, "kind": kind, "dcp_days": days}
    smoothing = pick(dice, 1, 300_000, 1_000_000)
    smooth = forecast == "exponential_smoothing"
    return {
        **decided,
        "kind": kind,
        "forecast": forecast,
        "untruncate": pick(dice, "none", "em"),
        "history": pick(dice, 10, 13),
        "dcp_days": days or [1],
        **({"smoothing_ppm": smoothing} if smooth else {}),
    }


_KINDS: Final = (
    "littlewood",
    "emsr_a",
    "emsr_b",
    "optimal_limits",
    "bid_price",
    "dlp",
    "prorated_emsr",
)
_LEARNERS: Final = (*_KINDS, "efficient_sets")
_FORECASTS: Final = ("declared", "pickup", "exponential_smoothing")


def _by_table(dice: Stream) -> Data:
    """Draw a policy that looks up in a table what may be sold."""
    most = pick(dice, 0, 1, 3)
    rungs = [
        {"class": "Q", "limit": most},
        {"class": "M", "limit": most + pick(dice, 0, 2)},
        {"class": "Y"},
    ]
    sets = [
        {"classes": ["Y"], "chances_ppm": [300_000]},
        {"classes": ["Y", "M"], "chances_ppm": [250_000, 300_000]},
        {"classes": ["Y", "M", "Q"], "chances_ppm": [100_000, 200_000, 500_000]},
    ]
    return pick(
        dice,
        {"kind": "ladder", "rungs": rungs, "dcp_days": pick(dice, [], [1])},
        {
            "kind": "efficient_sets",
            "sets": sets,
            "periods": pick(dice, 5, 40),
            "booking_curve": _CURVE,
        },
    )


def _of_one(dice: Stream) -> Data:
    """Draw a policy for flights that have one class only."""
    bounds = {"floor_ppm": pick(dice, 0, 500_000), "ceiling_ppm": 2_500_000}
    decided: Data = pick(
        dice,
        {
            "kind": "gallego_van_ryzin",
            "scale_minor": pick(dice, 1, 100_00),
            "buyers_milli": pick(dice, 0, 9_000),
            "booking_curve": _CURVE,
        },
        {
            "kind": "logit_best_response",
            "reference_minor": 120_00,
            "scale_minor": pick(dice, 1, 30_00),
            "cost_minor": pick(dice, 0, 50_00),
        },
        {"kind": "edgeworth", "buyers": pick(dice, 3, 12), "choke_minor": 300_00},
    )
    return {**decided, **bounds}
