"""The command line as a process: signals, closed pipes, odd terminals."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest

from test_time_gym.replay import verify
from test_time_gym.scenarios import SCENARIO_DIR

SFO = "flights/sfo-mad"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

SLOW = """
import pathlib, time

def act(observation):
    if observation["turns_left"] < 490:
        pathlib.Path("thinking").touch()
        time.sleep(0.2)
    return {"verb": "wait", "payload": {"minutes": 0}}
"""


def wait_for(path):
    for _ in range(300):
        if path.exists():
            return
        time.sleep(0.1)
    pytest.fail(f"{path.name} never came")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "expected"),
    [(signal.SIGINT, (130, "interrupted")), (signal.SIGTERM, (143, "terminated"))],
)
def test_a_run_that_is_stopped_leaves_a_journal_that_replays(
    folder, command, environment, number, expected
):
    (folder / "slow.py").write_text(SLOW, encoding="utf-8")
    options = ["--agents", "slow:act,random", "--max-turns", "500"]
    running = subprocess.Popen(
        [*command, "run", SFO, *options, "--journal", "j.jsonl"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )

    wait_for(folder / "thinking")
    running.send_signal(number)
    out, err = running.communicate(timeout=300)

    found = verify(folder / "j.jsonl", reexecute=True)
    kept, word = err.decode().splitlines()
    assert ((running.returncode, word), out) == (expected, b"")
    assert kept == "What has been played is kept: j.jsonl"
    assert (found.status, found.aborted, found.replay) == ("complete", True, "equal")


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["--version"], ["scenarios", "--json"]])
def test_nobody_reading_the_output_is_no_error(command, environment, arguments):
    # The reader is gone before the first byte: it cannot be a matter of luck.
    reader, writer = os.pipe()
    os.close(reader)

    done = subprocess.run(
        [*command, *arguments],
        env=environment,
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full device")  # noqa: PTH110
def test_an_output_that_cannot_be_written_is_told(command, environment):
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            [*command, "scenarios"],
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )

    assert done.returncode == 2
    assert done.stderr.decode().startswith("error: ")
    assert b"Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        {"COLUMNS": "1"},
        {"PYTHONIOENCODING": "ascii", "NO_COLOR": "1", "TERM": "dumb"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_no_terminal_is_too_odd(process, folder, changes):
    text = (SCENARIO_DIR / "flights" / "sfo-mad.toml").read_text(encoding="utf-8")
    text = re.sub(
        'description = ".*"', 'description = "Prices in \u20b9, please."', text
    )
    (folder / "mine.toml").write_text(text, encoding="utf-8")

    played = process("run", "mine.toml", "--agents", "cheapest", **changes)
    shown = process("scenarios", "mine.toml", **changes)

    assert (played.code, played.err) == (0, "")
    assert "buyer_0  cheapest  success" in played.out
    assert (shown.code, shown.err) == (0, "")
    assert any(sign in shown.out for sign in ("\u20b9", "\\u20b9"))


@pytest.mark.slow
def test_help_needs_no_market(environment):
    """What takes long to import is imported by the command that needs it."""
    program = (
        "import sys, test_time_gym\n"
        "before = set(sys.modules)\n"
        "from test_time_gym.cli import main\n"
        "main(['--help'])\n"
        "new = {name.split('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new & {'asyncio', 'rich', 'simpy', 'numpy', 'gymnasium'}))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        check=True,
        text=True,
    )

    assert done.stdout.splitlines()[-1] == "[]"
