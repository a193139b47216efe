"""G: what revenue management is worth, from first come to perfect hindsight."""

from ..ordering import Ordering

__all__ = ["CASES"]

CASES = [
    Ordering(
        "G1",
        "flights/rm-leg",
        ("hindsight", "optimal_limits", "emsr_b", "fixed"),
        replications=400,
    ),
    Ordering(
        "G2",
        "flights/rm-network",
        ("hindsight", "dlp", "emsr_b", "fixed"),
        replications=24,
    ),
]
