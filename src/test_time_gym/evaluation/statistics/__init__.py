"""Figures about runs and how sure they are: pure functions of numbers."""

from .bandit import (
    ArmChoice,
    Weighted,
    explore_ratio,
    ips_value,
    min_frac,
    suff_fail_freq,
)
from .bootstrap import bootstrap, mean_interval, paired_bootstrap, ratio_interval
from .curve import RegretSlopes, area_under, episodes_to, recovery_time, regret_slopes
from .interval import Interval, newcombe, wilson
from .passes import pass_hat_k
from .power import minimum_detectable, power_of, seeds_needed, spread_of
from .standard_error import (
    Figure,
    dispersion_figure,
    log_ratio_figure,
    mean_figure,
    ratio_figure,
)

__all__ = [
    "ArmChoice",
    "Figure",
    "Interval",
    "RegretSlopes",
    "Weighted",
    "area_under",
    "bootstrap",
    "dispersion_figure",
    "episodes_to",
    "explore_ratio",
    "ips_value",
    "log_ratio_figure",
    "mean_figure",
    "mean_interval",
    "min_frac",
    "minimum_detectable",
    "newcombe",
    "paired_bootstrap",
    "pass_hat_k",
    "power_of",
    "ratio_figure",
    "ratio_interval",
    "recovery_time",
    "regret_slopes",
    "seeds_needed",
    "spread_of",
    "suff_fail_freq",
    "wilson",
]
