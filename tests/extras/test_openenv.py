"""OpenEnv's own client plays: episodes, seeds, many sessions, failures."""

import asyncio
import json
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from contextlib import AsyncExitStack, ExitStack
from time import perf_counter, sleep

import jsonschema
import pytest
import yaml

from test_time_gym import run
from test_time_gym.agents.base import make_agent
from test_time_gym.cli import main
from test_time_gym.journal import read_journal
from test_time_gym.replay import verify
from test_time_gym.scenarios import load_scenario

openenv = pytest.importorskip("openenv")
openenv_host = pytest.importorskip("openenv_host")
websockets = pytest.importorskip("websockets.sync.client")

pytestmark = pytest.mark.extras


def client_of(url):
    return openenv.GenericEnvClient(url).sync()


def episode(env, agent="cheapest", **reset):
    """Play an episode by a scripted agent; return all results."""
    results = [env.reset(**reset)]
    player = make_agent(agent)
    player.begin(results[0].observation["page"])
    while not results[-1].done:
        results.append(env.step(player.act(results[-1].observation["page"])))
    return results


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("openenv")
    with openenv_host.hosted(journals=folder) as url:
        yield url, folder


@pytest.fixture
def env(server):
    with client_of(server[0]) as one:
        yield one


def test_an_episode_is_played_as_it_is_in_a_run(server, env, tmp_path):
    results = episode(env, seed=3, episode_id="an-episode")

    ran = run(
        load_scenario("flights/sfo-mad").with_neutral_cards(),
        {"buyer_0": make_agent("cheapest")},
        seed=3,
        regret=False,
        journal=tmp_path / "ran.jsonl",
    )
    own = ran.episodes[0].agents["buyer_0"]
    state = env.state()
    assert results[-1].observation["outcome"] == own.outcome == "success"
    assert sum(one.reward or 0 for one in results) == pytest.approx(own.reward)
    assert results[0].reward is None
    assert (state["episode_id"], state["seed"]) == ("an-episode", 3)
    assert (state["step_count"], state["reward"]) == (own.steps, own.reward)
    journal = server[1] / state["journal"]
    assert verify(journal, reexecute=True).replay == "equal"


def test_wallets_do_not_say_what_becomes_of_a_card(env):
    page = env.reset(seed=3).observation

    assert [card["token"] for card in page["page"]["wallet"]] == ["card_1", "card_2"]
    assert "tok_" not in json.dumps(page)


def test_the_reward_is_the_sum_of_its_terms(env):
    for one in episode(env, seed=4)[1:]:
        terms = one.observation["reward_terms"]
        assert one.reward == pytest.approx(sum(terms.values()))


def test_the_same_seed_gives_the_same_observations_and_the_same_journal(server):
    url, folder = server
    with client_of(url) as one, client_of(url) as other:
        seen = [episode(env, seed=11) for env in (one, other)]
        files = [folder / env.state()["journal"] for env in (one, other)]

    assert [r.observation for r in seen[0]] == [r.observation for r in seen[1]]
    assert files[0] != files[1]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_sixty_four_sessions_play_at_once_and_do_not_meet(server):
    url, folder = server

    async def play(env, seed):
        result = await env.reset(seed=seed, episode_id=f"many-{seed}")
        player = make_agent("cheapest")
        player.begin(result.observation["page"])
        while not result.done:
            result = await env.step(player.act(result.observation["page"]))
        return (await env.state())["reward"], result.observation["outcome"]

    async def all_of_them():
        async with AsyncExitStack() as stack:
            clients = [
                await stack.enter_async_context(openenv.GenericEnvClient(url))
                for _ in range(64)
            ]
            return await asyncio.gather(
                *(play(env, seed) for seed, env in enumerate(clients))
            )

    together = asyncio.run(all_of_them())

    scenario = load_scenario("flights/sfo-mad").with_neutral_cards()
    alone = run(scenario, "cheapest", seed=0, episodes=64, regret=False)
    assert together == [
        (pytest.approx(one.agents["buyer_0"].reward), one.agents["buyer_0"].outcome)
        for one in alone.episodes
    ]
    assert verify(folder / "many-63.jsonl", reexecute=True).replay == "equal"


def test_one_session_more_than_there_is_room_for_is_told_so():
    with openenv_host.hosted(sessions=2) as url, ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(client_of(url)).reset(seed=1)
        third = websockets.connect(url.replace("http", "ws") + "/ws")
        told = json.loads(stack.enter_context(third).recv())
    assert told["data"]["code"] == "CAPACITY_REACHED"


@pytest.mark.parametrize(
    ("action", "why"),
    [
        ({"verb": "confirm_payment"}, "illegal"),
        ({"verb": "fly"}, "malformed"),
        ({"foo": 1}, "malformed"),
        ({"text": "I would rather not."}, "malformed"),
        ({"verb": ["wait"]}, "malformed"),
    ],
)
def test_what_makes_no_sense_is_answered_by_the_market(env, action, why):
    env.reset(seed=5)

    result = env.step(action)

    assert not result.observation["accepted"]
    assert result.observation["page"]["last_action_error"]["code"] == why
    assert result.reward == pytest.approx(-0.06)


