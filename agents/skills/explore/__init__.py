"""Exploration: acting without a skill, and what an agent learns from it."""
