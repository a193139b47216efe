"""Drift: noticing that a site has changed, and what is done about it."""
