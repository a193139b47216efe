"""`ttgym run` and `ttgym demo`: agents play, the journal is written and verified."""

import json
import sys
from hashlib import sha256
from pathlib import Path

import pytest

SFO = "flights/sfo-mad"

AGENT = {
    "policy": "str",
    "outcome": "str",
    "reward": "float",
    "steps": "int",
    "paid": "int",
    "optimal": "int",
    "regret": "int",
    "timing": "int",
    "search": "int",
    "execution": "int",
    "first_offer": "bool",
    "lost_surplus": "NoneType",
    "error": "NoneType",
    "usage": "NoneType",
}
EPISODE = {
    "seed": "int",
    "journal": "str",
    "sha256": "str",
    "agents": {"buyer_0": AGENT},
    "market": {
        "sold": "int",
        "revenue": "int",
        "load_factor": "float",
        "cut_prices": {},
    },
    "verdict": {
        "status": "str",
        "records": "int",
        "sha256": "str",
        "replay": "str",
        "first_divergence": "NoneType",
        "reason": "str",
        "aborted": "bool",
    },
}


def test_a_run_prints_who_paid_what_and_where_the_journal_lies(ttgym, folder):
    answer = ttgym("run", SFO, "--agents", "cheapest,dummy", "--max-turns", "30")

    lines = answer.out.splitlines()
    journal = folder / "runs" / "flights-sfo-mad-seed7.jsonl"
    assert (answer.code, answer.err) == (0, "")
    assert lines[0] == "flights/sfo-mad, seed 7"
    assert " ".join(lines[2].split()) == (
        "agent policy outcome steps reward paid USD optimal USD regret USD"
    )
    assert lines[3].split()[:3] == ["buyer_0", "cheapest", "success"]
    assert lines[4].split()[:4] == ["buyer_1", "dummy", "truncated", "30"]
    assert lines[4].split()[-3::2] == ["-", "-"]
    assert [line.split()[0] for line in lines[6:]] == [
        "market",
        "journal",
        "sha256",
        "replay",
    ]
    assert lines[7].split()[1] == "runs/flights-sfo-mad-seed7.jsonl"
    assert lines[8].split()[1] == sha256(journal.read_bytes()).hexdigest()
    assert "equal" in lines[9]


def test_json_is_one_object_and_nothing_else(ttgym, shape):
    answer = ttgym("run", SFO, "--agents", "cheapest", "--episodes", "2", "--json")

    found = json.loads(answer.out)
    assert (answer.code, answer.err) == (0, "")
    assert shape(found) == {
        "scenario": "str",
        "seed": "int",
        "currency": "str",
        "units": "str",
        "episodes": [EPISODE],
    }
    assert [episode["seed"] for episode in found["episodes"]] == [7, 8]
    for episode in found["episodes"]:
        digest = sha256(Path(episode["journal"]).read_bytes()).hexdigest()
        assert episode["sha256"] == episode["verdict"]["sha256"] == digest
        assert episode["verdict"]["replay"] == "equal"
        buyer = episode["agents"]["buyer_0"]
        assert buyer["paid"] - buyer["optimal"] == buyer["regret"]
        split = (buyer["timing"], buyer["search"], buyer["execution"])
        assert sum(split) == buyer["regret"]


def test_json_says_what_was_not_asked_for(ttgym):
    options = ("--no-regret", "--no-verify", "--json", "--agents", "dummy")

    found = json.loads(ttgym("run", SFO, "--max-turns", "2", *options).out)

    episode = found["episodes"][0]
    assert episode["verdict"] is None
    assert episode["agents"]["buyer_0"] == {
        "policy": "dummy",
        "outcome": "truncated",
        "reward": -0.02,
        "steps": 2,
        "paid": None,
        "optimal": None,
        "regret": None,
        "timing": None,
        "search": None,
        "execution": None,
        "first_offer": None,
        "lost_surplus": None,
        "error": None,
        "usage": None,
    }


def test_the_same_command_gives_the_same_output(ttgym):
    command = ("run", "flights/rush", "--agents", "random", "--json")

    assert ttgym(*command, "--seed", "3") == ttgym(*command, "--seed", "003")


def test_many_episodes_end_with_their_means(ttgym):
    answer = ttgym("run", SFO, "--agents", "cheapest", "--episodes", "5")

    lines = answer.out.splitlines()
    assert answer.code == 0
    assert sum(line.startswith("flights/sfo-mad, seed") for line in lines) == 3
    assert "All 5 episodes, seeds 7 to 11" in lines
    assert lines[-1].split() == ["replay", "5", "of", "5", "equal"]


def test_the_default_journal_is_replaced_and_a_named_one_is_not(ttgym, folder):
    default = [ttgym("run", SFO, "--no-regret").code for _ in range(2)]
    named = [
        ttgym("run", SFO, "--no-regret", "--journal", "mine.jsonl", *force).code
        for force in ((), (), ("--force",))
    ]

    refused = ttgym("run", SFO, "--journal", "mine.jsonl")
    assert (default, named) == ([0, 0], [0, 2, 0])
    assert refused.err == (
        "error: mine.jsonl exists: choose another name or ask to overwrite it\n"
    )
    assert sorted(path.name for path in folder.iterdir()) == [
        "mine.jsonl",
        "mine.meta.json",
        "runs",
    ]


