"""Bases: how many buyers a segment expects in each market, by its name or a pattern.

A market is what a search finds without its dates: a city pair ``SFO-MAD``, a city.
In a pattern ``*`` stands for any text, so that ``SFO-*`` is all that leaves from SFO.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Annotated, Any, Final, Literal

from pydantic import Discriminator, Field, Tag

from .domain import DATE

__all__ = [
    "BUYERS_MOST",
    "Bases",
    "BuyerCount",
    "best_keys",
    "market_name",
    "markets_mistake",
]

BUYERS_MOST: Final = 10_000_000
"""Most buyers that may be expected of a segment in one group."""

BuyerCount = Annotated[int, Field(ge=0, le=BUYERS_MOST)]
"""How many buyers are expected."""

_ANY: Final = "*"
_SHOWN: Final = 10
"""Markets that are named where none is like the one asked for."""
_Key = Annotated[str, Field(min_length=1, max_length=200)]


def _shape(value: Any) -> Literal["table", "list"]:
    return "table" if isinstance(value, Mapping) else "list"


Bases = Annotated[
    Annotated[dict[_Key, BuyerCount], Field(min_length=1, max_length=400), Tag("table")]
    | Annotated[
        tuple[_Key, ...],
        Field(min_length=1, max_length=400, strict=False),
        Tag("list"),
    ],
    Discriminator(_shape),
]
"""Markets that buyers come for, each with the number of them that is expected or, in a
list, with the usual one."""


@lru_cache(maxsize=16_384)
def market_name(group: tuple[str, ...]) -> str:
    """Return the name of a group's market: its values that are no dates.

    >>> market_name(("SFO", "MAD", "2026-06-02"))
    'SFO-MAD'
    """
    return "-".join([value for value in group if not DATE.fits(value)])


@lru_cache(maxsize=4096)
def _pattern(key: str) -> re.Pattern[str]:
    first, *between, last = map(re.escape, key.split(_ANY))
    # The first place where a part fits is as good as any: nothing is tried again, which
    # many a `*` would make take for ever.
    parts = "".join([f"(?>.*?{part})" for part in between if part])
    return re.compile(f"{first}{parts}.*{last}", re.DOTALL)


def best_keys(keys: Collection[str], market: str) -> list[str]:
    """Return the keys that say most of a market: several only if they say as much.

    The market's own name comes before all patterns; of these, the one counts that has
    the most characters besides ``*``.

    Args:
        keys: names and patterns.
        market: the name of a market.

    >>> best_keys(["*", "SFO-*", "SFO-MAD"], "SFO-MAD")
    ['SFO-MAD']
    >>> best_keys(["*", "SFO-*", "*-LIS"], "SFO-LIS"), best_keys(["LIS-*"], "SFO-LIS")
    (['SFO-*', '*-LIS'], [])
    """
    if market in keys:
        return [market]
    fit = [key for key in keys if _ANY in key and _pattern(key).fullmatch(market)]
    most = max([len(key) - key.count(_ANY) for key in fit], default=0)
    return [key for key in fit if len(key) - key.count(_ANY) == most]


def markets_mistake(
    wanted: Mapping[str, int] | Sequence[str], markets: Sequence[str]
) -> tuple[str, str] | None:
    """Return which keys are wrong, and why, with ``{offers}`` for what is sold.

    Args:
        wanted: as declared.
        markets: all that there are.

    Returns:
        None: each key fits a market, and no two that fit one say different numbers.

    >>> markets_mistake(["sfo-mda"], ["LIS-IST", "SFO-MAD"])
    ('sfo-mda', 'and there are no {offers} for that; did you mean SFO-MAD?')
    >>> markets_mistake({"SFO-*": 1, "S*": 2}, ["SFO-MAD"])
    """
    known_markets = dict.fromkeys(markets)
    for key in wanted:
        patterned = _ANY in key and any(map(_pattern(key).fullmatch, markets))
        if key not in known_markets and not patterned:
            near = _nearest(key, markets)
            known = ", ".join(markets[:_SHOWN])
            hint = f"did you mean {near}?" if near else f"known: {known}"
            return key, f"and there are no {{offers}} for that; {hint}"
    if not isinstance(wanted, Mapping):
        return None
    for market in markets:
        best = best_keys(wanted, market)
        if len({wanted[key] for key in best}) > 1:
            what = f"which both fit {market}, and expect different numbers: say "
            return " and ".join(best[:2]), f"{what}{market}, too"
    return None


def _nearest(key: str, markets: Sequence[str]) -> str | None:
    folded = {market.casefold(): market for market in markets}
    near = get_close_matches(key.casefold(), folded, n=1, cutoff=0.4)
    return folded[near[0]] if near else None
