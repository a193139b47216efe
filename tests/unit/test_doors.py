"""The doors: one run behind them all, its seeds, its journals, its errors."""

import copy
import pickle
from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from worlds import busy_world, episode

from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.aec import CheckedMarketAEC, MarketAEC
from test_time_gym.market.interface.doors import Door
from test_time_gym.market.interface.parallel import MarketParallel
from test_time_gym.market.interface.single import MarketSingle
from test_time_gym.market.interface.slots import ACTIONS
from test_time_gym.market.interface.verbs import Verb

ABORT = ACTIONS.index((Verb.ABORT, 0))
SEARCH = ACTIONS.index((Verb.SEARCH_FLIGHTS, 0))
WAIT = ACTIONS.index((Verb.WAIT, 0))
FIRST = ACTIONS.index((Verb.ADD_TO_CART, 0))
PROCEED = ACTIONS.index((Verb.PROCEED_TO_PAYMENT, 0))


class Buffer(BytesIO):
    """A journal that can be read after it has been closed."""

    def __init__(self):
        super().__init__()
        self.ended = False

    def close(self):
        self.ended = True


class Buffers(list):
    """The journals of all episodes so far; called, it opens the next."""

    def __call__(self):
        self.append(Buffer())
        return self[-1]

    def all_bytes(self):
        return [buffer.getvalue() for buffer in self]


def numbers(seed, name):
    """Return the choices of one agent: the same behind every door."""
    dice = np.random.RandomState([seed, int(name.removeprefix("buyer_"))])
    while True:
        yield int(dice.randint(2**16))


def choice(mask, n):
    """Return a legal number, mostly one that leads on to a ticket."""
    legal = np.flatnonzero(mask).tolist()
    if n % 3:
        for verb in (
            Verb.ANSWER_CHALLENGE,
            Verb.CONFIRM_PAYMENT,
            Verb.ENTER_CARD,
            Verb.PROCEED_TO_PAYMENT,
            Verb.ADD_TO_CART,
        ):
            ways = [k for k in legal if ACTIONS[k][0] is verb]
            if ways:
                return ways[n % len(ways)]
    number = legal[n % len(legal)]
    ends_soon = ACTIONS[number] == (Verb.WAIT, 4) or ACTIONS[number][0] is Verb.ABORT
    return WAIT if ends_soon and n % 31 else number


def play_aec(env, seed):
    """Play an episode; return every agent's rewards, summed."""
    choices = {name: numbers(seed, name) for name in env.possible_agents}
    returns = dict.fromkeys(env.possible_agents, 0.0)
    env.reset(seed=seed)
    while env.agents:
        name = env.agent_selection
        _, reward, termination, truncation, info = env.last()
        returns[name] += reward
        done = termination or truncation
        env.step(None if done else choice(info["action_mask"], next(choices[name])))
    return returns


def play_parallel(env, seed):
    """Play an episode in which only ready agents choose, and the others wait."""
    choices = {name: numbers(seed, name) for name in env.possible_agents}
    returns = dict.fromkeys(env.possible_agents, 0.0)
    _, infos = env.reset(seed=seed)
    while env.agents:
        actions = {
            name: choice(infos[name]["action_mask"], next(choices[name]))
            if infos[name]["ready"]
            else WAIT
            for name in env.agents
        }
        _, rewards, _, _, infos = env.step(actions)
        for name, reward in rewards.items():
            returns[name] += reward
    return returns


# -- one run behind all doors -----------------------------------------------------


@pytest.mark.parametrize("finish", ["idle", "leave"])
@pytest.mark.parametrize("agents", [1, 2, 8])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_same_actions_make_the_same_run_in_turn_and_in_parallel(
    agents, seed, finish
):
    options = {"n_agents": agents, "window_ms": 5000, "finish": finish}
    one, two = Buffers(), Buffers()
    aec = MarketAEC(Door(busy_world(), journal=one, **options))
    parallel = MarketParallel(Door(busy_world(), journal=two, **options))

    returns = [play_aec(aec, seed), play_parallel(parallel, seed)]

    assert one.all_bytes() == two.all_bytes()
    assert one.all_bytes()[0].count(b'"k":"act"') > 20
    assert aec.digest() == parallel.digest()
    assert returns[0] == pytest.approx(returns[1])


