"""The clairvoyant optimum: the cheapest way to meet a task in the same world.

The world is re-executed with the same seed and with the focal agent passive;
the other agents repeat the actions they took.  Chance is keyed, so that what
the background buyers draw stays the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from test_time_gym.market.bill import Bill
from test_time_gym.market.interface.actions import Action, Input
from test_time_gym.market.interface.episode import EpisodeConfig
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.task import Task, least_bill, qualifies
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.verbs import WAIT_MAX, Verb
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.world import World

__all__ = ["Optimum", "RecordedActions", "clairvoyant", "least_offer"]

RecordedActions = Sequence[Input]
"""The actions that one agent took, in order."""

_WAIT = Action(Verb.WAIT, {"minutes": WAIT_MAX})


@dataclass(frozen=True, slots=True)
class Optimum:
    """The cheapest purchase that met the task, and when it could be made."""

    price_minor: int
    """For the whole party, with the best coupons and the least fees."""
    product: int
    from_ms: int
    """First instant at which it could be had at this price."""
    until_ms: int
    """Last instant, of the same stretch, at which that was observed."""
    coupons: tuple[str, ...]
    """Codes of the coupons that it takes."""
    card: str
    """The card that pays it."""
    parts: int
    """Number of parts in which it does; one: at once."""


class _Watcher:
    """Looks at the offers after every event that may have changed them."""

    def __init__(self, focal: int) -> None:
        self._focal = focal
        self._seen: tuple[int, int] = (-1, -1)
        self._products: list[int] | None = None
        self.turns: Turns | None = None
        self.best: Optimum | None = None

    def look(self) -> None:
        turns = self.turns
        if turns is None:
            return
        market = turns.market
        version = (market.inventory.version, market.offers_version)
        if version == self._seen:
            return
        self._seen = version
        task = turns.seats[self._focal].task
        if self._products is None:
            products = market.catalog.products
            world = market.world
            self._products = [p.index for p in products if qualifies(p, task, world)]
        now = market.clock.now_ms
        if not 0 <= now < task.deadline_ms:
            return
        found = least_offer(market, task, self._products)
        if found is None or found[0].total_minor > task.budget_minor:
            return
        (bill, card, parts, product), best = found, self.best
        price = bill.total_minor
        if best is None or price < best.price_minor:
            coupons = tuple(code for code, _ in bill.discounts)
            self.best = Optimum(price, product, now, now, coupons, card, parts)
        elif (price, product) == (best.price_minor, best.product):
            self.best = replace(best, until_ms=now)


def least_offer(
    market: Marketplace, task: Task, products: Iterable[int]
) -> tuple[Bill, str, int, int] | None:
    """Return the cheapest purchase of one of these products at this instant.

    Args:
        market: as it is now.
        task: whose party and wallet.
        products: indices of those to choose from.

    Returns:
        The bill with the best coupons and the least fees, the card that pays it,
        the number of parts, and the product; None when none can be bought.
    """
    open_prices = [
        (market.prices[j] * task.party, j)
        for j in products
        if market.on_sale(j) >= task.party
    ]
    if not open_prices:
        return None
    # A dearer offer may be the cheaper one, if it is what a coupon asks for.
    minima = [coupon.minimum_minor for coupon in market.world.coupons.values()]
    found = []
    for least in (0, *minima):
        offers = [offer for offer in open_prices if offer[0] >= least]
        price, product = min(offers, default=(0, 0))
        bill = least_bill(task, market.world, price, market.clock.now_ms)
        if offers and bill is not None:
            found.append((*bill, product))
    return min(found, key=lambda one: one[0].total_minor, default=None)


def clairvoyant(
    config: EpisodeConfig,
    world: World,
    seed: int,
    seats: list[str],
    *,
    focal: int,
    recorded_actions: Mapping[int, RecordedActions],
    window_ms: int = 0,
    roles: Sequence[str] = ("buyer",),
) -> Optimum | None:
    """Return the optimum of one seat, or None when its task could not be met.

    Args:
        config: the declared world.
        world: its compiled market.
        seed: of the run.
        seats: the agents' names.
        focal: the seat whose optimum is asked for; it stays passive.
        recorded_actions: actions of the other seats; who has none left waits.
        window_ms: length of decision windows, as in the run.
        roles: that agents play, as in the run; what sellers did is in
            ``recorded_actions`` too.
    """
    watcher = _Watcher(focal)
    turns = Turns(
        config,
        world,
        seed,
        seats,
        roles=roles,
        window_ms=window_ms,
        observer=watcher.look,
    )
    watcher.turns = turns
    watcher.look()
    played = dict.fromkeys(range(len(turns.participants)), 0)
    me = turns.seats[focal]
    while turns.ready and not me.stopped:
        seat = turns.ready[0]
        turns.act(seat, _next(seat, focal, recorded_actions, played))
        turns.advance()
    return watcher.best


def _next(
    seat: Participant,
    focal: int,
    recorded_actions: Mapping[int, RecordedActions],
    played: dict[int, int],
) -> Input:
    actions = recorded_actions.get(seat.index, ())
    k = played[seat.index]
    if seat.index == focal or k >= len(actions):
        return _WAIT
    played[seat.index] = k + 1
    return actions[k]
