"""Rewards: two presets, their numbers, and what the end of an episode brings."""

import pytest
from tests.support.doors import Buffers, play_aec
from worlds import busy_world, episode

import test_time_gym as ttg
from test_time_gym import market_v0
from test_time_gym.cli import main
from test_time_gym.envs import FlightBookingEnv
from test_time_gym.envs.adapter import EnvAdapter
from test_time_gym.envs.parallel import MarketParallel
from test_time_gym.journal import read_journal
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.reward import (
    PRESETS,
    TERMS,
    RewardConfig,
    reward_of,
)
from test_time_gym.replay import audit, verify
from test_time_gym.scenarios import load_scenario
from test_time_gym.scenarios.loader import scenario_of

STANDARD = {
    "success": 1000,
    "violation": -300,
    "progress_cart": 20,
    "progress_payment": 30,
    "progress_card": 50,
    "penalty": -50,
    "time": -10,
    "correct_abort": 500,
}
FARMING = ["search_flights", "add_to_cart", "proceed_to_payment", "enter_card", "abort"]


class Farmer:
    """Collects what progress brings, and gives up."""

    def __init__(self):
        self._rest = iter(FARMING)

    def act(self, page):
        verb = next(self._rest, "abort")
        if verb not in page["legal_verbs"]:
            verb = "abort"
        arguments = {
            "add_to_cart": lambda: {"flight_id": page["flights"][0]["id"]},
            "enter_card": lambda: {"card_token": page["wallet"][0]["token"]},
        }
        return {"verb": verb, "payload": arguments.get(verb, dict)()}


def returns(scenario, agent, reward, seeds=range(12)):
    """Return (outcome, reward) of an agent's episodes of feasible tasks."""
    found = []
    for seed in seeds:
        result = ttg.run(scenario, {"buyer_0": agent()}, seed=seed, reward=reward)
        mine = result.episodes[0].agents["buyer_0"]
        if mine.optimal is not None:
            found.append((mine.outcome, mine.reward))
    return found


# -- numbers -------------------------------------------------------------------------


def test_standard_is_what_is_declared_by_nobody_and_old_scenarios_keep_their_digest():
    assert RewardConfig().model_dump() == STANDARD
    assert RewardConfig.model_validate("standard") == RewardConfig()
    assert list(PRESETS) == ["standard", "training"]


def test_training_changes_four_numbers():
    changed = STANDARD | {
        "time": -2,
        "gave_up": -500,
        "saving": 200,
        "progress_returned": True,
    }

    assert RewardConfig.model_validate("training").model_dump() == changed
    assert RewardConfig.model_validate(
        {"preset": "training", "time": -5}
    ).model_dump() == changed | {"time": -5}


def test_numbers_replace_those_of_the_scenario():
    declared = RewardConfig(success=700)

    assert reward_of({"time": -1}, declared).success == 700
    assert reward_of({"preset": "training"}, declared).success == 1000
    assert reward_of(declared, RewardConfig()) is declared


@pytest.mark.parametrize(
    "wrong",
    [
        "lenient",
        {"preset": "lenient"},
        {"preset": 1},
        {"tme": -1},
        {"time": 0.5},
        {"time": 10**9},
        7,
        ["training"],
        {1: 2},
    ],
)
def test_what_is_no_reward_is_refused_in_words(wrong):
    with pytest.raises(Misuse, match="reward is 'standard' or 'training', or numbers"):
        market_v0.env("flights/rush", reward=wrong)


def test_a_scenario_chooses_a_preset_and_changes_its_numbers():
    declared = load_scenario("flights/sfo-mad").model_dump(mode="json", by_alias=True)
    reward = scenario_of(
        declared | {"reward": {"preset": "training", "time": -4}}, "a test"
    ).reward

    assert (reward.time, reward.gave_up) == (-4, -500)


# -- who has which -------------------------------------------------------------------


def rewards_of(env):
    return env._adapter.config.reward