@pytest.mark.parametrize("window_ms", [0, 5000])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_checked_door_makes_the_same_run_as_the_raw_one(seed, window_ms):
    journals = []
    for make in (MarketAEC, CheckedMarketAEC):
        buffers = Buffers()
        door = Door(busy_world(), n_agents=3, window_ms=window_ms, journal=buffers)
        play_aec(make(door), seed)
        journals.append(buffers.all_bytes())

    assert journals[0] == journals[1]


def shopper(seed, name):
    """Return a policy over JSON observations: a function of (seed, name)."""
    choices = numbers(seed, name)

    def act(observation):
        legal = observation["legal_verbs"]
        n = next(choices)
        payload = {}
        for verb in (
            "answer_challenge",
            "confirm_payment",
            "enter_card",
            "proceed_to_payment",
            "add_to_cart",
            "wait",
        ):
            if verb in legal and n % 4:
                break
        else:
            verb = "search_flights" if "search_flights" in legal else "wait"
        if verb == "enter_card":
            wallet = observation["wallet"]
            payload = {"card_token": wallet[n % len(wallet)]["token"]}
        elif verb == "add_to_cart":
            flights = observation["flights"]
            payload = {"flight_id": flights[n % len(flights)]["id"]} if flights else {}
        elif verb == "answer_challenge":
            payload = {"code": "000000"}
        elif verb == "wait":
            payload = {"minutes": n % 3}
        return {"verb": verb, "payload": payload}

    return act


@pytest.mark.parametrize("seed", range(4))
def test_one_agents_door_makes_the_same_run_when_the_others_play_alike(seed):
    one, two = Buffers(), Buffers()
    options = {"n_agents": 3, "observation": "json"}
    names = ["buyer_1", "buyer_2"]
    single = MarketSingle(
        Door(busy_world(), journal=one, **options),
        lambda run_seed: {name: shopper(run_seed, name) for name in names},
    )
    aec = MarketAEC(Door(busy_world(), journal=two, **options))

    focal = shopper(seed, "buyer_0")
    observation, _ = single.reset(seed=seed)
    done = False
    while not done:
        observation, _, terminated, truncated, _ = single.step(focal(observation))
        done = terminated or truncated
    players = {name: shopper(seed, name) for name in aec.possible_agents}
    aec.reset(seed=seed)
    while aec.turns.by_name["buyer_0"].outcome is None:
        name = aec.agent_selection
        aec.step(players[name](aec.observe(name)))

    # The single door ends with its agent; the others' journal goes on.
    alone = one.all_bytes()[0].splitlines()
    together = two.all_bytes()[0].splitlines()
    assert alone[:-1] == together[: len(alone) - 1]
    assert len(alone) > 20


# -- the parallel door ------------------------------------------------------------


def test_a_busy_agents_action_is_refused_without_effect():
    states = []
    for meddling in (WAIT, SEARCH, ABORT):
        env = MarketParallel(Door(episode(), n_agents=2, window_ms=1000))
        env.reset(seed=1)
        env.step({"buyer_0": SEARCH, "buyer_1": WAIT})

        observations, _, _, _, infos = env.step({"buyer_0": meddling, "buyer_1": WAIT})

        mask = observations["buyer_0"]["action_mask"]
        states.append((infos["buyer_0"]["accepted"], env.digest(), mask.tolist()))
        assert infos["buyer_0"]["action_mask"].tolist() == mask.tolist()
    accepted, digests, masks = zip(*states, strict=True)
    assert accepted == (True, False, False)
    assert len(set(digests)) == 1
    assert {ACTIONS[k][0] for k in np.flatnonzero(masks[0])} == {Verb.WAIT}


