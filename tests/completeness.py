"""``python -m tests.completeness``: how much of the package is typed for its users.

A type checker that reads an installed package infers nothing across its modules, so
that what has no annotation is unknown to it. pyright counts such names. Two things
must hold: the share of names whose types are known never falls below `LEAST`, and the
modules that pyproject.toml names as public (`tool.pyright.include`) leave out no
annotation of their own.
"""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "test_time_gym"
LEAST = 0.88
"""Share of all names with a known type; raise it when it has grown."""
CASCADES = "partially unknown"
"""What a finding says that only repeats another one's."""


class Finding(NamedTuple):
    """A name without a type: where, which, and what pyright says of it."""

    path: str
    line: int
    name: str
    problem: str

    def __str__(self):
        """Show it as compilers do."""
        return f"{self.path}:{self.line}: {self.name}: {self.problem}"


def findings(report, public):
    """Return what pyright's report finds in public modules, sorted, without cascades.

    Args:
        report: of ``pyright --verifytypes --outputjson``.
        public: files and folders, relative to the repository.
    """
    return sorted(
        {
            Finding(path, diagnostic["range"]["start"]["line"] + 1, name, problem)
            for symbol in report["typeCompleteness"]["symbols"]
            for diagnostic in symbol["diagnostics"]
            # Without a range it is about a base class from a library without types.
            if "range" in diagnostic
            if CASCADES not in (problem := diagnostic["message"].split("\n")[0])
            if (path := _relative(diagnostic["file"])).startswith(tuple(public))
            if (name := symbol["name"].removeprefix(f"{PACKAGE}."))
        }
    )


def _relative(path):
    return Path(path).resolve().relative_to(ROOT).as_posix()


def main():
    """Ask pyright and judge its report; return the exit code."""
    data = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    command = ["pyright", "--verifytypes", PACKAGE, "--ignoreexternal", "--outputjson"]
    # pyright looks for packages where the first Python of the PATH has them.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    asked = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=os.environ | {"PATH": path},
        capture_output=True,
        check=False,
    )
    report = json.loads(asked.stdout)
    score = report["typeCompleteness"]["completenessScore"]
    found = findings(report, data["tool"]["pyright"]["include"])
    print(*found, f"{score:.1%} of all names have a known type", sep="\n")
    if score < LEAST:
        print(f"that is less than {LEAST:.1%}: annotate what is new", file=sys.stderr)
    return int(bool(found) or score < LEAST)


if __name__ == "__main__":
    sys.exit(main())
