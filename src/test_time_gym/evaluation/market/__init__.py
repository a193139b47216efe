"""Markets looked at without agents: what policies of sellers earn, and against others.

Apart from the other names of `test_time_gym.evaluation`, because nobody is measured.
"""

from test_time_gym.rollout.user_pricing import PolicyError

from .comparison import MarketComparison, PairedFigure, compare
from .market_figures import MarketFigures, market
from .other_prices import compare_prices
from .segment_figures import SegmentFigures
from .seller_figures import DaysLeft, SellerFigures

__all__ = [
    "DaysLeft",
    "MarketComparison",
    "MarketFigures",
    "PairedFigure",
    "PolicyError",
    "SegmentFigures",
    "SellerFigures",
    "compare",
    "compare_prices",
    "market",
]
