"""How much work a declared world asks for, told before any of it is done."""

import warnings
from dataclasses import dataclass
from typing import Final

from ..catalog import Catalog
from ..config import PPM
from ..demand import MICRO, demands_of
from ..errors import LongRun, Misuse
from ..market_config import MarketConfig
from .episode import EpisodeConfig

__all__ = ["EVENTS_LONG", "EVENTS_MAX", "TooLong", "Workload", "verify_workload"]

EVENTS_MAX: Final = 5_000_000
"""Events of a run that are played unasked: up to a minute, for each execution."""
EVENTS_LONG: Final = 500_000
"""From here on it is worth a warning: ten times what the package's scenarios need."""


class TooLong(Misuse):
    """A scenario declares more work than is done unasked; nothing has been played."""


@dataclass(frozen=True, slots=True)
class Workload:
    """Events that a run is expected to have, from its declaration alone.

    What the agents do comes on top of it.
    """

    buyers: int
    """Background buyers who come, to buy or not; who may come back counts for each
    time."""
    prices: int
    """Prices that are looked at by repricing."""
    past: int = 0
    """Both of these in past departures, where sellers learn from any: played once."""

    @property
    def events(self) -> int:
        """All of them."""
        return self.buyers + self.prices + self.past

    def __str__(self) -> str:
        """Say it in words."""
        past = f", {self.past:,} in past departures" if self.past else ""
        return (
            f"some {self.events:,} events ({self.buyers:,} background buyers, "
            f"{self.prices:,} prices looked at{past})"
        )

    @classmethod
    def of(cls, config: EpisodeConfig) -> "Workload":
        """Estimate the work of a run that lasts until the task's deadline."""
        market, end = config.market, config.task.deadline_s * 1000
        return cls.until(market, market.catalog(), end)

    @classmethod
    def until(cls, market: MarketConfig, catalog: Catalog, end: int) -> "Workload":
        """Estimate the work of a run that lasts until an instant.

        Args:
            market: that is played.
            catalog: what is for sale there.
            end: milliseconds of market time.
        """
        demands = demands_of(catalog, market.demand)
        start = 0
        if market.warm_up == "simulate":
            start = min([0, *(demand.begins_at_ms for demand in demands)])
        every = [
            (product.closes_at_ms, market.pricing_for(product))
            for product in catalog.products
        ]

        def until(end: int) -> tuple[int, int]:
            """Return buyers and prices until an instant."""
            looks = sum(
                (one.expected.at(end) - one.expected.at(start))
                * one.segment.looks_ppm
                // PPM
                for one in demands
            )
            prices = 0
            for closes, pricing in every:
                every_ms = pricing.reprice_every_s * 1000
                if every_ms:
                    prices += max(0, min(closes, end) - start) // every_ms
            return looks // MICRO, prices

        buyers, prices = until(end)
        departures = max((pricing.past_departures for _, pricing in every), default=0)
        past = departures * sum(until(catalog.last_closing_ms)) if departures else 0
        return cls(buyers=buyers, prices=prices, past=past)


def verify_workload(config: EpisodeConfig, *, allow_long: bool) -> None:
    """Warn of a run that takes a while, and refuse one that hardly ends.

    Args:
        config: what is to be played.
        allow_long: play it all the same.

    Raises:
        TooLong: it asks for more than `EVENTS_MAX` events, and may not.
    """
    if allow_long:
        return
    work, name = Workload.of(config), getattr(config, "name", "the scenario")
    if work.events > EVENTS_MAX:
        msg = f"{name} asks for {work} in every run, and no more than {EVENTS_MAX:,} "
        msg += "are played unasked: let fewer buyers come, reprice less often or end "
        msg += "earlier, or lift the limit with --allow-long (allow_long=True)"
        raise TooLong(msg)
    if work.events > EVENTS_LONG:
        msg = f"{name} asks for {work} in every run: that takes a while"
        warnings.warn(msg, LongRun, stacklevel=3)
