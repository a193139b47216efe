"""Playing: whichever agents take part, the run goes on and its journal replays."""

import json
import signal
from dataclasses import asdict

import pytest

import test_time_gym as ttg
from test_time_gym.journal import FileSink, read_journal
from test_time_gym.market.errors import Misuse
from test_time_gym.replay import verify

SFO = "flights/sfo-mad"


def wait(_observation):
    return {"verb": "wait", "payload": {"minutes": 600}}


class Recorder:
    """Aborts at once, and remembers everything it is told."""

    def __init__(self):
        self.told = []

    def begin(self, task):
        self.told.append(("begin", task["goal"]))

    def act(self, observation):
        self.told.append(("act", observation["turns_left"]))
        return {"verb": "abort"}

    def end(self, result):
        self.told.append(("end", result["outcome"], result["steps"]))


def policies(result):
    return {name: one.policy for name, one in result.episodes[0].agents.items()}


# -- who sits where ----------------------------------------------------------------


def test_one_agent_takes_all_seats_of_the_scenario():
    result = ttg.run("flights/rush", "dummy", max_turns=2, regret=False)

    assert policies(result) == {f"buyer_{k}": "dummy" for k in range(8)}


def test_a_list_takes_seats_in_their_order():
    agents = ["dummy", wait, Recorder()]

    result = ttg.run("flights/rush", agents, max_turns=2, regret=False)

    assert policies(result) == {
        "buyer_0": "dummy",
        "buyer_1": "external",
        "buyer_2": "external",
    }


def test_a_mapping_takes_named_seats_and_leaves_the_others_to_the_scenario():
    agents = {"buyer_2": wait, "buyer_0": "dummy"}

    result = ttg.run("flights/delhi-mumbai", agents, max_turns=2, regret=False)

    assert policies(result) == {
        "buyer_0": "dummy",
        "buyer_1": "patient",
        "buyer_2": "external",
        "buyer_3": "random",
    }


def test_a_mapping_may_name_a_seat_beyond_the_scenario_s_number():
    result = ttg.run(SFO, {"buyer_2": "dummy"}, max_turns=2, regret=False)

    assert policies(result) == {
        "buyer_0": "cheapest",
        "buyer_1": "cheapest",
        "buyer_2": "dummy",
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"agents": "cheepest"}, "did you mean cheapest"),
        ({"agents": ["dummy"] * 3, "n_agents": 2}, "3 agents for 2 seats"),
        ({"agents": {"buyer_9": "dummy"}, "n_agents": 2}, "no seat is called"),
        ({"agents": {"seller": "dummy"}}, "no seat is called"),
        ({"agents": Recorder}, "is a class"),
        ({"agents": 7}, "is none of them"),
        ({"n_agents": 0}, "seats 1 to 64"),
        ({"n_agents": 65}, "seats 1 to 64"),
        ({"n_agents": True}, "seats 1 to 64"),
        ({"episodes": 0}, "episodes is a positive integer"),
        ({"max_turns": -1}, "max_turns is a positive integer"),
        ({"max_turns": 1.5}, "max_turns is a positive integer"),
        ({"seed": -1}, "a seed is"),
        ({"seed": "7"}, "a seed is"),
        ({"seed": 2**128 - 1, "episodes": 2}, "a seed is"),
        ({"scenario": "flights/rusj"}, "did you mean flights/rush"),
    ],
    ids=str,
)
def test_a_wrong_argument_is_refused_before_anything_is_played(
    tmp_path, options, message
):
    journal = tmp_path / "j.jsonl"

    with pytest.raises(Misuse, match=message):
        ttg.run(**{"scenario": SFO, "journal": journal, **options})

    assert list(tmp_path.iterdir()) == []


def test_the_largest_seed_is_as_good_as_any(tmp_path):
    path = tmp_path / "j.jsonl"

    ttg.run(SFO, "random", seed=2**128 - 1, journal=path, max_turns=9, regret=False)

    assert verify(path, reexecute=True).replay == "equal"


