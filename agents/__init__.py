"""Policies: whatever decides on the strength of an observation alone."""

from .base import Agent, agent_names, make_agent

__all__ = ["Agent", "agent_names", "make_agent"]