def test_a_busy_agent_of_the_json_door_may_only_wait():
    door = Door(episode(), n_agents=2, window_ms=1000, observation="json")
    env = MarketParallel(door)
    env.reset(seed=1)

    look = {"verb": "wait", "payload": ""}
    search = {"verb": "search_flights", "payload": ""}
    observations, _, _, _, infos = env.step({"buyer_0": search, "buyer_1": look})

    assert observations["buyer_0"]["legal_verbs"] == ["wait"]
    assert [infos[name]["ready"] for name in env.agents] == [False, True]


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ({"buyer_0": WAIT}, "missing: buyer_1"),
        ({"buyer_0": WAIT, "buyer_1": WAIT, "x": 0}, "no live agent: x"),
        ({"buyer_0": WAIT, "buyer_1": 48}, "an action is an integer"),
        ({"buyer_0": WAIT, "buyer_1": None}, "an action is an integer"),
    ],
)
def test_wrong_joint_actions_are_misuse_and_change_nothing(actions, message):
    env = MarketParallel(Door(episode(), n_agents=2, window_ms=1000))
    env.reset(seed=1)
    before = env.turns.full_digest()

    with pytest.raises(Misuse, match=message):
        env.step(actions)

    assert env.turns.full_digest() == before


def test_the_parallel_door_needs_windows():
    with pytest.raises(Misuse, match="needs decision windows"):
        MarketParallel(Door(episode()))


# -- infos ------------------------------------------------------------------------


def test_who_has_acted_is_told_at_once_how_it_went():
    env = MarketAEC(Door(episode(), n_agents=2))
    env.reset(seed=1)
    name = env.agent_selection

    env.step(PROCEED)

    assert env.agent_selection != name
    info = env.infos[name]
    assert info["accepted"] is False
    assert info["reward_terms"] == {"time": -0.01, "penalty": -0.05}
    assert env.rewards[name] == pytest.approx(-0.06)


def test_a_reward_stays_in_rewards_for_one_step():
    env = MarketAEC(Door(episode(), n_agents=2))
    env.reset(seed=1)

    rewards = []
    for _ in range(2):
        env.step(WAIT)
        rewards.append(sorted(env.rewards.values()))

    assert rewards == [[-0.01, 0.0], [-0.01, 0.0]]


# -- seeds ------------------------------------------------------------------------


def test_seeds_that_nobody_gives_follow_from_the_last_one():
    chains = []
    for _ in range(2):
        door = Door(episode())
        given = (0, None, None, 7, None)
        chains.append([door.begin(seed).market.streams.seed for seed in given])

    assert chains[0] == chains[1]
    assert len(set(chains[0])) == 5
    assert chains[0][0] == 0


def test_without_any_seed_two_environments_differ():
    seeds = {Door(episode()).begin(None).market.streams.seed for _ in range(2)}

    assert len(seeds) == 2


@pytest.mark.parametrize("seed", [-1, 2**128, 1.5, "1", True])
def test_a_wrong_seed_is_misuse_and_the_run_goes_on(seed):
    buffers = Buffers()
    env = MarketAEC(Door(episode(), journal=buffers))
    env.reset(seed=1)

    with pytest.raises(Misuse, match="a seed is an integer"):
        env.reset(seed=seed)

    env.step(WAIT)
    assert len(buffers) == 1
    assert not buffers[0].ended


def test_numpy_integers_are_seeds():
    seeds = [
        Door(episode()).begin(seed).market.streams.seed
        for seed in (np.int64(5), np.uint32(5), 5)
    ]

    assert seeds == [5, 5, 5]


# -- journals ---------------------------------------------------------------------


def kinds(buffer):
    return [line.split(b'"k":"')[1].split(b'"')[0] for line in buffer]


