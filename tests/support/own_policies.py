"""A seller's policies in a file, as a user writes them: one prices, one fails."""

OWN = """
from test_time_gym.market.pricing.policy import Change, Decision

class Half:
    def decide(self, view):
        prices = [Change(o.product, o.base_minor // 2, "half") for o in view.offers]
        return Decision(prices=prices)

class Fails:
    def decide(self, view):
        raise KeyError("no such flight")
"""
