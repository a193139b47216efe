"""What the documents say of the command line and the journal is so."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from tests.audit.story import Story
from tests.golden.record import REPLAYS

from test_time_gym import run
from test_time_gym.journal import limits, read_journal
from test_time_gym.journal.reader import STATUS_CODES
from test_time_gym.journal.sink import Durability
from test_time_gym.market.events import KINDS
from test_time_gym.market.interface.actions import CRASHES

DOCS = Path(__file__).parents[2] / "docs"
JOURNAL = (DOCS / "journal.md").read_text(encoding="utf-8")
COMMANDS = (DOCS / "cli.md").read_text(encoding="utf-8")

ROW = re.compile(r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", re.MULTILINE)
CODE = re.compile(r"`(\w+)`")


def section(text: str, title: str) -> str:
    return text.split(f"\n## {title}\n")[1].split("\n## ", maxsplit=1)[0]


def test_every_kind_of_record_is_documented_with_its_fields():
    documented = {
        kind: CODE.findall(fields)
        for kind, fields, _ in ROW.findall(section(JOURNAL, "Kinds"))
    }

    assert documented == {
        name: list(kind.__struct_fields__) for name, kind in KINDS.items()
    }


def test_every_status_is_documented_with_its_exit_code():
    documented = {
        status: int(code)
        for status, _, code in ROW.findall(section(JOURNAL, "Statuses"))
    }

    assert documented == STATUS_CODES


def test_every_status_of_an_action_is_documented(folder):
    documented = re.findall(
        r"^\| `(\w+)` \| ", section(JOURNAL, "Inputs and facts"), re.MULTILINE
    )

    def agent(observation):
        if observation["turns_left"] == 1:
            raise KeyError
        return [
            {"verb": "wait"},
            {"verb": "proceed_to_payment"},
            {"verb": "fly"},
        ][4 - observation["turns_left"]]

    run("flights/sfo-mad", agent, journal=folder / "j.jsonl", max_turns=4)
    seen = [
        record.data["status"]
        for record in read_journal(folder / "j.jsonl").records()
        if record.kind == "act"
    ]

    assert [*seen, *CRASHES[1:], "thinking"] == documented


def test_ten_lines_of_python_check_a_chain_and_find_a_flipped_bit(folder):
    block = re.search(r"```python\n(.*?)```", section(JOURNAL, "Records"), re.DOTALL)
    check = block[1][block[1].index("head = ") :]
    program = f"from hashlib import blake2b\n{check}"
    run("flights/sfo-mad", "cheapest", journal=folder / "mine.jsonl", regret=False)
    sound = (folder / "mine.jsonl").read_bytes()

    def checked(data: bytes) -> subprocess.CompletedProcess[str]:
        (folder / "mine.jsonl").write_bytes(data)
        command = [sys.executable, "-I", "-c", program]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    whole = checked(sound)
    broken = checked(sound.replace(b'"turn":2', b'"turn":3', 1))

    records = sound.count(b"\n")
    assert whole.stdout.startswith(f"{records} records, the last one is ")
    assert len(check.splitlines()) <= 10
    assert (broken.returncode, "AssertionError" in broken.stderr) == (1, True)


@pytest.mark.parametrize(
    "command",
    [
        "demo",
        "scenarios",
        "run",
        "bench",
        "verify",
        "audit",
        "diff",
        "replay",
        "report",
        "fork",
        "grep",
        "repair",
        "export",
        "import",
        "dst",
        "learn",
        "market",
        "power",
        "validate",
        "schema",
        "skills list",
        "skills show",
        "skills export",
        "skills import",
        "serve fake-model",
        "serve mcp",
        "serve openenv",
        "doctor",
    ],
)
def test_every_option_is_documented(ttgym, command):
    name, *_ = words = command.split()
    helped = ttgym(*words, "--help").out
    options = set(re.findall(r"^  (?:-\w, )?(--[\w-]+)", helped, re.MULTILINE))
    negated = set(re.findall(r"/ (--no-[\w-]+)", helped))
    hidden = {option.replace("--no-", "--") for option in negated} | {"--help"}

    documented = set(re.findall(r"--[\w-]+", section(COMMANDS, name) + " --json"))

    assert (options | negated) - hidden - {"--output"} <= documented


def test_the_divergence_is_told_as_the_commands_tell_it(ttgym, folder):
    """A card is changed in the golden journal, and the chain mended."""
    shutil.copytree(REPLAYS, folder / "replays")
    story = Story((folder / "replays/flights-rush.jsonl").read_bytes())
    story.records[50]["d"]["args"] = {"card_token": "tok_ok"}
    (folder / "forged.jsonl").write_bytes(story.seal())
    text = section(JOURNAL, "When a run diverges")
    shown = re.search(r"```text\n(.*?)```", text, re.DOTALL)[1]

    commands = re.findall(r"^\$ ttgym (.*)$", shown, re.MULTILINE)
    answers = [f"$ ttgym {line}\n{ttgym(*line.split()).out}" for line in commands]

    assert len(commands) == 2
    assert shown.split("\n") == "\n".join(answers).split("\n")


def test_every_limit_is_documented():
    documented = re.findall(
        r"^\| ([0-9,]+)(?: ([KMG])iB)? \|", section(JOURNAL, "Limits"), re.MULTILINE
    )
    sizes = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3}

    assert [int(n.replace(",", "")) * sizes[unit] for n, unit in documented] == [
        limits.FILE_MAX,
        limits.RECORDS_MAX,
        limits.LINE_MAX,
        limits.DEPTH_MAX,
        limits.STRING_MAX,
        limits.DIGITS_MAX,
    ]


def test_every_durability_is_documented():
    documented = [name for name, *_ in ROW.findall(section(JOURNAL, "Writing"))]

    assert sorted(documented) == sorted(get_args(Durability))
