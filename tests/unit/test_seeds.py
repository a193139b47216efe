"""Seeds and counts: an integer is one whatever made it, at every door alike."""

import gymnasium
import numpy as np
import pytest
from tests.support.doors import WAIT

import test_time_gym as ttg
from test_time_gym import market_v0
from test_time_gym.agents.base import make_agent
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.dst import draw_case
from test_time_gym.envs import FlightBookingEnv
from test_time_gym.evaluation.statistics import mean_interval
from test_time_gym.journal import read_journal
from test_time_gym.market.errors import Misuse
from test_time_gym.market.integers import as_integer
from test_time_gym.market.streams import seed_of
from test_time_gym.replay import state_at, verify
from test_time_gym.scenarios import load_family
from test_time_gym.testing import check_reset

SFO = "flights/sfo-mad"

KINDS = [
    np.int8,
    np.int16,
    np.int32,
    np.int64,
    np.uint8,
    np.uint16,
    np.uint32,
    np.uint64,
    np.array,
]
"""What makes an integer; the last one has no dimensions."""

LARGE = [np.uint64(2**64 - 1), np.uint64(2**63), np.int64(2**63 - 1), np.uint8(255)]
"""From some of these numpy's own arithmetic does not get to the next one."""

NO_SEEDS = [
    True,
    np.True_,
    1.0,
    np.float64(1),
    np.array([1]),
    np.array(1.0),
    np.timedelta64(1),
    "1",
    -1,
    np.int8(-1),
    2**128,
]


def aec(seed, folder):
    env = market_v0.env(SFO, n_agents=1, journal=folder / "j.jsonl")
    env.reset(seed=seed)
    env.close()


def raw(seed, folder):
    env = market_v0.raw_env(SFO, n_agents=1, journal=folder / "j.jsonl")
    env.reset(seed=seed)
    env.close()


def parallel(seed, folder):
    env = market_v0.parallel_env(SFO, n_agents=1, journal=folder / "j.jsonl")
    env.reset(seed=seed)
    env.close()


def single(seed, folder):
    env = FlightBookingEnv(SFO, n_agents=1, journal=folder / "j.jsonl")
    env.reset(seed=seed)
    env.close()


def single_made(seed, folder):
    env = FlightBookingEnv(SFO, n_agents=1, seed=seed, journal=folder / "j.jsonl")
    env.reset()
    env.close()


def made_by_gymnasium(seed, folder):
    env = gymnasium.make(
        "TestTimeGym/FlightBooking-v0",
        scenario=SFO,
        n_agents=1,
        observation="vector",
        seed=seed,
        journal=folder / "j.jsonl",
    )
    env.reset(seed=seed)
    env.close()


def vectorised(seed, folder):
    def make():
        return FlightBookingEnv(
            SFO, n_agents=1, observation="vector", journal=folder / "j.jsonl"
        )

    env = gymnasium.vector.SyncVectorEnv([make])
    env.reset(seed=[seed])
    env.close()


def run(seed, folder):
    ttg.run(
        SFO, "random", n_agents=1, seed=seed, max_turns=2, journal=folder / "j.jsonl"
    )


DOORS = [aec, raw, parallel, single, single_made, made_by_gymnasium, vectorised, run]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("make", [np.uint8, np.int64, np.array])
def test_a_door_makes_the_same_run_of_every_integer(tmp_path, door, make):
    journals = []
    for seed in (make(7), 7):
        folder = tmp_path / type(seed).__name__
        folder.mkdir()
        door(seed, folder)
        journals.append((folder / "j.jsonl").read_bytes())

    assert journals[0] == journals[1]
    assert read_journal(folder / "j.jsonl").header["seed"] == "7"


@pytest.mark.parametrize("seed", LARGE, ids=repr)
@pytest.mark.parametrize("door", DOORS)
def test_large_integers_of_numpy_do_not_overflow(tmp_path, door, seed):
    door(seed, tmp_path)

    assert read_journal(tmp_path / "j.jsonl").header["seed"] == str(int(seed))


@pytest.mark.parametrize("seed", NO_SEEDS, ids=lambda seed: f"{seed!r:.12}")
@pytest.mark.parametrize(
    "use",
    [
        *(lambda seed, folder, door=door: door(seed, folder) for door in DOORS),
        lambda seed, _: load_family("flights/sites").site(seed),
        lambda seed, _: load_family("flights/sites").habits_of(seed),
        lambda seed, _: make_agent("random", seed),
        lambda seed, _: make_agent("cheapest", seed),
        lambda seed, _: SkillsAgent(seed),
        lambda seed, _: draw_case(seed),
        lambda seed, _: mean_interval([1.0, 2.0], seed=seed, draws=3),
        lambda seed, _: seed_of(seed),
    ],
    ids=[
        *(door.__name__ for door in DOORS),
        "site",
        "habits",
        "random",
        "cheapest",
        "skills",
        "dst",
        "bootstrap",
        "seed_of",
    ],
)
def test_what_is_no_seed_is_refused_everywhere_in_the_same_words(tmp_path, use, seed):
    with pytest.raises(Misuse, match=r"^a seed is an integer from 0 to 2\*\*128 - 1, "):
        use(seed, tmp_path)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("make", KINDS)
def test_an_integer_of_any_kind_becomes_an_int(make):
    number = as_integer(make(100))

    assert (number, type(number)) == (100, int)


