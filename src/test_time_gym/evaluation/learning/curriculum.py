"""The curriculum: at which site each episode of a run is played, and what it offers.

All arms of a seed play the same one, so that they are compared episode by episode.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from test_time_gym.evaluation.optimum import Optimum, clairvoyant
from test_time_gym.market.interface.task import draw_task
from test_time_gym.market.streams import Streams
from test_time_gym.market.world import World
from test_time_gym.scenarios import Family, Scenario

__all__ = ["EPISODES_MAX", "SEAT", "Curriculum", "Hindsight", "SitePhase"]

EPISODES_MAX: Final = 1000
"""Of a run: seed k has the episode seeds from 1000·k on, and no other seed's."""
SEAT: Final = "buyer_0"
"""The one seat that is played."""


class SitePhase(NamedTuple):
    """Episodes between two drifts."""

    seed: int
    """Of its first episode; the following ones have the following seeds."""
    episodes: int
    site: Scenario


class Hindsight(NamedTuple):
    """What an episode offers, known in hindsight."""

    best: Optimum | None
    """The clairvoyant optimum; None: the episode is infeasible."""
    budget_minor: int


class Curriculum:
    """The episodes of one seed.

    Args:
        family: of the site.
        number: the site's; in thousands it is the seed of the first episode.
        episodes: how many.
        drifts: names of those that are to happen, each when it is due.

    Attributes:
        phases: the episodes, in order.

    Raises:
        ScenarioError: there is no such drift.
    """

    def __init__(
        self, family: Family, number: int, episodes: int, drifts: Sequence[str] = ()
    ) -> None:
        """Lay out the phases."""
        due = [d.after_episodes for d in family.drifts if d.name in drifts]
        starts = sorted({0, *[after for after in due if after < episodes]})
        first = EPISODES_MAX * number
        self.number = number
        self.phases: tuple[SitePhase, ...] = tuple(
            SitePhase(
                first + start,
                end - start,
                family.site(number, [d for d in family.due(start) if d in drifts]),
            )
            for start, end in zip(starts, [*starts[1:], episodes], strict=True)
        )

    def hindsights(self) -> list[Hindsight]:
        """Return what each episode offers; one execution of the market each."""
        found = []
        for phase in self.phases:
            site, world = phase.site, World.of(phase.site.market)
            for seed in range(phase.seed, phase.seed + phase.episodes):
                best = clairvoyant(
                    site, world, seed, [SEAT], focal=0, recorded_actions={}
                )
                task = draw_task(site.task, world, Streams(seed), 0, 1)
                found.append(Hindsight(best, task.budget_minor))
        return found
