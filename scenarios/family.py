"""A family: one scenario and the habits in which the sites of it differ."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from test_time_gym.market.errors import ScenarioError, did_you_mean
from test_time_gym.market.interface.workload import Workload
from test_time_gym.market.streams import Streams

from .loader import SCENARIO_DIR, base_of, habits_of, path_of, read_data, scenario_of
from .schema import Drift, Option, Scenario, SiteRanges, SiteTrait

__all__ = ["Family", "load_family", "merged"]

_SITES_KEPT = 256
"""So many compiled sites a family remembers."""


class Family:
    """Sites that differ in their habits, and how each of them may change.

    Args:
        data: of the base scenario, as plain data.
        habits: in which sites differ.
        drifts: what may happen to a site.
        where: the file's name, for messages.
        ranges: which sites are for development, validation and test.

    Attributes:
        base: the scenario without habits.
        habits: what there is to learn about a site.
        drifts: what may have to be learned again.
        ranges: the sites of each range, by its name.
        longest: of the base and what one option or drift makes of it, the scenario
            whose runs have the most events.

    Raises:
        ScenarioError: the scenario, an option or a drift says something
            impossible, or two habits change the same thing.
    """

    def __init__(
        self,
        data: dict[str, Any],
        habits: Sequence[SiteTrait] = (),
        drifts: Sequence[Drift] = (),
        where: str = "a family",
        *,
        ranges: SiteRanges | None = None,
    ) -> None:
        """Check the base, and every option and drift on top of it."""
        self.base: Scenario = scenario_of(data, where)
        self.longest: Scenario = self.base
        self.habits: tuple[SiteTrait, ...] = tuple(habits)
        self.drifts: tuple[Drift, ...] = tuple(drifts)
        self.ranges: dict[str, range] = (ranges or SiteRanges()).named()
        self._data = data
        self._where = where
        self._sites: dict[tuple[Any, ...], Scenario] = {}
        self._verify_apart()
        for habit in self.habits:
            for option in habit.options:
                self._meet(
                    self._patched(
                        [option.patch], f"habit {habit.name}, {option.name!r}"
                    )
                )
        for drift in self.drifts:
            self._meet(self._patched([drift.patch], f"drift {drift.name}"))

    @property
    def name(self) -> str:
        """The scenario's name, which all sites share."""
        return self.base.name

    def site(self, seed: int, drifts: Sequence[str] = ()) -> Scenario:
        """Return a site: one option of each habit, drawn from a number.

        Args:
            seed: the site's number, a function of which it is; an episode's
                seed is another thing.
            drifts: names of what has happened to the site since.

        Raises:
            ScenarioError: there is no such drift, or the options do not fit.
            Misuse: the number is no seed.
        """
        happened = self._happened(drifts)
        places = self._places(seed, happened)
        key = (tuple(places), tuple(drift.name for drift in happened))
        if key not in self._sites:
            patches = [option.patch for option in self._chosen(places)]
            patches += [drift.patch for drift in happened]
            if len(self._sites) >= _SITES_KEPT:
                self._sites.pop(next(iter(self._sites)))
            self._sites[key] = self._patched(patches, f"site {seed}")
        return self._sites[key]

    def habits_of(self, seed: int, drifts: Sequence[str] = ()) -> dict[str, str]:
        """Return the name of the option that a site has of each habit.

        Raises:
            ScenarioError: there is no such drift.
            Misuse: the number is no seed.
        """
        places = self._places(seed, self._happened(drifts))
        return {
            habit.name: option.name
            for habit, option in zip(self.habits, self._chosen(places), strict=True)
        }

    def due(self, episodes: int) -> tuple[str, ...]:
        """Return the drifts that have happened when so many episodes are over."""
        return tuple(d.name for d in self.drifts if d.after_episodes <= episodes)

    # -- how a site is made --------------------------------------------------------

    def _happened(self, names: Sequence[str]) -> list[Drift]:
        """Return drifts by name, in the order in which they are declared."""
        known = [drift.name for drift in self.drifts]
        for name in names:
            if name not in known:
                msg = f"{self.name} has no drift {name!r:.40}; "
                msg += f"known: {', '.join(known) or 'none'}"
                raise ScenarioError(msg + did_you_mean(name, known))
        return [drift for drift in self.drifts if drift.name in names]

    def _places(self, seed: int, happened: list[Drift]) -> list[int]:
        """Return which option of each habit a site has."""
        streams = Streams(seed)
        moved = [name for drift in happened for name in drift.next_option]
        return [
            # Keyed by the habit's name: another habit more moves no other.
            (streams.at(0, "habit", habit.name).below(count) + moved.count(habit.name))
            % count
            for habit in self.habits
            for count in (len(habit.options),)
        ]

    def _chosen(self, places: list[int]) -> list[Option]:
        return [
            habit.options[place]
            for habit, place in zip(self.habits, places, strict=True)
        ]

    def _patched(self, patches: list[dict[str, Any]], what: str) -> Scenario:
        data = self._data
        for patch in patches:
            data = merged(data, patch)
        site = scenario_of(data, f"{self._where}: {what}")
        if site.name != self.name:
            msg = f"{self._where}: {what}: a patch may not change the name"
            raise ScenarioError(msg)
        return site

    def _meet(self, site: Scenario) -> None:
        if Workload.of(site).events > Workload.of(self.longest).events:
            self.longest = site

    def _verify_apart(self) -> None:
        """Raise if two habits change the same thing: one would undo the other.

        Raises:
            ScenarioError: they do.
        """
        owners: dict[tuple[str, ...], str] = {}
        for habit in self.habits:
            mine = {path for o in habit.options for path in _leaves(o.patch)}
            for path in sorted(mine):
                for other, owner in owners.items():
                    short = min(len(path), len(other))
                    if path[:short] == other[:short]:
                        msg = f"{self._where}: the habits {owner} and {habit.name} "
                        msg += f"both change {'.'.join(path[:short])}"
                        raise ScenarioError(msg)
            owners |= dict.fromkeys(sorted(mine), habit.name)


def load_family(source: str | Path) -> Family:
    """Return the family of a scenario; one without habits is a family of one.

    Args:
        source: a name such as ``flights/sites``, or the path of a TOML file.

    Raises:
        ScenarioError: it does not exist or says something impossible; the text
            names the file, the habit or drift, and every key that is wrong.
    """
    path = path_of(source)
    return _packaged(path) if SCENARIO_DIR in path.parents else _read(path)


@lru_cache(maxsize=16)
def _packaged(path: Path) -> Family:
    return _read(path)


def _read(path: Path) -> Family:
    data = read_data(path)
    declared = habits_of(data, str(path))
    return Family(
        base_of(data),
        declared.habits,
        declared.drift,
        str(path),
        ranges=declared.ranges,
    )


def merged(data: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """Return data changed by a patch: tables are merged, all else is replaced.

    >>> merged({"a": {"b": 1, "c": [1, 2]}}, {"a": {"c": [3]}})
    {'a': {'b': 1, 'c': [3]}}
    """
    result = dict(data)
    for key, value in patch.items():
        before = result.get(key)
        if isinstance(value, dict) and isinstance(before, dict):
            result[key] = merged(before, value)
        else:
            result[key] = value
    return result


def _leaves(patch: dict[str, Any], at: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the paths of all that a patch sets."""
    found = []
    for key, value in patch.items():
        inside = _leaves(value, (*at, key)) if isinstance(value, dict) else []
        found += inside or [(*at, key)]
    return found