def test_numpy_s_integers_are_counts_and_numbers_of_records(tmp_path):
    paths = [tmp_path / "numpy.jsonl", tmp_path / "python.jsonl"]
    for path, whole in zip(paths, (np.uint8, int), strict=True):
        ttg.run(
            SFO,
            "random",
            n_agents=whole(1),
            episodes=whole(1),
            max_turns=whole(200),
            seed=whole(255),
            journal=path,
        )

    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert state_at(paths[0], np.int64(5)) == state_at(paths[1], 5)
    forks = [
        ttg.replay.fork(path, whole(20), {"buyer_0": "patient"}).as_dict()
        for path, whole in ((paths[1], np.int16), (paths[1], int))
    ]
    assert forks[0] == forks[1]


def test_numpy_s_integers_are_options_of_the_doors():
    env = market_v0.parallel_env(
        SFO, n_agents=np.int64(2), max_cycles=np.int8(3), window_s=np.int16(600)
    )
    env.reset(seed=1)

    assert len(env.agents) == 2
    while env.agents:
        env.step(dict.fromkeys(env.agents, WAIT))
    assert env.turns.max_turns == 3
    assert env.turns.window_ms == 600_000


def test_episodes_go_on_from_the_largest_integers_of_numpy():
    result = ttg.run(
        SFO, "dummy", seed=np.uint64(2**64 - 1), episodes=2, max_turns=1, regret=False
    )

    assert [one.seed for one in result.episodes] == [2**64 - 1, 2**64]


def test_benches_and_studies_take_integers_of_numpy(tmp_path):
    benches = [
        ttg.evaluate("random", SFO, seeds=whole(2), start=whole(100)).as_dict()
        for whole in (np.int8, int)
    ]
    studies = [
        ttg.learn(
            SFO,
            "random",
            episodes=whole(2),
            seeds=whole(1),
            workers=whole(1),
            out=tmp_path / whole.__name__,
        ).as_dict()
        for whole in (np.uint8, int)
    ]

    assert benches[0] == benches[1]
    assert studies[0] == studies[1]


def test_conformance_checks_take_seeds_of_numpy():
    def make():
        return market_v0.env(SFO, n_agents=1, max_cycles=3)

    check_reset(make, seed=np.uint8(255))


def test_a_seed_that_is_refused_leaves_the_gymnasium_door_as_it_was():
    env = FlightBookingEnv(SFO, seed=5)
    env.reset()

    with pytest.raises(Misuse):
        env.reset(seed="5")

    env.step({"verb": "search_flights"})
    assert env.turns.market.streams.seed == 5


# -- zero and nothing ----------------------------------------------------------------


@pytest.mark.parametrize("number", [0, -1, True, 1.0, "1", np.int64(0), np.True_])
@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("max_turns", lambda n: ttg.run(SFO, "dummy", max_turns=n)),
        ("episodes", lambda n: ttg.run(SFO, "dummy", episodes=n)),
        ("max_turns", lambda n: FlightBookingEnv(SFO, max_turns=n)),
        ("max_cycles", lambda n: market_v0.env(SFO, max_cycles=n)),
        ("episodes", lambda n: ttg.evaluate("dummy", SFO, episodes=n)),
        ("seeds", lambda n: ttg.evaluate("dummy", SFO, seeds=n)),
        ("workers", lambda n: ttg.evaluate("dummy", SFO, workers=n)),
        ("workers", lambda n: ttg.learn(SFO, "dummy", workers=n)),
        ("draws", lambda n: mean_interval([1.0, 2.0], draws=n)),
    ],
)
def test_no_turns_and_no_episodes_are_refused(name, call, number):
    with pytest.raises(Misuse, match=f"^{name} is a positive integer, not "):
        call(number)


def test_one_turn_is_the_least_and_its_journal_is_whole(tmp_path):
    path = tmp_path / "j.jsonl"

    ttg.run(SFO, "cheapest", max_turns=1, journal=path)

    assert verify(path, reexecute=True).ok


class Nothing:
    """An agent that is false, as an empty list is."""

    def __init__(self):
        self.turns = 0

    def __len__(self):
        return 0

    def act(self, _observation):
        self.turns += 1
        return {"verb": "abort" if self.turns == 3 else "wait"}


def test_an_agent_that_is_false_keeps_its_own_memory(tmp_path):
    result = ttg.run(SFO, Nothing(), regret=False)
    study = ttg.learn(SFO, Nothing, episodes=1, seeds=1, out=tmp_path)

    assert result.episodes[0].agents["buyer_0"].outcome == "aborted"
    assert [study.runs(arm)[0].episodes[0].steps for arm in ("frozen", "mined")] == [
        3,
        3,
    ]


class Quiet:
    """Progress that is false, and counts."""

    def __init__(self):
        self.calls = 0

    def __len__(self):
        return 0

    def __call__(self, _what, _done):
        self.calls += 1


@pytest.mark.parametrize(
    "call",
    [
        lambda told, _: ttg.run(SFO, "dummy", max_turns=2, progress=told),
        lambda told, _: ttg.evaluate("dummy", SFO, seeds=1, progress=told),
        lambda told, folder: ttg.learn(
            SFO, "dummy", episodes=1, seeds=1, out=folder, progress=told
        ),
    ],
    ids=["run", "evaluate", "learn"],
)
def test_progress_that_is_false_is_told_all_the_same(tmp_path, call):
    told = Quiet()

    call(told, tmp_path)

    assert told.calls > 0
