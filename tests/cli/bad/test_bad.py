"""Bad files and wrong command lines: the right exit code, a message, nothing lost."""

import os
import shutil
from pathlib import Path

import pytest
from tests.cli.bad.journals import DIVERGED, JOURNALS
from tests.cli.bad.lines import COMMANDS, LINES
from tests.cli.bad.scenarios import SCENARIOS, TEXT

from test_time_gym.scenarios import schema

ROOT = Path(__file__).parents[3]
SOUND = str(ROOT / "replays" / "flights-sfo-mad.jsonl")
TORN = "has no line end"
FORK_OF_BAD = ("fork", "bad.jsonl", "--at", "9", "--out", "fork.jsonl")
REPAIR = {3: 3, 4: 4, 5: 5, 6: 2}
"""What `ttgym repair` exits with, by what `ttgym verify` does."""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="names and pipes of POSIX")


def verify_harmless(answer):
    assert "Traceback" not in answer.out + answer.err
    assert "this is a bug" not in answer.err
    assert not set("\x1b\u202e") & set(answer.out + answer.err)
    assert len(answer.err) < 2000


COMMANDS_OF_A_JOURNAL = {
    "verify": (),
    "audit": (),
    "replay": (),
    "follow": ("replay", "bad.jsonl", "--follow"),
    "diff": ("diff", SOUND, "bad.jsonl"),
    "swapped diff": ("diff", "bad.jsonl", SOUND, "--structure"),
    "grep": (),
    "fork": (*FORK_OF_BAD, "--no-regret"),
}
"""What every bad journal is given to; in brackets when it is more than a name."""


def listing(folder):
    """Return every name below a folder, with the bytes of its file.

    But for what Python keeps of a module that it imports from there.
    """
    return {
        str(path): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
        if "__pycache__" not in path.parts
    }


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(bad, id=bad.name, marks=() if k % 4 == 0 else pytest.mark.long)
        for k, bad in enumerate(JOURNALS)
    ],
)
def test_a_bad_journal_is_told_by_every_command(ttgym, folder, bad):
    path = folder / "bad.jsonl"
    path.write_bytes(bad.data)
    # A journal of which only re-execution tells that it is wrong is sound to others.
    lasting = {0: bad.code, 1: bad.code} if bad.code != DIVERGED else {0: 0, 1: 1}

    said = {
        name: ttgym(*(args or (name, "bad.jsonl")))
        for name, args in COMMANDS_OF_A_JOURNAL.items()
    }
    # A torn journal is the one that is repaired: its own tests look at that.
    torn = TORN in said["verify"].out and "0 records" not in said["verify"].out
    if not torn:
        said["repair"] = ttgym("repair", "bad.jsonl")

    codes = {name: int(answer.code) for name, answer in said.items()}
    assert codes == {
        "verify": bad.code,
        "audit": lasting[1],
        "replay": bad.code if bad.replay is None else bad.replay,
        "follow": lasting[0],
        "diff": lasting[1],
        "swapped diff": lasting[1],
        "grep": lasting[0],
        "fork": bad.code if bad.fork is None else bad.fork,
    } | ({} if torn else {"repair": REPAIR[bad.code]})
    assert bad.says in said["verify"].out
    assert all(
        "bad.jsonl" in answer.out + answer.err
        for name, answer in said.items()
        if answer.code or name in {"verify", "audit", "repair"}
    )
    for answer in said.values():
        verify_harmless(answer)
    if not said["fork"].code:
        (folder / "fork.jsonl").unlink()
        (folder / "fork.meta.json").unlink()
    assert listing(folder) == {str(path): bad.data}


