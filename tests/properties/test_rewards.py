"""Rewards can be computed again from the journal alone."""

from collections import defaultdict

import pytest

from test_time_gym import market_v0
from test_time_gym.journal import read_journal


def rewards_in(journal):
    """Sum every agent's reward terms, in thousandths, from the records alone."""
    totals = defaultdict(int)
    for record in journal.records():
        field = {"act": "reward", "reward": "terms", "outcome": "terms"}.get(
            record.kind
        )
        if field is not None:
            totals[record.actor] += sum(record.data[field].values())
    return dict(totals)


def terms_of(info):
    return {key: value for key, value in info.items() if key.startswith("reward_")}


def play(env, seed):
    """Play masked random actions to the end; return every agent's return."""
    returns = dict.fromkeys(env.possible_agents, 0.0)
    env.reset(seed=seed)
    for name in env.possible_agents:
        env.action_space(name).seed(seed)
    for name in env.agent_iter():
        observation, reward, termination, truncation, info = env.last()
        returns[name] += reward
        assert reward == pytest.approx(sum(terms_of(info).values()))
        if termination or truncation:
            env.step(None)
        else:
            env.step(env.action_space(name).sample(observation["action_mask"]))
    env.close()
    return returns


@pytest.mark.parametrize("finish", ["idle", "leave"])
def test_every_agents_return_equals_the_sum_of_its_terms_in_the_journal(
    finish, tmp_path
):
    path = tmp_path / "j.jsonl"
    env = market_v0.env(
        "flights/rush", n_agents=4, finish=finish, max_cycles=40, journal=path
    )

    returns = play(env, seed=5)

    expected = {
        name: milli / 1000 for name, milli in rewards_in(read_journal(path)).items()
    }
    assert returns == pytest.approx(expected)


def test_cooperation_shares_the_sum_and_keeps_it(tmp_path):
    path = tmp_path / "j.jsonl"
    env = market_v0.env(
        "flights/rush", n_agents=4, cooperation=0.5, max_cycles=40, journal=path
    )

    returns = play(env, seed=5)

    own = {name: milli / 1000 for name, milli in rewards_in(read_journal(path)).items()}
    mean = sum(own.values()) / 4
    assert returns == pytest.approx({n: 0.5 * r + 0.5 * mean for n, r in own.items()})
