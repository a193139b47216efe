"""``python -m tests.golden.matrix``: record the golden journals under every Python.

Every CPython from 3.11 on that is found (on the path, or installed by pyenv), or is
named by ``--python``, records them, and their SHA-256 is compared with that of the
files in ``replays/``.  An interpreter that lacks the dependencies gets a virtual
environment with the package in a temporary folder.  The exit code is 1 if a journal
differs or cannot be recorded.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

from tests.golden.record import REPLAYS, golden_path, record

from test_time_gym.scenarios import scenario_names

ROOT = REPLAYS.parent
MINORS = range(11, 20)
"""Of Python 3; what is not released yet is not found."""
DEPENDENCIES = "gymnasium, msgspec, numpy, pettingzoo, pydantic, simpy, structlog"


def main(argv=None):
    """Compare under every Python, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.golden.matrix", allow_abbrev=False
    )
    parser.add_argument("--python", action="append", help="an interpreter; repeatable")
    parser.add_argument("--digests", action="store_true", help="only print them here")
    options = parser.parse_args(argv)
    if options.digests:
        print(json.dumps({"python": sys.version.split()[0], "digests": recorded()}))
        return 0
    pythons = options.python or found()
    if not pythons:
        parser.error("no Python from 3.11 on was found: name one by --python")
    expected, wrong = golden(), 0
    for python in pythons:
        told, differing = compared(python, expected)
        wrong += bool(differing)
        print(f"{told}: {differing or f'all {len(expected)} equal'}", flush=True)
    return 1 if wrong else 0


def golden():
    """Return the SHA-256 of the golden journals, by scenario."""
    return {
        name: sha256(golden_path(name).read_bytes()).hexdigest()
        for name in scenario_names()
    }


def recorded():
    """Record all golden journals here and now, and return their SHA-256."""
    with tempfile.TemporaryDirectory() as folder:
        digests = {}
        for name in scenario_names():
            path = Path(folder) / golden_path(name).name
            record(name, path)
            digests[name] = sha256(path.read_bytes()).hexdigest()
        return digests


def found():
    """Return the newest interpreter of each minor version that is installed here."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    pythons = []
    for minor in MINORS:
        installed = sorted(
            root.glob(f"3.{minor}.*/bin/python"),
            key=lambda path: [
                int(part) for part in path.parts[-3].split(".") if part.isdigit()
            ],
        )
        python = installed[-1] if installed else shutil.which(f"python3.{minor}")
        if python and runs(python, "import sys"):
            pythons.append(str(python))
    return pythons


def runs(python, code):
    """Return whether an interpreter can run a line."""
    command = [python, "-c", code]
    return not subprocess.run(command, capture_output=True, check=False).returncode


def compared(python, expected):
    """Record under an interpreter; return which, and what differs."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            if runs(python, f"import {DEPENDENCIES}"):
                path = [ROOT / "src", ROOT]
            else:
                python, path = installed_for(python, Path(folder)), [ROOT]
            done = subprocess.run(
                [python, "-m", "tests.golden.matrix", "--digests"],
                env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, path))},
                cwd=folder,
                capture_output=True,
                text=True,
                check=True,
            )
        except (OSError, subprocess.CalledProcessError) as error:
            why = getattr(error, "stderr", None) or str(error)
            return str(python), f"failed: {why.strip().splitlines()[-1]}"
    told = json.loads(done.stdout)
    digests = told["digests"]
    differing = [name for name in expected if digests.get(name) != expected[name]]
    return f"Python {told['python']}", ", ".join(f"{n} differs" for n in differing)


def installed_for(python, folder):
    """Install the package for an interpreter, and return the one that has it."""
    subprocess.run([python, "-m", "venv", folder / "venv"], check=True)
    own = folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = [own, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run(
        [*pip, "install", str(ROOT)], check=True, capture_output=True, text=True
    )
    return own


if __name__ == "__main__":
    sys.exit(main())
