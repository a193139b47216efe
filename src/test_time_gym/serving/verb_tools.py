"""Tools: the verbs of a trade as the servers here offer them."""

from dataclasses import dataclass
from typing import Any, Final

from test_time_gym.market.domain import Trade
from test_time_gym.market.interface.verbs import ROWS, Verb, verb_table

__all__ = ["VerbTool", "page_schema", "verb_tools"]

_LOOKS: Final = (Verb.SEARCH, Verb.FILTER_RESULTS, Verb.SELECT)
"""Verbs that change nothing but what the visitor sees."""
_IDEMPOTENT: Final = (Verb.SELECT, Verb.ENTER_CARD, Verb.CHOOSE_INSTALMENTS)
_DESTRUCTIVE: Final = (
    Verb.CONFIRM_PAYMENT,
    Verb.ABORT,
    Verb.CANCEL_ORDER,
    Verb.RESTART,
    Verb.REMOVE_FROM_CART,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbTool:
    """One verb as a tool."""

    name: str
    description: str
    parameters: dict[str, Any]
    """JSON Schema."""
    changes: bool
    """Whether it changes anything but what the visitor sees."""
    destructive: bool
    """Whether what it does cannot be taken back."""
    idempotent: bool
    """Whether asking twice for the same does it once."""


def verb_tools(trade: Trade) -> tuple[VerbTool, ...]:
    """Return the tools of a trade's site, by the number of the verb."""
    table = verb_table(trade)
    return tuple(
        VerbTool(
            name=table.names[verb],
            description=ROWS[verb].meaning,
            parameters=table.schema(verb),
            changes=verb not in _LOOKS,
            destructive=verb in _DESTRUCTIVE,
            # The same idempotency key charges nothing twice.
            idempotent=verb in (*_IDEMPOTENT, Verb.CONFIRM_PAYMENT),
        )
        for verb in Verb
        if verb not in table.without
    )


def page_schema(trade: Trade) -> dict[str, Any]:
    """Return the JSON Schema of a trade's page."""
    del trade
    return {"type": "object"}
