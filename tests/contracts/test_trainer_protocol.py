"""What every trainer may rely on, by the protocols alone: no library is named here.

Whatever is written against PettingZoo's or Gymnasium's interface, and takes numbers,
works without glue if all of this holds.
"""

import pickle
import subprocess
import sys
from copy import copy
from pathlib import Path

import numpy as np
import pytest
import trainer_rows
from trainer_rows import Player, choose, digest, make, mask_of

DOORS = ("aec", "parallel", "gymnasium")
SCENARIOS = ("flights/rush", "hotels/city-break")
CASES = [
    pytest.param(door, scenario, options, id=f"{door}, {scenario}, {name}")
    for door in DOORS
    for scenario in SCENARIOS
    for name, options in {
        "dict": {},
        "flat": {"flatten": True},
        "lean": {"actions": "lean"},
    }.items()
]
every_case = pytest.mark.parametrize(("door", "scenario", "options"), CASES)
MASKS = ("obs", "info", "both")


def seen(door, scenario, options, episodes=2):
    """Yield every step: agent → (observation, reward, terminated, truncated, info)."""
    env = make(door, scenario, **options)
    k = 0
    for episode in range(episodes):
        if door == "gymnasium":
            observation, info = env.reset(seed=episode)
            yield env, {"": (observation, 0.0, False, False, info)}
            ended = [False]
            while not any(ended):
                k += 1
                observation, reward, *ended, info = env.step(
                    choose(k, mask_of(observation, info))
                )
                yield env, {"": (observation, reward, *ended, info)}
        elif door == "parallel":
            observations, infos = env.reset(seed=episode)
            yield (
                env,
                {a: (observations[a], 0.0, False, False, infos[a]) for a in infos},
            )
            while env.agents:
                k += 1
                actions = {
                    a: choose(k + i, mask_of(observations[a], infos[a]))
                    for i, a in enumerate(env.agents)
                }
                observations, *told, infos = env.step(actions)
                yield (
                    env,
                    {
                        a: (observations[a], *(one[a] for one in told), infos[a])
                        for a in observations
                    },
                )
        else:
            env.reset(seed=episode)
            while env.agents:
                k += 1
                agent, last = env.agent_selection, env.last()
                yield env, {agent: last}
                observation, _, terminated, truncated, info = last
                done = terminated or truncated
                env.step(None if done else choose(k, mask_of(observation, info)))


def arrays_of(observation):
    return observation if isinstance(observation, dict) else {"": observation}


def shape_of(info):
    return {
        name: (np.asarray(value).dtype, np.shape(value)) for name, value in info.items()
    }


@every_case
def test_infos_are_numbers_with_constant_keys_types_and_shapes(door, scenario, options):
    known, steps = {}, 0
    for _, told in seen(door, scenario, options, episodes=5):
        for agent, (*_, info) in told.items():
            shape = shape_of(info)
            assert all(kind.kind in "biuf" for kind, _ in shape.values()), shape
            assert known.setdefault(agent, shape) == shape
            assert list(known[agent]) == list(info)
        steps += 1
    assert steps > 5
    assert {"ready", "now", "dt", "outcome", "accepted"} <= set(known.popitem()[1])


@every_case
def test_every_agent_has_its_info_at_every_step(door, scenario, options):
    for env, told in seen(door, scenario, options):
        if door == "aec":
            assert set(env.infos) == set(env.agents)
            shapes = [shape_of(env.infos[agent]) for agent in env.agents]
            assert all(shape == shapes[0] for shape in shapes)
        elif door == "parallel":
            assert list(told) == env.possible_agents


@every_case
def test_masks_are_int8_and_never_all_zero(door, scenario, options):
    for env, told in seen(door, scenario, options):
        for agent, (observation, *_, info) in told.items():
            space = env.action_space if door == "gymnasium" else env.action_space(agent)
            places = [info, observation] if isinstance(observation, dict) else [info]
            masks = [place["action_mask"] for place in places]
            for mask in masks:
                assert isinstance(mask, np.ndarray)
                assert (mask.dtype, mask.shape) == (np.int8, (space.n,))
                assert set(mask.tolist()) <= {0, 1}
                assert mask.any()
                assert np.array_equal(mask, masks[0])


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("place", MASKS)
def test_masks_are_where_they_are_asked_for(door, place):
    for _, told in seen(door, "flights/rush", {"mask_in": place}, episodes=1):
        for observation, *_, info in told.values():
            observed = isinstance(observation, dict) and "action_mask" in observation
            assert observed == (place != "info")
            assert ("action_mask" in info) == (place != "obs")