def test_vector_doors_train_by_default_and_json_doors_do_not():
    training = RewardConfig.model_validate("training")

    assert rewards_of(market_v0.env("flights/rush")) == training
    assert rewards_of(market_v0.parallel_env("flights/rush")) == training
    assert rewards_of(FlightBookingEnv(observation="vector")) == training
    assert rewards_of(market_v0.env("flights/rush", observation="json")) == (
        RewardConfig()
    )
    assert rewards_of(FlightBookingEnv()) == RewardConfig()
    assert rewards_of(FlightBookingEnv(reward="training")) == training


def test_what_a_scenario_declares_stands():
    own = busy_world().model_copy(update={"reward": RewardConfig(success=700)})

    assert EnvAdapter(own).config.reward.success == 700
    assert EnvAdapter(own, reward="training").config.reward.success == 1000


def test_the_command_takes_a_preset(capsys):
    assert main(["run", "flights/sfo-mad", "--reward", "training", "--json"]) == 0
    assert '"reward"' in capsys.readouterr().out
    assert main(["run", "flights/sfo-mad", "--reward", "lenient"]) == 2
    assert "reward is 'standard' or 'training'" in capsys.readouterr().err


# -- what an end brings --------------------------------------------------------------


@pytest.mark.parametrize("reward", list(PRESETS))
@pytest.mark.parametrize("scenario", ["flights/sfo-mad", "flights/rush"])
def test_progress_cannot_be_farmed(scenario, reward):
    farmed = [value for _, value in returns(scenario, Farmer, reward)]
    honest = [
        value
        for agent in (lambda: "cheapest", lambda: "first-offer", lambda: "patient")
        for outcome, value in returns(scenario, agent, reward)
        if outcome == "success"
    ]

    assert len(farmed) > 5
    assert len(honest) > 15
    assert max(farmed) < min(honest)


def test_under_training_giving_up_costs_more_than_any_try_that_ends_with_a_ticket():
    farmed = [value for _, value in returns("flights/rush", Farmer, "training")]
    bought = [
        value
        for agent in ("cheapest", "first-offer")
        for outcome, value in returns("flights/rush", lambda a=agent: a, "training")
        if outcome in {"success", "violation"}
    ]

    assert max(farmed) < -0.5
    assert max(farmed) < min(bought)


def test_who_saves_more_earns_more():
    for outcome, reward in returns("flights/sfo-mad", lambda: "cheapest", "training"):
        assert outcome == "success"
        assert 1.05 < reward < 1.3


@pytest.mark.parametrize(
    "scenario", ["flights/rush", "flights/family", "hotels/conference"]
)
def test_journals_of_the_training_reward_are_verified_and_audited(scenario, tmp_path):
    seen = {}
    for seed in range(6):
        path = tmp_path / f"{seed}.jsonl"
        env = market_v0.env(scenario, max_cycles=25, journal=path)
        play_aec(env, seed)
        env.close()

        assert verify(path, reexecute=True).replay == "equal"
        assert audit(path).findings == ()
        for record in read_journal(path).records():
            if record.kind == "outcome":
                seen |= dict.fromkeys(record.data["terms"])

    assert {"gave_up", "progress"} <= {*seen}
    assert {*seen} <= {*TERMS}


def test_a_team_saves_together(tmp_path):
    path = tmp_path / "j.jsonl"
    result = ttg.run(
        "flights/family", "oracle", seed=1, reward="training", journal=path
    )
    terms = [
        record.data["terms"]
        for record in read_journal(path).records()
        if record.kind == "outcome"
    ]

    assert {one.outcome for one in result.episodes[0].agents.values()} == {"success"}
    assert len({one["saving"] for one in terms}) == 1
    assert audit(path).findings == ()


def test_the_parallel_door_pays_the_same_terms():
    buffers = Buffers()
    env = MarketParallel(
        EnvAdapter(episode(), n_agents=2, window_ms=1000, journal=buffers)
    )
    env.reset(seed=1)
    total = dict.fromkeys(env.agents, 0.0)
    while env.agents:
        masks = {
            name: env._adapter.mask(env.turns.by_name[name]) for name in env.agents
        }
        actions = {name: int(mask.nonzero()[0][-1]) for name, mask in masks.items()}
        _, rewards, *_ = env.step(actions)
        for name, value in rewards.items():
            total[name] += value

    assert {name: round(1000 * value) for name, value in total.items()} == {
        one.name: one.total_milli for one in env.turns.seats
    }
