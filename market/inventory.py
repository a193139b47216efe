"""Seats as a state table with atomic commands; SimPy timers only wake it.

A pool is stock that products share.  At every event, for every pool,
``sold + held + free = authorised`` with all three ≥ 0; `free` is derived.  As many are
authorised as there are, unless not everybody is expected to show up.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import add

from .catalog import Catalog
from .errors import MarketBug, Refused

__all__ = ["Inventory", "Line"]

Line = tuple[int, int]
"""A product's index and a number of seats."""


class Inventory:
    """Counts of sold and held seats, per pool and per product.

    Commands come as triads: `verify_hold` raises why not, `can_hold` answers,
    `hold` does it, all lines or none.
    """

    __slots__ = (
        "_catalog",
        "_only_pool",
        "_watchers",
        "authorised",
        "booked",
        "held",
        "limits",
        "listener",
        "oversells",
        "product_held",
        "product_sold",
        "sold",
        "version",
    )

    def __init__(self, catalog: Catalog, oversells: bool = False) -> None:  # noqa: FBT001, FBT002
        """Start with every seat free."""
        self._catalog = catalog
        self.sold: list[int] = [0] * len(catalog.capacity)
        self.held: list[int] = [0] * len(catalog.capacity)
        self.product_sold: list[int] = [0] * len(catalog.products)
        self.product_held: list[int] = [0] * len(catalog.products)
        self.version = 0
        """Grows with every change, so that caches know when to look again."""
        self._watchers: dict[int, list[dict[int, None]]] = {}
        """Pool → who is told that units of it were taken or given back."""
        self.limits: list[int | None] = catalog.limits
        """The booking limit of every product; the catalog's own until one moves."""
        self._only_pool = catalog.only_pool
        self.oversells = oversells
        """Whether more may be authorised than there is: agents have a seat all the
        same."""
        self.authorised: list[int] = catalog.authorised
        """Units of every pool that may be sold."""
        self.listener: Callable[[int, int], None] | None = None
        """Told of a product and how many units of it were sold, or came back (< 0)."""
        self.booked: list[int] = [0] * len(catalog.capacity)
        """Of the units sold, those of background buyers; counted if it oversells."""

    def free(self, pool: int) -> int:
        """Return the seats of a pool that may be sold and are neither sold nor held."""
        return self.authorised[pool] - self.sold[pool] - self.held[pool]

    def holdable(self, index: int) -> int:
        """Return how many seats of a product an agent could hold now.

        As many as are available, and no more than there are besides those that agents
        have already: nobody who has a ticket of theirs is ever denied.
        """
        most = self.available(index)
        if not self.oversells:
            return most
        for pool in self._catalog.pools[index]:
            most = min(most, self._unclaimed(pool))
        return most

    def _unclaimed(self, pool: int) -> int:
        """Return the seats of a pool that no agent has."""
        agents = self.sold[pool] + self.held[pool] - self.booked[pool]
        return self._catalog.capacity[pool] - agents

    def authorise(self, pools: Iterable[Line]) -> None:
        """Change how many units of these pools may be sold."""
        if self.authorised is self._catalog.authorised:
            self.authorised = self.authorised.copy()
        for pool, units in pools:
            self.authorised[pool] = units
        self.version += 1

    def available(self, index: int) -> int:
        """Return how many seats of a product could be held now.

        The least of the free seats of its pools and, for every class at or above
        its own, that class's booking limit less what it and all cheaper classes
        have sold and held.
        """
        alone = self._only_pool[index]
        if alone is not None:
            return self.authorised[alone] - self.sold[alone] - self.held[alone]
        product = self._catalog.products[index]
        most = min(map(self.free, product.pools))
        used = 0
        for rank in range(len(product.nest) - 1, -1, -1):
            member = product.nest[rank]
            used += self.product_sold[member] + self.product_held[member]
            limit = self.limits[member]
            if limit is not None and rank <= product.rank:
                most = min(most, limit - used)
        return max(most, 0)

    def _refusal(self, lines: Sequence[Line]) -> Refused | None:
        for index, seats in lines:
            if self.holdable(index) < seats:
                name = self._catalog.products[index].id
                return Refused(
                    "sold_out", f"{name} has no {seats} {self._catalog.units} left"
                )
        return None if len(lines) == 1 else self._shared_refusal(lines)

    def _sold_out(self, name: str, units: int) -> Refused:
        text = f"{name} has no {units} {self._catalog.units} left"
        return Refused("sold_out", text)

    def _shared_refusal(self, lines: Sequence[Line]) -> Refused | None:
        """Return why lines cannot be held together, each being available alone.

        They may share pools, and booking limits of one nest.
        """
        products = self._catalog.products
        seats_of: dict[int, int] = {}
        under: dict[int, int] = {}
        for index, seats in lines:
            product = products[index]
            for pool in product.pools:
                seats_of[pool] = seats_of.get(pool, 0) + seats
            for member in product.nest[: product.rank + 1]:
                under[member] = under.get(member, 0) + seats
        for pool, seats in seats_of.items():
            free = self.free(pool)
            if self.oversells:
                free = min(free, self._unclaimed(pool))
            if free < seats:
                name = self._catalog.pool_names[pool]
                return Refused(
                    "sold_out", f"{name} has no {seats} {self._catalog.units} left"
                )
        for member, seats in under.items():
            limit = self.limits[member]
            if limit is not None and limit - self._used(member) < seats:
                name = products[member].id
                return Refused("sold_out", f"{name} and below have no {seats} left")
        return None

    def _used(self, index: int) -> int:
        """Return the seats sold and held of a class and all cheaper ones."""
        product = self._catalog.products[index]
        return sum(
            self.product_sold[j] + self.product_held[j]
            for j in product.nest[product.rank :]
        )

    def set_limits(self, limits: Iterable[Line]) -> None:
        """Change booking limits: those of these products, to these units."""
        if self.limits is self._catalog.limits:
            self.limits = self.limits.copy()
            self._only_pool = self._only_pool.copy()
        for index, units in limits:
            self.limits[index], self._only_pool[index] = units, None
        self.version += 1

    def verify_hold(self, lines: Sequence[Line]) -> None:
        """Raise why these lines cannot be held together.

        Raises:
            Refused: ``sold_out``.
        """
        refusal = self._refusal(lines)
        if refusal is not None:
            raise refusal

    def can_hold(self, lines: Sequence[Line]) -> bool:
        """Return whether all lines can be held together now."""
        return self._refusal(lines) is None

    def hold(self, lines: Sequence[Line]) -> None:
        """Move seats from free to held: all lines or none.

        Raises:
            Refused: ``sold_out``; nothing has changed.
        """
        self.verify_hold(lines)
        self._move_held(lines, 1)

    def confirm(self, lines: Sequence[Line]) -> None:
        """Move held seats to sold."""
        self.release(lines)
        self._sell(lines)

    def release(self, lines: Sequence[Line]) -> None:
        """Move held seats back to free (also when a hold expires).

        Raises:
            MarketBug: more seats would be released than are held; nothing has
                changed.
        """
        for index, seats in _together(lines):
            if self.product_held[index] < seats:
                msg = f"releasing {seats} of {self.product_held[index]} held "
                msg += self._catalog.units
                raise MarketBug(msg)
        self._move_held(lines, -1)

    def _move_held(self, lines: Sequence[Line], sign: int) -> None:
        watchers = self._watchers
        for index, seats in lines:
            self.product_held[index] += sign * seats
            for pool in self._catalog.products[index].pools:
                self.held[pool] += sign * seats
                for moved in watchers.get(pool, ()):
                    moved[pool] = None
        self.version += 1

    def sell(self, index: int, seats: int) -> None:
        """Move free seats straight to sold (background buyers).

        Raises:
            Refused: ``sold_out``; nothing has changed.
        """
        if self.available(index) < seats:
            raise Refused(
                "sold_out", f"product {index} has no {seats} {self._catalog.units} left"
            )
        self._sell(((index, seats),))
        if self.oversells:
            self._book(index, seats)

    def give_back(self, index: int, seats: int = 1) -> None:
        """Move seats that a background buyer has back to free.

        Raises:
            MarketBug: fewer are sold; nothing has changed.
        """
        self.take_back(((index, seats),))
        if self.oversells:
            self._book(index, -seats)

    def _book(self, index: int, seats: int) -> None:
        for pool in self._catalog.pools[index]:
            self.booked[pool] += seats

    def sell_known(self, lines: Sequence[Line]) -> None:
        """Move free seats straight to sold, which the caller knows to be there."""
        self._sell(lines)

    def take_back(self, lines: Sequence[Line]) -> None:
        """Move sold seats back to free (a cancelled order).

        Raises:
            MarketBug: more seats would come back than are sold; nothing has changed.
        """
        for index, seats in _together(lines):
            if self.product_sold[index] < seats:
                msg = f"taking back {seats} of {self.product_sold[index]} sold "
                msg += self._catalog.units
                raise MarketBug(msg)
        self._sell(tuple((index, -seats) for index, seats in lines))

    def _sell(self, lines: Sequence[Line]) -> None:
        watchers = self._watchers
        for index, seats in lines:
            self.product_sold[index] += seats
            for pool in self._catalog.products[index].pools:
                self.sold[pool] += seats
                for moved in watchers.get(pool, ()):
                    moved[pool] = None
        self.version += 1
        if self.listener is not None:
            for index, seats in lines:
                self.listener(index, seats)

    def watch(self, pools: Iterable[int]) -> dict[int, None]:
        """Return where pools will stand of which units were taken or given back.

        Args:
            pools: which, each once.

        Returns:
            Empty, and to be emptied by the caller when it has looked.
        """
        moved: dict[int, None] = {}
        for pool in pools:
            self._watchers.setdefault(pool, []).append(moved)
        return moved

    def load_ppm(self, index: int, *, held: bool = False) -> int:
        """Return the load factor (sold / capacity) of a product's fullest pool.

        Args:
            index: the product.
            held: whether seats that are held count like sold ones.
        """
        return max([self._load(pool, held) for pool in self._catalog.pools[index]])

    def loads_ppm(self, *, held: bool = False) -> list[int]:
        """Return `load_ppm` of all products."""
        taken = list(map(add, self.sold, self.held)) if held else self.sold
        of = [
            units * 1_000_000 // capacity if capacity else 1_000_000
            for units, capacity in zip(taken, self._catalog.capacity, strict=True)
        ]
        single = self._catalog.single_pools
        if single is not None:
            return list(map(of.__getitem__, single))
        return [max([of[pool] for pool in pools]) for pools in self._catalog.pools]

    def _load(self, pool: int, held: bool) -> int:  # noqa: FBT001
        taken, capacity = self.sold[pool], self._catalog.capacity[pool]
        if held:
            taken += self.held[pool]
        return taken * 1_000_000 // capacity if capacity else 1_000_000


def _together(lines: Sequence[Line]) -> Iterable[Line]:
    """Return lines in which every product stands once, with all of its seats."""
    if len(lines) == 1:
        return lines
    seats_of: dict[int, int] = {}
    for index, seats in lines:
        seats_of[index] = seats_of.get(index, 0) + seats
    return seats_of.items()
