"""A1 to A8: how many seats are kept for dearer classes, and what that earns."""

from functools import cache, partial

from test_time_gym.market.pricing import (
    emsr_a,
    emsr_b,
    limits_value,
    littlewood,
    optimal_levels,
    poisson_pmf,
    rounded_normal_pmf,
    to_seats,
)

from ..closed_form import ClosedForm

__all__ = ["CASES"]

_DEMAND = ((17.3, 45.1, 39.6, 34.0), (5.8, 15.0, 13.2, 11.3))
_NORMAL = {
    "A3": ((1050, 567, 534, 520), *_DEMAND),
    "A4": ((1050, 950, 699, 520), *_DEMAND),
    "A5": (
        (1200, 1000, 800, 600, 400, 200),
        (31.2, 10.9, 14.8, 19.9, 26.9, 36.3),
        (11.2, 6.6, 7.7, 8.9, 10.4, 12.0),
    ),
    "A6": (
        (250, 150, 100, 50),
        (50, 75, 125, 500),
        tuple(variance**0.5 for variance in (50, 75, 125, 500)),
    ),
    "A7": ((1000, 700, 400), (30, 40, 60), (12, 15, 20)),
}
"""Fares, means and deviations of normal demand."""

_EMSR = {
    ("A3", "a"): ("16.717484", "38.724537", "55.679041"),
    ("A3", "b"): ("16.717484", "50.944186", "83.154839"),
    ("A4", "a"): ("9.706804", "50.460693", "91.631696"),
    ("A4", "b"): ("9.706804", "53.267965", "96.834650"),
    ("A5", "b"): ("20.364878", "35.404703", "54.338987", "80.073517", "117.435845"),
    ("A6", "b"): ("48.21", "124.26", "256.31"),
    ("A7", "b"): ("23.71", "70.83"),
}
_POISSON = {
    "A2": ((200, 100), (50, 80)),
    "A8": ((200, 175, 165, 130), (25, 30, 29, 30)),
}
"""Fares and means of Poisson demand."""

_BOOK = {
    80: ("49661.69", "49445.28", "42728.16"),
    100: ("60024.92", "59761.51", "54418.48"),
    120: ("69802.21", "69659.19", "66187.35"),
    136: ("76039.69", "75993.35", "74098.96"),
    150: ("79623.84", "79612.60", "78759.73"),
}
"""Seats → value of the best levels, of EMSR-b to the nearest seat, of no control."""


@cache
def _laws(case: str) -> tuple[tuple[float, ...], ...]:
    if case in _POISSON:
        return tuple(tuple(poisson_pmf(mean)) for mean in _POISSON[case][1])
    _, means, sds = _NORMAL[case]
    return tuple(
        tuple(rounded_normal_pmf(mean, sd)) for mean, sd in zip(means, sds, strict=True)
    )


def _fares(case: str) -> tuple[float, ...]:
    return (_POISSON if case in _POISSON else _NORMAL)[case][0]


def _level(case: str, version: str, j: int) -> float:
    return (emsr_a if version == "a" else emsr_b)(*_NORMAL[case])[j]


def _best(case: str, seats: int) -> float:
    return optimal_levels(_fares(case), _laws(case), seats).value


def _best_level(case: str, seats: int, j: int) -> float:
    return optimal_levels(_fares(case), _laws(case), seats).levels[j]


def _worth(case: str, seats: int, levels: tuple[int, ...]) -> float:
    return limits_value(_fares(case), _laws(case), seats, levels)


def _emsr_worth(case: str, seats: int) -> float:
    """Return the value of EMSR-b: to the nearest seat for A3, as its figures are."""
    if case in _NORMAL:
        levels = [round(level) for level in emsr_b(*_NORMAL[case])]
    else:
        fares, means = _POISSON[case]
        sds = [mean**0.5 for mean in means]
        levels = [to_seats(level) for level in emsr_b(fares, means, sds)]
    return limits_value(_fares(case), _laws(case), seats, levels)


def _littlewood_limit(ratio: float) -> float:
    return 100 - to_seats(littlewood((1, ratio), (50, 0), (100, 0)))


def _littlewood_cases() -> list[ClosedForm]:
    printed = {0.4: ("75.3347", "25"), 0.5: ("50", "50"), 0.6: ("24.6653", "76")}
    found = []
    for ratio, (level, limit) in printed.items():
        rule = partial(littlewood, (1, ratio), (50, 0), (100, 0))
        what = f"of Littlewood's rule, fare ratio {ratio}"
        found += [
            ClosedForm(f"A1/{ratio}/level", f"level {what}", level, rule),
            ClosedForm(
                f"A1/{ratio}/limit",
                f"limit {what}",
                limit,
                partial(_littlewood_limit, ratio),
            ),
        ]
    return found


def _emsr_cases() -> list[ClosedForm]:
    return [
        ClosedForm(
            f"{case}/emsr-{version}/{j + 1}",
            f"EMSR-{version} level {j + 1}",
            figure,
            partial(_level, case, version, j),
        )
        for (case, version), figures in _EMSR.items()
        for j, figure in enumerate(figures)
    ]


def _two_classes() -> list[ClosedForm]:
    printed = {50: "14436.7434", 40: "13959.0384", 60: "13943.2716", 0: "12003.1844"}
    best = ClosedForm(
        "A2/optimal/level", "best level", "50", partial(_best_level, "A2", 100, 0)
    )
    values = [
        ClosedForm(
            f"A2/value/{level}",
            f"value of protecting {level}",
            figure,
            partial(_worth, "A2", 100, (level,)),
        )
        for level, figure in printed.items()
    ]
    return [best, *values]


def _best_levels(case: str, seats: int, levels: tuple[str, ...]) -> list[ClosedForm]:
    return [
        ClosedForm(
            f"{case}/optimal/{j + 1}",
            f"best level {j + 1}",
            figure,
            partial(_best_level, case, seats, j),
        )
        for j, figure in enumerate(levels)
    ]


def _values(
    head: str, case: str, seats: int, figures: tuple[str, str, str]
) -> list[ClosedForm]:
    nothing = (0,) * (len(_fares(case)) - 1)
    return [
        ClosedForm(
            f"{head}/optimal",
            "value of the best levels",
            figures[0],
            partial(_best, case, seats),
        ),
        ClosedForm(
            f"{head}/emsr-b",
            "value of EMSR-b",
            figures[1],
            partial(_emsr_worth, case, seats),
        ),
        ClosedForm(
            f"{head}/none",
            "value of no control",
            figures[2],
            partial(_worth, case, seats, nothing),
        ),
    ]


CASES = [
    *_littlewood_cases(),
    *_two_classes(),
    *_emsr_cases(),
    *_best_levels("A3", 120, ("17", "42", "73")),
    *(
        case
        for seats, figures in _BOOK.items()
        for case in _values(f"A3r/{seats}", "A3", seats, figures)
    ),
    *_best_levels("A8", 120, ("19", "46", "79")),
    *_values("A8/value", "A8", 120, ("18556.0874", "18556.0071", "18546.2853")),
]
