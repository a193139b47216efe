"""Outside agents: a journal replays where the programs that played it are unknown."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from test_time_gym import market_v0, run
from test_time_gym.journal import read_journal

SOURCE = Path(__file__).parents[2] / "src"

AGENTS = '''
"""Agents that nobody can repeat: by the clock, by luck, by mistake."""

import random
import time


def hurried_by_the_clock(page):
    verb = page["legal_verbs"][time.time_ns() // 100 % len(page["legal_verbs"])]
    return {"verb": verb, "payload": page["flights"][0]["id"]} if page[
        "flights"
    ] and verb in ("add_to_cart", "select_flight") else {"verb": verb}


class Lucky:
    one_seat = False

    def __init__(self):
        self.dice = random.SystemRandom()

    def begin(self, page):
        self.seen = len(page["legal_verbs"])

    def act(self, page):
        verb = self.dice.choice([v for v in page["legal_verbs"] if v != "abort"])
        payload = {"minutes": self.dice.randrange(300)} if verb == "wait" else None
        return {"verb": verb, "payload": payload}


class Crashing:
    def __init__(self, after):
        self.left = after

    def act(self, page):
        self.left -= 1
        if self.left < 0:
            raise RuntimeError(f"at {time.time()}")
        return {"verb": "search_flights"}


def malformed(page):
    return random.SystemRandom().choice(
        [
            None,
            7,
            "wait",
            {},
            {"verb": "fly"},
            {"verb": 99},
            {"verb": "wait", "payload": "{"},
            {"verb": "wait", "payload": {"minutes": -1}},
            {"verb": "wait", "payload": {"minutes": float("nan")}},
            {"verb": "search_flights", "payload": {"from": "\\ud800"}},
            {"verb": "wait", "plan": 1},
            {"verb": "wait", "payload": {"minutes": random.SystemRandom().random()}},
            {"verb": "filter_results", "payload": {"max_price": 870.5}},
        ]
    )
'''

VERIFY = """
import importlib.util, sys
sys.path.insert(0, sys.argv[1])
assert importlib.util.find_spec("unrepeatable") is None
from test_time_gym.cli import main
sys.exit(main(["verify", *sys.argv[2:]]))
"""


@pytest.fixture
def agents(tmp_path, monkeypatch):
    """Return a module of agents that lies where no other process looks."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "unrepeatable.py").write_text(AGENTS, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    yield importlib.import_module("unrepeatable")
    del sys.modules["unrepeatable"]


def verified_elsewhere(*paths):
    """Re-execute journals in a process that cannot import the agents."""
    command = [sys.executable, "-I", "-c", VERIFY, str(SOURCE), *map(str, paths)]
    return subprocess.run(
        command, cwd=paths[0].parent, capture_output=True, text=True, check=False
    )


def statuses(path):
    return {r.data["status"] for r in read_journal(path).records() if r.kind == "act"}


def test_agents_by_clock_and_luck_that_crash_or_babble_replay_without_them(
    agents, tmp_path
):
    path = tmp_path / "journals" / "j.jsonl"
    who = [
        agents.hurried_by_the_clock,
        agents.Lucky(),
        agents.Crashing(3),
        agents.malformed,
        "cheapest",
    ]
    played = run(
        "flights/rush", who, seed=8, episodes=3, max_turns=25, journal=path
    ).episodes
    paths = [Path(episode.journal) for episode in played]

    done = verified_elsewhere(*paths)

    seats = read_journal(path).header["seats"]
    assert [seat["policy"] for seat in seats] == ["external"] * 4 + ["cheapest"]
    assert played[0].agents["buyer_2"].outcome == "error"
    assert "RuntimeError: at " in played[0].agents["buyer_2"].error
    assert statuses(path) >= {"ok", "error", "malformed"}
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("equal: re-execution wrote the same bytes") == 3


@pytest.mark.parametrize("door", ["env", "parallel_env"])
def test_vector_actions_of_a_pettingzoo_door_replay_without_who_chose_them(
    tmp_path, door
):
    path = tmp_path / f"{door}.jsonl"
    made = getattr(market_v0, door)("flights/rush", n_agents=24, journal=path)
    pages = made.reset(seed=6)
    # Spaces draw from the operating system unless they are seeded: nobody can
    # choose these actions again.
    if door == "env":
        for agent in made.agent_iter(900):
            page, _, ended, cut, _ = made.last()
            mask = None if ended or cut else page["action_mask"]
            made.step(None if mask is None else made.action_space(agent).sample(mask))
    else:
        pages, _ = pages
        for _ in range(60):
            pages, *_ = made.step(
                {
                    agent: made.action_space(agent).sample(page["action_mask"])
                    for agent, page in pages.items()
                    if agent in made.agents
                }
            )
            if not made.agents:
                break
    made.close()
    journals = sorted(tmp_path.glob("*.jsonl"))

    done = verified_elsewhere(*journals)

    acts = sum(r.kind == "act" for j in journals for r in read_journal(j).records())
    assert (done.returncode, done.stderr, acts > 40) == (0, "", True)
    assert done.stdout.count("equal: ") == len(journals)


def test_an_outside_agent_changed_on_record_is_found_without_it(
    agents, tmp_path, forge
):
    path = tmp_path / "j.jsonl"
    run("flights/rush", agents.Lucky(), seed=8, max_turns=9, journal=path)
    n = forge.acts(path)[5]
    path.write_bytes(
        forge.altered(path, n, lambda r: r["d"].update(status="malformed"))
    )

    assert verified_elsewhere(path).returncode == 6
