"""``python -m tests.trainers``: install each trainer in its own environment, and test.

    python -m tests.trainers sb3 torchrl

Environments are kept in ``build/venvs/``, and made again where their versions change.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.trainers.environments import TESTS, TORCH, TRAINERS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "venvs"
PYTEST = ("-m", "pytest", "-q", "-m", "extras", "-rs")


def options_of(argv):
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.trainers")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(TRAINERS))
    options = parser.parse_args(argv)
    if unknown := set(options.names) - set(TRAINERS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    return options


def main(argv=None):
    """Test against all trainers, or those that are named; return the exit code."""
    failed = []
    for name in options_of(argv).names or TRAINERS:
        began = time.monotonic()
        print(f"== {name}: {', '.join(TRAINERS[name])}", flush=True)
        run = subprocess.run(
            [installed(name), *PYTEST, "tests/trainers", *also(name)],
            cwd=ROOT,
            env=os.environ | {"TTGYM_PURE": "1"},
            check=False,
        )
        print(f"== {name}: {time.monotonic() - began:.0f} s", flush=True)
        if run.returncode:
            failed.append(name)
    for name in failed:
        print(f"failed: {name}", file=sys.stderr)
    return int(bool(failed))


def also(name):
    """Return what else is tested with a trainer, or is not."""
    more = [str(path) for path in (ROOT / "tests/extras").glob(f"test_{name}.py")]
    # All environments have torch; once is enough for what needs no more.
    return more or ["--ignore=tests/trainers/test_proofs.py"]


def installed(name):
    """Return the Python of an environment with a trainer; make it if there is none."""
    folder = FOLDER / name
    own = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    wanted = "\n".join((TORCH, *TRAINERS[name], *TESTS))
    stamp = folder / ".installed"
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return own
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    pip = [own, "-m", "pip", "--disable-pip-version-check", "-q", "install"]
    # Torch first: without it, pip may take another release, or one for a GPU.
    subprocess.run([*pip, TORCH], check=True)
    # Trainers next: what they allow decides about libraries that we share with them.
    subprocess.run([*pip, *TRAINERS[name], *TESTS, "--editable", ROOT], check=True)
    stamp.write_text(wanted, "utf-8")
    return own


if __name__ == "__main__":
    sys.exit(main())
