"""The market: seats, prices, buyers, payments and money on one simulated clock.

Nothing in this package knows an agent, a file or a screen.
"""
