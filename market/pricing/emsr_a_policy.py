"""EMSR-a: booking limits from Littlewood's level against each dearer class, summed.

P. P. Belobaba (1987), Air Travel Demand and Airline Seat Inventory Management;
K. T. Talluri and G. J. van Ryzin, The Theory and Practice of Revenue Management
(2004), section 2.2.4.  With two classes it is K. Littlewood's rule (1972).
"""

from collections.abc import Sequence
from typing import Literal

from .forecast import ToCome
from .littlewood_policy import littlewood_level
from .protection import ProtectionConfig

__all__ = ["EmsrA"]


class EmsrA(ProtectionConfig):
    """Base fares, and limits from each dearer class by itself.

    The protection level is ``y_j = Σ_{i ≤ j} max(0, μ_i + σ_i · Φ⁻¹(1 - f_{j+1} /
    f_i))``, of the demand still to come.
    """

    kind: Literal["emsr_a"]

    def levels(self, classes: Sequence[ToCome], units: int) -> list[int]:
        """Return the sums of `littlewood_level`."""
        del units
        return [
            sum(littlewood_level(dear, classes[j].fare) for dear in classes[:j])
            for j in range(1, len(classes))
        ]
