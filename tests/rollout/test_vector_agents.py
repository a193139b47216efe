"""Agents that are shown vectors sit wherever others do."""

import copy
import pickle
from dataclasses import replace

import numpy as np
import pytest
from tests.support.policies import flat_policy

import test_time_gym as ttg
from test_time_gym import market_v0
from test_time_gym.agents import make_agent
from test_time_gym.agents.trained import TrainedAgent
from test_time_gym.agents.trained.network import Layer, Network, fixed
from test_time_gym.envs.flight_booking_env import FlightBookingEnv
from test_time_gym.market.interface.policy import AgentError
from test_time_gym.market.interface.verbs import ACTIONS, Verb
from test_time_gym.market.streams import MAX_SEED
from test_time_gym.training import save_policy

ABORT = ACTIONS.index((Verb.ABORT, 0))


def drawn(chance, mask):
    """Return a legal action, never to abort: that would end the play."""
    return int(chance.choice([k for k in np.flatnonzero(mask) if k != ABORT]))


class Drawing:
    """Draws legal actions, and keeps what it was shown."""

    observes = "vector"

    def __init__(self, seed, actions="full"):
        self.chance, self.actions = np.random.default_rng(seed), actions
        self.shown = []

    def act(self, observation):
        self.shown.append(observation)
        return drawn(self.chance, observation["action_mask"])


def through_the_vector_door(scenario, seed, **options):
    """Return what the vector door shows the same agents, and how it ends."""
    options |= {"reward": "standard", "finish": "leave"}
    env = market_v0.env(scenario, **options)
    env.reset(seed=seed)
    chances = {name: np.random.default_rng(k) for k, name in enumerate(env.agents)}
    shown = {name: [] for name in env.agents}
    for name in env.agent_iter():
        observation, _, terminated, truncated, _ = env.last()
        if terminated or truncated:
            env.step(None)
            continue
        shown[name].append(observation)
        env.step(drawn(chances[name], observation["action_mask"]))
    return shown, [one.outcome for one in env.unwrapped.turns.seats]


@pytest.mark.parametrize("actions", ["full", "lean"])
@pytest.mark.parametrize("scenario", ["flights/rush", "hotels/city-break"])
def test_an_agent_is_shown_what_the_vector_door_shows(scenario, actions):
    agents = {f"buyer_{k}": Drawing(k, actions) for k in range(3)}
    result = ttg.run(scenario, agents, seed=4, n_agents=3, regret=False)
    shown, outcomes = through_the_vector_door(scenario, 4, n_agents=3, actions=actions)

    assert [one.outcome for one in result.episodes[0].agents.values()] == outcomes
    for name, agent in agents.items():
        assert len(agent.shown) == len(shown[name]) > 3
        for mine, theirs in zip(agent.shown, shown[name], strict=True):
            assert (mine["observation"] == theirs["observation"]).all()
            assert (mine["action_mask"] == theirs["action_mask"]).all()


def test_agents_that_see_pages_play_beside_it_as_ever():
    plain = ttg.run("flights/rush", ["cheapest", "patient", "random"], seed=2)
    mixed = ttg.run("flights/rush", ["cheapest", "patient", Drawing(1)], seed=2)
    seats = ("buyer_0", "buyer_1")
    assert [plain.episodes[0].agents[one].outcome for one in seats] == [
        mixed.episodes[0].agents[one].outcome for one in seats
    ]


@pytest.mark.parametrize("answer", [48, -1, 1.5, "wait", True, {"verb": "wait"}, None])
def test_an_answer_that_is_no_action_is_penalised(answer):
    class Wrong:
        observes = "vector"

        def act(self, observation):
            return answer

    result = ttg.run("flights/sfo-mad", Wrong(), seed=1, max_turns=3, reward="standard")
    agent = result.episodes[0].agents["buyer_0"]
    assert (agent.outcome, agent.steps, agent.error) == ("truncated", 3, None)
    assert agent.reward == pytest.approx(3 * (-0.05 - 0.01))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("observes", "pixels", "observes of an agent is 'json' or 'vector', not 'pixe"),
        ("actions", "few", "actions of an agent is 'full' or 'lean', not 'few'"),
    ],
)
def test_what_an_agent_cannot_be_shown_is_refused_before_it_plays(
    tmp_path, name, value, message
):
    agent = Drawing(1)
    setattr(agent, name, value)
    with pytest.raises(AgentError, match=message):
        ttg.run("flights/rush", agent, journal=tmp_path / "a.jsonl")
    assert not list(tmp_path.iterdir())
    with pytest.raises(AgentError, match=message):
        FlightBookingEnv("flights/rush", others={"buyer_1": agent})


