"""`ttgym schema`: JSON Schemas of pages and actions, and the verbs as tools."""

from enum import Enum
from typing import Annotated, Any

import typer

from .output import emit, say_json

__all__ = ["schema"]


class What(Enum):
    """What there is a schema of."""

    PAGE = "page"
    ACTION = "action"
    TOOLS = "tools"


class Format(Enum):
    """Who is to call the tools."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    MCP = "mcp"


def schema(
    what: Annotated[
        What,
        typer.Argument(
            metavar="page|action|tools",
            help="What an agent is shown, what it answers, or its verbs as tools.",
        ),
    ],
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO", help="Whose trade and whose pages: a name, or a file."
        ),
    ] = "flights/sfo-mad",
    *,
    format_: Annotated[
        Format,
        typer.Option(
            "--for",
            metavar="openai|anthropic|mcp",
            help="Whose format the tools have.",
        ),
    ] = Format.OPENAI,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, as it always does.")
    ] = True,
) -> None:
    """Print a JSON Schema (draft 2020-12), or tools for a language model.

    All of it is made from the table of verbs, in the words of the scenario's trade.

    Examples: ttgym schema page; ttgym schema tools hotels/city-break --for mcp
    """
    emit(_schema(what, scenario, format_), say_json, as_json=as_json)


def _schema(what: What, scenario: str, format_: Format) -> Any:
    from test_time_gym.agents.llm.tool_formats import TOOL_FORMATS
    from test_time_gym.market.interface.page_schema import page_schema
    from test_time_gym.market.interface.tools import action_schema, tool_specs
    from test_time_gym.scenarios import load_scenario

    declared = load_scenario(scenario)
    trade = declared.market.trade
    if what is What.PAGE:
        return page_schema(trade, declared.page)
    if what is What.ACTION:
        return action_schema(trade)
    return TOOL_FORMATS[format_.value](tool_specs(trade))
