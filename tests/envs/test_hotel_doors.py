"""Hotels behind every door: one market, the same rules, the words of hotels."""

import json
import re

import pytest
from tests.support.doors import Buffers, play_aec, play_parallel

import test_time_gym as ttg
from test_time_gym.audit import audit
from test_time_gym.cli import main
from test_time_gym.envs import HotelBookingEnv
from test_time_gym.envs.adapter import EnvAdapter
from test_time_gym.envs.aec import MarketAEC
from test_time_gym.envs.parallel import MarketParallel
from test_time_gym.envs.vector_codec import VectorCodec
from test_time_gym.export.recovery import recovery_of
from test_time_gym.export.vector_episode import vector_episode
from test_time_gym.journal import read_journal
from test_time_gym.market.interface.actions import decode_action
from test_time_gym.market.interface.tools import tool_specs
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.verbs import ACTIONS
from test_time_gym.market.streams import Streams
from test_time_gym.market.world import World
from test_time_gym.replay import diff, fork, verify
from test_time_gym.scenarios import load_scenario, scenario_names
from test_time_gym.scenarios.hotels.domain import HOTELS

CONFERENCE = load_scenario("hotels/conference")
NAMES = scenario_names("hotels")
FOREIGN = re.compile(r"\b(seats?|flights?|airlines?)\b", re.IGNORECASE)
"""Words of another trade; the seats of a run are agents, and said so elsewhere."""


def journal_of(make, play, **options):
    buffers = Buffers()
    env = make(EnvAdapter(CONFERENCE, n_agents=3, journal=buffers, **options))
    play(env, 4)
    (journal,) = buffers.all_bytes()
    return journal, env.digest()


@pytest.mark.parametrize(
    ("make", "play", "options"),
    [
        (MarketAEC, play_aec, {}),
        (MarketAEC, play_aec, {"flatten": True}),
        (MarketAEC, play_aec, {"finish": "leave"}),
        (MarketParallel, play_parallel, {"window_ms": 5000}),
    ],
)
def test_a_journal_of_any_door_is_played_again_and_audited(
    make, play, options, tmp_path
):
    journal, _ = journal_of(make, play, **options)
    path = tmp_path / "j.jsonl"
    path.write_bytes(journal)

    assert verify(path, reexecute=True).replay == "equal"
    assert audit(path).findings == ()
    verbs = {json.loads(line)["d"].get("verb") for line in journal.splitlines()}
    assert {"search_hotels", "add_to_cart", "enter_card"} <= verbs
    assert "search_flights" not in verbs


@pytest.mark.parametrize("name", NAMES)
def test_masks_are_the_rules(name):
    scenario = load_scenario(name)
    turns = Turns(scenario, World.of(scenario.market), 2, ["buyer_0", "buyer_1"])
    codec, seen = VectorCodec(turns), set()
    dice = Streams(2).get("walk")
    turns.advance()

    for _ in range(120):
        if turns.over:
            break
        seat = turns.ready[0]
        mask = codec.mask(seat)
        for number in range(len(ACTIONS)):
            action = codec.decode(seat, number)
            args = getattr(action, "args", None)
            allowed = args is not None and legal(turns, seat, action)
            assert bool(mask[number]) == allowed, turns.verbs.action_name(number)
        ways = [int(k) for k in mask.nonzero()[0]]
        number = ways[dice.below(len(ways))]
        if turns.verbs.action_name(number) in ("abort", "restart", "wait[4]"):
            number = ways[0]
        seen.add(ACTIONS[number][0])
        turns.act(seat, codec.decode(seat, number))
        assert seat.accepted
        turns.advance()

    assert len(seen) >= 6


def legal(turns, seat, action):
    return turns.buyer.why_not(seat, action.verb, action.args) is None


def test_json_actions_have_the_words_of_hotels():
    verbs = Turns(CONFERENCE, World.of(CONFERENCE.market), 1, ["buyer_0"]).verbs
    payload = {"city": "Tuebingen", "check_in": "2026-09-08", "check_out": "2026-09-10"}

    def decoded(verb, payload):
        return decode_action({"verb": verb, "payload": payload}, verbs, 2)

    assert decoded("search_hotels", payload).args == payload
    assert decoded(1, {"min_stars": 4, "hotel": "Krone"}).args["min_stars"] == 4
    assert "a date such as" in decoded(0, {"check_in": "tomorrow"}).why
    assert "0 to 5" in decoded(1, {"min_stars": 6}).why
    assert decoded("select_room", "X").args == {"room_id": "X"}
    assert "unknown verb 'select_flight'" in decoded("select_flight", "X").why


def test_schemas_of_all_verbs_name_nothing_of_flights():
    told = json.dumps(
        [[t.name, t.description, t.parameters()] for t in tool_specs(HOTELS)]
    )

    assert "room_id" in told
    assert not FOREIGN.findall(told)


def test_a_fork_of_a_stay_goes_on_and_parts_from_its_parent(tmp_path):
    parent, child = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    ttg.run(CONFERENCE, seed=3, journal=parent, regret=False)

    forked = fork(parent, 30, {"buyer_1": "first-offer"}, journal=child)

    assert forked.units == "room nights"
    assert verify(child, reexecute=True).replay == "equal"
    found = diff(parent, child)
    assert not found.same


def test_episodes_are_exported_and_their_environment_is_recovered(tmp_path):
    path = tmp_path / "j.jsonl"
    options = {"n_agents": 2, "observation": "vector", "others": {"buyer_1": "patient"}}
    env = HotelBookingEnv("hotels/conference", journal=path, **options)
    _, info = env.reset(seed=5)
    done, n = False, 0
    while not done:
        legal = info["action_mask"].nonzero()[0]
        *_, terminated, truncated, info = env.step(int(legal[n % len(legal)]))
        done, n = terminated or truncated, n + 3
    env.close()

    episode = vector_episode(read_journal(path), "buyer_0")
    recovered = recovery_of([episode], "buyer_0")

    assert recovered.reason == ""
    assert recovered.spec.id == "TestTimeGym/HotelBooking-v0"
    assert len(episode.observations) == len(episode.actions) + 1 > 3


@pytest.mark.parametrize("name", NAMES)
def test_the_command_line_says_nothing_of_flights(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for command in (
        ["scenarios", name],
        ["run", name, "--seed", "3", "--journal", "j.jsonl"],
        ["verify", "j.jsonl"],
        ["audit", "j.jsonl"],
        ["replay", "j.jsonl", "--to", "12"],
        [
            "fork",
            "j.jsonl",
            "--at",
            "9",
            "--agent",
            "buyer_0=patient",
            "--out",
            "k.jsonl",
        ],
        ["grep", "j.jsonl", "--kind", "act"],
    ):
        capsys.readouterr()

        code = main(command)

        told = capsys.readouterr()
        assert (code, told.err) == (0, "")
        assert FOREIGN.findall(told.out) == [], told.out
