"""Closed forms of revenue management and of price competition, one noun a file.

Floats, and nothing of the market: what these give is what the market is compared
with, and what policies compute with.  `test_time_gym.market.pricing` has the public
names.
"""
