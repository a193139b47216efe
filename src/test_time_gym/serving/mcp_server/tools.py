"""Tools of MCP: a trade's verbs, with what they do to the market as hints."""

from typing import Final

from mcp_types import Tool, ToolAnnotations

from test_time_gym.market.interface.tools import ToolSpec, tool_specs
from test_time_gym.scenarios import Scenario
from test_time_gym.serving.client_answer import answer_schema

__all__ = ["READ_PAGE", "tools_of"]

READ_PAGE: Final = "read_page"
"""The one tool that is no verb: it shows the page, and nothing is recorded."""


def tools_of(scenario: Scenario) -> list[Tool]:
    """Return the tools of a scenario's site."""
    trade = scenario.market.trade
    look = Tool(
        name=READ_PAGE,
        description="show the page on which you act next; it costs no turn and no time",
        input_schema={
            "type": "object",
            "properties": {},
            "additionalProperties": False,
        },
        output_schema=answer_schema(trade, scenario.page),
        annotations=ToolAnnotations(
            read_only_hint=True,
            destructive_hint=False,
            idempotent_hint=True,
            open_world_hint=False,
        ),
    )
    # Ten kilobytes for each of them would fill contexts: one tool has it in full.
    schema = answer_schema(trade, scenario.page, whole=False)
    return [look, *(_tool(one, schema) for one in tool_specs(trade))]


def _tool(spec: ToolSpec, schema: dict[str, object]) -> Tool:
    return Tool(
        name=spec.name,
        description=spec.description,
        input_schema=spec.parameters(),
        output_schema=schema,
        annotations=ToolAnnotations(
            read_only_hint=spec.read_only,
            destructive_hint=spec.final,
            idempotent_hint=spec.repeatable,
            open_world_hint=False,
        ),
    )
