"""The oracle: an agent that is told when and what to buy. For comparison only."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from test_time_gym.agents.page import SEARCH, searched
from test_time_gym.agents.scripted import Cheapest, do
from test_time_gym.market.interface.card_names import card_names
from test_time_gym.market.interface.episode import EpisodeConfig
from test_time_gym.market.interface.page import PageConfig
from test_time_gym.market.world import World
from test_time_gym.rollout.hooks import Advise, Setup

from .optimum import Optimum, clairvoyant

__all__ = ["ADVISED", "ORACLE", "Oracle"]

ORACLE: Final = "oracle"
"""What the agent is called."""


class Oracle(Cheapest):
    """Waits for the instant of the optimum, then buys as `Cheapest` does.

    It knows the site, too: what it calls the fields of its page, and the cards.

    Args:
        best: the optimum; None when the task cannot be met.
        offer_id: of the optimum.
        form: with which a search finds it; what is missing is as the form says.
        deadline_ms: of the task, on the optimum's clock.
        page: the site's.
        offers: key of the offers on its page.
        hasty: whether it goes to the shop before it is sure that the price is there,
            and filters nothing: where an offer stands for seconds, these decide.
        given_up: how many challenges it leaves unanswered at first: another payment
            may get its code, and its reply, sooner.
    """

    tries = 8

    def __init__(
        self,
        best: Optimum | None,
        offer_id: str = "",
        form: dict[str, str] | None = None,
        deadline_ms: int = 0,
        *,
        page: PageConfig | None = None,
        offers: str = "",
        hasty: bool = False,
        given_up: int = 0,
    ) -> None:
        """Take the advice."""
        super().__init__()
        self._best = best
        self._offer_id = offer_id
        self._form = {} if form is None else form
        self._page, self._offers = PageConfig() if page is None else page, offers
        if best is not None and best.parts > 1:
            self._plans[best.card] = best.parts
        self._hasty = hasty
        self._given_up = given_up
        self._left_s = 0 if best is None else (deadline_ms - best.from_ms) // 1000

    @classmethod
    def advised(
        cls,
        best: Optimum | None,
        config: EpisodeConfig,
        world: World,
        *,
        hasty: bool = False,
        given_up: int = 0,
    ) -> "Oracle":
        """Return the oracle of an episode.

        Args:
            best: the optimum; None when the task cannot be met.
            config: the declared world.
            world: its compiled market.
            hasty: see above.
            given_up: see above.
        """
        if best is None:
            return cls(None)
        product = world.catalog.products[best.product]
        if config.page.cards == "neutral":
            names = card_names(config.task.wallets)
            best = replace(best, card=names.shown(best.card))
        deadline_ms = config.task.deadline_s * 1000
        form = [argument.name for argument in world.trade.form]
        return cls(
            best,
            product.id,
            dict(zip(form, product.group, strict=True)),
            deadline_ms,
            page=config.page,
            offers=world.trade.words.offers,
            hasty=hasty,
            given_up=given_up,
        )

    def begin(self, task: dict[str, Any]) -> None:
        """Keep the advice, which is for this episode alone."""

    def act(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Return the next step of the advised purchase."""
        if self._best is None:
            return {"verb": "abort", "payload": {"reason": "the task cannot be met"}}
        observation = self._page.usual(observation, self._offers)
        early_s = _seconds_left(observation) - self._left_s
        if early_s >= int(self._hasty) and not (
            observation["cart"]["items"] or observation["orders"]
        ):
            # Prices move after the agents of the same instant: a click later the
            # optimum is there for sure.
            minutes = max(early_s // 60, 1) if early_s else 0
            return {"verb": "wait", "payload": {"minutes": minutes}}
        if self._hasty and searched(observation):
            self._filtered = True
        if observation["payment_state"]["needs_3ds"] and self._given_up:
            self._given_up -= 1
            return self._again()
        return super().act(observation)

    def search(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Look for offers where the advised one is."""
        now = observation["forms"]
        return do(SEARCH, **{k: v for k, v in self._form.items() if now[k] != v})

    def filters(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Return the constraints without a price: coupons may lower it."""
        wanted = super().filters(observation)
        del wanted["max_price"]
        return wanted

    def cards(self, observation: dict[str, Any]) -> list[str]:
        """Return the advised card, then the others."""
        cards = super().cards(observation)
        return sorted(cards, key=lambda c: self._best is None or c != self._best.card)

    def coupons(self, observation: dict[str, Any]) -> list[str]:
        """Return the advised coupons that are not applied yet."""
        advised = () if self._best is None else self._best.coupons
        gone = [*observation["cart"]["coupons"], *self._coupons_used]
        return [code for code in advised if code not in gone]

    def choose(self, observation: dict[str, Any]) -> str | None:
        """Return the advised offer if it is on the page, else the cheapest."""
        if any(o["id"] == self._offer_id for o in self.fitting(observation)):
            return self._offer_id
        return super().choose(observation)


def _seconds_left(observation: dict[str, Any]) -> int:
    now, deadline = (
        datetime.fromisoformat(observation[key]) for key in ("now", "deadline")
    )
    return int((deadline - now).total_seconds())


def _advised(setup: Setup, focal: int) -> Oracle:
    """Return the oracle of an episode, advised on a world of passive agents."""
    best = clairvoyant(
        setup.scenario,
        setup.world,
        setup.seed,
        list(setup.names),
        focal=focal,
        recorded_actions={},
        window_ms=setup.window_ms,
    )
    return Oracle.advised(best, setup.scenario, setup.world)


ADVISED: Final[Mapping[str, Advise]] = MappingProxyType({ORACLE: _advised})
"""Agents that are advised, by their names."""
