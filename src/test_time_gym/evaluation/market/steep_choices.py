"""Choices so steep that buyers tell two prices no longer apart.

Beyond `UTMOST_UTILITY` all utilities of a logit count alike.  A reference price of
millions is a plain way to say that everybody buys; but then the cheap class and the
dear one are equally likely, which nobody means who reads the formula.
"""

from collections import defaultdict
from collections.abc import Iterator

from test_time_gym.market.choice import UTMOST_UTILITY
from test_time_gym.market.market_config import MarketConfig

__all__ = ["steep_choices"]

_MATTERS = 7.0
"""Who is so much below the utmost utility is taken by less than one in a thousand."""


def steep_choices(config: MarketConfig) -> Iterator[str]:
    """Yield in words whose choices take a dear offer for as good as a cheap one.

    Base fares are looked at, of all that is sold for one search.
    """
    fares = defaultdict(set)
    for product in config.catalog().products:
        fares[product.group].add(product.base_minor)
    pairs = [sorted(prices)[:2] for prices in fares.values() if len(prices) > 1]
    for segment in config.demand:
        model = segment.choice
        if model.kind != "logit" or model.mixed:
            continue
        scale = max(model.scale_minor, 1)
        most = model.reference_minor - UTMOST_UTILITY * scale
        if any(low < most and high < most + _MATTERS * scale for low, high in pairs):
            yield (
                f"segment {segment.name} takes a dear offer for as good as a cheap "
                "one: prices below its reference_minor by more than "
                f"{UTMOST_UTILITY:.0f} times its scale_minor ({model.scale_minor}) "
                "count alike; a larger scale_minor, a smaller reference_minor, or the "
                'choice "cheapest_fence" tells them apart'
            )
