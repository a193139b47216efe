"""Tools in the formats of those who call them: OpenAI, Anthropic, MCP."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from test_time_gym.market.interface.tools import ToolSpec

__all__ = ["TOOL_FORMATS", "anthropic_tools", "mcp_tools", "openai_tools"]

Tool = dict[str, Any]


def openai_tools(tools: Iterable[ToolSpec], *, strict: bool = True) -> list[Tool]:
    """Return tools for chat completions of OpenAI and of servers like it.

    Args:
        tools: as `tool_specs` returns them.
        strict: ask that arguments fit the schema; null stands for what is left out.
    """
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": tool.parameters(strict=strict),
            }
            | ({"strict": True} if strict else {}),
        }
        for tool in tools
    ]


def anthropic_tools(tools: Iterable[ToolSpec]) -> list[Tool]:
    """Return tools for messages of Anthropic."""
    return [
        {
            "name": tool.name,
            "description": tool.description,
            "input_schema": tool.parameters(),
        }
        for tool in tools
    ]


def mcp_tools(tools: Iterable[ToolSpec]) -> list[Tool]:
    """Return tools as MCP lists them, with annotations of what they change."""
    return [
        {
            "name": tool.name,
            "description": tool.description,
            "inputSchema": tool.parameters(),
            "annotations": {
                "readOnlyHint": tool.read_only,
                "destructiveHint": tool.final,
                "idempotentHint": tool.repeatable,
                "openWorldHint": False,
            },
        }
        for tool in tools
    ]


TOOL_FORMATS: Final[Mapping[str, Callable[[Iterable[ToolSpec]], list[Tool]]]] = (
    MappingProxyType(
        {"openai": openai_tools, "anthropic": anthropic_tools, "mcp": mcp_tools}
    )
)
"""The formats by name."""
