"""`ttgym power`: how many seeds a gain needs to be seen."""

import re
from collections.abc import Callable
from typing import Annotated, Any

import typer

from .output import emit, table
from .terminal import say, say_block, wrapped
from .values import AsJson, whole

__all__ = ["power"]

_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")
_COUNTS = (5, 10, 20, 50, 100, 200)
"""Rows of the table."""
_SEEDS_MAX = 10**6


def _above_zero(limit: float | None = None) -> Callable[[str], float]:
    """Return a reader of decimal numbers above 0, and below a limit."""

    def read(text: str) -> float:
        # Defaults pass through here as numbers.
        text = str(text)
        if _NUMBER.fullmatch(text) and 0 < float(text) < (limit or float("inf")):
            return float(text)
        below = "" if limit is None else f" and below {limit:g}"
        msg = f"{text[:60]!a} is not a number above 0{below}, such as 0.25."
        raise typer.BadParameter(msg)

    return read


Gain = Annotated[
    float,
    typer.Option(
        "--gain",
        parser=_above_zero(),
        metavar="G",
        help="The difference that is to be seen: 0.1 is 10 points of a rate.",
    ),
]
Spread = Annotated[
    float,
    typer.Option(
        "--sd",
        parser=_above_zero(),
        metavar="S",
        help="Standard deviation of the differences from seed to seed.",
    ),
]
Chance = Annotated[
    float,
    typer.Option(
        "--power", parser=_above_zero(1), metavar="P", help="Chance to see it."
    ),
]
Level = Annotated[
    float,
    typer.Option(
        "--level",
        parser=_above_zero(1),
        metavar="L",
        help="Confidence of the interval that is to leave out 0.",
    ),
]
Seeds = Annotated[
    int | None,
    typer.Option(
        "--seeds",
        parser=whole(2, _SEEDS_MAX),
        metavar="N",
        help="What can so many seeds show?",
    ),
]


def power(
    *,
    gain: Gain,
    sd: Spread,
    chance: Chance = 0.8,
    level: Level = 0.95,
    seeds: Seeds = None,
    as_json: AsJson = False,
) -> None:
    """Tell how many seeds a gain needs to be seen.

    Each seed is a pair: a run that learns, and its twin that does not. The answer
    is exact for the paired t-test on their differences.
    """
    from test_time_gym.evaluation.statistics import (
        minimum_detectable,
        power_of,
        seeds_needed,
    )

    needed = seeds_needed(gain, sd, chance, level)
    counts = sorted({*_COUNTS, needed}) if seeds is None else [seeds]
    rows = [
        {
            "seeds": n,
            "power": round(power_of(n, gain, sd, level), 4),
            "least_gain": round(minimum_detectable(n, sd, chance, level) or 0, 4),
        }
        for n in counts
    ]
    asked = {"gain": gain, "sd": sd, "power": chance, "level": level}
    emit({**asked, "seeds_needed": needed, "table": rows}, _show, as_json=as_json)


def _show(found: dict[str, Any]) -> None:
    gain, chance = found["gain"], found["power"]
    say_block(
        wrapped(
            f"To see a gain of {gain:g} with a chance of {chance:g}, where differences "
            f"spread by {found['sd']:g} from seed to seed, you need "
            f"{found['seeds_needed']} seeds."
        )
    )
    say()
    table(
        [
            {
                "seeds": row["seeds"],
                f"chance to see {gain:g}": f"{row['power']:.3f}",
                f"least gain seen at {chance:g}": f"{row['least_gain']:.3f}",
            }
            for row in found["table"]
        ]
    )
