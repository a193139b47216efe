"""Drawn cases, and how each is played: the journal of a run and what was seen in it."""

import json
import tempfile
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from random import Random

import test_time_gym as ttg
from test_time_gym.agents.base import agent_names
from test_time_gym.dst import draw_case
from test_time_gym.dst.case_agents import PLAYERS, seated
from test_time_gym.dst.settle import settle
from test_time_gym.envs.adapter import EnvAdapter, buyer_names
from test_time_gym.envs.aec import MarketAEC
from test_time_gym.journal import MemorySink
from test_time_gym.market.interface.observation import observe
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario, scenario_names

KINDS = ("dst", "dst", "dst", "contest", "crowd", "door")
CREW = 0.3
"""Share of the cases in which one policy plays all seats."""
SEATS = {"contest": 5, "crowd": 12, "door": 5}


@dataclass(frozen=True)
class Told:
    """What a case was, byte for byte."""

    lines: list[bytes]
    """The journal."""
    seen: str
    """SHA-256 of all that the players saw, in the order in which it stood there."""


def draw(number: int, seed: int) -> dict:
    """Return a case as plain data; a function of its number and the seed."""
    dice = Random(f"case/{seed}/{number}")
    kind = dice.choice(KINDS)
    case = {"kind": kind, "seed": dice.getrandbits(dice.choice((8, 32, 128)))}
    if kind == "dst":
        return case
    name = dice.choice(scenario_names("flights"))
    most = min(SEATS[kind], load_scenario(name).agents.most)
    known = PLAYERS if kind == "crowd" else agent_names()
    players = [dice.choice(known) for _ in range(dice.randint(1, most))]
    if dice.random() < CREW:
        players = players[:1] * most
    return {
        **case,
        "scenario": name,
        "players": players,
        "turns": dice.choice((5, 20, 40)),
        "regret": dice.random() < 0.2,
        "window_ms": dice.choice((0, 0, 1000, 60_000)),
        "observation": dice.choice(("vector", "json")),
        "finish": dice.choice(("idle", "leave")),
    }


def play(case: dict) -> Told:
    """Play a case to its end."""
    return PLAYED[case["kind"]](case)


def _dst(case):
    """A drawn world, as simulation testing plays it; its laws are left aside."""
    drawn = draw_case(case["seed"])
    return _turns(drawn.scenario(), drawn.players, drawn.seed, drawn.run())


def _crowd(case):
    """A scenario of the package, full of shoppers with bad habits."""
    how = {"calm_from": 10**6, "window_ms": case["window_ms"], "finish": case["finish"]}
    scenario = load_scenario(case["scenario"])
    return _turns(scenario, case["players"], case["seed"], how, case["turns"])


def _turns(scenario, policies, seed, how, max_turns=None):
    """Play an episode until everything in it is settled."""
    names, sink, seen = buyer_names(len(policies)), MemorySink(), sha256()
    turns = Turns(
        scenario,
        World.of(scenario.market),
        seed,
        names,
        finish=how["finish"],
        window_ms=how["window_ms"],
        max_turns=max_turns,
        shuffle_ties=how.get("shuffle_ties", False),
        policies=dict(zip(names, policies, strict=True)),
        sink=sink,
    )
    players, site = seated(tuple(policies), {}, seed, how), scenario.page
    for seat, player in zip(turns.seats, players, strict=True):
        player.begin(site.usual(observe(turns, seat), "flights"))
    while turns.ready:
        seat = turns.ready[0]
        page = observe(turns, seat)
        seen.update(_bytes(page))
        action = players[seat.index].act(
            site.usual(page, "flights"), turns.world.exponent
        )
        turns.act(seat, action)
        turns.advance()
    settle(turns)
    turns.seal()
    return Told(sink.lines, seen.hexdigest())


def _contest(case):
    """Agents of the package in one of its scenarios, and what they are told of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.jsonl"
        result = ttg.run(
            case["scenario"],
            case["players"],
            n_agents=len(case["players"]),
            seed=case["seed"] % 2**100,  # an agent's own seed is a multiple of it
            journal=path,
            durability="none",
            regret=case["regret"],
            max_turns=case["turns"],
        )
        lines = path.read_bytes().splitlines(keepends=True)
    agents = {k: asdict(v) for k, v in result.episodes[0].agents.items()}
    told = [agents, asdict(result.episodes[0].market)]
    return Told(lines, sha256(_bytes(told)).hexdigest())


def _door(case):
    """Legal actions at random through the AEC door, of either kind."""
    sink, dice, seen = MemorySink(), Random(case["seed"]), sha256()
    door = EnvAdapter(
        load_scenario(case["scenario"]),
        n_agents=len(case["players"]),
        observation=case["observation"],
        finish=case["finish"],
        max_turns=case["turns"],
        window_ms=case["window_ms"],
        journal=lambda: sink,
    )
    env = MarketAEC(door)
    env.reset(seed=case["seed"])
    for _ in env.agent_iter():
        page, reward, terminated, truncated, info = env.last()
        seen.update(_bytes([reward, terminated, truncated, info]))
        if case["observation"] == "vector":
            seen.update(b"".join(page[name].tobytes() for name in page))
            legal = page["action_mask"].nonzero()[0].tolist()
            action = dice.choice(legal)
        else:
            seen.update(_bytes(page))
            action = {"verb": dice.choice(page["legal_verbs"])}
            if page["flights"]:
                action["payload"] = dice.choice(page["flights"])["id"]
        env.step(None if terminated or truncated else action)
    env.close()
    return Told(sink.lines, seen.hexdigest())


def _bytes(value):
    # Unsorted: the order of keys, too, is to be the same.
    return json.dumps(value, default=str).encode()


PLAYED = {"dst": _dst, "contest": _contest, "crowd": _crowd, "door": _door}
