"""Stable-Baselines3 learns from many markets at once."""

import numpy as np
import pytest
from rows import ABORT, SEARCH

from test_time_gym import market_v0
from test_time_gym.market.errors import Misuse

torch = pytest.importorskip("torch")
contrib = pytest.importorskip("sb3_contrib")
maskable = pytest.importorskip("sb3_contrib.common.maskable.utils")
buffers = pytest.importorskip("sb3_contrib.common.maskable.buffers")
vec_env = pytest.importorskip("stable_baselines3.common.vec_env")
sb3 = pytest.importorskip("test_time_gym.training.sb3")

pytestmark = pytest.mark.extras


def make(n=2, scenario="flights/rush", **options):
    return sb3.MarketVecEnv(market_v0.vector_env(n, scenario, **options))


def test_rows_are_masked_environments():
    env = make(n_agents=2)
    env.seed(3)
    first = env.reset()

    assert maskable.is_masking_supported(env)
    assert not env.has_attr("no_such_thing")
    masks = maskable.get_action_masks(env)
    assert masks.shape == (4, env.action_space.n)
    _, _, _, infos = env.step(np.array([SEARCH] * 4))
    assert all(info["ready"] and info["dt"] > 0 for info in infos)
    env.step(np.array([SEARCH, ABORT, ABORT, ABORT]))
    idle = ~np.array(env.get_attr("ready"))
    assert (maskable.get_action_masks(env)[idle].sum(axis=1) == 1).all()
    env.seed(3)
    assert np.array_equal(env.reset(), first)


def test_the_end_of_an_episode_is_in_its_infos():
    env = make(scenario="flights/sfo-mad", n_agents=1, max_cycles=2)
    env.reset()
    env.step(np.array([SEARCH, SEARCH]))

    seen, _, dones, infos = env.step(np.array([SEARCH, ABORT]))

    assert dones.tolist() == [True, True]
    assert [info["TimeLimit.truncated"] for info in infos] == [True, False]
    for row, info in enumerate(infos):
        assert info["terminal_observation"].shape == seen[row].shape
        assert not np.array_equal(info["terminal_observation"], seen[row])


def test_another_autoreset_is_refused():
    with pytest.raises(Misuse, match="same_step"):
        make(autoreset="next_step")


@pytest.mark.parametrize("agents", [1, 4])
def test_masked_ppo_learns_over_four_markets(agents):
    env = vec_env.VecMonitor(make(4, n_agents=agents))
    settings = {"n_steps": 64, "batch_size": 64, "seed": 1, "device": "cpu"}
    model = contrib.MaskablePPO(
        "MlpPolicy", env, rollout_buffer_class=sb3.ReadyRolloutBuffer, **settings
    )

    model.learn(512 * agents)

    assert model.num_timesteps >= 512 * agents
    samples = next(model.rollout_buffer.get())
    assert (samples.action_masks.sum(axis=1) > 1).all()
    env.close()


def test_advantages_of_decisions_are_those_of_a_process_without_idle_rows():
    """The same decisions, with idle entries between them or without."""
    env = make(1, n_agents=1)
    spaces = env.observation_space, env.action_space
    rewards, values = [1.0, 2.0, 3.0, 4.0], [0.5, 0.25, 0.125, 0.75]
    starts, last = [1.0, 0.0, 1.0, 0.0], torch.tensor([0.3])
    masks = np.ones(spaces[1].n, bool)
    idle = np.arange(spaces[1].n) == 0
    plain, gaps = [], []
    for reward, value, start in zip(rewards, values, starts, strict=True):
        plain.append((reward, value, start, masks))
        gaps.append((reward - 0.5, value, start, masks))
        gaps.append((0.5, 9.9, 0.0, idle))

    found = []
    kinds = [
        buffers.MaskableRolloutBuffer,
        sb3.ReadyRolloutBuffer,
        sb3.ReadyRolloutBuffer,
    ]
    for kind, entries in zip(kinds, (plain, plain, gaps), strict=True):
        buffer = kind(len(entries), *spaces, gae_lambda=0.9, gamma=0.8)
        buffer.reset()
        for reward, value, start, mask in entries:
            buffer.add(
                np.zeros((1, *spaces[0].shape)),
                np.zeros((1, 1)),
                np.array([reward]),
                np.array([start]),
                torch.tensor([value]),
                torch.tensor([0.0]),
                action_masks=mask[None],
            )
        buffer.compute_returns_and_advantage(last, np.array([False]))
        decides = buffer.action_masks.sum(axis=2)[:, 0] > 1
        found.append(buffer.advantages[decides, 0])

    assert found[1] == pytest.approx(found[0])
    assert found[2] == pytest.approx(found[0])
    assert len(next(buffer.get()).advantages) == 4


@pytest.mark.parametrize("decisions", [1, 2, 5, 7, 8])
@pytest.mark.parametrize("batch_size", [None, 1, 2, 3, 6])
def test_no_batch_has_one_decision_alone(decisions, batch_size):
    env = make(1, n_agents=1)
    spaces = (env.observation_space, env.action_space)
    buffer = sb3.ReadyRolloutBuffer(10, *spaces, device="cpu", n_envs=1)
    buffer.reset()
    for step in range(10):
        mask = np.zeros((1, env.action_space.n))
        mask[0, : 2 if step < decisions else 1] = 1
        told = (np.array([step]), np.zeros(1), np.zeros(1))
        buffer.add(
            np.full((1, *env.observation_space.shape), step, np.float32),
            *told,
            torch.zeros(1),
            torch.zeros(1),
            action_masks=mask,
        )
    buffer.compute_returns_and_advantage(torch.zeros(1), np.zeros(1))

    batches = [batch.actions.flatten().tolist() for batch in buffer.get(batch_size)]

    assert min(map(len, batches)) > 1
    seen = sorted(int(action) for batch in batches for action in batch)
    assert seen == (list(range(decisions)) if decisions > 1 else [0, 0])
    env.close()