def test_a_text_says_an_action(env):
    env.reset(seed=5)

    for text in (
        '{"verb": "wait", "payload": {"minutes": 5}}',
        'Let me see: {"name": "wait", "arguments": {"minutes": 5}}',
        "wait(minutes=5)",
    ):
        assert env.step({"text": text}).observation["accepted"]


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        (lambda env: env.reset(seed=-1), "a seed is an integer"),
        (lambda env: env.reset(seed="x"), "a seed is an integer"),
        (lambda env: env.reset(sed=1), "not 'sed'"),
        (lambda env: env.reset(episode_id=""), "episode_id is a text"),
        (lambda env: env.step({"verb": "wait"}), "call reset first"),
    ],
)
def test_a_mistake_of_the_caller_is_an_error_and_no_observation(server, ask, why):
    with client_of(server[0]) as env, pytest.raises(RuntimeError, match=why):
        ask(env)


def test_an_agent_that_takes_its_time_holds_up_no_other_session():
    began = threading.Event()

    class Slow:
        def act(self, observation):
            began.set()
            sleep(1.5)
            return {"verb": "abort"}

    others = {"buyer_1": Slow()}
    with (
        openenv_host.hosted("flights/rush", others=others, n_agents=2) as url,
        client_of(url) as slow,
        client_of(url) as quick,
    ):
        waiting = threading.Thread(target=lambda: play_on(slow))
        waiting.start()
        assert began.wait(300)
        start = perf_counter()
        assert quick.state()["step_count"] == 0
        waited = perf_counter() - start
        waiting.join()
    assert waited < 1


def play_on(env):
    env.reset(seed=1)
    env.step({"verb": "wait", "payload": {"minutes": 1}})


def test_a_step_after_the_end_is_an_error(env):
    env.reset(seed=1)
    assert env.step({"verb": "abort"}).done

    with pytest.raises(RuntimeError, match="after the end"):
        env.step({"verb": "wait"})


def test_a_failure_of_the_server_is_no_reward_of_zero(env, monkeypatch):
    env.reset(seed=1)

    def fail(*_args):
        raise RuntimeError("/home/me/secret.py")

    monkeypatch.setattr("test_time_gym.market.interface.turns.Turns.act", fail)
    with pytest.raises(RuntimeError, match="no fault of the agent") as failed:
        env.step({"verb": "wait"})
    assert "secret" not in str(failed.value)
    monkeypatch.undo()
    assert env.reset(seed=1).observation["page"]["goal"]


def test_a_session_that_breaks_off_leaves_a_sealed_journal(server):
    url, folder = server
    with client_of(url) as env:
        env.reset(seed=2, episode_id="broken-off")
        env.step({"verb": "wait"})
    # What seals it runs in the server, after the client has left.
    path = folder / "broken-off.jsonl"
    for _ in range(100):
        if path.stat().st_size:
            break
        asyncio.run(asyncio.sleep(0.05))

    *_, end = read_journal(path).records()
    assert (end.kind, end.data["status"]) == ("end", "aborted")


def fetch(url, path, **headers):
    request = urllib.request.Request(url + path, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, None


def test_health_and_schemas_are_told_and_pages_fit_theirs(server, env):
    url, _ = server

    assert fetch(url, "/health") == (200, {"status": "healthy"})
    _, schemas = fetch(url, "/schema")
    for action in ({"verb": "wait", "payload": {"minutes": 1}}, {"text": "wait()"}):
        jsonschema.validate(action, schemas["action"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"verb": "fly"}, schemas["action"])
    page = schemas["observation"]["properties"]["page"]
    for result in episode(env, seed=6):
        jsonschema.validate(result.observation["page"], page)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "evil.com"}, 421),
        ({"Origin": "http://evil.com"}, 403),
    ],
)
def test_pages_of_the_web_are_kept_out(server, headers, status):
    url, _ = server
    assert fetch(url, "/health", **headers)[0] == status
    place = url.replace("http", "ws") + "/ws"
    if status != 200 and "Origin" in headers:
        with pytest.raises(websockets.connect.__globals__["InvalidStatus"]):
            websockets.connect(place, additional_headers=headers)


@pytest.mark.slow
def test_the_manifest_names_an_application_that_there_is(capsys):
    assert main(["serve", "openenv", "--manifest"]) == 0

    manifest = yaml.safe_load(capsys.readouterr().out)
    module, name = manifest["app"].split(":")
    program = f"import {module} as m; print(m.{name})"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert (manifest["spec_version"], manifest["name"]) == (1, "test-time-gym")
    assert "NameGuard" in loaded.stdout


def test_names_of_episodes_lead_nowhere_but_into_the_folder(server, tmp_path):
    url, folder = server
    out = tmp_path / "escaped"
    with client_of(url) as env:
        for name in (f"../../{out.name}", str(out), "a" * 200, "..", "\x00"):
            env.reset(seed=1, episode_id=name)
            assert (folder / env.state()["journal"]).parent == folder
            assert (folder / env.state()["journal"]).exists()
    assert list(tmp_path.iterdir()) == []
