"""Clients play an episode: whose turn it is, who waits, and what is recorded."""

import asyncio
from contextlib import suppress
from time import perf_counter, sleep

import pytest
from clients import as_call, play

from test_time_gym import run
from test_time_gym.agents.base import make_agent
from test_time_gym.journal import read_journal
from test_time_gym.journal.sink import FileSink
from test_time_gym.market.errors import Misuse
from test_time_gym.replay import verify
from test_time_gym.scenarios import load_scenario
from test_time_gym.serving.client_seat import CALLS_MAX, TooManyCalls
from test_time_gym.serving.seating import seated, verify_clients
from test_time_gym.serving.served_episode import (
    PASS_MINUTES,
    EpisodeEnded,
    ServedEpisode,
)


def opened(folder, clients, *, scenario="flights/rush", count=3, **more):
    declared = load_scenario(scenario)
    sources = seated(declared, dict.fromkeys(("buyer_0",), "cheapest"), count)
    sink = FileSink(folder / "served.jsonl", overwrite=True, durability="none")
    return ServedEpisode(declared, sources, clients, seed=5, journal=sink, **more)


async def quietly(_message):
    pass


async def play_seat(episode, name, agent="cheapest"):
    async def call(verb, payload):
        action = {"verb": verb, "payload": payload}
        return (await episode.act(name, action, quietly)).as_dict()

    first = (await episode.look(name, quietly)).as_dict()
    return await play(first, call, episode.turns.world.trade, agent)


def acts(folder):
    records = read_journal(folder / "served.jsonl").records()
    return [
        (r.actor, r.data["verb"], r.data["args"]) for r in records if r.kind == "act"
    ]


def test_a_client_plays_as_the_same_agent_does_in_a_run(tmp_path):
    agents = {"buyer_0": "cheapest", "buyer_1": "first-offer", "buyer_2": "patient"}
    declared = load_scenario("flights/rush")
    sink = FileSink(tmp_path / "served.jsonl", durability="none")
    episode = ServedEpisode(
        declared, seated(declared, agents, 3), ["buyer_0"], seed=5, journal=sink
    )

    async def to_the_end():
        answers = await play_seat(episode, "buyer_0")
        await asyncio.wait_for(episode._others, 5)
        return answers

    answers = asyncio.run(to_the_end())

    own = make_agent("cheapest")
    ran = run(
        "flights/rush",
        agents | {"buyer_0": own},
        seed=5,
        n_agents=3,
        journal=tmp_path / "ran.jsonl",
        regret=False,
    )
    result = ran.episodes[0].agents["buyer_0"]
    total = sum(answer["reward"] for answer in answers)
    assert (answers[-1]["outcome"], len(answers) - 1) == (result.outcome, result.steps)
    assert total == pytest.approx(result.reward)
    assert (tmp_path / "served.jsonl").read_bytes() == (
        tmp_path / "ran.jsonl"
    ).read_bytes()


def test_the_rewards_of_the_answers_are_the_sums_of_their_terms(tmp_path):
    episode = opened(tmp_path, ["buyer_0"], count=1)

    answers = asyncio.run(play_seat(episode, "buyer_0"))

    assert answers[0]["reward_terms"] == {}
    for answer in answers:
        assert answer["reward"] == pytest.approx(sum(answer["reward_terms"].values()))
    assert episode.receipt("buyer_0")["reward"] == pytest.approx(
        sum(answer["reward"] for answer in answers)
    )


def test_several_clients_and_agents_write_a_journal_that_replays(tmp_path):
    ended = []
    episode = opened(
        tmp_path, ["buyer_0", "buyer_2"], on_end=lambda: ended.append(True)
    )

    async def both():
        return await asyncio.gather(
            play_seat(episode, "buyer_0"), play_seat(episode, "buyer_2", "patient")
        )

    async def to_the_end():
        answers = await both()
        await asyncio.wait_for(episode._others, 5)
        return answers

    mine, theirs = asyncio.run(to_the_end())

    assert (mine[-1]["done"], theirs[-1]["done"], ended) == (True, True, [True])
    verdict = verify(tmp_path / "served.jsonl", reexecute=True)
    assert (verdict.status, verdict.replay) == ("complete", "equal")
    result = episode.result()
    assert result.agents["buyer_0"].outcome == mine[-1]["outcome"]
    assert result.agents["buyer_0"].policy == "external"


