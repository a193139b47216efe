"""Measuring agents: what they paid against what a clairvoyant would have paid."""

from .optimum import Optimum, clairvoyant
from .oracle import Oracle

__all__ = ["Optimum", "Oracle", "clairvoyant"]
