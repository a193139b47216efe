"""Parts of drawn worlds that say who comes: background buyers, their days and sizes."""

from typing import Final

from test_time_gym.market.streams import Stream

from .parts import DAY, TODAY, Data, pick

__all__ = [
    "BY_DATE",
    "BY_HOUR",
    "BY_WEEKDAY",
    "COUNTS",
    "FLEXIBLE_DATES",
    "HOUR_PENALTIES",
    "PAIRS",
    "PARTY_SIZES",
    "PATIENCE",
    "SELLER_PENALTIES",
    "SHOCKS",
    "demand",
    "segment",
]


def segment(name: str, buyers: int, days: int, median_minor: int) -> Data:
    """Return background buyers who come evenly over some days."""
    return {
        "name": name,
        "buyers_per_departure": buyers,
        "booking_curve": [[0, 0], [days, 1_000_000]],
        "willingness_median_minor": median_minor,
        "choice": {"reference_minor": 120_00, "scale_minor": 30_00},
    }


def demand(dice: Stream) -> list[Data]:
    """Draw nobody, a few background buyers, or two kinds of them."""
    few = segment("leisure", pick(dice, 4, 12, 25), 2, 150_00)
    rich = segment("business", 8, pick(dice, 1, 3), 10**9)
    return pick(dice, [], [few], [few, rich])


_ALONE: Final = [1_000_000]

COUNTS: Final = (
    *("poisson",) * 4,
    {"kind": "gamma_poisson", "cv_ppm": 600_000},
    {"kind": "gamma_poisson", "cv_ppm": 3_000_000},
    {"kind": "rounded_normal", "mean_milli": 9_500, "sd_milli": 6_000},
    {"kind": "rounded_normal", "mean_milli": 0, "sd_milli": 0},
)
PARTY_SIZES: Final = (
    *(_ALONE,) * 3,
    [500_000, 300_000, 0, 200_000],
    [0, 1_000_000],
    [900_000, *[0] * 7, 100_000],
)
BY_WEEKDAY: Final[tuple[Data, ...]] = (
    *({},) * 3,
    {"tue": 2_500_000},
    {"mon": 0, "tue": 400_000},
    {"tue": 0},
)
BY_DATE: Final[tuple[Data, ...]] = (
    *({},) * 3,
    {DAY: 3_000_000},
    {DAY: 0, TODAY: 5_000_000},
)
BY_HOUR: Final = (
    *(None,) * 4,
    {
        "ideal": [[6, 0], [9, 800_000], [20, 1_000_000]],
        "cost_minor_per_hour": 15_00,
    },
)
FLEXIBLE_DATES: Final[tuple[Data | None, ...]] = (
    *(None,) * 6,
    {"days": 1, "cost_minor_per_day": 0},
    {"days": 7, "cost_minor_per_day": 20_00},
    {"days": 0, "cost_minor_per_day": 20_00},
)
HOUR_PENALTIES: Final = (*(0,) * 5, 150, 10_000)
SELLER_PENALTIES: Final[tuple[Data | None, ...]] = (
    *(None,) * 5,
    {"Aurora": 700},
    {"Aurora": -400, "Borealis": 100_000},
)
PAIRS: Final = (
    *(None,) * 6,
    ["SFO-MAD"],
    ["SFO-EWR", "EWR-MAD"],
    ["*-MAD"],
    {"SFO-MAD": 9, "EWR-MAD": 0},
    {"SFO-*": 6, "*-MAD": 6, "EWR-MAD": 14},
    {"*": 3, "SFO-MAD": 0, "SFO-*": 12},
)
PATIENCE: Final = (
    *(None,) * 6,
    {"share_ppm": 500_000, "times": 2, "mean_hours": 3, "belief": "myopic"},
    {"share_ppm": 1_000_000, "times": 3, "mean_hours": 1, "belief": "last_seen"},
    {
        "share_ppm": 800_000,
        "times": 20,
        "mean_hours": 2,
        "belief": "fixed_discount",
        "discount_ppm": 200_000,
    },
    {"share_ppm": 1_000_000, "times": 0, "mean_hours": 1, "belief": "last_seen"},
)
SHOCKS: Final[tuple[Data, ...]] = (
    *({},) * 4,
    {"system_cv_ppm": 500_000},
    {"market_cv_ppm": 300_000, "segment_cv_ppm": 800_000},
    {"system_cv_ppm": 3_000_000, "market_cv_ppm": 3_000_000},
)
