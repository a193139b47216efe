"""A case: everything that one run of simulation testing depends on, as data."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Self

from test_time_gym.market.errors import Misuse
from test_time_gym.market.streams import Streams
from test_time_gym.scenarios.loader import scenario_of
from test_time_gym.scenarios.schema import Scenario

from .fault import FAULTS, ROUGHNESS_PPM
from .knob import KNOBS, SIMPLEST, put
from .players import PLAYERS

__all__ = ["Case", "draw_case"]

SEATS_MAX = 5
CREW_PPM = 400_000
"""Chance that one habit plays all seats."""
CREWS = ("cheapest", "first-offer", "rival")
"""Habits by which a team may reach its goal."""

Tape = list[Any]
"""Actions of one seat as plain data, in the order in which they are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A world, its faults and its players; with the seed it fixes a run.

    It is a function of the seed alone when drawn; minimising makes smaller ones.
    """

    seed: int
    knobs: Mapping[str, Any] = field(default_factory=lambda: dict(SIMPLEST))
    """Paths of settings and their values."""
    faults: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What each active fault sets on top of the knobs."""
    players: tuple[str, ...] = ("shopper",)
    """Who plays each seat."""
    tapes: Mapping[int, Tape] = field(default_factory=dict)
    """Seats that follow a script instead."""

    def settings(self) -> dict[str, Any]:
        """Return all settings as plain nested data, faults included."""
        data: dict[str, Any] = {"run": {}}
        for path, value in self.knobs.items():
            put(data, path, deepcopy(value))
        for changes in self.faults.values():
            for path, value in changes.items():
                put(data, path, deepcopy(value))
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
        """Return plain data that `from_dict` reads; the simplest knobs left out."""
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
        if self.tapes:
            data["tapes"] = {str(seat): tape for seat, tape in self.tapes.items()}
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
                tapes={int(k): tape for k, tape in data.get("tapes", {}).items()},
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            msg = f"this describes no case: {error!r:.80}"
            raise Misuse(msg) from error


def draw_case(seed: int) -> Case:
    """Return the case of a seed."""
    streams = Streams(seed)
    knobs = {
        knob.path: knob.draw(streams.get("dst", "knob", knob.path)) for knob in KNOBS
    }
    faults = {}
    rough = streams.get("dst", "roughness").below(len(ROUGHNESS_PPM))
    for fault in FAULTS:
        dice = streams.get("dst", "fault", fault.name)
        if dice.chance(ROUGHNESS_PPM[rough]):
            faults[fault.name] = fault.ways[dice.below(len(fault.ways))]
    dice = streams.get("dst", "players")
    names = list(PLAYERS)
    count = 1 + dice.below(SEATS_MAX)
    crew = CREWS[dice.below(len(CREWS))] if knobs["task.team"] else None
    players = tuple(names[dice.below(len(names))] for _ in range(count))
    if dice.chance(CREW_PPM):
        players = (crew or players[0],) * count
    return Case(seed=seed, knobs=knobs, faults=faults, players=players)
