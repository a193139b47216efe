"""Names of arms: each is a kind of memory that a model plays with."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["MEMORY_ARMS", "SKILL_ARMS", "TWIN"]

TWIN: Final = "none"
"""The frozen twin, against which all others are held."""

MEMORY_ARMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        TWIN: "No memory: every episode is the first one.",
        "transcripts": "The last whole episodes stand in the prompt.",
        "notes": "What the model wrote after each episode stands in the prompt.",
        "skills-text": "Skills mined from its successes stand in the prompt.",
        "skills-tools": "They are further tools, which the host carries out.",
        "skills-bandit": "The host offers one of them at a time, by Thompson sampling.",
        "placebo": "Skills of another kind of site, as many and as long as those that "
        "skills-text ended with; learning is off.",
    }
)
"""What each arm is, by name, in the order in which they are shown."""

SKILL_ARMS: Final = ("skills-text", "skills-tools", "skills-bandit", "placebo")
"""Those that read pages as the skills agent does."""
