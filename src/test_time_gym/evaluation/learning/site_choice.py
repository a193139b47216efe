"""Which sites a study plays: by number, or by the name of a range of the family."""

import re
from typing import Final

from test_time_gym.market.errors import Misuse, did_you_mean, shown
from test_time_gym.market.integers import as_integer
from test_time_gym.scenarios import Family
from test_time_gym.scenarios.schema import SITES_MAX

__all__ = ["SEEDS", "chosen_sites", "range_of"]

SEEDS: Final = 20
"""How many sites are played when nobody says."""
_ENDS: Final = re.compile(r"([0-9]{1,4}):([0-9]{1,4})")


def chosen_sites(
    family: Family,
    *,
    seeds: int | None = None,
    start: int | None = None,
    sites: str | range | None = None,
) -> range:
    """Return the numbers of the sites that are played.

    Args:
        family: of the sites.
        seeds: how many; None: 20, or all of ``sites``.
        start: the first; None: 0, or the first of ``sites``.
        sites: the name of a range, or ``A:B`` for A to B − 1, or a range.

    Raises:
        Misuse: there are no such sites, or not as many.

    >>> from test_time_gym.scenarios import load_family
    >>> chosen_sites(load_family("flights/sites"), seeds=20, sites="test")
    range(500, 520)
    """
    if sites is not None and start is not None:
        raise Misuse("start and sites both say where to begin: give one of them")
    within = None if sites is None else _within(family, sites)
    first = within.start if within is not None else _whole("start", start or 0, 0)
    count = seeds if seeds is not None else len(within or range(SEEDS))
    count = _whole("seeds", count, 1)
    if within is not None and count > len(within):
        msg = f"there are {len(within)} sites from {within[0]} to {within[-1]}, "
        raise Misuse(msg + f"and not {count}")
    if first + count > SITES_MAX:
        msg = f"sites have numbers below {SITES_MAX}: {count} from {first} on are "
        raise Misuse(msg + "too many")
    return range(first, first + count)


def range_of(family: Family, sites: range) -> str | None:
    """Return the name of the declared range that all of some sites are in, if any.

    >>> from test_time_gym.scenarios import load_family
    >>> range_of(load_family("flights/sites"), range(100, 120))
    'validation'
    """
    for name, declared in family.ranges.items():
        if sites[0] in declared and sites[-1] in declared:
            return name
    return None


def _within(family: Family, sites: str | range) -> range:
    if isinstance(sites, range):
        found = sites
    elif sites in family.ranges:
        return family.ranges[sites]
    else:
        ends = _ENDS.fullmatch(sites)
        if ends is None:
            known = ", ".join(family.ranges)
            msg = f"sites are FIRST:END as in 0:20, or one of {known}; not "
            near = did_you_mean(sites, family.ranges)
            raise Misuse(f"{msg}{repr(sites)[:60]}{near}")
        found = range(int(ends[1]), int(ends[2]))
    if not found or found.step != 1 or not 0 <= found[0] <= found[-1] < SITES_MAX:
        msg = f"sites are some in a row from 0 to {SITES_MAX - 1}, not {shown(sites)}"
        raise Misuse(msg)
    return found


def _whole(what: str, number: int, least: int) -> int:
    found = as_integer(number)
    if found is None or not least <= found <= SITES_MAX:
        msg = f"{what} is a whole number from {least} to {SITES_MAX}, not "
        raise Misuse(msg + shown(number))
    return int(found)
