"""The bench: a copy of the repository in which mutmut changes one module at a time."""

import ast
import json
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from difflib import ndiff
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path("src/test_time_gym")
LINKED = ("market", "agents", "scenarios")
CACHES = shutil.ignore_patterns("__pycache__")
LEFT_OUT = shutil.ignore_patterns("__pycache__", *LINKED)

KILLED = (1, 2, 3, -11)
"""Exit codes of pytest when a test failed, could not be collected, or crashed."""
TIMED_OUT = (-24, 24, 36, 152, 255, -9)
"""What mutmut notes of tests that ran far longer than they should."""
SURVIVED = (0, 5, 33)
"""All tests passed, or none touches the function."""

SPINNER = re.compile("[\u2800-\u28ff]")
"""How mutmut begins the lines by which it shows that it is alive."""

SETTINGS = """
[tool.mutmut]
source_paths = [{source}]
also_copy = ["src", "tests", "pyproject.toml"]
pytest_add_cli_args = ["-p", "no:randomly", "-p", "no:cacheprovider"]
pytest_add_cli_args_test_selection = [{tests}]
use_git_change_detection = false
"""


class Broken(Exception):
    """Mutmut could not do its work; the text says what it wrote."""


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no test noticed."""

    function: str
    mutation: str
    """The changed line before and after, with an arrow between."""


@dataclass(frozen=True, slots=True)
class Score:
    """What became of the mutants of one module."""

    module: str
    killed: int
    timeouts: int
    survivors: tuple[Survivor, ...]
    seconds: int

    @property
    def mutants(self) -> int:
        """All mutants of the module."""
        return self.killed + self.timeouts + len(self.survivors)


def make_copy(folder):
    """Copy what the tests need, with real folders in the place of symlinks."""
    shutil.copytree(ROOT / PACKAGE, folder / PACKAGE, ignore=LEFT_OUT)
    for name in LINKED:
        shutil.copytree(ROOT / name, folder / PACKAGE / name, ignore=LEFT_OUT)
    shutil.copytree(ROOT / "tests", folder / "tests", ignore=CACHES)


def run(folder, module, tests, jobs=1):
    """Let mutmut change a module in a copy; return its score."""
    source = PACKAGE / module
    settings = SETTINGS.format(
        source=json.dumps(source.as_posix()),
        tests=", ".join(json.dumps(name) for name in tests),
    )
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    (folder / "pyproject.toml").write_text(text + settings, "utf-8")
    shutil.rmtree(folder / "mutants", ignore_errors=True)
    began = time.monotonic()
    done = subprocess.run(
        [Path(sys.executable).with_name("mutmut"), "run", "--max-children", str(jobs)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = round(time.monotonic() - began)
    notes = folder / "mutants" / f"{source}.meta"
    codes = (
        json.loads(notes.read_text("utf-8"))["exit_code_by_key"]
        if notes.exists()
        else {}
    )
    if done.returncode or not codes or None in codes.values():
        said = [line for line in (done.stdout + done.stderr).splitlines() if line]
        told = "\n".join(line for line in said if not SPINNER.match(line))
        msg = f"mutmut failed on {module}, {seconds} s after its start:\n{told}"
        raise Broken(msg)
    mutated = (folder / "mutants" / source).read_text("utf-8")
    return score(module, codes, mutated, seconds)


def score(module, codes, mutated, seconds):
    """Read mutmut's notes: exit codes by mutant, and the file with all of them."""
    known = (*KILLED, *TIMED_OUT, *SURVIVED)
    strange = {key: code for key, code in codes.items() if code not in known}
    if strange:
        msg = f"mutmut left mutants of {module} undecided: {strange}"
        raise Broken(msg)
    found = Counter(codes.values())
    functions = function_sources(mutated)
    return Score(
        module,
        killed=sum(found[code] for code in KILLED),
        timeouts=sum(found[code] for code in TIMED_OUT),
        survivors=tuple(
            survivor(key.rpartition(".")[2], functions)
            for key, code in codes.items()
            if code in SURVIVED
        ),
        seconds=seconds,
    )


def function_sources(text):
    """Return the source of every function of a file, by its name."""
    lines = text.splitlines()
    return {
        node.name: lines[node.lineno - 1 : node.end_lineno]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
    }


def survivor(name, functions):
    """Describe a mutant by its function and the lines that differ."""
    origin, _, number = name.rpartition("_")
    path = origin.removesuffix("__mutmut")
    # A function f is called x_f, the method f of a class C xǁCǁf.
    path = path.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
    called = path.rpartition(".")[2]
    # The first line names the function, and may hold a changed default.
    before, after = (
        [line.replace(f"{origin}_{which}(", f"{called}(") for line in functions[key]]
        for which in ("orig", number)
        for key in [f"{origin}_{which}"]
    )
    changed = [line for line in ndiff(before, after) if line[0] in "+-"]
    sides = (
        " ".join(line[2:].strip() for line in changed if line[0] == sign)
        for sign in "-+"
    )
    return Survivor(path, " → ".join(sides))