# -- trained policies -----------------------------------------------------------------


@pytest.fixture
def policy(tmp_path):
    """Return the path of a policy's file; it is read from where the tests run."""
    path = tmp_path / "p.npz"
    return f"ppo:{path}", flat_policy(path)


def test_a_trained_policy_takes_over_in_a_fork(policy, tmp_path):
    name, _ = policy
    journal, forked = tmp_path / "a.jsonl", tmp_path / "f.jsonl"
    ttg.run("flights/rush", "cheapest", seed=3, journal=journal, regret=False)
    ttg.replay.fork(journal, at=20, agents={"buyer_0": name}, journal=forked)
    assert ttg.replay.verify(forked, reexecute=True).replay == "equal"
    # Its own runs can be forked, too; there it repeats what it did.
    mine, again = tmp_path / "m.jsonl", tmp_path / "n.jsonl"
    ttg.run("flights/rush", [name, "cheapest"], seed=3, journal=mine, regret=False)
    ttg.replay.fork(mine, at=15, agents={"buyer_1": "patient"}, journal=again)
    assert ttg.replay.verify(again, reexecute=True).replay == "equal"


def test_a_trained_policy_plays_the_others_of_every_environment(policy):
    name, saved = policy
    others = {"buyer_1": name, "buyer_2": "cheapest"}
    single = FlightBookingEnv("flights/rush", observation="vector", others=others)
    single.reset(seed=5)
    assert single._adapter.policies["buyer_1"] == saved.label
    rows = []
    for processes in (1, 2):
        env = market_v0.vector_env(
            2, "flights/rush", others=others, n_agents=3, processes=processes
        )
        observations, infos = env.reset(seed=5)
        told = [observations]
        for _ in range(12):
            actions = np.where(infos["ready"], infos["action_mask"].argmax(axis=1), -1)
            observations, *_, infos = env.step(actions)
            told.append(observations)
        rows.append(np.stack(told))
        env.close()
    assert (rows[0] == rows[1]).all()


def test_copies_of_an_environment_go_on_with_it(policy):
    name, _ = policy
    env = FlightBookingEnv(
        "flights/rush", observation="vector", others={"buyer_1": name}, n_agents=2
    )
    _, info = env.reset(seed=5)
    for _ in range(3):
        _, _, _, _, info = env.step(int(info["action_mask"].argmax()))
    twins = [env, copy.deepcopy(env), pickle.loads(pickle.dumps(env))]
    digests = []
    for one in twins:
        mask = info["action_mask"]
        for _ in range(5):
            _, _, terminated, truncated, told = one.step(int(mask.argmax()))
            mask = told["action_mask"]
            if terminated or truncated:
                break
        digests.append(one.turns.digest())
    assert len(set(digests)) == 1


def test_a_policy_plays_only_what_it_was_trained_for(policy):
    name, _ = policy
    for play in (
        lambda: ttg.run("hotels/city-break", name),
        lambda: market_v0.vector_env(
            1, "hotels/city-break", n_agents=2, others={"buyer_1": name}
        ),
    ):
        with pytest.raises(
            AgentError, match="a buyer of flights, and cannot play a bu"
        ):
            play()
    policy_of = make_agent(name).policy
    narrow = Network([Layer(fixed([[1.0]]), fixed([0.0]), "identity")])
    for change in ({"fields": "older"}, {"network": narrow}):
        agent = TrainedAgent(replace(policy_of, **change))
        with pytest.raises(AgentError, match="other fields than these"):
            ttg.run("flights/rush", agent)


def test_a_trained_seller_sets_prices(tmp_path):
    sellers = (np.zeros((5, 104)), np.arange(5.0))
    path = tmp_path / "s.npz"
    policy = save_policy(path, [sellers], "flights/duopoly", role="seller")
    agents = {"seller_0": f"ppo:{path}"}
    journal = tmp_path / "a.jsonl"
    result = ttg.run("flights/duopoly", agents, seed=1, journal=journal, regret=False)
    seller = result.episodes[0].agents["seller_0"]
    assert (seller.policy, seller.error) == (policy.label, None)
    assert seller.steps > 3
    assert ttg.replay.verify(journal, reexecute=True).replay == "equal"
    with pytest.raises(
        AgentError, match="a seller of flights, and cannot play a buyer"
    ):
        ttg.run("flights/duopoly", {"buyer_0": f"ppo:{path}"})


def test_the_largest_seed_is_one(policy):
    name, _ = policy
    assert make_agent(name, MAX_SEED - 1).policy.trade == "flights"
