"""A reference model of what a customer is shown, written apart from the market.

It follows a run from the declared scenario, the actions and the facts of the journal,
and says what every page must show, what every action must bring about and earn.
"""

from .reference import Reference

__all__ = ["Reference"]
