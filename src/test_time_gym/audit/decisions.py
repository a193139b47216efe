"""DecisionRules: whether what a policy changes is within what the scenario promises."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from .lines import Line
from .pricing import Pricing
from .protection import Protection
from .scenario import DeclaredProduct
from .state import AuditState
from .stock import StockRules

__all__ = ["DecisionRules"]

_REASON: Final = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}")

_AUTHORISED_MOST: Final = 5
"""No more may be authorised than so many times what there is."""

_Rows = list[list[int]]


class DecisionRules:
    """The changes that policies write down, whatever rule they follow."""

    def __init__(self, case: AuditState, stock: StockRules) -> None:
        """Nothing has been decided."""
        self._state, self._stock = case, stock
        self._bids: dict[tuple[str, int], int] = {}

    def take(self, record: Line, pricing: Pricing, known: list[int | None]) -> bool:
        """Check a decision; return whether it is one of which prices can be taken.

        Args:
            record: of the kind ``repriced``.
            pricing: of its seller.
            known: the price of every product so far.
        """
        check, n, t = self._state.check, record.n, record.t
        bids, limits, prices = (
            record.data.get(name, []) for name in ("bids", "limits", "prices")
        )
        reasons = record.data.get("reasons", [])
        start = self._state.scenario.start
        text = "it is decided at {}, the seller wakes at {} or later"
        trigger = record.data.get("trigger", "")
        by_itself = trigger in {"", "time"} or trigger.startswith("dcp ")
        awake = t == start or t >= pricing.next or not by_itself
        check(awake, "repricing", n, text, t, pricing.next)
        text = "{} may wake it besides the time, and {!r} is said to have"
        may = self._known(trigger, pricing)
        check(may, "repricing", n, text, pricing.wake_on, trigger)
        text = "{} changes have the reasons {}"
        authorised = record.data.get("authorised", [])
        told = len(authorised + bids + limits + prices)
        fit = all(_REASON.fullmatch(reason) for reason in reasons)
        sound = told == len(reasons) > 0 and fit
        check(sound, "repricing", n, text, told, reasons)
        if by_itself:
            pricing.next = t + pricing.every
        own = {one.index: one for one in pricing.products if one.closes > t}
        pools = {pool: 0 for one in pricing.products for pool in one.pools}
        text = "{}, {}, {} are not all the seller's own, each once and in order"
        sound = (
            _ordered(bids, pools) and _ordered(limits, own) and _ordered(prices, own)
        )
        if not check(sound, "repricing", n, text, bids, limits, prices):
            return False
        for index, price in prices:
            low, high = pricing.bounds(own[index])
            text = "{} is to cost {}, not {} as before, within {} and {}"
            moved = low <= price <= high and price != known[index]
            name, old = own[index].id, known[index]
            check(moved, "repricing", n, text, name, price, old, low, high)
        seller = record.data["seller"]
        for pool, bid in bids:
            text = "the bid price {} of pool {} is none, or as it was"
            new = bid >= 0 and bid != self._bids.get((seller, pool))
            check(new, "repricing", n, text, bid, pool)
            self._bids[seller, pool] = bid
        self._authorise(authorised, pools, n)
        self._limit(limits, n)
        self._closed(own, pricing, {**dict(enumerate(known)), **dict(prices)}, record)
        if pricing.protection is not None:
            self._protect(own.values(), pricing, pricing.protection, record)
        return True

    def _known(self, trigger: str, pricing: Pricing) -> bool:
        """Return whether a policy is told to be woken by what may wake it."""
        what, _, of = trigger.partition(" ")
        if what in {"", "time", "dcp"}:
            return bool(trigger) == bool(pricing.wake_on)
        sellers = [one.seller for one in self._state.scenario.products]
        own = pricing.products[0].seller
        fits = of in sellers and of != own if what == "rival" else not of
        return what in pricing.wake_on and fits

    def _protect(
        self,
        own: Iterable[DeclaredProduct],
        pricing: Pricing,
        rule: Protection,
        record: Line,
    ) -> None:
        """Check the limits of a seller against the rule that is declared."""
        legs: dict[int, list[tuple[DeclaredProduct, int]]] = {}
        nests: dict[tuple[int, ...], None] = {}
        for one in own:
            nests[one.nest] = None
            for pool in one.pools:
                fare = pricing.price(one, 0, record.t)
                legs.setdefault(pool, []).append((one, fare))
        kept = {pool: rule.kept(users, record.t) for pool, users in legs.items()}
        for nest in nests:
            self._protected(nest, pricing, kept, record)

    def _protected(
        self,
        nest: tuple[int, ...],
        pricing: Pricing,
        kept: Mapping[int, Mapping[str, tuple[int, int]]],
        record: Line,
    ) -> None:
        """Check the limits of an itinerary: of each way to round, what follows."""
        stock = self._stock
        pools = self._state.scenario.products[nest[0]].pools
        if any(stock.cut(pool) for pool in pools):
            return  # Fewer were asked for than are taken: how many, nobody says.
        classes = [self._state.scenario.products[j] for j in nest]
        holds, least, most = pricing.counts_holds, 2**60, 2**60
        taken = [stock.taken(one, holds=holds) for one in classes]
        for rank, one in enumerate(classes):
            legs = [pool for pool in one.pools if one.rate in kept[pool]]
            limit, used = stock.limits[one.index], stock.used(one)
            if not legs:
                # The dearest of each leg: it is limited as declared.
                least = most = 2**60 if one.limit is None else one.limit
                continue
            room = min(stock.authorised[pool] for pool in one.pools)
            room = room if one.limit is None else min(room, one.limit)
            below = sum(taken[rank:])
            low, high = (
                min(
                    max(0, stock.left(pool, holds=holds) - kept[pool][one.rate][k])
                    for pool in legs
                )
                for k in (1, 0)
            )
            least = max(min(below + low, room, least), used)
            most = max(min(below + high, room, most), used)
            found = room if limit is None else limit
            text = "{} may sell {} seats with those below, by its policy {} or {}"
            sound = found in {least, most}
            self._state.check(
                sound, "booking_limit", record.n, text, one.id, found, least, most
            )

    def _authorise(self, rows: _Rows, pools: Mapping[int, object], n: int) -> None:
        """Check how many units of pools may be sold from now on."""
        check, stock, scenario = self._state.check, self._stock, self._state.scenario
        text = "{} are authorised, which are not all the seller's own, in order"
        if not check(_ordered(rows, pools), "repricing", n, text, rows):
            return
        for pool, units in rows:
            has, taken = scenario.capacity[pool], stock.sold[pool] + stock.held[pool]
            most = _AUTHORISED_MOST * has if scenario.oversells else has
            text = "{} are authorised of pool {}, of {}; {} are sold and held"
            sound = max(has, taken) <= units <= max(most, taken)
            new = units != stock.authorised[pool]
            check(sound and new, "repricing", n, text, units, pool, has, taken)
            stock.authorised[pool] = units

    def _limit(self, limits: _Rows, n: int) -> None:
        products, stock = self._state.scenario.products, self._stock
        text = (
            "{} has the limit {}, of {} declared or authorised, {} used, and {} above"
        )
        for index, limit in limits:
            stock.limits[index] = limit
        for index, limit in limits:
            one = products[index]
            above = [stock.limits[j] for j in one.nest[: one.rank]]
            most = [most for most in (one.limit, *above) if most is not None]
            used = stock.used(one)
            room = min(stock.authorised[pool] for pool in one.pools)
            room = max(used, room if one.limit is None else min(room, one.limit))
            sound = used <= limit <= min(most, default=limit) and limit <= room
            self._state.check(
                sound, "booking_limit", n, text, one.id, limit, room, used, above
            )

    def _closed(
        self,
        own: Mapping[int, DeclaredProduct],
        pricing: Pricing,
        prices: Mapping[int, int | None],
        record: Line,
    ) -> None:
        """Check that what costs less than its bid prices sells no more.

        Args:
            own: what the seller can still sell.
            pricing: of the seller.
            prices: of every product, after this record.
            record: of the decision.
        """
        stock, seller = self._stock, record.data["seller"]
        text, shut = "{} costs less than its bids, {} are sold and {} may be", False
        for one in pricing.products if self._bids else ():
            price = prices[one.index]
            bid = sum(self._bids.get((seller, pool), 0) for pool in one.pools)
            # What is below a closed class is closed with it.
            shut = (shut and one.rank > 0) or (price is not None and bid > price)
            if not shut or one.index not in own:
                continue
            limit, used = stock.limits[one.index], stock.used(one)
            room = min(stock.authorised[pool] for pool in one.pools)
            found = room if limit is None else limit
            check = self._state.check
            check(found == used, "booking_limit", record.n, text, one.id, used, found)


def _ordered(rows: _Rows, own: Mapping[int, object]) -> bool:
    indices = [index for index, _ in rows]
    return indices == sorted(dict.fromkeys(indices)) and all(j in own for j in indices)