def test_one_seat_may_be_given_to_somebody_else(ttgym):
    answer = ttgym(
        "run",
        "flights/rush",
        *("--agents", "dummy", "--agent", "buyer_1=cheapest", "--n-agents", "3"),
        *("--max-turns", "2", "--no-regret", "--json"),
    )

    agents = json.loads(answer.out)["episodes"][0]["agents"]
    assert {seat: one["policy"] for seat, one in agents.items()} == {
        "buyer_0": "dummy",
        "buyer_1": "cheapest",
        "buyer_2": "dummy",
    }


OWN = """
class MyAgent:
    made = 0

    def __init__(self):
        MyAgent.made += 1
        self.number = MyAgent.made

    def act(self, observation):
        return {"verb": "abort", "payload": {"reason": f"I am {self.number}"}}

def act(observation):
    return {"verb": "abort", "payload": {"reason": "a function"}}

def make():
    return MyAgent()

one = MyAgent()
broken = 7

def raises(observation):
    raise ValueError("red \\x1b[31m text")
"""


@pytest.mark.parametrize(
    ("spec", "reasons"),
    [
        ("{stem}:MyAgent", ["I am 2", "I am 3"]),
        ("{stem}:make", ["I am 2", "I am 3"]),
        ("{stem}:one", ["I am 1", "I am 1"]),
        ("{stem}:one.act", ["I am 1", "I am 1"]),
        ("{stem}:act", ["a function", "a function"]),
        ("{stem}.py:act", ["a function", "a function"]),
        ("./{stem}.py:MyAgent", ["I am 2", "I am 3"]),
    ],
)
def test_an_agent_of_one_s_own_is_named_by_module_or_file(
    ttgym, folder, request, spec, reasons
):
    stem = f"own_{abs(hash(request.node.name))}"
    (folder / f"{stem}.py").write_text(OWN, encoding="utf-8")
    spec = spec.format(stem=stem)

    answer = ttgym("run", SFO, "--agents", spec, "--n-agents", "2", "--json")

    found = json.loads(answer.out)["episodes"][0]
    records = map(json.loads, Path(found["journal"]).read_bytes().splitlines())
    acts = [record for record in records if record["k"] == "act"]
    assert {one["policy"] for one in found["agents"].values()} == {spec}
    assert sorted(act["d"]["args"]["reason"] for act in acts) == reasons
    assert found["verdict"]["replay"] == "equal"


def test_an_agent_s_file_does_not_stand_in_for_a_module_of_its_name(ttgym, folder):
    (folder / "random.py").write_text(OWN, encoding="utf-8")

    answer = ttgym("run", SFO, "--agents", "random.py:act")

    assert answer.code == 0
    assert Path(sys.modules["random"].__file__).parent != folder


def test_what_an_agent_s_own_program_did_is_told_without_its_escapes(ttgym, folder):
    (folder / "sick.py").write_text(OWN, encoding="utf-8")

    answer = ttgym("run", SFO, "--agents", "sick.py:raises")

    where = (
        f"{folder / 'sick.py'}:{OWN.splitlines().index('def raises(observation):') + 2}"
    )
    assert answer.code == 0
    assert answer.err == (
        f"buyer_0's own program failed: ValueError: red \\x1b[31m text ({where})\n"
    )


def test_a_market_that_does_not_repeat_is_found(process, folder):
    """An agent that meddles with the market's own program."""
    (folder / "meddler.py").write_text(
        "from test_time_gym.market.streams import Stream\n"
        "def act(observation):\n"
        "    Stream.word = lambda self: 0\n"
        "    return {'verb': 'abort'}\n",
        encoding="utf-8",
    )

    answer = process("run", SFO, "--agents", "meddler:act")

    assert answer.code == 6
    assert "DIVERGED" in answer.out
    assert answer.err == "record 1 came out differently\n"


def test_a_scenario_file_may_be_played(ttgym, folder):
    from test_time_gym.scenarios import SCENARIO_DIR

    text = (SCENARIO_DIR / "flights" / "sfo-mad.toml").read_text(encoding="utf-8")
    (folder / "mine.toml").write_text(
        text.replace("flights/sfo-mad", "flights/mine"), encoding="utf-8"
    )

    answer = ttgym("run", "mine.toml", "--seed", "9", "--no-regret")

    assert answer.code == 0
    assert (folder / "runs" / "flights-mine-seed9.jsonl").is_file()


def test_the_demo_plays_four_buyers_and_says_what_next(ttgym, folder):
    answer = ttgym("demo")

    rows = [line.split()[:2] for line in answer.out.splitlines() if "buyer_" in line]
    assert answer.code == 0
    assert rows == [
        ["buyer_0", "cheapest"],
        ["buyer_1", "patient"],
        ["buyer_2", "first-offer"],
        ["buyer_3", "random"],
    ]
    assert "journal  runs/demo.jsonl" in answer.out
    assert "replay   equal" in answer.out
    assert (folder / "runs" / "demo.jsonl").is_file()
    assert answer.out.count("  ttgym ") == 4
    page = folder / "runs" / "demo.html"
    assert answer.out.splitlines()[-1] == f"  open in a browser  {page.as_uri()}"
    assert page.read_bytes().startswith(b"<!doctype html>")
