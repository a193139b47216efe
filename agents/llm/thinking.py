"""Thinking: an action that took simulated time to decide on."""

from dataclasses import dataclass
from typing import Any

__all__ = ["Thinking"]


@dataclass(frozen=True, slots=True)
class Thinking:
    """An action, and how long its agent was busy with it."""

    action: Any
    ms: int
    prompt_tokens: int = 0
    completion_tokens: int = 0
