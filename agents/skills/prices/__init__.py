"""Prices: what offers cost by day and time, and when it pays to look again."""
