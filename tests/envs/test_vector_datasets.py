"""A dataset has vectors of one trade: others have other fields."""

from types import SimpleNamespace

import pytest

from test_time_gym.export import Unfit
from test_time_gym.export.dataset import _verify_like
from test_time_gym.scenarios import load_scenario


def episode(scenario):
    trade = load_scenario(scenario).market.trade
    return SimpleNamespace(trade=trade, journal=SimpleNamespace(path="it.jsonl"))


def test_episodes_of_one_trade_fit_together():
    first = episode("flights/rush")

    _verify_like([], first)
    _verify_like([first], episode("flights/sfo-mad"))


def test_an_episode_of_another_trade_does_not_fit():
    with pytest.raises(Unfit, match="vectors of flights and hotels have other fields"):
        _verify_like([episode("flights/rush")], episode("hotels/city-break"))
