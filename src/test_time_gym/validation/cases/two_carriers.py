"""F2: a network of two alike airlines, as PassengerSim has it."""

from ..network_shape import NetworkShape
from ..three_markets import AIRLINES, three_markets

__all__ = ["CASES"]

CASES = [
    NetworkShape(
        "F2",
        three_markets,
        AIRLINES,
        load_factor=88.0,
        load_factor_within=2.0,
        apart_within=0.5,
        replications=20,
    )
]
