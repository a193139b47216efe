"""Perception: what an agent reads off a page; only this room indexes an observation."""
