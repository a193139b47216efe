"""Rollouts: agents are seated, and play episodes."""
