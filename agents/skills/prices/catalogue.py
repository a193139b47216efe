"""The catalogue: which offers there are on which day, and what they usually cost."""

from math import exp, log
from typing import Any, Final

from test_time_gym.agents.skills.perception.constraints import fits
from test_time_gym.agents.skills.perception.shop import Results

__all__ = ["Catalogue"]

_FADES: Final = 10
"""Looks after which a usual price follows new ones at a constant rate."""

_Entry = tuple[int, float, dict[str, Any]]
"""Looks, mean logarithm of the price, and what the page last said of the offer."""


class Catalogue:
    """Offers that were seen, by what was looked for and on which day."""

    def __init__(self) -> None:
        """Have seen no offer."""
        self._known: dict[str, dict[str, dict[Any, _Entry]]] = {}
        self.begin()

    def begin(self) -> None:
        """Begin an episode, with a task of its own."""
        self._least: dict[tuple[str, str], float | None] = {}

    def level(self, shop: Results) -> float | None:
        """Return how much dearer than usual a page is, as a logarithm, if that shows.

        It is the mean over the offers that were seen before.
        """
        known = self._of(shop.group, shop.day)
        levels = [
            log(one.price) - known[one.name][1]
            for one in shop.offers
            if one.name in known and one.price > 0
        ]
        return sum(levels) / len(levels) if levels else None

    def note(self, shop: Results, level: float) -> None:
        """Take in a page, on which prices are dearer than usual by a logarithm."""
        self._least.clear()
        known = self._known.setdefault(shop.group, {}).setdefault(shop.day, {})
        for one in shop.offers:
            if one.price <= 0:
                continue
            usual = log(one.price) - level
            n, mean, _ = known.get(one.name, (0, 0.0, {}))
            n = min(n + 1, _FADES)
            known[one.name] = n, mean + (usual - mean) / n, one.row

    def knows(self, shop: Results, day: str) -> bool:
        """Return whether offers of a day were ever seen."""
        return bool(self._of(shop.group, day))

    def least(self, shop: Results, day: str) -> float | None:
        """Return the usual price of the cheapest offer of a day that fits the task."""
        key = shop.group, day
        if key not in self._least:
            usual = [
                mean
                for _, mean, row in self._of(shop.group, day).values()
                if fits(row, shop.wanted)
            ]
            self._least[key] = exp(min(usual)) if usual else None
        return self._least[key]

    def cheapest_day(self) -> str:
        """Return the day on which offers cost least on the average, in every group."""
        found = []
        for days in self._known.values():
            means = {
                day: sum([mean for _, mean, _ in known.values()]) / len(known)
                for day, known in days.items()
                if known
            }
            if len(means) > 1:
                found.append(min(means, key=lambda day: means[day]))
        return found[0] if found and len(set(found)) == 1 else ""

    def _of(self, group: str, day: str) -> dict[Any, _Entry]:
        return self._known.get(group, {}).get(day, {})

    def dump(self) -> dict[str, Any]:
        """Return all offers, as plain data."""
        return {
            group: {
                day: [[name, *entry] for name, entry in known.items()]
                for day, known in days.items()
            }
            for group, days in self._known.items()
        }

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self._known = {
            group: {
                day: {name: (n, mean, row) for name, n, mean, row in known}
                for day, known in days.items()
            }
            for group, days in data.items()
        }
