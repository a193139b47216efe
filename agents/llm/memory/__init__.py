"""Memory: what a language model carries from one episode to the next, by arms."""

from .arm_names import MEMORY_ARMS, SKILL_ARMS, TWIN
from .limits import MemoryLimits
from .make_memory import make_memory
from .memory_agent import MemoryAgent

__all__ = [
    "MEMORY_ARMS",
    "SKILL_ARMS",
    "TWIN",
    "MemoryAgent",
    "MemoryLimits",
    "make_memory",
]
