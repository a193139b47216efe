"""How much memory a declared market asks for, told before any of it is taken."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ..catalog import Catalog
from ..errors import Misuse
from ..market_config import MarketConfig
from ..pricing.sellers import seller_of
from .workload import Workload

__all__ = ["MemoryNeed", "TooLarge", "machine_memory", "verify_memory"]

_PROCESS: Final = 100_000_000
"""Bytes of Python, its libraries and this package."""
_PRODUCT: Final = 12_000
_SEGMENT: Final = 4_000_000
"""With what is remembered of offers that its buyers compared."""
_LOOK: Final = 550
_SALE: Final = 800
_PRICE: Final = 100
"""Of a price looked at by repricing: only some of them change."""
_MEGA: Final = 10**6


class TooLarge(Misuse):
    """A market asks for more memory than it may take; nothing has been played."""


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """Memory that a process is expected to take at most, from the declaration alone.

    Each of the figures is rather too great than too small: those of bytes for each
    product, buyer and price were measured in networks of up to 3,000 flights.
    """

    products: int
    segments: int
    buyers: int
    """Background buyers of a run, from the first to the last closing."""
    units: int
    """Of all pools: no more can be sold."""
    prices: int
    """Prices that are looked at by repricing, as long."""
    tables: int
    """Bytes that tables of pricing policies take."""

    @property
    def bytes(self) -> int:
        """All of it."""
        return (
            _PROCESS
            + _PRODUCT * self.products
            + _SEGMENT * self.segments
            + _LOOK * self.buyers
            + _SALE * min(self.units, self.buyers)
            + _PRICE * self.prices
            + self.tables
        )

    def __str__(self) -> str:
        """Say it in words.

        >>> print(MemoryNeed(products=2, segments=1, buyers=500, units=90, prices=0,
        ...                  tables=0))
        some 104 MB of memory (2 products, 500 background buyers, 0 prices looked at)
        """
        tables = f", {self.tables / _MEGA:,.0f} MB of tables of policies"
        return (
            f"some {self.bytes / _MEGA:,.0f} MB of memory ({self.products:,} products, "
            f"{self.buyers:,} background buyers, {self.prices:,} prices looked at"
            f"{tables if self.tables else ''})"
        )

    @classmethod
    def of(cls, market: MarketConfig) -> "MemoryNeed":
        """Estimate the memory of a market that is played to its last closing."""
        catalog = market.catalog()
        work = Workload.until(market, catalog, catalog.last_closing_ms)
        return cls(
            products=len(catalog.products),
            segments=len(market.demand),
            buyers=work.buyers,
            units=sum(catalog.capacity),
            prices=work.prices,
            tables=_tables(market, catalog),
        )


def _tables(market: MarketConfig, catalog: Catalog) -> int:
    """Return the bytes of the tables of all pricing policies."""
    own: dict[str, list[int]] = {}
    for pool, users in enumerate(catalog.users):
        for seller in dict.fromkeys(seller_of(catalog.products[j]) for j in users):
            own.setdefault(seller, []).append(catalog.authorised[pool])
    return sum(
        market.pricing_of.get(seller, market.pricing).table_bytes(units)
        for seller, units in own.items()
    )


def machine_memory() -> int | None:
    """Return how much memory the machine has, in bytes; None where it does not tell."""
    try:
        pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # As on Windows.
        return None
    return pages * size if pages > 0 and size > 0 else None


def verify_memory(
    name: str,
    markets: Sequence[MarketConfig],
    *,
    processes: int = 1,
    memory: int | None = None,
) -> None:
    """Refuse markets that would take more memory than they may.

    Args:
        name: of the scenario, for the error.
        markets: that a process plays one after the other.
        processes: that play at once.
        memory: bytes that they may take together; None: what the machine has, if it
            tells.

    Raises:
        TooLarge: they would need more.
    """
    limit = machine_memory() if memory is None else memory
    if limit is None:
        return
    most = max(map(MemoryNeed.of, markets), key=lambda need: need.bytes)
    if processes * most.bytes <= limit:
        return
    msg = f"{name} asks for {most}"
    if processes > 1:
        msg += f" in each of {processes} processes"
    msg += f", and {limit / _MEGA:,.0f} MB are "
    msg += "what the machine has" if memory is None else "allowed"
    msg += ": let fewer buyers come, sell fewer products or reprice less often"
    msg += ", take fewer --workers" if processes > 1 else ""
    msg += ", or allow more with --memory (memory=)"
    raise TooLarge(msg)
