"""The state of a skills agent: all that it keeps from episode to episode."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from test_time_gym.agents.bandits import make_chooser
from test_time_gym.agents.bandits.replay import Event, Recorder
from test_time_gym.agents.skill_memory.record import SkillChange
from test_time_gym.agents.skills.explore.explorer import Explorer
from test_time_gym.agents.skills.library.expectations import Expectations
from test_time_gym.agents.skills.library.library import Library
from test_time_gym.agents.skills.library.maintenance import Maintenance
from test_time_gym.agents.skills.perception.scene import Attempt
from test_time_gym.agents.skills.perception.shield import Shield
from test_time_gym.agents.skills.perception.vocabulary import Vocabulary, vocabulary_of
from test_time_gym.agents.skills.prices.shopper import Shopper
from test_time_gym.agents.skills.skill.skill import Skill
from test_time_gym.agents.skills.skill.trajectory_replay import TrajectoryReplay
from test_time_gym.agents.skills.start.clerk_skills import CLERK_BELIEFS
from test_time_gym.agents.skills.values.told import SiteKnowledge, heard, told
from test_time_gym.agents.skills.values.values import Values
from test_time_gym.market.interface.policy import AgentError, policy_stream, seed_of

from .settings import Settings

__all__ = ["SCHEMA", "AgentState"]

SCHEMA: Final = 2
"""Version of what `AgentState.dump` returns."""


class AgentState:
    """What is learned, and how it is kept, handed on and believed less.

    Args:
        seed: of all chance.
        settings: by their names.

    Raises:
        AgentError: a setting is unknown or out of range.
    """

    def __init__(self, seed: int, settings: dict[str, Any]) -> None:
        """Know nothing."""
        self.settings = Settings.of(settings)
        self._settings_data = msgspec.to_builtins(self.settings)
        self.seed: Final = seed_of(seed)
        self.instance = ""
        chance = policy_stream(seed, "choice")
        kind, keep = self.settings.chooser, self.settings.evidence_decay
        self._chooser = Recorder(make_chooser(kind, chance, keep=keep))
        self.events: list[Event] = self._chooser.events
        self.changes: list[SkillChange] = []
        self._dice = policy_stream(seed, "values")
        self.explorer = Explorer(seed, self.settings)
        self.library = Library(self._chooser)
        learning = self.settings.learning
        self.values = Values(self._dice, keep, learning=learning)
        self.shopper = Shopper(learning=learning, trials=self.settings.trials)
        self._trade: Vocabulary | None = None
        self._attempt = Attempt()
        self._shield = Shield()
        self._maintenance = Maintenance(self.library, self.settings)
        self._replay = TrajectoryReplay()
        self._expectations = Expectations(
            self._chooser, self.library.stats, self.settings.doubt
        )
        self.episode = 0
        self.wins = 0

    @property
    def skills(self) -> list[Skill]:
        """All skills, retired ones too, in the order of their birth; see `told`."""
        library = list(self.library.skills.values())
        if self._trade is None:
            return library
        day, minutes = (
            self.shopper.catalogue.cheapest_day(),
            self.shopper.cheapest_minute(),
        )
        known = SiteKnowledge(self._trade, self.values.beliefs, day, minutes)
        return [told(one, known) for one in library]

    def dump(self) -> dict[str, Any]:
        """Return all but the skills between two episodes, as plain JSON data."""
        return {
            "schema": SCHEMA,
            "settings": dict(self._settings_data),
            "episode": self.episode,
            "wins": self.wins,
            "drawn": self._dice.drawn,
            "trade": self._trade.offers if self._trade else "",
            "library": self.library.dump(self.skills),
            **{name: part.dump() for name, part in self._parts().items()},
        }

    def _parts(self) -> dict[str, Any]:
        """Return what is dumped and loaded by itself, by names that memories hold."""
        return {
            "chooser": self._chooser,
            "expectations": self._expectations,
            "explorer": self.explorer,
            "values": self.values,
            "shopper": self.shopper,
            "raw": self._replay,
            "upkeep": self._maintenance,
        }

    def load(self, skills: Iterable[Skill], data: dict[str, Any]) -> None:
        """Continue where `dump` stopped, with the skills of then.

        The agent is fresh, and has the same seed; its settings may differ, as
        ``learning=False``, except the chooser's.

        Raises:
            AgentError: the data are of another layout, or this agent has played.
        """
        if data.get("schema") != SCHEMA:
            msg = f"this state has layout {data.get('schema')!r:.40}, and this program "
            msg += f"knows {SCHEMA}: use the version that wrote it, or begin with its "
            raise AgentError(msg + "skills alone")
        self._verify_fresh("load into a fresh one of the same seed")
        self.library.load(skills, data["library"])
        for name, part in self._parts().items():
            part.load(data[name])
        self.library.stats.keep(self.library.skills)
        if data["trade"]:
            self._trade = vocabulary_of({data["trade"]: []})
        self.episode, self.wins = data["episode"], data["wins"]
        while self._dice.drawn < data["drawn"]:
            self._dice.word()
        if not self.episode:
            self._hear(self.library.skills.values())

    def start_with(self, skills: Iterable[Skill]) -> None:
        """Begin with skills of others in use, and with the values that they tell.

        What they have retired stays so.

        Raises:
            AgentError: this agent has played, or two skills have one name.
        """
        self._verify_fresh("begin with a fresh one")
        given = list(skills)
        self.library.start_with(given)
        self._hear(given)

    def _hear(self, skills: Iterable[Skill]) -> None:
        for kind, feature, often in heard(skills):
            self.values.beliefs.expect(kind, feature, often, 0.0)

    def change_site(self) -> None:
        """Go on at another site of the same kind.

        The way is kept, and believed less; prices, days and values start over.
        Nothing happens while it does not learn.
        """
        if self.settings.learning:
            self.library.believe_less()
            self.values.load({})
            if self.settings.start == "clerk":
                self._expect_flow()
            self.shopper.forget()

    def _expect_flow(self) -> None:
        """Expect of values what who knows the flow expects."""
        for kind, feature, good, bad in CLERK_BELIEFS:
            self.values.beliefs.expect(kind, feature, good, bad)

    def _verify_fresh(self, advice: str) -> None:
        if self.episode:
            raise AgentError(f"this agent has played: {advice}")
