"""Pricing policies, one file each; a scenario chooses one."""

from typing import Annotated

from pydantic import Field

from .fixed import FixedFares
from .load_days import LoadAndDays
from .policy import PricingPolicy

__all__ = ["FixedFares", "LoadAndDays", "Pricing", "PricingPolicy"]

Pricing = Annotated[FixedFares | LoadAndDays, Field(discriminator="kind")]
"""Any pricing policy, told apart by ``kind``."""
