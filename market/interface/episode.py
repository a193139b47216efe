"""What an episode is made of, besides a seed."""

from numbers import Real
from typing import Annotated, Final, Literal, Self

from pydantic import Field, SerializeAsAny, model_validator

from ..config import PPM, Config, Ppm
from ..errors import Misuse, shown
from ..payments.issuer import TEST_CARDS
from ..world import MarketConfig
from .page import PageConfig
from .reward import RewardConfig, reward_of
from .task import TaskConfig

__all__ = ["AGENTS_MAX", "AgentsConfig", "EpisodeConfig", "Finish", "TurnConfig"]

Finish = Literal["idle", "leave"]
"""What a finished agent does: stay in an absorbing state, or leave at once."""


class TurnConfig(Config):
    """How long an agent's own actions take, and how many it has."""

    click_ms: Annotated[int, Field(ge=1, le=3_600_000)] = 1000
    """A click on the page at hand; also an illegal action, and a wait of 0."""
    page_ms: Annotated[int, Field(ge=1, le=3_600_000)] = 2500
    """A page that has to load."""
    max_turns: Annotated[int, Field(ge=1, le=1_000_000)] = 60
    """Actions of one agent after which its episode is truncated."""
    window_s: Annotated[int, Field(ge=1, le=86_400)] = 5
    """Length of a decision window behind the Parallel door."""


AGENTS_MAX: Final = 1024


class AgentsConfig(Config):
    """How many agents play, and how they share their reward."""

    count: Annotated[int, Field(ge=1, le=AGENTS_MAX)] = 1
    """Default number of agents."""
    most: Annotated[int, Field(ge=1, le=AGENTS_MAX)] = 64
    cooperation_ppm: Ppm = 0
    """Share of the reward that is the mean of all agents'."""

    @model_validator(mode="after")
    def _all_have_seats(self) -> "AgentsConfig":
        if self.count > self.most:
            msg = f"count is {self.count}, more than most, which is {self.most}"
            raise ValueError(msg)
        return self


class EpisodeConfig(Config):
    """A declared world: the market, the task, the reward, the turns."""

    market: SerializeAsAny[MarketConfig]
    task: SerializeAsAny[TaskConfig]
    reward: RewardConfig = RewardConfig()
    turns: TurnConfig = TurnConfig()
    agents: AgentsConfig = AgentsConfig()
    page: PageConfig = PageConfig()

    def with_reward(self, reward: object) -> Self:
        """Return the same with another reward.

        In the scenario, and so in the journal's header, rewards can be computed again
        from the journal alone.

        Args:
            reward: see `reward_of`; None leaves it as it is.

        Raises:
            Misuse: it is no reward.
        """
        if reward is None:
            return self
        return self.model_copy(update={"reward": reward_of(reward, self.reward)})

    def with_neutral_cards(self) -> Self:
        """Return the same with wallets that show neutral names of cards.

        A language model reads ``tok_decline_soft``, and need not find out.
        """
        page = self.page.model_copy(update={"cards": "neutral"})
        return self.model_copy(update={"page": page})

    def with_cooperation(self, cooperation: float | None) -> Self:
        """Return the same with another share of the mean of all in each reward.

        Args:
            cooperation: from 0 to 1; None leaves it as it is.

        Raises:
            Misuse: it is no share.
        """
        if cooperation is None:
            return self
        # Numbers of numpy are real ones, too.
        if not (isinstance(cooperation, Real) and 0 <= cooperation <= 1):
            msg = f"cooperation is 0 to 1, not {shown(cooperation)}"
            raise Misuse(msg)
        shared = {"cooperation_ppm": round(float(cooperation) * PPM)}
        agents = self.agents.model_copy(update=shared)
        return self.model_copy(update={"agents": agents})

    @model_validator(mode="after")
    def _page_fits(self) -> "EpisodeConfig":
        self.page.verify(self.market.trade)
        return self

    @model_validator(mode="after")
    def _cards_are_known(self) -> "EpisodeConfig":
        known = [*TEST_CARDS, *(card.token for card in self.market.cards)]
        for wallet in self.task.wallets:
            for token in wallet:
                if token not in known:
                    msg = f"a wallet holds the card {token}, which is neither a test "
                    msg += f"card ({', '.join(TEST_CARDS)}) nor in market.cards"
                    raise ValueError(msg)
        return self
