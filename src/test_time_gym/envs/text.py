"""Pages as text and texts as actions, for trainers whose agents read and write."""

import json
from typing import Any

from test_time_gym.agents.llm.grammar import NoAction, parse_action
from test_time_gym.agents.llm.pages import PageStyle, PageWriter
from test_time_gym.market.domain import Trade
from test_time_gym.scenarios.trades import scenario_types, trade_of

__all__ = ["action_parser", "obs_to_text"]


def obs_to_text(observation: dict[str, Any], style: PageStyle = "compact") -> str:
    """Return a page of the JSON door as text, whole, whatever was shown before.

    Args:
        observation: of any trade that is known here; see `test_time_gym.scenarios`.
        style: ``json``, ``compact`` or ``text``; see `PageWriter`.
    """
    trade = _trade_of(observation)
    if trade is None:
        return json.dumps(observation, ensure_ascii=False, separators=(",", ":"))
    return PageWriter(trade, style).write(observation)


def action_parser(text: str) -> Any:
    """Return the action that a text names, as the JSON door takes it.

    A text that names none is returned as it is: the market calls it malformed and
    tells how an action is written, which costs a penalty and not the episode.

    >>> action_parser("I take it slowly: wait(minutes=5)")
    {'verb': 'wait', 'payload': {'minutes': 5}}
    >>> action_parser("I would rather not.")
    'I would rather not.'
    """
    try:
        return parse_action(text)
    except NoAction:
        return text


def _trade_of(observation: dict[str, Any]) -> Trade | None:
    for kind in scenario_types():
        trade = trade_of(kind)
        if trade.words.offers in observation:
            return trade
    return None
