"""``python -m tests.lowest``: install the lowest versions allowed, and run the tests.

Each environment is new, with nothing but Python, pip and a package index. It
proves the lower bounds of pyproject.toml under the lowest Python that is found.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from subprocess import DEVNULL

from tests.lowest.environments import chosen
from tests.lowest.requirements import ROOT, declared, is_version

FOLDER = ROOT / ".venv-lowest"
LISTED = """
import json
from importlib.metadata import distributions
print(json.dumps({d.metadata["Name"].lower().replace("_", "-"): d.version
                  for d in distributions()}))
"""


def options_of(argv):
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.lowest", allow_abbrev=False)
    parser.add_argument("--short", action="store_true", help="two minutes of it")
    parser.add_argument("--python", help="interpreter; otherwise the lowest there is")
    return parser.parse_args(argv)


def main(argv=None):
    """Make the environments and run what proves them; return the exit code."""
    options = options_of(argv)
    python = options.python or shutil.which("python3.11") or sys.executable
    failed = []
    for name, environment in chosen(short=options.short).items():
        own = installed(name, environment.extras, python)
        print(f"== {name}: {', '.join(environment.extras)}", flush=True)
        if not lowest(own, environment.extras):
            failed.append(f"{name}: not the lowest versions")
        for command in environment.short if options.short else environment.commands:
            run = subprocess.run([own, *command], cwd=ROOT, stdin=DEVNULL, check=False)
            if run.returncode:
                failed.append(f"{name}: python {' '.join(command)}")
    for one in failed:
        print(f"failed: {one}", file=sys.stderr)
    return int(bool(failed))


def installed(name, extras, python):
    """Return the Python of a new environment with the lowest versions."""
    folder = FOLDER / name
    subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
    binaries = folder / ("Scripts" if os.name == "nt" else "bin")
    own = binaries / "python"
    pip = [own, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "install", "uv"], check=True)
    subprocess.run(
        [
            binaries / "uv",
            *("pip", "install", "--quiet", "--python", own, *index(pip)),
            *("--resolution", "lowest-direct", "--editable"),
            f"{ROOT}[{','.join(extras)}]",
        ],
        check=True,
    )
    return own


def index(pip):
    """Return uv's options for the package index that pip is set up for."""
    asked = subprocess.run(
        [*pip, "config", "get", "global.index-url"],
        capture_output=True,
        text=True,
        check=False,
    )
    return ["--default-index", asked.stdout.strip()] if asked.stdout.strip() else []


def lowest(own, extras):
    """Tell which versions were installed, and whether they are the lowest allowed."""
    asked = subprocess.run([own, "-c", LISTED], capture_output=True, check=True)
    found, fine = json.loads(asked.stdout), True
    wanted = declared()
    for extra in ("", *extras):
        for name, least in wanted[extra]:
            version = found.get(name, "missing")
            right = is_version(version, least) or (name, extra) == ("hatchling", "")
            # In a tool's own environment another of its libraries may want more.
            if not right and "parquet" in extras:
                fine = False
            print(f"  {name} {version}" + ("" if right else f", allowed: {least}"))
    return fine


if __name__ == "__main__":
    sys.exit(main())