def test_every_episode_has_a_journal_which_is_sealed_and_closed():
    buffers = Buffers()
    env = MarketAEC(Door(episode(), journal=buffers))

    play_aec(env, 1)
    env.reset(seed=2)
    env.step(WAIT)
    env.reset(seed=3)
    env.close()
    env.close()

    lines = [data.splitlines() for data in buffers.all_bytes()]
    assert [kinds(each)[0] for each in lines] == [b"header"] * 3
    assert [kinds(each).count(b"end") for each in lines] == [1, 1, 1]
    assert [b'"status":"complete"' in each[-1] for each in lines] == [
        True,
        False,
        False,
    ]
    assert [buffer.ended for buffer in buffers] == [True, True, True]


def test_the_journal_of_an_episode_is_whole_when_its_last_agent_is_told():
    buffers = Buffers()
    env = MarketAEC(Door(episode(), n_agents=1, journal=buffers))
    env.reset(seed=1)

    env.step(ABORT)

    assert env.last()[2] is True
    assert buffers[0].ended
    assert kinds(buffers[0].getvalue().splitlines())[-1] == b"end"


# -- copies -----------------------------------------------------------------------


def make_aec():
    return MarketAEC(Door(episode(), n_agents=2))


def make_checked():
    return CheckedMarketAEC(Door(episode(), n_agents=2))


def make_parallel():
    return MarketParallel(Door(episode(), n_agents=2, window_ms=1000))


def no_others(_seed):
    return {}


def make_single():
    return MarketSingle(Door(episode(), n_agents=1), no_others)


MAKERS = [make_aec, make_checked, make_parallel, make_single]


def by_pickle(env):
    return pickle.loads(pickle.dumps(env))


@pytest.mark.parametrize("duplicate", [copy.deepcopy, by_pickle])
@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("running", [False, True])
def test_a_copied_environment_plays_the_same_runs_once_it_is_reset(
    make, duplicate, running
):
    env = make()
    if running:
        env.reset(seed=1)

    other = duplicate(env)

    digests = []
    for each in (env, other):
        each.reset(seed=2)
        if isinstance(each, MarketParallel):
            each.step({"buyer_0": SEARCH, "buyer_1": WAIT})
        else:
            each.step(SEARCH)
        digests.append(each.turns.full_digest())
    assert digests[0] == digests[1]


@pytest.mark.parametrize("make", [make_checked, make_parallel, make_single])
def test_a_copy_of_a_running_environment_must_be_reset(make):
    env = make()
    env.reset(seed=1)
    other = copy.deepcopy(env)

    with pytest.raises(Misuse, match="step before reset"):
        other.step(WAIT)


def test_a_copy_leaves_the_original_running():
    buffers = Buffers()
    env = MarketAEC(Door(episode(), journal=buffers))
    env.reset(seed=1)

    copy.deepcopy(env).reset(seed=5)
    env.step(WAIT)

    assert not buffers[0].ended


# -- spaces -----------------------------------------------------------------------


@pytest.mark.parametrize("make", [make_aec, make_parallel])
def test_agents_have_equal_spaces_and_chances_of_their_own(make):
    env = make()
    one, two = (env.action_space(name) for name in env.possible_agents)

    one.seed(1)
    two.seed(2)
    apart = [one.sample() for _ in range(20)], [two.sample() for _ in range(20)]
    one.seed(1)

    assert one == two
    assert one is not two
    assert env.action_space("buyer_0") is one
    assert [one.sample() for _ in range(20)] == apart[0] != apart[1]
    first, second = (env.observation_space(name) for name in env.possible_agents)
    assert first == second
    assert first is not second


