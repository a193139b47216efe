"""Rollouts of many markets as decisions."""

import math

import numpy as np
import pytest

from test_time_gym import market_v0
from test_time_gym.market.errors import Misuse
from test_time_gym.training import DecisionCollector

SELLING = {
    "n_agents": 1,
    "roles": ("buyer", "seller"),
    "others": {"buyer_0": "cheapest"},
}


def first_legal(observations, masks):
    rows = len(observations)
    return masks.argmax(axis=1), np.full(rows, -0.5), np.full(rows, 0.25)


def test_only_rows_that_are_ready_decide():
    env = market_v0.vector_env(2, "flights/rush", n_agents=3)
    given = []

    def decide(observations, masks):
        given.append((len(observations), env.ready.sum()))
        # Each row another of its legal actions, so that they take turns.
        legal = [np.flatnonzero(mask) for mask in masks]
        actions = [one[(len(given) + k) % len(one)] for k, one in enumerate(legal)]
        return actions, *first_legal(observations, masks)[1:]

    collector = DecisionCollector(env, decide, seed=5)
    made = collector.collect(60)

    assert all(rows == ready for rows, ready in given)
    assert len(given) == 61
    assert {2, 6} <= {rows for rows, _ in given}
    decided = sum(rows for rows, _ in given[:-1])
    # Of the last decision of a row nobody may have seen yet what follows.
    assert decided - 6 <= len(made.actions) < decided
    assert len({len(one) for one in made}) == 1
    assert set(made.log_probs.tolist()) == {-0.5}
    assert set(made.values.tolist()) == {0.25}


def test_without_discount_an_episode_of_sales_sums_to_its_rewards():
    env = market_v0.vector_env(1, "flights/three-airlines", **SELLING)
    hold = np.array([2])

    def decide(observations, _masks):
        rows = len(observations)
        return np.repeat(hold, rows), np.zeros(rows), np.zeros(rows)

    made = DecisionCollector(env, decide, seed=3, gamma=1.0, gae_lambda=1.0)
    decisions = made.collect(57)
    env.reset(seed=3)
    rewards = np.array([env.step(hold)[1][0] for _ in range(57)])

    to_come = rewards[::-1].cumsum()[::-1]
    assert decisions.advantages == pytest.approx(to_come[: len(decisions.actions)])
    assert made.mean_return == pytest.approx(rewards.sum())


def test_rollouts_go_on_where_the_last_one_ended():
    def observed(parts):
        env = market_v0.vector_env(2, "flights/three-airlines", **SELLING)
        collector = DecisionCollector(env, first_legal, seed=1)
        made = [collector.collect(steps).observations for steps in parts]
        return np.vstack(made), collector

    whole, _ = observed([20])
    halves, collector = observed([10, 10])

    assert np.array_equal(np.sort(whole, axis=0), np.sort(halves, axis=0))
    assert math.isnan(collector.mean_return)


@pytest.mark.parametrize("autoreset", ["next_step", "disabled"])
def test_episodes_must_follow_each_other(autoreset):
    env = market_v0.vector_env(1, "flights/rush", autoreset=autoreset)

    with pytest.raises(Misuse, match='autoreset="same_step"'):
        DecisionCollector(env, first_legal)


def test_a_rollout_has_steps():
    env = market_v0.vector_env(1, "flights/rush")

    with pytest.raises(Misuse, match="steps"):
        DecisionCollector(env, first_legal).collect(0)
