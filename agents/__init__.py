"""Policies: what decides on the strength of an observation alone."""

from test_time_gym.market.interface.policy import AgentStopped, Thinking

from .base import Agent, agent_names, make_agent

__all__ = ["Agent", "AgentStopped", "Thinking", "agent_names", "make_agent"]
