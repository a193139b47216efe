"""kill −9 during a run with a model: what was paid for is not paid again."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from test_time_gym.cli import main
from test_time_gym.serving.fake_model import FakeModel

SOURCE = Path(__file__).parents[3] / "src"
RUN = ["run", "flights/rush", "--n-agents", "2", "--episodes", "2", "--no-regret"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def ttgym(capsys, *args):
    capsys.readouterr()
    assert main([*RUN, *args, "--json"]) == 0
    episodes = json.loads(capsys.readouterr().out)["episodes"]
    return [episode["sha256"] for episode in episodes]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
@pytest.mark.parametrize("calls", [2, 12])
def test_a_killed_run_goes_on_with_what_was_paid_for(capsys, calls):
    with FakeModel("cheapest", latency_ms=5) as model:
        play = ["--agents", f"llm:m@{model.base_url}", "--llm-client", "http"]
        kept_in = ["--cassette", "c.jsonl"]
        whole = ttgym(capsys, *play)
        needed = len(model.requests)
        process = subprocess.Popen(
            [sys.executable, "-m", "test_time_gym.cli", *RUN, *play, *kept_in],
            env=os.environ | {"PYTHONPATH": str(SOURCE)},
            stdout=subprocess.DEVNULL,
        )
        try:
            while len(model.requests) < needed + calls:
                assert process.poll() is None
                time.sleep(0.002)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        killed = len(model.requests) - needed
        kept = Path("c.jsonl").read_bytes().count(b'"kind":"call"')
        resumed = ttgym(capsys, *play, *kept_in, "--resume")
        after = len(model.requests) - needed
        offline = ttgym(capsys, *play, *kept_in, "--offline")

        assert len(model.requests) - needed == after
    assert whole == resumed == offline
    # Both agents may have been waiting for an answer.
    assert killed - 2 <= kept <= killed < needed
    assert after == killed + needed - kept
