"""A case: everything that one run of simulation testing depends on, as data."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final, Self

from test_time_gym.market.errors import Misuse
from test_time_gym.market.streams import Stream, Streams
from test_time_gym.scenarios.loader import scenario_of
from test_time_gym.scenarios.schema import Scenario

from .case_agents import PLAYERS
from .conflicts import give_way
from .fault import FAULTS, ROUGHNESS_PPM
from .parameter import PARAMETERS, SIMPLEST, put

__all__ = ["DrawnCase", "draw_case"]

SEATS_MAX: Final = 5
CREW_PPM: Final = 300_000
"""Chance that one habit plays all seats."""
TEAM_PPM: Final = 500_000
"""Chance that a team is two of a kind that may reach its goal."""
TEAMS: Final = ("cheapest", "first-offer", "rival")
MILD_PPM: Final = 250_000
"""Chance that a world is mild: much of it is then as simple as can be."""
SIMPLE_PPM: Final = 500_000
"""Chance that a parameter of a mild world has its simplest value."""

RecordedActions = list[Any]
"""Actions of one seat as plain data, in the order in which they are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCase:
    """A world, its faults and its players; with the seed it fixes a run.

    It is a function of the seed alone when drawn; minimising makes smaller ones.
    """

    seed: int
    knobs: Mapping[str, Any] = field(default_factory=lambda: dict(SIMPLEST))
    """Paths of settings and their values."""
    faults: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What each active fault sets on top of the parameters."""
    players: tuple[str, ...] = ("shopper",)
    """Who plays each seat."""
    recorded_actions: Mapping[int, RecordedActions] = field(default_factory=dict)
    """Seats that follow a script instead."""

    def settings(self) -> dict[str, Any]:
        """Return all settings as plain nested data, faults included."""
        data: dict[str, Any] = {"run": {}}
        for path, value in self.knobs.items():
            put(data, path, deepcopy(value))
        for changes in self.faults.values():
            for path, value in changes.items():
                put(data, path, deepcopy(value))
        give_way(data["market"])
        return data

    def scenario(self) -> Scenario:
        """Return the scenario that the settings declare.

        Raises:
            ScenarioError: they declare none.
        """
        data = self.settings()
        del data["run"]
        about = {
            "name": "dst/drawn",
            "description": "A world drawn for deterministic simulation testing.",
        }
        return scenario_of({**about, **data}, f"the world of seed {self.seed}")

    def run(self) -> dict[str, Any]:
        """Return how it is played: what is no setting of the scenario."""
        play: dict[str, Any] = self.settings()["run"]
        return play

    def as_dict(self) -> dict[str, Any]:
        """Return plain data that `from_dict` reads, less the simplest values."""
        data: dict[str, Any] = {
            "seed": self.seed,
            "players": list(self.players),
            "faults": {name: dict(sets) for name, sets in self.faults.items()},
            "knobs": {
                path: value
                for path, value in self.knobs.items()
                if path not in SIMPLEST or value != SIMPLEST[path]
            },
        }
        if self.recorded_actions:
            data["tapes"] = {
                str(seat): tape for seat, tape in self.recorded_actions.items()
            }
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the case that `as_dict` has described.

        Raises:
            Misuse: it is no description of a case.
        """
        try:
            return cls(
                seed=data["seed"],
                knobs={**SIMPLEST, **data.get("knobs", {})},
                faults=data.get("faults", {}),
                players=tuple(data["players"]),
                recorded_actions={
                    int(k): tape for k, tape in data.get("tapes", {}).items()
                },
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            msg = f"this describes no case: {error!r:.80}"
            raise Misuse(msg) from error


def draw_case(seed: int) -> DrawnCase:
    """Return the case of a seed."""
    streams = Streams(seed)
    knobs = _draw_knobs(streams)
    rough = streams.get("dst", "roughness").below(len(ROUGHNESS_PPM))
    faults = {}
    for fault in FAULTS:
        dice = streams.get("dst", "fault", fault.name)
        if dice.chance(ROUGHNESS_PPM[rough]):
            faults[fault.name] = fault.ways[dice.below(len(fault.ways))]
    players = _draw_players(streams.get("dst", "players"), team=knobs["task.team"])
    return DrawnCase(seed=streams.seed, knobs=knobs, faults=faults, players=players)


def _draw_knobs(streams: Streams) -> dict[str, Any]:
    """Draw every parameter; mild worlds, in which much succeeds, keep many simple."""
    mild = streams.get("dst", "mild").chance(MILD_PPM)
    knobs = {}
    for one in PARAMETERS:
        dice = streams.get("dst", "knob", one.path)
        simple = dice.chance(SIMPLE_PPM)
        knobs[one.path] = one.simplest if mild and simple else one.draw(dice)
    return knobs


def _draw_players(dice: Stream, *, team: bool) -> tuple[str, ...]:
    names = list(PLAYERS)
    if team and dice.chance(TEAM_PPM):
        return (TEAMS[dice.below(len(TEAMS))],) * 2
    count = 1 + dice.below(SEATS_MAX)
    players = tuple(names[dice.below(len(names))] for _ in range(count))
    return (players[0],) * count if dice.chance(CREW_PPM) else players