@every_case
def test_observations_are_in_their_space_and_spaces_stay_the_same(
    door, scenario, options
):
    spaces = {}
    for env, told in seen(door, scenario, options):
        for agent, (observation, *_) in told.items():
            alone = door == "gymnasium"
            both = (
                env.observation_space if alone else env.observation_space(agent),
                env.action_space if alone else env.action_space(agent),
            )
            assert both[0].contains(observation)
            known = spaces.setdefault(agent, both)
            assert known[0] is both[0]
            assert known[1] is both[1]


@every_case
def test_arrays_are_fresh(door, scenario, options):
    before = {}
    for _, told in seen(door, scenario, options):
        for agent, (observation, *_, info) in told.items():
            arrays = {**arrays_of(observation), "told": info["action_mask"]}
            for name, array in arrays.items():
                assert array.flags.writeable
                for old in before.get(agent, {}).values():
                    assert not np.shares_memory(array, old), name
            before[agent] = arrays


@pytest.mark.parametrize("door", DOORS)
def test_who_writes_into_what_it_got_changes_nothing(door):
    clean = digest(Player(make(door, "flights/rush"), door, 7).rows())
    player, found = Player(make(door, "flights/rush"), door, 7), []
    row, player_row = trainer_rows.row, []

    def spoil(agent, observation, reward, ended, info):
        player_row.append((observation, info))
        return row(agent, observation, reward, ended, info)

    trainer_rows.row = spoil
    try:
        while len(found) < trainer_rows.ROWS:
            found += player.rows(1)
            for observation, info in player_row[:-8]:
                for array in (*arrays_of(observation).values(), info["action_mask"]):
                    array.fill(1)
            del player_row[:-8]
    finally:
        trainer_rows.row = row

    assert digest(found[: trainer_rows.ROWS]) == clean


@every_case
def test_all_who_acted_get_a_last_observation_and_all_they_earned(
    door, scenario, options
):
    earned, ended = {}, {}
    steps = list(seen(door, scenario, options, episodes=1))
    for _, told in steps:
        for agent, (observation, reward, terminated, truncated, info) in told.items():
            assert isinstance(reward, float)
            assert not (terminated and truncated)
            earned[agent] = earned.get(agent, 0.0) + reward
            ended[agent] = terminated or truncated
            assert bool(info["outcome"]) >= ended[agent]
            assert observation is not None
    seats = steps[-1][0].unwrapped.turns.participants
    if door == "gymnasium":
        seats, earned = seats[:1], {seats[0].name: earned[""]}
    assert [one.name for one in seats if one.turn] == sorted(earned)
    assert all(ended.values())
    for one in seats:
        assert earned[one.name] == pytest.approx(one.total_milli / 1000)


@pytest.mark.parametrize("door", ["parallel", "gymnasium"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_terms_in_infos_sum_to_the_reward(door, scenario):
    # Rewards of `last` gather until the agent acts; its infos tell of the last step.
    for _, told in seen(door, scenario, {}, episodes=1):
        for _, reward, _, _, info in told.values():
            terms = [info[name] for name in info if name.startswith("reward_")]
            assert reward == pytest.approx(sum(terms))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_all_episodes_end_at_once_by_default(scenario):
    for env, told in seen("parallel", scenario, {}):
        ends = {
            terminated or truncated for _, _, terminated, truncated, _ in told.values()
        }
        assert len(ends) == 1
        assert env.agents == ([] if ends == {True} else env.possible_agents)
    for env, _ in seen("aec", scenario, {}):
        ended = {env.terminations[one] or env.truncations[one] for one in env.agents}
        assert len(ended) == 1
        assert ended == {True} or env.agents == env.possible_agents


@pytest.mark.parametrize("door", ["aec", "parallel"])
def test_agents_keep_their_order(door):
    for env, told in seen(door, "flights/rush", {"finish": "leave"}):
        order = [one for one in env.possible_agents if one in env.agents]
        assert env.agents == order
        assert list(told) == [one for one in env.possible_agents if one in told]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_seed_gives_the_same_rows_here_elsewhere_and_after_pickling(door, scenario):
    here = Player(make(door, scenario), door, 7).rows()
    again = Player(make(door, scenario), door, 7).rows()
    copied = pickle.loads(pickle.dumps(make(door, scenario)))
    there = subprocess.run(
        [sys.executable, Path(trainer_rows.__file__), door, scenario, "7"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert len(set(here)) > len(here) // 2
    assert again == here
    assert Player(copied, door, 7).rows() == here
    assert there.stdout.strip() == digest(here)


@pytest.mark.parametrize("door", DOORS)
def test_a_pickled_run_goes_on_as_it_would_have(door):
    player = Player(make(door, "flights/rush"), door, 7)
    first = player.rows(100)
    pickled = copy(player)
    pickled.env = pickle.loads(pickle.dumps(player.env))

    rest = player.rows(100)
    assert pickled.rows(100) == rest
    assert [*first, *rest] == Player(make(door, "flights/rush"), door, 7).rows(
        len(first) + len(rest)
    )
