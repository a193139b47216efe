"""What goes over the wire: actions, observations and states of a trade's episodes."""

from typing import Annotated, Any, Final

from openenv.core.env_server.types import Action, Observation, State
from pydantic import ConfigDict, Field, WithJsonSchema, create_model

from test_time_gym.market.domain import Trade
from test_time_gym.market.interface.page import PageConfig
from test_time_gym.market.interface.page_schema import page_schema
from test_time_gym.market.interface.tools import DIALECT, action_schema

__all__ = [
    "MarketAction",
    "MarketObservation",
    "SessionState",
    "action_class",
    "observation_class",
]


TEXT_MAX: Final = 20_000
"""Characters of what a model said."""


class MarketAction(Action):  # type: ignore[misc] # mypy skips openenv
    """An action: a verb and its payload, or a model's text that says both.

    Other fields are taken as well: what trainers send here is what a model has said,
    and the market's answer to what makes no sense is a page, and no error.
    """

    model_config = ConfigDict(extra="allow")

    verb: Any = Field(None, description="number or name of a verb")
    payload: Any = Field(None, description="arguments of the verb, by name")
    text: str | None = Field(
        None,
        max_length=TEXT_MAX,
        description="instead of a verb: what a model said, as in wait(minutes=5)",
    )


class MarketObservation(Observation):  # type: ignore[misc] # mypy skips openenv
    """A page, what the last action has earned, and how the episode has ended.

    OpenEnv's own server leaves ``metadata`` out of what it sends: all that a client
    is to know stands in fields.
    """

    page: dict[str, Any] = Field(description="the JSON observation")
    text: str = Field(description="the page as text, for a model")
    reward_terms: dict[str, float] = Field(
        description="the reward by name; the sum of these is the reward"
    )
    accepted: bool = Field(description="whether the last action was legal")
    outcome: str | None = Field(None, description="how the episode ended")


class SessionState(State):  # type: ignore[misc] # mypy skips openenv
    """Where an episode stands, for who trains; an agent is shown its page alone."""

    scenario: str
    seed: int | None = None
    """Of the episode; None before the first reset."""
    outcome: str | None = None
    reward: float = 0.0
    """Earned so far."""
    journal: str | None = None
    """Name of the journal's file, if there is one."""


def action_class(trade: Trade) -> type[MarketAction]:
    """Return the class of a trade's actions, whose schema lists its verbs."""

    class TradeAction(MarketAction):
        """An action in the words of one trade."""

        @classmethod
        def model_json_schema(cls, *_args: Any, **_more: Any) -> dict[str, Any]:
            """Return the schema of actions; texts are allowed, too."""
            known = action_schema(trade)
            said = {
                "type": "object",
                "description": "what a model said, as in wait(minutes=5)",
                "properties": {"text": {"type": "string"}},
                "required": ["text"],
                "additionalProperties": False,
            }
            return {"$schema": DIALECT, **known, "oneOf": [*known["oneOf"], said]}

    return TradeAction


def observation_class(trade: Trade, page: PageConfig) -> type[MarketObservation]:
    """Return the class of a trade's observations, whose schema knows its pages."""
    schema = dict(page_schema(trade, page))
    del schema["$schema"]  # it is for whole documents
    shown = Annotated[dict[str, Any], WithJsonSchema(schema)]
    made: type[MarketObservation] = create_model(
        "TradeObservation", __base__=MarketObservation, page=(shown, ...)
    )
    return made
