"""An answer: what a client is told of its action."""

from dataclasses import asdict, dataclass
from typing import Any

from test_time_gym.market.domain import Trade
from test_time_gym.market.interface.page import PageConfig
from test_time_gym.market.interface.page_schema import page_schema

__all__ = ["ClientAnswer", "answer_schema"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientAnswer:
    """What became of a client's action, and the page on which it acts next."""

    page: dict[str, Any]
    """The JSON observation."""
    reward: float
    """Earned since the answer before."""
    reward_terms: dict[str, float]
    """The same by name."""
    done: bool
    """Whether the seat's episode is over."""
    outcome: str | None
    """How it ended."""
    error: str | None = None
    """What was wrong with the action; None if nothing was."""

    def as_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def answer_schema(
    trade: Trade, page: PageConfig, *, whole: bool = True
) -> dict[str, Any]:
    """Return the JSON Schema of answers.

    Args:
        trade: of the episode.
        page: how its site calls the fields.
        whole: with that of the page, which is long.
    """
    shown: dict[str, Any] = {"type": "object", "description": "see read_page"}
    if whole:
        shown = dict(page_schema(trade, page))
        del shown["$schema"]  # it is for whole documents
    fields: dict[str, Any] = {
        "page": shown,
        "reward": {
            "type": "number",
            "description": "earned since the answer before",
        },
        "reward_terms": {
            "type": "object",
            "description": "the reward by name; the sum of these is the reward",
            "additionalProperties": {"type": "number"},
        },
        "done": {"type": "boolean", "description": "whether your episode is over"},
        "outcome": {
            "type": ["string", "null"],
            "description": "how it ended: success, violation, failed, aborted …",
        },
        "error": {
            "type": ["string", "null"],
            "description": "what was wrong with the action, and what is legal next",
        },
    }
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }
