"""Agents that fail: whatever their programs raise ends their own episode alone."""

import asyncio

import pytest

import test_time_gym as ttg
from test_time_gym.agents.scripted import Cheapest
from test_time_gym.envs import FlightBookingEnv
from test_time_gym.journal import read_journal
from test_time_gym.market.interface.buyer import BuyerRole
from test_time_gym.market.interface.policy import AgentError
from test_time_gym.replay import audit, verify

SFO = "flights/sfo-mad"
REFUNDS = "flights/refunds"
"""Its episodes go on after the ticket."""


def outcomes(result):
    return {name: one.outcome for name, one in result.episodes[0].agents.items()}


def statuses(path):
    """Return the statuses of each agent's acts."""
    found = {}
    for record in read_journal(path).records():
        if record.kind == "act":
            found.setdefault(record.actor, []).append(record.data["status"])
    return found


class Failing:
    """Raises in its third turn."""

    def __init__(self, error):
        self.error = error
        self.turns = 0

    def act(self, _observation):
        self.turns += 1
        if self.turns == 3:
            raise self.error
        return {"verb": "search_flights"}


class Unspeakable(BaseException):
    def __str__(self):
        raise asyncio.CancelledError


class OwnBase(BaseException):
    pass


NO_EXCEPTIONS = [
    (asyncio.CancelledError("late"), "CancelledError: late ("),
    (GeneratorExit(), "GeneratorExit ("),
    (OwnBase("mine"), "OwnBase: mine ("),
    (BaseExceptionGroup("both", [OwnBase(), KeyError()]), "BaseExceptionGroup: both"),
    (pytest.skip.Exception("not today"), "Skipped: not today ("),
]
"""Raised by programs, though no `Exception`, and what is told of each."""


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("no idea"), "ValueError: no idea ("),
        (RecursionError("deep"), "RecursionError: deep ("),
        (Unspeakable(), "Unspeakable ("),
        (type("Bad\n" * 99, (Exception,), {})("x"), "Bad"),
        *NO_EXCEPTIONS,
    ],
    ids=lambda value: type(value).__name__[:20] if not isinstance(value, str) else "",
)
def test_an_agent_that_raises_ends_its_own_episode_only(tmp_path, error, told):
    path = tmp_path / "j.jsonl"

    result = ttg.run(SFO, [Failing(error), "cheapest"], journal=path)

    assert outcomes(result) == {"buyer_0": "error", "buyer_1": "success"}
    assert result.episodes[0].agents["buyer_0"].error.startswith(told)
    assert statuses(path)["buyer_0"] == ["ok", "ok", "error"]
    assert verify(path, reexecute=True).replay == "equal"


def test_the_journal_keeps_no_more_of_an_error_than_its_class_s_name(tmp_path):
    path = tmp_path / "j.jsonl"
    error = type("X" * 1000, (Exception,), {})("secret")

    ttg.run(SFO, Failing(error), journal=path, regret=False)

    crash = next(
        record.data["args"]
        for record in read_journal(path).records()
        if record.data.get("status") == "error"
    )
    assert crash == {"why": "X" * 80}


def test_an_agent_that_failed_may_do_better_in_the_next_episode():
    result = ttg.run(SFO, Failing(KeyError()), episodes=2, max_turns=3, regret=False)

    found = [episode.agents["buyer_0"].outcome for episode in result.episodes]

    assert found == ["error", "truncated"]


class Hostile(dict):
    def items(self):
        raise ZeroDivisionError

    __iter__ = keys = get = items


@pytest.mark.parametrize(
    ("action", "status"),
    [
        (None, "malformed"),
        ("search_flights", "malformed"),
        ({"verb": True}, "malformed"),
        ({"verb": 16}, "malformed"),
        ({"verb": 10**400}, "malformed"),
        ({"verb": float("nan")}, "malformed"),
        ({"verb": "wait", "payload": {"minutes": -1}}, "malformed"),
        ({"verb": "wait", "payload": "[" * 4000}, "malformed"),
        ({"verb": "abort", "payload": {"reason": "\ud800"}}, "malformed"),
        ({"verb": "abort", "payload": {"reason": "x" * 10**6}}, "malformed"),
        ({"verb": "enter_card", "payload": "tok_ok"}, "illegal"),
        (Hostile(verb=0), "malformed"),
    ],
    ids=lambda value: f"{value!r:.30}".encode("ascii", "replace").decode(),
)
def test_garbage_from_an_agent_is_recorded_and_replays(tmp_path, action, status):
    path = tmp_path / "j.jsonl"

    ttg.run(SFO, lambda _: action, journal=path, max_turns=2, regret=False)

    assert statuses(path) == {"buyer_0": [status, status]}
    assert verify(path, reexecute=True).replay == "equal"


@pytest.mark.parametrize("error", [KeyError("view"), asyncio.CancelledError()])
def test_a_failing_begin_is_an_error_of_that_agent(tmp_path, error):
    class Late:
        act = dict

        def begin(self, _task):
            raise error

    path = tmp_path / "j.jsonl"

    result = ttg.run(SFO, [Late(), "cheapest"], journal=path, regret=False)

    assert outcomes(result) == {"buyer_0": "error", "buyer_1": "success"}
    assert statuses(path)["buyer_0"] == ["error"]
    assert verify(path, reexecute=True).replay == "equal"


def test_a_hook_that_cannot_even_be_looked_up_is_an_error_of_that_agent(tmp_path):
    class Late:
        act = dict

        @property
        def begin(self):
            raise asyncio.CancelledError

    path = tmp_path / "j.jsonl"

    result = ttg.run(SFO, [Late(), "cheapest"], journal=path, regret=False)

    assert outcomes(result) == {"buyer_0": "error", "buyer_1": "success"}


@pytest.mark.parametrize("error", [KeyError("sore"), asyncio.CancelledError("sore")])
def test_a_failing_end_is_told_after_the_journal_and_everybody_else(tmp_path, error):
    class Sore:
        def act(self, _observation):
            return {"verb": "abort"}

        def end(self, _result):
            raise error

    class Told(Cheapest):
        def end(self, result):
            told.append(result["outcome"])

    told, path = [], tmp_path / "j.jsonl"
    blamed = f"buyer_0's agent failed: {type(error).__name__}"

    with pytest.raises(AgentError, match=blamed):
        ttg.run(SFO, [Sore(), Told()], journal=path, regret=False)

    assert verify(path, reexecute=True).ok
    assert told == ["success"]


@pytest.mark.parametrize(
    ("raised", "caught"),
    [
        (KeyboardInterrupt(), KeyboardInterrupt),
        (SystemExit(3), SystemExit),
        (
            BaseExceptionGroup(
                "", [KeyError(), BaseExceptionGroup("", [KeyboardInterrupt()])]
            ),
            KeyboardInterrupt,
        ),
        (BaseExceptionGroup("", [SystemExit(3)]), SystemExit),
    ],
    ids=["Ctrl-C", "sys.exit", "Ctrl-C in a group", "sys.exit in a group"],
)
def test_what_ends_the_whole_program_is_no_error_of_an_agent(tmp_path, raised, caught):
    path = tmp_path / "j.jsonl"

    with pytest.raises(caught):
        ttg.run(SFO, [Failing(raised), "cheapest"], journal=path, regret=False)

    found = verify(path, reexecute=True)
    assert (found.status, found.aborted, found.replay) == ("complete", True, "equal")


class Exhausted:
    """Cannot be made."""

    def __init__(self):
        raise asyncio.CancelledError("no agent today")


@pytest.mark.parametrize(
    "play",
    [
        lambda _: ttg.evaluate(Exhausted, SFO, seeds=1),
        lambda folder: ttg.learn(SFO, Exhausted, episodes=1, seeds=1, out=folder),
    ],
    ids=["evaluate", "learn"],
)
def test_an_agent_that_cannot_be_made_is_to_blame(tmp_path, play):
    with pytest.raises(AgentError, match="CancelledError: no agent today"):
        play(tmp_path)


class Cancelled(Failing):
    """Is cancelled in its third turn."""

    def __init__(self):
        super().__init__(asyncio.CancelledError())


