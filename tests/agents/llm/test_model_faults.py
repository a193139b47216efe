"""Each fault of a server ends in an outcome of its own, and loses nothing."""

import pytest

from test_time_gym.agents.llm import Budget, RetryPolicy
from test_time_gym.agents.llm.llm_episode import CORRECTIONS
from test_time_gym.serving.fake_model import FAULT_KINDS, FakeModel

PASSING = {
    "429:0": 1,
    "429-date:0": 1,
    "500": 1,
    "503": 1,
    "timeout:2": 1,
    "drop": 1,
    "half": 1,
    "malformed-json": 1,
    "stream-error": 1,
    "empty-choices": 1,
    "malformed-arguments": 0,
    "unknown-tool": 0,
    "two-calls": 0,
    "refusal": 0,
    "content-filter": 0,
    "text": 0,
    "length": 0,
    "huge:0.5": 0,
}
"""Faults of one call after which the run is as good as ever → retries."""
FOR_GOOD = {
    "401": ("provider_error", "auth"),
    "context": ("provider_error", "context_window"),
    "429:0": ("provider_error", "rate_limit"),
    "500": ("provider_error", "server"),
    "503": ("provider_error", "server"),
    "timeout:2": ("provider_error", "timeout"),
    "drop": ("provider_error", "connection"),
    "half": ("provider_error", "connection"),
    "malformed-json": ("provider_error", "malformed"),
    "empty-choices": ("provider_error", "malformed"),
    "text": ("refused", "plain_text"),
    "refusal": ("refused", "refusal"),
    "content-filter": ("refused", "refusal"),
}
"""Faults that never end → the outcome, and why."""


def usage_of(result):
    return result.episodes[0].agents["buyer_0"].usage


def waits_ms(fault):
    """Return how long an answer is waited for: briefly, where none is to come in time.

    Elsewhere a slow machine must not add a retry of its own.
    """
    return 1_000 if fault.startswith("timeout") else 60_000


def of_buyer(result):
    return result.episodes[0].agents["buyer_0"]


def test_every_fault_of_the_server_is_tried():
    tried = {name.partition(":")[0] for name in {**PASSING, **FOR_GOOD}}

    assert tried == set(FAULT_KINDS)


CLEAN = []


@pytest.fixture
def best(play):
    """Return a run without faults, which the first test that needs it plays for all."""
    if not CLEAN:
        with FakeModel("cheapest") as model:
            CLEAN.append(play(model.base_url))
    return CLEAN[0]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize(("fault", "retries"), PASSING.items())
def test_a_fault_that_passes_changes_no_purchase(play, best, fault, retries, stream):
    with FakeModel("cheapest", faults=f"{fault}@3") as model:
        result = play(model.base_url, stream=stream, timeout_ms=waits_ms(fault))

    found, clean = of_buyer(result), of_buyer(best)
    assert (found.outcome, found.paid, found.steps) == (
        "success",
        clean.paid,
        clean.steps,
    )
    assert result.episodes[0].sha256 == best.episodes[0].sha256
    assert found.usage["retries"] == retries
    if fault not in ("two-calls", "huge:0.5"):
        assert len(model.requests) == clean.steps + 1


@pytest.mark.parametrize(("fault", "ends"), FOR_GOOD.items())
def test_a_fault_that_never_ends_has_an_outcome_of_its_own(play, tmp_path, fault, ends):
    with FakeModel("cheapest", faults=f"{fault}@3-") as model:
        result = play(
            model.base_url,
            timeout_ms=waits_ms(fault),
            retries=RetryPolicy(retries=1, first_ms=1),
        )

    found = of_buyer(result)
    assert (found.outcome, found.usage["calls"]) == (
        ends[0],
        2 + (ends[0] == "refused") * 2,
    )
    assert ends[1] in found.error
    assert f'"{ends[1]}"'.encode() in (tmp_path / "j.jsonl").read_bytes()


@pytest.mark.parametrize("fault", ["malformed-arguments", "unknown-tool"])
def test_calls_that_stay_malformed_go_to_the_market_for_their_penalty(
    play, tmp_path, fault
):
    with FakeModel("cheapest", faults=f"{fault}@1-") as model:
        result = play(model.base_url, budget=Budget(calls=2 * (CORRECTIONS + 1)))

    found = of_buyer(result)
    assert (found.outcome, found.usage["calls"]) == ("budget_exhausted", 6)
    assert (tmp_path / "j.jsonl").read_bytes().count(b'"status":"malformed"') == 2


def test_the_model_is_told_what_was_wrong_with_a_call(play):
    with FakeModel("cheapest", faults="unknown-tool@1") as model:
        play(model.base_url)

    told = model.requests[1].body["messages"][-1]
    assert told["role"] == "tool"
    assert told["content"].startswith(
        "Not carried out: 'book_everything' is no tool that is offered now. "
        "Call one of: search_flights, "
    )


def test_plain_text_is_answered_once_on_a_page(play):
    with FakeModel("cheapest", faults="text@1,text@3") as model:
        result = play(model.base_url)

    assert of_buyer(result).outcome == "success"
    assert (
        model.requests[1]
        .body["messages"][-1]["content"]
        .startswith("Answer by calling a tool, one of: ")
    )


def test_an_answer_that_is_cut_off_before_any_call_is_told_so(play):
    with FakeModel("cheapest") as model:
        result = play(model.base_url, parameters={"max_tokens": 1})

    assert of_buyer(result).outcome == "refused"
    assert "cut_off" in of_buyer(result).error
    said = model.requests[1].body["messages"][-1]["content"]
    assert said.startswith("Your answer was too long, and was cut off. Answer by ")


def test_one_agent_that_stops_leaves_the_others_playing(play):
    with FakeModel("cheapest", faults="401@2-") as model:
        result = play(model.base_url, n_agents=2)

    outcomes = {name: one.outcome for name, one in result.episodes[0].agents.items()}
    assert outcomes["buyer_0"] == "provider_error"
    assert outcomes["buyer_1"] not in ("provider_error", "error")
