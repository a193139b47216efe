"""Help: two examples of every command, which the documents show and so run."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from test_time_gym.cli.app import app
from test_time_gym.cli.examples import EXAMPLES

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(bash|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXTRAS = ("export", "serve mcp", "serve openenv")
"""Commands of extras: tests/extras runs them, and not the documents' tests."""


def commands(group, above=""):
    """Yield the words of every command, and the command."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{above}{name} ")
        else:
            yield f"{above}{name}", command


COMMANDS = dict(commands(typer.main.get_command(app)))


def documented(kinds):
    """Return all lines of commands in the documents, without remarks."""
    found = set()
    for page in (ROOT / "README.md", *ROOT.glob("docs/*.md")):
        for kind, text in BLOCK.findall(page.read_text("utf-8")):
            if kind in kinds:
                joined = text.replace("\\\n", " ").splitlines()
                found |= {" ".join(line.split("  #")[0].split()) for line in joined}
    return found


def test_every_command_has_two_and_there_are_no_others():
    assert sorted(EXAMPLES) == sorted(COMMANDS)
    assert all(len(set(two)) == 2 for two in EXAMPLES.values())


@pytest.mark.parametrize("words", EXAMPLES)
def test_examples_stand_in_the_documents_and_are_read(words):
    known = documented(("bash", "text") if words in EXTRAS else ("bash",))
    for example in EXAMPLES[words]:
        program, *rest = shlex.split(example)
        above = words.split()

        assert example in known
        assert [program, *rest[: len(above)]] == ["ttgym", *above]
        COMMANDS[words].make_context(words, rest[len(above) :])


def test_help_ends_with_them(ttgym):
    answer = ttgym("skills", "list", "--help")

    lines = [line.strip() for line in answer.out.rstrip().splitlines()]
    assert (answer.code, answer.err) == (0, "")
    assert lines[-3:] == ["Examples:", *EXAMPLES["skills list"]]


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        (("rnu",), "Did you mean 'run'?"),
        (("skills", "lsit"), "Did you mean 'list'?"),
        (("run", "flights/rsuh"), "did you mean flights/rush?"),
        (("watch", "flights/rsuh"), "did you mean flights/rush?"),
        (("run", "flights/rush", "--agents", "cheepest"), "did you mean cheapest?"),
        (("run", "flights/rush", "--jornal", "x"), "--journal"),
        (("learn", "--arms", "mind"), "did you mean mined?"),
        (("learn", "--bandit", "thomson"), "did you mean thompson?"),
        (("learn", "--sites", "validaton"), "did you mean validation?"),
        (("run", "flights/rush", "--reward", "trainin"), "did you mean training?"),
        (
            ("run", "flights/sites", "--site", "3", "--drift", "late-fe"),
            "did you mean late-fee?",
        ),
        (("run", "flights/rush", "--agent", "buyr_0=dummy"), "did you mean buyer_0?"),
    ],
)
def test_a_typo_is_answered_with_the_nearest_name(ttgym, folder, words, nearest):
    answer = ttgym(*words)

    assert (answer.code, answer.out) == (2, "")
    assert nearest in answer.err
    assert list(folder.iterdir()) == []
