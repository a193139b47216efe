"""An episode of the vector door, made again from what is on record."""

from dataclasses import dataclass, field
from typing import Any

from test_time_gym.journal.reader import JournalFile, Record
from test_time_gym.market.domain import Trade
from test_time_gym.market.interface.buyer import Buyer
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.vector_actions import arguments
from test_time_gym.market.interface.verbs import ACTIONS

from .recording import Rerun, Unexportable

__all__ = ["Unfit", "VectorEpisode", "vector_episode"]


class Unfit(Unexportable):
    """An agent's episode has no like in the vector door."""


@dataclass(slots=True)
class VectorEpisode:
    """What one agent saw, did and earned, as numbers."""

    journal: JournalFile
    agent: str
    trade: Trade
    """Whose fields its observations have."""
    outcome: str = ""
    observations: list[dict[str, Any]] = field(default_factory=list)
    """One more than actions: the last one is what the episode ended with."""
    actions: list[int] = field(default_factory=list)
    rewards: list[float] = field(default_factory=list)

    @property
    def seed(self) -> int:
        """The run's seed."""
        return int(self.journal.header["seed"])

    @property
    def policy(self) -> str:
        """What the header calls the agent's policy."""
        seats = self.journal.header["seats"]
        return str(next(s["policy"] for s in seats if s["name"] == self.agent))

    @property
    def truncations(self) -> list[bool]:
        """Whether the agent ran out of turns, after each action."""
        return self._ended(truncated=True)

    @property
    def terminations(self) -> list[bool]:
        """Whether the episode ended otherwise, after each action."""
        return self._ended(truncated=False)

    def _ended(self, *, truncated: bool) -> list[bool]:
        ended = (self.outcome == "truncated") is truncated
        return [False] * (len(self.actions) - 1) + [ended]


def vector_episode(journal: JournalFile, agent: str) -> VectorEpisode:
    """Execute a run again, and return what an agent's vector door would have shown.

    Rewards are those of a `BookingEnv`: what was earned since the last action,
    with the team's share if the scenario has one.

    Raises:
        Unfit: no seat has this name, it never acts, its outcome is not on record,
            or an action of it has no number.
        Diverged: executing the journal again gives other records.
        Misuse: it describes no run that a door plays.
    """
    rerun = Rerun(journal, "vector")
    if agent not in rerun.adapter.names:
        known = f"{rerun.adapter.names[0]} … {rerun.adapter.names[-1]}"
        raise Unfit(f"{journal.path} has no seat {agent!r:.40}; seats: {known}")
    episode, focal = VectorEpisode(journal, agent, rerun.adapter.world.trade), None
    for record, seat in rerun:
        if focal is not None and focal.outcome is not None:
            break
        if seat.name != agent:
            continue
        if focal is not None:
            episode.rewards.append(_earned(rerun, focal))
        focal = seat
        episode.observations.append(rerun.adapter.observe(seat))
        turns: Any = rerun.adapter.turns
        episode.actions.append(_number(journal, record, turns, seat))
    if focal is None or focal.outcome is None:
        what = "never acts" if focal is None else "has no outcome on record"
        raise Unfit(f"{journal.path}: {agent} {what}")
    episode.rewards.append(_earned(rerun, focal))
    episode.observations.append(rerun.adapter.observe(focal))
    episode.outcome = focal.outcome
    return episode


def _earned(rerun: Rerun, focal: Buyer) -> float:
    for earner, terms in rerun.adapter.collect():
        if earner is focal:
            return float(sum(terms.values()))
    return 0.0


def _number(journal: JournalFile, record: Record, turns: Turns, seat: Buyer) -> int:
    """Return the lowest number of the `Discrete` that means a recorded action now."""
    data = record.data
    verb, args = data["verb"], data["args"]
    for number, (known, _) in enumerate(ACTIONS):
        if data["status"] == "malformed":
            why = f"{turns.verbs.action_name(number)} points at nothing"
            same = args["why"] == why and arguments(turns, seat, number) is None
        else:
            same = turns.verbs.names[known] == verb
            same = same and arguments(turns, seat, number) == args
        if same:
            return number
    what = verb or data["status"]
    msg = f"{journal.path}: record {record.n} ({what} of {seat.name}) has no number "
    raise Unfit(f"{msg}in the vector door's action space")
