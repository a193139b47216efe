"""A trade is one file: that of the documentation is added, and everything takes it."""

import json
import re
import shlex
import subprocess
import sys
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest
from gymnasium.utils.env_checker import check_env
from pettingzoo.test import api_test, parallel_api_test

import test_time_gym as ttg
from test_time_gym import market_v0, testing
from test_time_gym.audit import audit
from test_time_gym.cli import main
from test_time_gym.envs import FlightBookingEnv
from test_time_gym.envs.vector_codec import VectorCodec
from test_time_gym.journal import read_journal
from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.interface.observation import observe
from test_time_gym.market.interface.verbs import ACTIONS, Verb
from test_time_gym.replay import fork, state_at, verify
from test_time_gym.scenarios import load_scenario, register, trade_names, trades

PAGE = (Path(__file__).parents[2] / "docs/trades.md").read_text("utf-8")
ENDS = (Verb.ABORT, Verb.RESTART)
AGENTS = ["cheapest", "patient", "random", "first-offer", "rebooker"]
COMMANDS = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
HASHED = """
from test_time_gym import market_v0

def make():
    return market_v0.env("gala.toml", n_agents=2)
"""


def shown(kind):
    """Return the one block of this kind that the page shows."""
    (text,) = re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return text


@pytest.fixture
def gala(tmp_path, monkeypatch):
    """Save both files, make the trade known to this test, and return the scenario."""
    (tmp_path / "tickets.py").write_text(shown("py"), "utf-8")
    (tmp_path / "gala.toml").write_text(shown("toml"), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TTGYM_TRADES", "tickets.py")
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(trades, "_known", {})
    trades._load.cache_clear()
    yield "gala.toml"
    trades._load.cache_clear()
    sys.modules.pop("tickets", None)


def test_a_journal_of_a_site_without_a_verb_is_audited_as_such(gala):
    """An agent asks for a coupon there all the same, which is illegal."""
    path, head = Path("tickets.py"), '    name="tickets",\n'
    without = f'{head}    without=("apply_coupon", "cancel_order"),\n'
    path.write_text(path.read_text("utf-8").replace(head, without), "utf-8")

    def insistent(page):
        if page["cart"]["items"] and page["last_action"] != "apply_coupon":
            return {"verb": "apply_coupon", "payload": "ANY"}
        return {"verb": "proceed_to_payment"} if page["cart"]["items"] else buy(page)

    def buy(page):
        if not page["tickets"]:
            return {"verb": "search_events"}
        return {"verb": "add_to_cart", "payload": page["tickets"][0]["id"]}

    ttg.run(gala, {"buyer_0": insistent}, seed=1, journal="j.jsonl", regret=False)

    acts = [r.data for r in read_journal("j.jsonl").records() if r.kind == "act"]
    asked = [act["status"] for act in acts if act["verb"] == "apply_coupon"]
    assert set(asked) == {"illegal"}
    found = audit("j.jsonl")
    assert (found.status, found.findings) == ("complete", ())


def played(env):
    """Play an AEC environment by its masks; return the digest of its end."""
    env.reset(seed=3)
    for name in env.agent_iter():
        *_, termination, truncation, info = env.last()
        done = termination or truncation
        legal = info["action_mask"].nonzero()[0] if not done else [None]
        step = env.turns.seats[int(name[-1])].turn
        env.step(None if done else int(legal[step * 7 % len(legal)]))
    return env.digest()


def test_the_example_is_short_and_true_to_its_sentence(gala):
    code = shown("py")

    assert len(code.splitlines()) <= 120
    assert load_scenario(gala).market.trade.words.offers == "tickets"
    assert trade_names() == ["flights", "hotels", "tickets"]


def test_without_the_trade_the_scenario_is_refused_in_words(gala, monkeypatch):
    monkeypatch.delenv("TTGYM_TRADES")
    monkeypatch.setattr(trades, "_known", {})
    trades._load.cache_clear()

    with pytest.raises(ScenarioError, match="market lists nothing for sale: it needs"):
        load_scenario(gala)


def test_register_does_what_the_variable_does(gala, monkeypatch, tmp_path):
    monkeypatch.delenv("TTGYM_TRADES")
    monkeypatch.syspath_prepend(tmp_path)
    tickets = import_module("tickets")

    assert register(tickets.TicketScenario) is tickets.TicketScenario
    assert type(load_scenario(gala)) is tickets.TicketScenario


def test_every_scripted_agent_and_the_oracle_play_it(gala):
    result = ttg.run(gala, [*AGENTS, "oracle"], seed=11, episodes=8)

    outcomes = {name: set() for name in [*AGENTS, "oracle"]}
    for episode in result.episodes:
        for agent in episode.agents.values():
            assert agent.error is None
            outcomes[agent.policy].add(agent.outcome)
    for name in {*outcomes} - {"random"}:
        assert "success" in outcomes[name], outcomes


def test_a_run_is_verified_audited_forked_and_looked_into(gala):
    ttg.run(gala, AGENTS, seed=7, journal="gala.jsonl")

    verdict, found = verify("gala.jsonl", reexecute=True), audit("gala.jsonl")
    forked = fork("gala.jsonl", 20, {"buyer_0": "patient"}, journal="other.jsonl")

    assert (verdict.status, verdict.replay) == ("complete", "equal")
    assert found.findings == ()
    assert sum(found.checked.values()) > 500
    assert forked.units == "places"
    assert verify("other.jsonl", reexecute=True).replay == "equal"
    assert {one["id"] for one in state_at("gala.jsonl", 9)["tickets"]} == {
        "TOSCA-STALLS-FLEX",
        "TOSCA-STALLS-FIX",
        "TOSCA-BALCONY",
        "QUARTET-HALL",
    }


def test_all_doors_lead_into_it_and_to_the_same_state(gala):
    aec = partial(market_v0.raw_env, gala, n_agents=2, max_cycles=15)

    assert played(aec()) == played(aec(flatten=True))
    parallel_api_test(market_v0.parallel_env(gala, n_agents=2, max_cycles=15))


@pytest.mark.filterwarnings("ignore:Observation space for each agent")
@pytest.mark.filterwarnings("ignore:Observation is not a NumPy array")
def test_the_official_suites_pass(gala):
    api_test(market_v0.env(gala, n_agents=2, max_cycles=15), num_cycles=40)
    for kind in ("json", "vector"):
        env = FlightBookingEnv(gala, observation=kind, max_turns=12)
        check_env(env, skip_render_check=True)


def test_tickets_are_booked_through_json(gala):
    env = FlightBookingEnv(gala, seed=2, n_agents=1)
    page, _ = env.reset()
    assert page["forms"] == {"city": "Vienna", "day": "2026-05-03"}
    page, *_ = env.step({"verb": "search_events"})
    assert [key for key in page["tickets"][0] if key != "places_left"] == [
        "id",
        "price",
        "title",
        "row",
        "begins",
        "refundable",
        "cancel_fee",
    ]
    page, *_ = env.step({"verb": "filter_results", "payload": {"max_row": 12}})
    assert {one["row"] for one in page["tickets"]} == {4, 12}
    ticket = page["tickets"][0]["id"]
    page, *_ = env.step({"verb": "select_ticket", "payload": {"ticket_id": ticket}})
    page, *_ = env.step({"verb": "add_to_cart"})
    assert page["cart"]["items"][0]["ticket_id"] == ticket
    assert page["cart"]["places"] == 2

    page, *_ = env.step({"verb": "search_flights"})

    text = "unknown verb 'search_flights'"
    assert page["last_action_error"] == {"code": "malformed", "text": text}


def test_masks_are_the_rules_in_its_words(gala):
    env = market_v0.raw_env(gala, n_agents=1)
    env.reset(seed=1)
    turns = env.turns
    codec, seat = VectorCodec(turns), turns.seats[0]

    for _ in range(40):
        if turns.over:
            break
        legal = codec.mask(seat).nonzero()[0]
        verbs = {turns.verbs.names[ACTIONS[int(number)][0]] for number in legal}
        assert verbs <= set(observe(turns, seat)["legal_verbs"])
        able = [n for n in legal if ACTIONS[int(n)][0] not in ENDS]
        turns.act(seat, codec.decode(seat, int(able[seat.turn * 5 % len(able)])))
        turns.advance()
        assert seat.accepted
    assert seat.turn > 10


@pytest.mark.parametrize("door", ["raw_env", "parallel_env"])
def test_the_conformance_kit_finds_nothing(gala, door):
    Path("hashed.py").write_text(HASHED, "utf-8")
    look = ACTIONS.index((Verb.WAIT, 0))

    report = testing.check_environment(
        partial(getattr(market_v0, door), gala, n_agents=2, max_cycles=12),
        masks={"noop": lambda _env, _agent: look},
        factory="hashed:make",
        path=["."],
        max_steps=60,
    )

    assert {name for name, _ in report.skipped} <= {"check_privacy"}
    assert {"check_masks", "check_hash_seed", "check_seeding"} <= set(report.passed)


@pytest.mark.usefixtures("gala")
@pytest.mark.parametrize("number", range(1, len(COMMANDS)))
def test_the_commands_of_the_page_run(number, capsys):
    assert COMMANDS[0] == "export TTGYM_TRADES=tickets.py"
    for line in COMMANDS[1:number]:
        if " run " in line:
            main(shlex.split(line)[1:])
    capsys.readouterr()

    code = main(shlex.split(COMMANDS[number])[1:])

    told = capsys.readouterr()
    assert (code, told.err) == (0, "")
    assert not re.search(r"\b(seats?|flights?)\b", told.out)


def test_another_process_knows_the_trade_from_the_variable(gala):
    ttgym = [sys.executable, "-m", "test_time_gym.cli"]

    done = subprocess.run(
        [*ttgym, "scenarios", gala, "--json"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["trade"], told["tickets"], told["places"]) == ("tickets", 3, 94)
    assert told["requests"] == ["2 places in Vienna on 2026-05-03"]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (
            'day = "2026-05-03"',
            'day = "2026-04-03"',
            "event TOSCA begins 2026-04-03",
        ),
        ('code = "BALCONY"', 'code = "STALLS"', "TOSCA-STALLS is declared with 24 an"),
        ("places = 24", "seats = 24", "market.tickets.0.blocks.0.seats: unknown key; "),
        (
            "max_row = [12",
            "last_row = [12",
            "task.last_row: unknown key; did",
        ),
        (
            "[[market.tickets]]",
            "[[market.ticket]]",
            "market.ticket: unknown key",
        ),
    ],
)
def test_mistakes_are_told_as_those_of_any_trade(gala, right, wrong, said):
    path = Path(gala)
    path.write_text(path.read_text("utf-8").replace(right, wrong), "utf-8")

    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert said in str(caught.value)