@pytest.mark.parametrize(
    ("command", "bad"),
    [(("run", "scenarios")[k % 2], bad) for k, bad in enumerate(SCENARIOS)],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_bad_scenario_is_a_message(ttgym, folder, command, bad):
    path = folder / "wrong.toml"
    path.write_bytes(bad.data)

    answer = ttgym(command, "wrong.toml")

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: wrong.toml: ")
    assert bad.says in answer.err
    verify_harmless(answer)
    assert listing(folder) == {str(path): bad.data}


@pytest.mark.parametrize("currency", ["JPY", "KWD", "UYW"])
def test_a_currency_has_any_number_of_digits(ttgym, folder, currency):
    (folder / "mine.toml").write_text(TEXT.replace("USD", currency), encoding="utf-8")

    answer = ttgym("run", "mine.toml", "--max-turns", "4")

    assert (answer.code, answer.err) == (0, "")
    assert f"paid {currency}" in answer.out


def test_a_scenario_that_no_header_can_hold_is_refused(ttgym, folder, monkeypatch):
    (folder / "wrong.toml").write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(schema, "BYTES_MAX", 2000)

    answer = ttgym("scenarios", "wrong.toml")

    assert answer.code == 2
    assert "a journal's header takes 2000: declare less for sale" in answer.err


@pytest.fixture
def furnished(folder):
    """Lay out files that can be mistaken for others."""
    shutil.copy(ROOT / "replays" / "flights-sfo-mad.jsonl", folder / "sound.jsonl")
    shutil.copy(ROOT / "tests" / "data" / "fares-sample.csv", folder / "fares.csv")
    (folder / "file").touch()
    (folder / "file.py").write_text("1 / 0", encoding="utf-8")
    (folder / "folder.toml").mkdir()
    os.mkfifo(folder / "pipe.toml")
    (folder / "loop.toml").symlink_to("loop.toml")
    (folder / "dangling.toml").symlink_to("nowhere")
    return folder


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{' '.join(line.args)!a:.60}")
def test_a_wrong_line_is_a_message_that_names_the_culprit(ttgym, furnished, line):
    before = listing(furnished)

    answer = ttgym(*line.args)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: ")
    assert line.says in answer.err
    verify_harmless(answer)
    assert listing(furnished) == before


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize("name", ["a\nb.jsonl", "\udcff.jsonl", "é\u202e.jsonl", "-"])
def test_a_journal_may_be_called_anything(ttgym, name):
    os.rename("sound.jsonl", name)  # noqa: PTH104 - the name is what is tested

    answers = [
        ttgym(command, name) for command in ("verify", "audit", "replay", "grep")
    ]
    answers += [ttgym("replay", name, "--follow"), ttgym("diff", name, SOUND)]
    fork = ["fork", name, *FORK_OF_BAD[2:], "--no-regret"]
    answers.append(ttgym(*fork))

    assert [answer.code for answer in answers] == [0] * 7
    for answer in answers:
        verify_harmless(answer)


@pytest.mark.slow
@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize(
    ("args", "changes", "code"),
    [
        (["run", "\udcff.toml"], {"LC_ALL": "C"}, 2),
        (["verify", "\udcff"], {"PYTHONIOENCODING": "ascii"}, 2),
        (["verify", "sound.jsonl"], {"COLUMNS": "1", "TERM": "dumb"}, 0),
        (["replay", "sound.jsonl"], {"COLUMNS": "0", "NO_COLOR": "1"}, 0),
        (["run", "--help"], {"COLUMNS": "1"}, 0),
        (["scenarios", "nonsense"], {"LC_ALL": "C", "PYTHONUTF8": "0"}, 2),
    ],
    ids=lambda value: f"{value!a:.40}",
)
def test_a_process_of_its_own_says_the_same(process, args, changes, code):
    answer = process(*args, **changes)

    assert answer.code == code
    assert (code == 0) == (not answer.err)
    verify_harmless(answer)


def test_every_command_is_in_the_table(ttgym):
    listed = ttgym("--help").out.split("Commands:")[1].split("Start with")[0]
    rows = [row for row in listed.splitlines() if row[:3].strip()]

    assert [row.split()[0] for row in rows] == list(COMMANDS)
    assert len(LINES) + len(SCENARIOS) + 9 * len(JOURNALS) > 1800