def test_an_agent_that_is_cancelled_fails_in_its_bench_and_study_only(tmp_path):
    (row,) = ttg.evaluate(Cancelled, SFO, seeds=2).rows
    study = ttg.learn(SFO, Cancelled, episodes=2, seeds=1, out=tmp_path)

    assert (row.episodes, row.errors, row.success.estimate) == (2, 2, 0.0)
    lives = [study.runs(arm)[0] for arm in ("frozen", "mined")]
    # A frozen agent is created again for every episode, and is cancelled again.
    assert [[one.outcome for one in life.episodes] for life in lives] == [
        ["error", "error"],
        ["error", "truncated"],
    ]


def test_an_agent_that_is_cancelled_fails_in_its_fork_only(tmp_path):
    parent, path = tmp_path / "p.jsonl", tmp_path / "f.jsonl"
    ttg.run(SFO, ["patient", "cheapest"], journal=parent, regret=False)

    done = ttg.replay.fork(parent, 5, {"buyer_0": Cancelled()}, journal=path)

    assert outcomes(done) == {"buyer_0": "error", "buyer_1": "success"}
    assert verify(path, reexecute=True).replay == "equal"


def test_another_seat_that_fails_leaves_the_gymnasium_door_open(tmp_path):
    path = tmp_path / "j.jsonl"
    env = FlightBookingEnv(SFO, others={"buyer_1": Cancelled()}, journal=path)

    def wait_long():
        env.reset(seed=3)
        for _ in range(9):
            _, _, ended, *_ = env.step({"verb": "wait", "payload": {"minutes": 60}})
        return ended

    with pytest.warns(RuntimeWarning, match="buyer_1 failed, .*: CancelledError"):
        ended = wait_long()
    *_, info = env.step({"verb": "abort"})
    env.close()

    assert (ended, info["outcome"]) == (False, "aborted")
    assert list(env.crashes) == ["buyer_1"]
    assert statuses(path)["buyer_1"] == ["ok", "ok", "error"]
    assert verify(path, reexecute=True).ok


class Heartbroken(Cheapest):
    """Buys a ticket, and fails as soon as it sees it."""

    def act(self, observation):
        if observation["orders"]:
            raise asyncio.CancelledError
        return super().act(observation)


def bought_and_failed(path):
    (played,) = ttg.run(
        REFUNDS, [Heartbroken(), "dummy"], seed=4, journal=path, n_agents=2
    ).episodes
    records = list(read_journal(path).records())
    tickets = [r.actor for r in records if r.kind == "ticket_issued"]
    ends = {r.actor: r.data for r in records if r.kind == "outcome"}
    return played.agents["buyer_0"], tickets, ends["buyer_0"]


def test_a_crash_after_the_ticket_is_an_error_and_no_success(tmp_path):
    path = tmp_path / "j.jsonl"

    result, tickets, end = bought_and_failed(path)

    assert tickets == ["buyer_0"]
    assert (result.outcome, result.error[:14]) == ("error", "CancelledError")
    assert (end["outcome"], end["terms"]) == ("error", {})
    assert (result.paid, result.regret) == (end["paid"], None)
    assert result.reward < 0.2
    assert verify(path, reexecute=True).ok
    assert audit(path).findings == ()


@pytest.mark.pure("a method of the market is replaced")
def test_a_market_that_rewards_a_crash_after_the_ticket_is_found(tmp_path, monkeypatch):
    honest = BuyerRole._judge

    def by_the_ticket(self, team, cause):
        for seat in team:
            seat.reason = "failed"
        honest(self, team, cause)

    monkeypatch.setattr(BuyerRole, "_judge", by_the_ticket)
    path = tmp_path / "j.jsonl"

    result, _, _ = bought_and_failed(path)

    assert result.outcome == "success"
    assert {finding.rule for finding in audit(path).findings} == {"outcome"}


def test_an_agent_cannot_change_the_market_through_its_observation(tmp_path):
    def vandal(observation):
        observation["wallet"].clear()
        observation["constraints"]["budget"] = 10**9
        observation["legal_verbs"].clear()
        return {"verb": "search_flights"}

    def polite(_observation):
        return {"verb": "search_flights"}

    digests = [
        ttg.run(SFO, agent, journal=tmp_path / f"{agent.__name__}.jsonl", max_turns=5)
        .episodes[0]
        .sha256
        for agent in (vandal, polite)
    ]

    assert digests[0] == digests[1]