def test_whoever_calls_first_the_order_of_turns_is_the_markets(tmp_path):
    journals = []
    for order in (("buyer_0", "buyer_1"), ("buyer_1", "buyer_0")):
        episode = opened(tmp_path, list(order), count=2)

        async def both(episode=episode, order=order):
            await asyncio.gather(*(play_seat(episode, name) for name in order))

        asyncio.run(both())
        journals.append((tmp_path / "served.jsonl").read_bytes())

    assert journals[0] == journals[1]


def test_a_client_that_lets_others_wait_is_passed_over_by_recorded_waits(tmp_path):
    episode = opened(tmp_path, ["buyer_0", "buyer_1"], count=2, patience_s=2)

    async def patiently():
        await episode.act("buyer_1", {"verb": "wait", "payload": 30}, quietly)
        return await play_seat(episode, "buyer_1")

    began = perf_counter()
    answers = asyncio.run(patiently())
    took = perf_counter() - began
    episode.close()

    assert answers[-1]["done"]
    passed = [act for act in acts(tmp_path) if act[0] == "buyer_0"]
    assert passed
    assert all(act[1:] == ("wait", {"minutes": PASS_MINUTES}) for act in passed)
    assert episode.receipt("buyer_0")["passed_over"] == len(passed) > 2
    # Only the first time is it waited for.
    assert 2 < took < 2 * len(passed)
    assert verify(tmp_path / "served.jsonl", reexecute=True).replay == "equal"


def test_a_client_that_was_passed_over_comes_back_and_goes_on(tmp_path):
    episode = opened(tmp_path, ["buyer_0", "buyer_1"], count=2, patience_s=0.05)

    async def late():
        other = asyncio.create_task(play_seat(episode, "buyer_1"))
        await asyncio.sleep(0.1)
        assert episode.clients["buyer_0"].passed_over
        mine = await play_seat(episode, "buyer_0")
        return mine, await other

    mine, theirs = asyncio.run(late())

    assert (mine[-1]["done"], theirs[-1]["done"]) == (True, True)
    assert any(act[0] == "buyer_0" and act[1] != "wait" for act in acts(tmp_path))


def test_a_client_alone_is_never_passed_over(tmp_path):
    episode = opened(tmp_path, ["buyer_0"], count=2, patience_s=0.001)

    async def slow():
        await episode.look("buyer_0", quietly)
        await asyncio.sleep(0.1)

    asyncio.run(slow())

    assert episode.clients["buyer_0"].passed_over == 0


def test_an_illegal_action_is_told_with_what_is_legal_and_costs_its_penalty(tmp_path):
    episode = opened(tmp_path, ["buyer_0"], count=1)

    answer = asyncio.run(
        episode.act("buyer_0", {"verb": "confirm_payment", "payload": {}}, quietly)
    )

    assert "legal next: search_flights" in answer.error
    assert answer.reward_terms == {"time": -0.01, "penalty": -0.05}
    assert not answer.done


def test_after_the_end_every_action_is_refused_and_nothing_is_recorded(tmp_path):
    episode = opened(tmp_path, ["buyer_0"], count=1)

    async def on():
        await episode.act("buyer_0", {"verb": "abort"}, quietly)
        size = (tmp_path / "served.jsonl").stat().st_size
        again = await episode.act("buyer_0", {"verb": "wait"}, quietly)
        return size, again, await episode.look("buyer_0", quietly)

    size, again, page = asyncio.run(on())

    assert again.error.startswith("your episode is over: aborted")
    assert (page.error, page.done, page.outcome) == (None, True, "aborted")
    assert (tmp_path / "served.jsonl").stat().st_size == size


