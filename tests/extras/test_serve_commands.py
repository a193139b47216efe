"""`ttgym serve`: mistakes are told before anything is served."""

import subprocess
import sys

import pytest

from test_time_gym.cli import main

pytestmark = pytest.mark.extras


@pytest.fixture
def told(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)

    def run(*words):
        code = main(["serve", *words])
        return code, capsys.readouterr().err

    return run


@pytest.mark.parametrize("name", ["mcp", "openenv"])
def test_a_library_that_is_missing_is_named_as_an_extra(name):
    program = f"""
import sys
sys.modules["{name}"] = None
from test_time_gym.cli import main
sys.exit(main(["serve", "{name}"]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert f"pip install 'test-time-gym[{name}]'" in done.stderr


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--seat", "buyer_0", "--seat", "buyer_1"], "with --http"),
        (["--seat", "buyer_99"], "seats 1 to"),
        (["--seat", "seller_0"], "no seat is called 'seller_0'"),
        (["--http", "--seat", "buyer_0", "--seat", "buyer_0"], "twice"),
        (["--scenario", "flights/nowhere"], "flights/nowhere"),
        (["--http", "--host", "0.0.0.0"], "--allow-remote"),
        (["--http", "--host", "0.0.0.0", "--allow-remote"], "--allow-host"),
        (["--http", "--port", "65536"], "65536"),
        (["--page", "short"], "json, compact, delta or text"),
        (["--scenario", "flights/rush", "--agents", "nobody"], "unknown agent"),
        (["--patience", "soon"], "soon"),
    ],
)
def test_a_mistake_with_mcp_is_told_and_nothing_is_served(words, why, told):
    pytest.importorskip("mcp.server.mcpserver")
    if "--port" not in words:
        words = [*words, "--port", "0"]

    code, said = told("mcp", *words)

    assert (code, said.startswith("error: ")) == (2, True)
    assert why in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--agent", "buyer_0=cheapest"], "the client's own seat"),
        (["--agent", "buyer_9=cheapest"], "buyer_9"),
        (["--host", "0.0.0.0"], "--allow-remote"),
        (["--sessions", "0"], "whole number from 1"),
        (["--n-agents", "1000"], "n_agents"),
    ],
)
def test_a_mistake_with_openenv_is_told_and_nothing_is_served(words, why, told):
    pytest.importorskip("openenv")

    code, said = told("openenv", *words, "--port", "0")

    assert (code, said.startswith("error: ")) == (2, True)
    assert why in said


def test_a_journal_that_exists_is_not_replaced_unasked(told, tmp_path):
    pytest.importorskip("mcp.server.mcpserver")
    (tmp_path / "j.jsonl").write_text("mine")

    code, said = told("mcp", "--journal", "j.jsonl")

    assert (code, (tmp_path / "j.jsonl").read_text()) == (2, "mine")
    assert "j.jsonl" in said
