"""The tools that a model is offered: the verbs that are legal on its page."""

from collections.abc import Sequence
from typing import Any

from test_time_gym.market.domain import Trade
from test_time_gym.market.interface.verbs import ROWS, verb_table

__all__ = ["offered_tools"]


def offered_tools(trade: Trade, legal: Sequence[str]) -> tuple[dict[str, Any], ...]:
    """Return tools in the form of OpenAI's chat completions, in the order of verbs.

    Args:
        trade: in whose words.
        legal: names of verbs, as pages list them.
    """
    table = verb_table(trade)
    tools = []
    for row in ROWS:
        name = table.names[row.verb]
        if name in legal:
            schema = dict(table.schema(row.verb))
            description = schema.pop("description")
            function = {"name": name, "description": description, "parameters": schema}
            tools.append({"type": "function", "function": function})
    return tuple(tools)
