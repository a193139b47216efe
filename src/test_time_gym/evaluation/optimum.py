"""The clairvoyant optimum: the cheapest way to meet a task in the same world.

The world is re-executed with the same seed and with the focal agent passive;
the other agents repeat the actions they took.  Chance is keyed, so that what
the background buyers draw stays the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from test_time_gym.market.interface.episode import EpisodeConfig
from test_time_gym.market.interface.seat import Seat
from test_time_gym.market.interface.task import qualifies
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.verbs import (
    WAIT_MAX,
    Action,
    Crashed,
    Malformed,
    Verb,
)
from test_time_gym.market.world import World

__all__ = ["Optimum", "Tape", "clairvoyant"]

Tape = Sequence[Action | Malformed | Crashed]
"""The actions that one agent took, in order."""

_WAIT = Action(Verb.WAIT, {"minutes": WAIT_MAX})


@dataclass(frozen=True, slots=True)
class Optimum:
    """The cheapest purchase that met the task, and when it could be made."""

    price_minor: int
    """For the whole party, the best coupon taken off."""
    product: int
    from_ms: int
    """First instant at which it could be had at this price."""
    until_ms: int
    """Last instant, of the same stretch, at which that was observed."""
    coupon: str | None


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
            self._products = [p.index for p in products if qualifies(p, task)]
        now = market.clock.now_ms
        if not 0 <= now < task.deadline_ms:
            return
        found = self._cheapest(turns, task.party)
        if found is None or found[0] > task.budget_minor:
            return
        price, product, coupon = found
        best = self.best
        if best is None or price < best.price_minor:
            self.best = Optimum(price, product, now, now, coupon)
        elif (price, product) == (best.price_minor, best.product):
            self.best = Optimum(price, product, best.from_ms, now, coupon)

    def _cheapest(self, turns: Turns, party: int) -> tuple[int, int, str | None] | None:
        market = turns.market
        open_prices = [
            (market.prices[j] * party, j)
            for j in self._products or []
            if market.on_sale(j) >= party
        ]
        if not open_prices:
            return None
        price, product = min(open_prices)
        now = market.clock.now_ms
        offs = [
            (coupon.discount(price), coupon.code)
            for coupon in market.world.config.coupons
            if coupon.refusal(price, now) is None
        ]
        off, code = max(offs, default=(0, None))
        return price - off, product, code if off else None


def clairvoyant(
    config: EpisodeConfig,
    world: World,
    seed: int,
    seats: list[str],
    *,
    focal: int,
    tapes: Mapping[int, Tape],
    window_ms: int = 0,
) -> Optimum | None:
    """Return the optimum of one seat, or None when its task could not be met.

    Args:
        config: the declared world.
        world: its compiled market.
        seed: of the run.
        seats: the agents' names.
        focal: the seat whose optimum is asked for; it stays passive.
        tapes: actions of the other seats; who has none left waits.
        window_ms: length of decision windows, as in the run.
    """
    watcher = _Watcher(focal)
    turns = Turns(
        config, world, seed, seats, window_ms=window_ms, observer=watcher.look
    )
    watcher.turns = turns
    watcher.look()
    played = dict.fromkeys(range(len(seats)), 0)
    me = turns.seats[focal]
    while turns.ready and not me.stopped:
        seat = turns.ready[0]
        turns.act(seat, _next(seat, focal, tapes, played))
        turns.advance()
    return watcher.best


def _next(
    seat: Seat, focal: int, tapes: Mapping[int, Tape], played: dict[int, int]
) -> Action | Malformed | Crashed:
    tape = tapes.get(seat.index, ())
    k = played[seat.index]
    if seat.index == focal or k >= len(tape):
        return _WAIT
    played[seat.index] = k + 1
    return tape[k]
