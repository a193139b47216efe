"""When prices and booking limits change, and why: policies decide, control applies.

Control wakes those whose time has come, shows each what it may see, keeps what they
decide within what the scenario promises, and writes it down.  Who wakes at one
instant decides on what stood before it: nobody is first.
"""

from collections.abc import Callable, Collection, Container, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from ..clock import HORIZON_MS, MarketClock, Phase, Timer
from ..events import Repriced
from ..inventory import Inventory
from ..journal import JournalWriter
from ..streams import Streams
from .limits import nested_limits
from .policy import Decision, PricingPolicy, View
from .rows import Rows, pairs_of, rows_of
from .seller_run import NEVER, SellerRun
from .sellers import Seller, closing_of, group_of
from .triggers import Triggers, trigger_of
from .views import Views

if TYPE_CHECKING:
    from ..sales_history import SalesHistory
    from ..world import World

__all__ = ["AUTHORISED_MOST", "Control"]

AUTHORISED_MOST: Final = 5
"""No more units of a pool may be authorised than so many times what there is."""
_BID: Final = "bid_price"
"""Why a class closes or opens whose bid price asks for it."""


class Control:
    """Prices, booking limits and bid prices of one run.

    Args:
        world: the compiled scenario.
        clock: of the run.
        inventory: whose booking limits are moved.
        journal: where changes are written.
        on_change: told of the products whose prices have moved, and of those that
            may have opened or closed.
        streams: of the run, for policies that leave something to chance.
        history: what sellers know of past departures.
        played: sellers whose prices agents decide: no policy of theirs wakes.

    Attributes:
        prices: of every product, in minor units.
    """

    __slots__ = (
        "_clock",
        "_inventory",
        "_journal",
        "_lookers",
        "_on_change",
        "_only_rules",
        "_runs",
        "_triggers",
        "_world",
        "prices",
    )

    def __init__(
        self,
        world: "World",
        clock: MarketClock,
        inventory: Inventory,
        journal: JournalWriter,
        on_change: Callable[[Sequence[int], Iterable[int]], None],
        *,
        streams: Streams,
        history: "SalesHistory",
        played: Collection[str] = (),
    ) -> None:
        """Begin every policy."""
        self._world = world
        self._clock = clock
        self._inventory = inventory
        self._journal = journal
        self._on_change = on_change
        self._runs = {
            one.name: SellerRun(
                one, streams, history.seen(one), played=one.name in played
            )
            for one in world.sellers
        }
        self._only_rules = all(run.policy is None for run in self._runs.values())
        self._triggers: Triggers | None = None
        self._lookers: dict[tuple[str, ...], list[Views]] = {}
        """Group → who has looked at what is sold there."""
        self.prices: list[int] = []

    def open(self) -> None:
        """Fix the opening prices, let policies decide, and set their wakes."""
        now, world = self._clock.now_ms, self._world
        if world.opening is not None:
            self.prices[:] = self._by_rules()
        else:
            if not world.first_prices:
                world.first_prices[:] = self._by_rules()
            self.prices[:] = world.first_prices
        for run in self._runs.values():
            if run.seller.every_ms and not run.played:
                run.due_ms = now + run.seller.every_ms
        wanted = {name: one.wake_on for name, one in self._runs.items() if one.wake_on}
        if wanted:
            self._triggers = Triggers(self._world, wanted, self._soon)
            self._inventory.listener = self._triggers.moved
        self._act([run for run in self._runs.values() if run.policy is not None])
        for name, run in self._runs.items():
            if run.due_ms != NEVER:
                self._clock.at(run.due_ms, Phase.REPRICING, self._wake, "reprice", name)

    def _by_rules(self) -> list[int]:
        """Return what the rules say of the present instant and loads."""
        now, world = self._clock.now_ms, self._world
        closings, loads = world.catalog.closing_ms, self._inventory.loads_ppm()
        asked = zip(world.rules, closings, loads, strict=True)
        return [rule(max(at - now, 0), load) for rule, at, load in asked]

    def state(self) -> list[Any]:
        """Return what policies have changed and remember; nothing without any."""
        states = [
            [
                name,
                run.due_ms,
                sorted(run.bids.items()),
                sorted(run.closed.items()),
                list(run.policy.state()),
                *([run.trigger] if run.wake_on else []),
            ]
            for name, run in self._runs.items()
            if run.policy is not None
        ]
        if not states:
            return []
        return [[list(self._inventory.limits), states]]

    def cut_prices(self) -> dict[str, int]:
        """Return how many prices each seller has asked beyond what it promises.

        Those of a seller who has asked for none are not there.
        """
        return {
            name: run.asked.cut for name, run in self._runs.items() if run.asked.cut
        }

    # -- waking ------------------------------------------------------------------

    def _wake(self, timer: Timer) -> int | None:
        now, own = self._clock.now_ms, self._runs[timer.entity]
        if self._only_rules:
            # Rules see nothing of each other: no need to look at all at once.
            self._reprice(own.seller, self._moved(own))
            due = now + own.seller.every_ms
            return due if due < own.seller.last_closing_ms else None
        if own.due_ms == now:
            self._act([run for run in self._runs.values() if run.due_ms == now])
        return own.due_ms if own.due_ms != NEVER else None

    def _soon(self, name: str, trigger: str, after_ms: int) -> None:
        """Let a policy wake besides, unless it is about to."""
        run = self._runs[name]
        if not run.trigger:
            run.trigger = trigger
            due = self._clock.now_ms + after_ms
            self._clock.at(due, Phase.REPRICING, self._triggered, "trigger", name)

    def _triggered(self, timer: Timer) -> int | None:
        run = self._runs[timer.entity]
        trigger, run.trigger = run.trigger, ""
        now = self._clock.now_ms
        # Where it wakes at this instant anyway, it decides once.
        if run.policy is not None and run.due_ms != now < run.seller.last_closing_ms:
            decision = self._decided(run, run.policy)
            self.apply(run.seller.name, decision, trigger=trigger)
        return None

    def _act(self, runs: list[SellerRun]) -> None:
        """Let those whose time has come decide at once, then apply it in order."""
        now = self._clock.now_ms
        found: list[list[tuple[int, int]] | Decision] = [
            self._moved(run) if run.policy is None else self._decided(run, run.policy)
            for run in runs
        ]
        for run, decided in zip(runs, found, strict=True):
            if isinstance(decided, Decision):
                run.wakes_after(now, decided.wake_at_ms)
                woke = trigger_of(run.seller, now) if run.wake_on else ""
                self.apply(run.seller.name, decided, trigger=woke)
                continue
            run.wakes_after(now)
            self._reprice(run.seller, decided)

    def _moved(self, run: SellerRun) -> list[tuple[int, int]]:
        """Return the prices that rules would have otherwise by now."""
        return run.rules.moved(self._clock.now_ms, self._inventory, self.prices)

    def _reprice(self, seller: Seller, moved: list[tuple[int, int]]) -> None:
        """Set prices that rules have found."""
        if moved:
            for j, price in moved:
                self.prices[j] = price
            fact = Repriced(prices=tuple(moved), seller=seller.name)
            self._journal.emit(fact, self._clock.now_ms)
            self._runs[seller.name].asked.forget()
            self._tell([j for j, _ in moved], ())

    # -- what a policy sees -----------------------------------------------------------

    def view(self, name: str) -> View:
        """Return what a seller may see at this instant."""
        return self._views(self._runs[name]).view(self._clock.now_ms)

    def _views(self, run: SellerRun) -> Views:
        """Return what keeps the views of a seller, who is told from now on."""
        if run.views is None:
            run.views = Views(
                run.seller,
                self._world.catalog,
                self._inventory,
                self.prices,
                past=run.past,
                now_ms=self._clock.now_ms,
            )
            for group in dict.fromkeys(map(group_of, run.seller.products)):
                self._lookers.setdefault(group, []).append(run.views)
        return run.views

    def _decided(self, run: SellerRun, policy: PricingPolicy) -> Decision:
        """Let a policy decide."""
        return run.decide(policy, self._views(run), self._clock.now_ms)

    def _tell(self, priced: Sequence[int], opened: Sequence[int]) -> None:
        """Tell everybody whom it concerns what costs something else, or may sell."""
        if self._lookers:
            products = self._world.catalog.products
            for j in (*priced, *opened):
                for views in self._lookers.get(group_of(products[j]), ()):
                    views.touched[j] = None
        self._on_change(priced, opened)
        if self._triggers is not None:
            self._triggers.repriced(priced)

    # -- what it decides ------------------------------------------------------------

    def apply(
        self,
        name: str,
        decision: Decision,
        actor: str = "",
        cause: int = 0,
        *,
        trigger: str = "",
    ) -> None:
        """Change what a seller has decided, as far as it may, and write it down.

        A policy's wake ends here; so may any other hand that sets a seller's prices.

        Args:
            name: the seller.
            decision: prices leave no bounds, booking limits neither fall below what
                is sold and held nor exceed those of dearer classes.
            actor: the agent that decided; empty for a policy.
            cause: number of the record that it follows from.
            trigger: what woke the policy, where that is told.

        Raises:
            MarketBug: it concerns what the seller does not offer, twice the same, no
                whole number, or gives no proper reason; nothing has changed.
        """
        run, now = self._runs[name], self._clock.now_ms
        seller = run.seller
        own, pools = seller.closes_ms, seller.users
        prices = [
            (j, price, reason)
            for j, price, reason in run.asked.rows(decision.prices, now)
            if price != self.prices[j]
        ]
        bids = [
            (pool, to, reason)
            for pool, to, reason in rows_of(name, "bid price", decision.bids, pools)
            if run.bids.get(pool) != to
        ]
        wanted = {
            j: (to, reason)
            for j, to, reason in rows_of(name, "booking limit", decision.limits, own)
            if own[j] > now
        }
        authorised = self._authorised(name, decision, pools)
        for j, price, _ in prices:
            self.prices[j] = price
        run.asked.cut += decision.cut_besides
        run.asked.done()
        run.bids.update(pairs_of(bids))
        limits = self._limits(run, wanted)
        if not (authorised or prices or bids or limits):
            return
        every = (*authorised, *bids, *limits, *prices)
        fact = Repriced(
            authorised=pairs_of(authorised),
            bids=pairs_of(bids),
            limits=pairs_of(limits),
            prices=pairs_of(prices),
            reasons=tuple(reason for _, _, reason in every),
            seller=name,
            trigger=trigger,
        )
        self._journal.emit(fact, now, actor, cause)
        products, users = self._world.catalog.products, self._world.catalog.users
        touched = [member for j, _, _ in limits for member in products[j].nest]
        touched += [j for pool, _, _ in authorised for j in users[pool]]
        if limits:
            self._inventory.set_limits(pairs_of(limits))
        self._tell([j for j, _, _ in prices], touched)

    def _authorised(self, name: str, decision: Decision, pools: Container[int]) -> Rows:
        """Authorise what a seller has decided, as far as it may; return what moved."""
        stock, capacity = self._inventory, self._world.catalog.capacity
        moved: Rows = []
        asked = rows_of(name, "authorised units", decision.authorised, pools)
        for pool, to, reason in asked:
            has = capacity[pool]
            most = AUTHORISED_MOST * has if stock.oversells else has
            taken = stock.sold[pool] + stock.held[pool]
            units = _within(to, max(has, taken), max(most, taken))
            if units != stock.authorised[pool]:
                moved.append((pool, units, reason))
        if moved:
            stock.authorise(pairs_of(moved))
        return moved

    def _limits(self, run: SellerRun, wanted: dict[int, tuple[int, str]]) -> Rows:
        """Return the booking limits that change, all of a nest being looked at."""
        catalog = self._world.catalog
        asked = wanted | self._by_bids(run, wanted)
        nests = dict.fromkeys(catalog.products[j].nest for j in asked)
        return sorted(
            change
            for nest in nests
            for change in nested_limits(nest, catalog, self._inventory, asked)
        )

    def _by_bids(
        self, run: SellerRun, wanted: dict[int, tuple[int, str]]
    ) -> dict[int, tuple[int, str]]:
        """Return the limits of classes that bid prices close, or close no longer."""
        asked: dict[int, tuple[int, str]] = {}
        now, shut = self._clock.now_ms, False
        for product in run.seller.products if run.bids else ():
            j = product.index
            bid = sum(run.bids.get(pool, 0) for pool in product.pools)
            # What is below a closed class is closed with it.
            shut = (shut and product.rank > 0) or bid > self.prices[j]
            if closing_of(product) <= now:
                continue
            limit = self._inventory.limits[j]
            if shut:
                before = HORIZON_MS if limit is None else limit
                run.closed[j] = wanted.get(j, (run.closed.get(j, before), ""))[0]
                asked[j] = 0, _BID
            elif j in run.closed:
                before = run.closed.pop(j)
                asked[j] = wanted.get(j, (before, _BID))
        return asked


def _within(value: int, low: int, high: int) -> int:
    return min(max(value, low), high)
