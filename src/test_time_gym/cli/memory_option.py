"""Agents that remember: what they learn is kept in a file from run to run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .agents_option import ChosenAgents
from .skills import dropped
from .terminal import note

if TYPE_CHECKING:
    from test_time_gym.agents.base import AgentSource
    from test_time_gym.agents.skill_memory import Memory
    from test_time_gym.agents.skills.persistent_agent import PersistentAgent

__all__ = ["with_memory"]

_SKILLS: Final = "skills"
_SEEDS: Final = 2**128


@contextmanager
def with_memory(
    seats: ChosenAgents, memory: Path | None, *, place: str, seed: int, repeated: bool
) -> Iterator[ChosenAgents]:
    """Let all agents remember that can; without a memory nothing is different.

    Args:
        seats: who plays.
        memory: the file; made if need be.
        place: what is played, as ``flights/sites/3``: a learner is called
            ``flights/sites/3/buyer_0``.
        seed: of the first episode.
        repeated: whether an instance may be played with what was mined from it.

    Raises:
        Misuse: nobody can remember, or the memory cannot be used.
    """
    from test_time_gym.agents.skill_memory import Memory
    from test_time_gym.agents.skills.agent import SkillsAgent
    from test_time_gym.market.errors import Misuse

    if memory is None:
        if repeated:
            raise Misuse("--repeated goes with --memory")
        yield seats
        return
    able = [
        seat
        for seat, source in seats.sources.items()
        if source == _SKILLS or isinstance(source, SkillsAgent)
    ]
    if not able:
        msg = "--memory: nobody who plays has one; the agent skills has, as in "
        raise Misuse(msg + "--agents skills")
    with Memory(memory) as opened:
        agents = {
            seat: _remembering(
                seats.sources[seat], opened, f"{place}/{seat}", seed, repeated=repeated
            )
            for seat in able
        }
        sources = {**seats.sources, **agents}
        labels = dict.fromkeys(able, _SKILLS) | seats.labels
        yield replace(seats, sources=sources, labels=labels)
    for seat, agent in agents.items():
        times = agent.withheld_before + len(agent.withheld)
        if times:
            often = "once" if times == 1 else f"{times} times"
            msg = f"{seat}: {often} a skill was left out of an episode that it was "
            note(msg + "mined from; choose another --seed, or allow --repeated")


def _remembering(
    source: "AgentSource", memory: "Memory", key: str, seed: int, *, repeated: bool
) -> "PersistentAgent":
    """Return an agent that goes on from what its learner keeps."""
    from test_time_gym.agents.skills.agent import SkillsAgent
    from test_time_gym.agents.skills.persistent_agent import (
        PersistentAgent,
        remembered_seed,
    )

    learner = memory.learner(key)
    place, _, seat = key.rpartition("/")
    if not isinstance(source, SkillsAgent):
        known = remembered_seed(learner)
        # As a run seeds the agents that it makes itself.
        own = (seed * 1000 + _index(seat)) % _SEEDS
        source = SkillsAgent(own if known is None else known)
    if learner.dropped:
        note(f"{key}: {dropped(learner)}")
    if learner.episode:
        note(f"{key} goes on after {learner.episode} episodes")
    return PersistentAgent(
        source, learner, instance=_instances(place, seed), repeated=repeated
    )


def _instances(place: str, seed: int) -> Callable[[], str]:
    """Return what names one episode after the other, as ``flights/sites/3#3001``."""
    seeds = count(seed)
    return lambda: f"{place}#{next(seeds)}"


def _index(seat: str) -> int:
    """Return a seat's index; an impossible name is left to the run to refuse."""
    number = seat.rpartition("_")[2]
    return int(number) if number.isascii() and number.isdigit() else 0