def test_calls_of_one_client_are_carried_out_in_their_order(tmp_path):
    episode = opened(tmp_path, ["buyer_0", "buyer_1"], count=2)

    async def at_once():
        calls = [
            asyncio.create_task(
                episode.act("buyer_1", {"verb": "wait", "payload": n}, quietly)
            )
            for n in range(1, CALLS_MAX + 2)
        ]
        await asyncio.sleep(0)
        await episode.act("buyer_0", {"verb": "abort"}, quietly)
        return await asyncio.gather(*calls, return_exceptions=True)

    answers = asyncio.run(at_once())
    episode.close()

    assert isinstance(answers[-1], TooManyCalls)
    waits = [args["minutes"] for who, _, args in acts(tmp_path) if who == "buyer_1"]
    assert waits == list(range(1, CALLS_MAX + 1))


def test_a_call_that_is_given_up_while_it_waits_does_nothing(tmp_path):
    episode = opened(tmp_path, ["buyer_0", "buyer_1"], count=2, patience_s=None)

    async def give_up():
        call = asyncio.create_task(episode.act("buyer_1", {"verb": "abort"}, quietly))
        await asyncio.sleep(0.02)
        call.cancel()
        with suppress(asyncio.CancelledError):
            await call
        await episode.act("buyer_0", {"verb": "abort"}, quietly)
        return await episode.look("buyer_1", quietly)

    page = asyncio.run(give_up())
    episode.close()

    assert not page.done
    assert [actor for actor, _, _ in acts(tmp_path)] == ["buyer_0"]


def test_closing_seals_the_journal_and_answers_who_waits(tmp_path):
    episode = opened(tmp_path, ["buyer_0", "buyer_1"], count=2, patience_s=None)

    async def close():
        call = asyncio.create_task(episode.look("buyer_1", quietly))
        await asyncio.sleep(0.02)
        episode.close()
        await call

    with pytest.raises(EpisodeEnded, match="is being stopped"):
        asyncio.run(close())
    episode.close()
    *_, end = read_journal(tmp_path / "served.jsonl").records()
    assert (end.kind, end.data["status"]) == ("end", "aborted")
    assert verify(tmp_path / "served.jsonl", reexecute=True).replay == "equal"


def test_an_agent_that_crashes_ends_its_own_episode_alone():
    def crash(_observation):
        raise ZeroDivisionError

    declared = load_scenario("flights/rush")
    sources = seated(declared, {"buyer_1": crash}, 2)
    episode = ServedEpisode(declared, sources, ["buyer_0"], seed=5)

    answers = asyncio.run(play_seat(episode, "buyer_0"))

    assert answers[-1]["done"]
    assert episode.turns.by_name["buyer_1"].outcome == "error"


def test_an_agent_that_takes_its_time_holds_up_nobody_s_page():
    def slow(_observation):
        sleep(0.3)
        return {"verb": "abort"}

    declared = load_scenario("flights/rush")
    sources = seated(declared, {"buyer_1": slow}, 2)
    episode = ServedEpisode(declared, sources, ["buyer_0"], seed=5)

    async def at_once():
        acting = asyncio.create_task(
            episode.act("buyer_0", {"verb": "wait", "payload": 1}, quietly)
        )
        ticks = 0
        while not acting.done():
            await asyncio.sleep(0.01)
            ticks += 1
        return ticks

    assert asyncio.run(at_once()) > 10


def test_a_journal_that_cannot_be_written_stops_the_server_and_blames_no_client(
    tmp_path, monkeypatch
):
    episode = opened(tmp_path, ["buyer_0"], count=1)

    def full():
        raise Misuse("no space is left")

    monkeypatch.setattr(episode._journal, "end_turn", full)

    for _ in range(2):
        with pytest.raises(EpisodeEnded, match="no fault of yours"):
            asyncio.run(episode.act("buyer_0", {"verb": "wait"}, quietly))


@pytest.mark.parametrize(
    ("clients", "why"),
    [
        (["buyer_9"], "no seat is called 'buyer_9'"),
        (["buyer_0", "buyer_0"], "twice"),
    ],
)
def test_clients_play_seats_that_there_are_and_each_once(clients, why):
    with pytest.raises(Misuse, match=why):
        verify_clients(clients, ["buyer_0", "buyer_1"])


def test_agents_speak_in_the_words_of_their_trade():
    trade = load_scenario("hotels/city-break").market.trade

    assert as_call({"verb": 0, "payload": ""}, trade) == ("search_hotels", {})
    assert as_call({"verb": 2, "payload": "x"}, trade)[1] == {trade.words.offer_id: "x"}
