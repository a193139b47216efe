"""A policy without sense: it decides anything that may be written down at all."""

from typing import Literal

from worlds import busy_world

from test_time_gym.market.pricing.policy import Change, Decision, PolicyConfig
from test_time_gym.market.streams import Streams


class Wild(PolicyConfig):
    """Prices, limits and bid prices by chance, far outside what is promised, too."""

    kind: Literal["wild"] = "wild"
    luck: int = 0

    def begin(self, _seller):
        """Return the policy of one run."""
        return _Wild(self.luck)


class _Wild:
    def __init__(self, luck):
        self.streams, self.decisions = Streams(luck), 0

    def decide(self, view):
        """Decide anything about some of what is offered."""
        self.decisions += 1
        stream = self.streams.get("wild")
        pools = {pool: 0 for offer in view.offers for pool in offer.pools}
        prices, limits = [], []
        for offer in view.offers:
            if stream.below(3):
                to = stream.below(3 * offer.base_minor)
                prices.append(Change(offer.product, to, "mood"))
            if stream.below(3):
                limits.append(Change(offer.product, stream.below(12), "mood"))
        chosen = [pool for pool in pools if not stream.below(6)]
        bids = [Change(pool, stream.below(150_00), "mood") for pool in chosen]
        wake = view.now_ms + 1000 * stream.below(3000)
        return Decision(prices=prices, limits=limits, bids=bids, wake_at_ms=wake)

    def state(self):
        """Return how often it has decided, and how far its luck has come."""
        return [self.decisions, str(self.streams.counters())]


def with_pricing(config, **pricing_of):
    """Return an episode in which sellers have pricing that no scenario can name."""
    market = config.market.model_copy(update={"pricing_of": pricing_of})
    return config.model_copy(update={"market": market})


def wild_world(luck=0):
    """Return the busy world, in which prices are decided without sense."""
    wild = Wild(luck=luck, floor_ppm=600_000, ceiling_ppm=1_500_000, reprice_every_s=60)
    return with_pricing(busy_world(), Aurora=wild)
