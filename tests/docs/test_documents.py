"""Every command and every Python block in the documents runs."""

import re
import shlex
import shutil
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from test_time_gym.cli import main

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "replays/README.md",
    *sorted(ROOT.glob("docs/*.md")),
]
BLOCK = re.compile(r"^```(bash|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXIT_CODE = re.compile(r"  # exit code (\d+)\b")
"""What a command says of itself when it is not 0."""
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")

# What cannot run inside the tests, and where it is checked instead.
ELSEWHERE = {
    "ttgym serve": "it answers until it is stopped: tests/cli and tests/extras",
    "make demo": "it is `ttgym demo` after an installation",
    "make test": "it is this very run",
    "make bench": "tests/unit/test_benchmarks.py runs a small share",
    "python -m benchmarks": "as make bench",
    "make fast": "it needs a C compiler, and minutes",
    "make slow": "it would take away what is being tested",
    "TTGYM_PURE=1": "tests/compiled runs the sources so",
    "ttgym validate --only D --long": "tests/theory plays the same, if not so long",
    "python -m tests.intervals": "tests/intervals measures a small share",
    "make mutation": "tests/mutation runs all of it but mutmut, which takes long",
    "python -m tests.crash": "tests/crash does the same, if not as often",
    "python -m tests.arms": "tests/arms measures a small share",
    "python -m tests.twins": "tests/twins plays a few pairs, and plants two bugs",
    "python -m tests.golden.matrix": "tests/golden does so under this Python",
    "make golden": "tests/golden compares what it would record",
    "pip install -e .": "tests/packaging installs the wheel",
    "git clone": "there is no other repository to clone here",
    "cd test-time-gym": "goes with git clone",
}


EXTRAS = ("mcp", "minari", "openai", "openenv", "pyarrow")
"""Libraries that only some extras install; `make test-extras` and `test-openenv` have
them."""


def python_blocks() -> list[object]:
    """Return the blocks of Python; those for an extra run where it is installed."""
    found = []
    for where, text in blocks("python"):
        needed = [name for name in EXTRAS if re.search(rf"\bimport {name}\b", text)]
        marks = [pytest.mark.extras] if needed else []
        missing = [name for name in needed if find_spec(name) is None]
        if missing:
            marks.append(pytest.mark.skip(reason=f"{missing[0]} is not installed"))
        found.append(pytest.param(where, text, marks=marks))
    return found


def blocks(kind: str) -> list[tuple[str, str]]:
    return [
        (f"{path.relative_to(ROOT)}:{number}", text)
        for path in DOCUMENTS
        for number, (found, text) in enumerate(BLOCK.findall(path.read_text("utf-8")))
        if found == kind
    ]


def workplace(tmp_path: Path) -> Path:
    """Return a folder with what the documents' commands refer to."""
    for folder in ("replays", "examples", "tests/data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def commands():
    """Return the blocks of commands; the README's shorter ones run in every test."""
    return [
        block
        if block[0].startswith("README")
        else pytest.param(*block, marks=pytest.mark.long)
        for block in blocks("bash")
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("where", "text"), commands(), ids=lambda v: v[:40])
def test_every_command_exits_with_zero_or_as_it_says(
    where, text, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(workplace(tmp_path))
    monkeypatch.setattr(sys, "path", list(sys.path))
    with ExitStack() as servers:
        run_block(where, text, servers, capsys)


def run_block(where, text, servers, capsys):
    """Run a block's commands, in order; those with & go on until it is over."""
    for line in text.replace("\\\n", " ").splitlines():
        command = line.partition(" #")[0].strip()
        if command.endswith("&"):
            servers.enter_context(serving(shlex.split(command[:-1])))
            continue
        if not command or any(command.startswith(known) for known in ELSEWHERE):
            continue
        words = shlex.split(command)
        assert words[0] in ("ttgym", "python"), f"{where}: {command}"
        said = EXIT_CODE.search(line)
        code = int(said[1]) if said else 0
        capsys.readouterr()
        if words[0] == "ttgym":
            # A hundred starts of Python would take longer than all the commands.
            answer, why = main(words[1:]), capsys.readouterr().err
        else:
            done = subprocess.run(
                [sys.executable, *words[1:]],
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
            answer, why = done.returncode, done.stderr
        assert answer == code, f"{where}: {command}\n{why}"


@contextmanager
def serving(words):
    """Start a server, and wait until it says that it answers."""
    assert words[0] == "ttgym"
    command = [sys.executable, "-m", "test_time_gym.cli", *words[1:]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert "http://" in server.stdout.readline()
            yield
        finally:
            server.terminate()


def test_the_installed_script_answers(tmp_path):
    ttgym = Path(sys.executable).with_name("ttgym")

    done = subprocess.run(
        [ttgym, "--version"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("ttgym ")


@pytest.mark.long
@pytest.mark.parametrize(("where", "text"), python_blocks(), ids=lambda v: v[:40])
def test_every_python_block_runs(where, text, tmp_path):
    folder = workplace(tmp_path)

    done = subprocess.run(
        [sys.executable, "-c", text],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, f"{where}\n{done.stderr}"


@pytest.mark.parametrize(
    ("where", "text"),
    [block for block in blocks("python") if block[0].startswith("README")],
    ids=lambda v: v[:40],
)
def test_the_readme_s_python_runs_here(where, text, tmp_path, monkeypatch):
    monkeypatch.chdir(workplace(tmp_path))

    exec(compile(text, where, "exec"), {"__name__": "__main__"})


def test_every_link_inside_the_repository_leads_somewhere():
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in [*DOCUMENTS, ROOT / "CONTRIBUTING.md"]
        for target in LINK.findall(path.read_text("utf-8"))
        if not (path.parent / target).exists()
    ]

    assert broken == []
