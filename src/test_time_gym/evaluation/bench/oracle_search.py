"""The search of the oracle: it tries plans until a purchase succeeds.

The optimum is a price at an instant.  Whether it can be had through the door is
another question: a page takes seconds to load, rivals react, cards are declined,
codes never come.  An episode is a function of its seed and of what its agents do, so
the oracle plays it beforehand, and changes its plan until one succeeds.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from test_time_gym.evaluation.optimum import Optimum
from test_time_gym.evaluation.oracle import Oracle
from test_time_gym.market.interface.actions import Action, Input
from test_time_gym.market.interface.task import draw_task, least_bill, qualifies
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.verbs import WAIT_MAX, Verb
from test_time_gym.market.streams import Streams

from .focal_episode import FocalEpisode, FocalResult
from .null_policies import Idler

__all__ = ["play_best_plan"]

TRIES: Final = 40
"""Plans that are tried at most."""
_GIVEN_UP: Final = (1, 2, 3, 4)
"""Challenges that are left unanswered, once nothing else succeeds."""

_WAIT: Final = Action(Verb.WAIT, {"minutes": WAIT_MAX})


@dataclass(frozen=True, slots=True)
class Purchase:
    """A product that all of the agent's seats could buy at an instant."""

    price_minor: int
    """What they pay together."""
    at_ms: int
    each: tuple[Optimum, ...]
    """What each of them buys."""


Plan = tuple[Optimum, ...]
"""What each of the agent's seats is advised to buy."""


@dataclass(frozen=True, slots=True)
class TriedPlan:
    """A plan, and how it is carried out; see `Oracle`."""

    plan: Plan
    hasty: bool = False
    given_up: int = 0


class Purchases:
    """Notes for every product when it could be bought first, cheapest, and last.

    Args:
        contest: which is re-executed, with the agent passive.
        recorded_actions: what the other seats do.
    """

    def __init__(
        self, episode: FocalEpisode, recorded_actions: dict[int, list[Input]]
    ) -> None:
        """Watch the whole episode."""
        self.first: dict[int, Purchase] = {}
        self.cheapest: dict[int, Purchase] = {}
        self.last: dict[int, Purchase] = {}
        self._mine = len(episode.mine)
        self._seen: tuple[int, int] = (-1, -1)
        self._products: Sequence[int] = ()
        self._turns: Turns | None = None
        turns = Turns(
            episode.scenario,
            episode.world,
            episode.seed,
            episode.names,
            observer=self._look,
        )
        task = turns.seats[0].task
        products, world = turns.market.catalog.products, turns.world
        fit = [p.index for p in products if qualifies(p, task, world)]
        self._turns, self._products = turns, fit
        self._look()
        left = {
            seat: iter(actions)
            for seat, actions in recorded_actions.items()
            if seat >= self._mine
        }
        while turns.ready and not turns.seats[0].stopped:
            seat = turns.ready[0]
            turns.act(seat, next(left.get(seat.index, iter(())), _WAIT))
            turns.advance()

    def _look(self) -> None:
        turns = self._turns
        if turns is None:
            return
        market = turns.market
        version = (market.inventory.version, market.offers_version)
        now, task = market.clock.now_ms, turns.seats[0].task
        if version == self._seen or not 0 <= now < task.deadline_ms:
            return
        self._seen = version
        for product in self._products:
            price = market.prices[product] * task.party
            if market.on_sale(product) >= task.party * self._mine:
                self._note(turns, product, price, now)

    def _note(self, turns: Turns, product: int, price: int, now: int) -> None:
        each = []
        for seat in turns.seats[: self._mine]:
            found = least_bill(seat.task, turns.world, price, now)
            if found is None:
                return
            bill, card, parts = found
            codes = tuple(code for code, _ in bill.discounts)
            one = Optimum(bill.total_minor, product, now, now, codes, card, parts)
            each.append(one)
        total = sum(one.price_minor for one in each)
        if total <= turns.seats[0].task.budget_minor:
            chance = Purchase(total, now, tuple(each))
            self.first.setdefault(product, chance)
            self.last[product] = chance
            known = self.cheapest.get(product)
            if known is None or total < known.price_minor:
                self.cheapest[product] = chance


def play_best_plan(episode: FocalEpisode) -> FocalResult:
    """Return the contest as the oracle plays it: with the first plan that succeeds.

    Without any plan it aborts; with none that succeeds, the first one is played.
    """
    recorded_actions: dict[int, list[Input]] = {}
    if len(episode.mine) < len(episode.names):
        recorded_actions = episode.play(
            {name: Idler() for name in episode.mine}
        ).recorded_actions
    first: FocalResult | None = None
    for one in islice(_tries(episode, recorded_actions), TRIES):
        played = episode.play(_oracles(episode, one))
        if played.result.outcome == "success":
            return played
        first = first or played
    return first or episode.play({name: Oracle(None) for name in episode.mine})


def feasible_for_team(episode: FocalEpisode) -> bool:
    """Return whether a team could buy one product for all, within its budget."""
    return bool(Purchases(episode, {}).first)


def _oracles(episode: FocalEpisode, one: TriedPlan) -> dict[str, Oracle]:
    return {
        name: Oracle.advised(
            best,
            episode.scenario,
            episode.world,
            hasty=one.hasty,
            given_up=one.given_up,
        )
        for name, best in zip(episode.mine, one.plan, strict=True)
    }


def _tries(
    episode: FocalEpisode, recorded_actions: dict[int, list[Input]]
) -> Iterator[TriedPlan]:
    """Yield what may be tried, the cheapest first."""
    if not episode.scenario.task.team:
        best = episode.optimum(recorded_actions)
        if best is None:
            return
        yield from (TriedPlan((best,)), TriedPlan((best,), hasty=True))
        yield from (TriedPlan((other,)) for other in _variants(episode, best))
    chances = Purchases(episode, recorded_actions)
    for some, hasty in (
        (chances.cheapest, False),
        (chances.first, True),
        (chances.last, False),
    ):
        yield from (
            TriedPlan(chance.each, hasty) for chance in _by_price(some.values())
        )
    for given_up in _GIVEN_UP:
        for chance in _by_price(chances.first.values()):
            yield TriedPlan(chance.each, hasty=True, given_up=given_up)


def _by_price(chances: Iterable[Purchase]) -> list[Purchase]:
    return sorted(chances, key=lambda chance: (chance.price_minor, chance.at_ms))


def _variants(episode: FocalEpisode, best: Optimum) -> Iterator[Optimum]:
    """Yield the same purchase with other cards, in other parts, and later."""
    counts = (1, *episode.scenario.market.instalments.counts)
    streams = Streams(episode.seed)
    wallet = draw_task(episode.scenario.task, episode.world, streams, 0).wallet
    for parts in counts:
        if parts != best.parts:
            yield replace(best, parts=parts)
    for card in wallet:
        if card != best.card:
            yield from (replace(best, card=card, parts=parts) for parts in counts)
    between = (best.from_ms + best.until_ms) // 2
    for at in (between, best.until_ms):
        if at > best.from_ms:
            yield replace(best, from_ms=at)