# -- mistakes ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_agents": 0}, "n_agents is 1 to 64 here, not 0"),
        ({"n_agents": 65}, "n_agents is 1 to 64 here, not 65"),
        ({"n_agents": 2.0}, "n_agents is 1 to 64 here, not 2.0"),
        ({"observation": "pixels"}, "observation is 'vector' or 'json'"),
        ({"finish": "explode"}, "finish is 'idle' or 'leave'"),
        ({"cooperation": 1.5}, "cooperation is 0 to 1"),
        ({"cooperation": float("nan")}, "cooperation is 0 to 1"),
        ({"cooperation": "much"}, "cooperation is 0 to 1"),
        ({"max_turns": 0}, "max_turns is a positive integer"),
        ({"max_turns": True}, "max_turns is a positive integer"),
        ({"window_ms": -1}, "window_ms is an integer from 0"),
        ({"window_ms": 0.5}, "window_ms is an integer from 0"),
    ],
)
def test_a_wrong_option_of_a_door_is_misuse(options, message):
    with pytest.raises(Misuse, match=message):
        Door(episode(), **options)


@pytest.mark.parametrize(
    "make",
    [
        lambda mode: MarketAEC(Door(episode()), mode),
        lambda mode: MarketParallel(Door(episode(), window_ms=1000), mode),
        lambda mode: MarketSingle(Door(episode()), no_others, render_mode=mode),
    ],
)
def test_doors_render_text_only(make):
    env = make("ansi")
    with pytest.raises(Misuse, match="render before reset"):
        env.render()
    env.reset(seed=1)

    text = env.render()

    assert text.splitlines()[0] == "2026-06-01 09:00:00  USD"
    with pytest.raises(Misuse, match="render_mode is None, 'human' or 'ansi'"):
        make("rgb_array")


def test_the_checked_door_says_what_was_called_out_of_order():
    env = make_checked()
    calls = [
        lambda: env.step(WAIT),
        env.last,
        env.agent_iter,
        lambda: env.observe("buyer_0"),
        env.render,
    ]

    messages = []
    for call in calls:
        with pytest.raises(Misuse) as caught:
            call()
        messages.append(str(caught.value))

    assert messages == [
        f"{what} before reset: call reset first"
        for what in ("step", "last", "agent_iter", "observe", "render")
    ]


def test_the_checked_door_knows_its_end_and_its_agents():
    env = make_checked()
    play_aec(env, 1)

    for call in (lambda: env.step(None), env.last):
        with pytest.raises(Misuse, match="after the end of the run"):
            call()
    with pytest.raises(Misuse, match="there is no agent 'buyer_9'"):
        env.observe("buyer_9")


@pytest.mark.parametrize("action", [48, "search", None])
def test_a_wrong_action_is_misuse_and_the_same_agent_may_try_again(action):
    env = make_checked()
    env.reset(seed=1)
    name, before = env.agent_selection, env.turns.full_digest()

    with pytest.raises(Misuse, match="an action is an integer"):
        env.step(action)

    assert (env.agent_selection, env.turns.full_digest()) == (name, before)
    env.step(WAIT)


def test_only_none_is_an_action_of_an_agent_that_is_done():
    env = MarketAEC(Door(episode(), n_agents=1, finish="leave"))
    env.reset(seed=1)
    env.step(ABORT)

    with pytest.raises(Misuse, match="buyer_0 is done: its only action is None"):
        env.step(WAIT)

    env.step(None)
    assert env.agents == []


def test_the_single_door_says_what_was_called_out_of_order():
    env = make_single()
    with pytest.raises(Misuse, match="step before reset"):
        env.step(WAIT)
    env.reset(seed=1)
    env.step(ABORT)

    with pytest.raises(Misuse, match="step after the end of the episode"):
        env.step(WAIT)


# -- order ------------------------------------------------------------------------


def test_turns_come_in_the_order_of_time_whatever_the_agents_names():
    env = MarketAEC(Door(busy_world(), n_agents=8))
    env.reset(seed=3)
    choices = numbers(3, "buyer_0")

    times, selections = [], []
    while not env.turns.over:
        _, _, _, _, info = env.last()
        times.append(info["now"])
        selections.append(env.agent_selection)
        env.step(choice(info["action_mask"], next(choices)))

    assert all(before <= after for before, after in pairwise(times))
    assert selections[:8] != sorted(selections[:8])