# -- hooks, episodes, seeds ----------------------------------------------------------


def test_an_agent_is_told_its_result_and_not_the_optimum():
    told, agent = {}, Recorder()
    agent.end = told.update

    (episode,) = ttg.run(SFO, agent, seed=42).episodes

    mine = asdict(episode.agents["buyer_0"])
    assert mine["optimal"] is not None
    assert told == {name: mine[name] for name in ("outcome", "reward", "steps", "paid")}


def test_hooks_are_called_around_every_episode():
    agent = Recorder()

    ttg.run(SFO, agent, episodes=2, regret=False)

    assert [entry[0] for entry in agent.told] == ["begin", "act", "end"] * 2
    assert [entry for entry in agent.told if entry[0] == "end"] == [
        ("end", "aborted", 1)
    ] * 2


def test_every_episode_has_its_seed_and_its_journal(tmp_path):
    path = tmp_path / "j.jsonl"

    result = ttg.run(SFO, "cheapest", seed=5, episodes=3, journal=path, regret=False)

    files = [tmp_path / name for name in ("j.jsonl", "j-2.jsonl", "j-3.jsonl")]
    assert [episode.seed for episode in result.episodes] == [5, 6, 7]
    assert [episode.journal for episode in result.episodes] == [str(f) for f in files]
    assert [read_journal(f).header["seed"] for f in files] == ["5", "6", "7"]


def test_an_episode_that_would_overwrite_a_journal_stops_the_run_at_once(tmp_path):
    (tmp_path / "j-3.jsonl").touch()

    with pytest.raises(Misuse, match=r"j-3\.jsonl exists"):
        ttg.run(SFO, "cheapest", episodes=3, journal=tmp_path / "j.jsonl")

    assert [path.name for path in tmp_path.iterdir()] == ["j-3.jsonl"]


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not(tmp_path):
    digests = [
        ttg.run(SFO, ["patient", "random"], seed=seed, journal=tmp_path / name)
        .episodes[0]
        .sha256
        for seed, name in ((7, "a.jsonl"), (7, "b.jsonl"), (8, "c.jsonl"))
    ]

    assert digests[0] == digests[1]
    assert digests[0] != digests[2]


def test_a_result_is_plain_data():
    result = ttg.run(SFO, "cheapest", seed=7)

    assert json.loads(json.dumps(result.as_dict())) == asdict(result)


# -- signals -------------------------------------------------------------------------


def interrupted(path, agent):
    with pytest.raises(KeyboardInterrupt):
        ttg.run(SFO, [agent, "patient"], journal=path, regret=False)
    return verify(path, reexecute=True)


def test_ctrl_c_while_an_agent_thinks_seals_the_journal(tmp_path):
    turns = []

    def thinker(_observation):
        turns.append(1)
        if len(turns) == 2:
            signal.raise_signal(signal.SIGINT)
        return {"verb": "search_flights"}

    found = interrupted(tmp_path / "j.jsonl", thinker)

    assert (found.status, found.aborted, found.replay) == ("complete", True, "equal")


@pytest.mark.parametrize(
    ("signals", "expected"),
    [
        (1, ("complete", True, "equal")),
        (2, ("incomplete", False, "equal")),
    ],
)
def test_ctrl_c_in_a_turn_waits_for_its_end_and_the_second_does_not(
    tmp_path, monkeypatch, signals, expected
):
    written = []

    def write(self, line):
        FileSink_write(self, line)
        written.append(line)
        if b'"k":"hold_placed"' in line:
            for _ in range(signals):
                signal.raise_signal(signal.SIGINT)

    FileSink_write = FileSink.write  # noqa: N806 - the real one
    monkeypatch.setattr(FileSink, "write", write)

    found = interrupted(tmp_path / "j.jsonl", "cheapest")

    assert (found.status, found.aborted, found.replay) == expected
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
