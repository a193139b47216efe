"""Tools of MCP: a trade's verbs, with what they do to the market as hints."""

from typing import Final

from mcp_types import Tool, ToolAnnotations

from test_time_gym.market.domain import Trade
from test_time_gym.serving.answer import answer_schema
from test_time_gym.serving.verb_tools import VerbTool, verb_tools

__all__ = ["READ_PAGE", "tools_of"]

READ_PAGE: Final = "read_page"
"""The one tool that is no verb: it shows the page, and nothing is recorded."""


def tools_of(trade: Trade) -> list[Tool]:
    """Return the tools of a trade's site."""
    schema = answer_schema(trade)
    look = Tool(
        name=READ_PAGE,
        description="show the page on which you act next; it costs no turn and no time",
        input_schema={
            "type": "object",
            "properties": {},
            "additionalProperties": False,
        },
        output_schema=schema,
        annotations=ToolAnnotations(
            read_only_hint=True,
            destructive_hint=False,
            idempotent_hint=True,
            open_world_hint=False,
        ),
    )
    return [look, *(_tool(one, schema) for one in verb_tools(trade))]


def _tool(verb: VerbTool, schema: dict[str, object]) -> Tool:
    return Tool(
        name=verb.name,
        description=verb.description,
        input_schema=verb.parameters,
        output_schema=schema,
        annotations=ToolAnnotations(
            read_only_hint=not verb.changes,
            destructive_hint=verb.destructive,
            idempotent_hint=verb.idempotent,
            open_world_hint=False,
        ),
    )
