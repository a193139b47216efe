"""Budgets of calls, tokens and money, of an agent's episode and of a whole run."""

import pytest

from test_time_gym.agents.llm import Budget, RunBudget, TokenPrices
from test_time_gym.agents.llm.model_usage import ModelUsage
from test_time_gym.market.interface.policy import AgentError

PRICES = TokenPrices(2_000_000, 8_000_000)


def calls_of(result):
    return [
        sum(one.usage["calls"] for one in episode.agents.values() if one.usage)
        for episode in result.episodes
    ]


@pytest.mark.parametrize(
    ("budget", "why"),
    [
        (Budget(calls=3), "calls"),
        (Budget(tokens=9000), "tokens"),
        (Budget(microdollars=20_000, prices=PRICES), "money"),
    ],
)
def test_an_episode_ends_before_the_call_that_goes_beyond(play, model, budget, why):
    result = play(model.base_url, budget=budget, episodes=2)

    for episode in result.episodes:
        found = episode.agents["buyer_0"]
        usage = ModelUsage(
            **{k: v for k, v in found.usage.items() if k != "cost_microdollars"}
        )
        assert found.outcome == "budget_exhausted"
        assert why in found.error
        assert 0 < usage.calls < 9
        assert budget.spent(usage) == why
    assert len(model.requests) == sum(calls_of(result))


def test_a_run_s_budget_is_shared_by_seats_and_episodes(play, model):
    result = play(
        model.base_url,
        run_budget=RunBudget(Budget(calls=20)),
        seats=["buyer_0", "buyer_1"],
        n_agents=2,
        episodes=3,
    )

    assert len(model.requests) == sum(calls_of(result)) == 20
    last = result.episodes[2].agents["buyer_0"]
    assert (last.outcome, last.usage["calls"]) == ("budget_exhausted", 0)
    assert "calls of the run" in last.error


def test_money_is_rounded_up_once_and_not_at_every_call():
    half = ModelUsage(prompt_tokens=1)
    prices = TokenPrices(500_000, 0)

    both = ModelUsage()
    both.add(half)
    both.add(half)

    assert (prices.cost(half), prices.cost(both)) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"calls": 0}, "calls is a whole number from 1"),
        ({"tokens": 1.5}, "tokens is a whole number from 1"),
        ({"microdollars": 5}, "needs the prices of tokens"),
    ],
)
def test_a_budget_that_means_nothing_is_refused(wrong, why):
    with pytest.raises(AgentError, match=why):
        Budget(**wrong)
