"""The tools that a model is offered: the verbs that are legal on its page."""

from collections.abc import Sequence
from typing import Any

from test_time_gym.market.domain import Trade
from test_time_gym.market.interface.tools import ToolSpec, tool_specs

from .tool_formats import openai_tools

__all__ = ["as_tools", "legal_tools"]


def legal_tools(trade: Trade, legal: Sequence[str]) -> dict[str, ToolSpec]:
    """Return tools by their names, in the order of verbs.

    Args:
        trade: in whose words.
        legal: names of verbs, as pages list them.
    """
    return {tool.name: tool for tool in tool_specs(trade) if tool.name in legal}


def as_tools(specs: Sequence[ToolSpec]) -> tuple[dict[str, Any], ...]:
    """Return tools in the form of OpenAI's chat completions.

    They are not the strict ones: many servers of one's own know no unions of types.
    """
    return tuple(openai_tools(specs, strict=False))
