"""``python -m tests.changed``: the tests of what changed, for ``make check``.

Prints the test files that changed since a commit (by default the main branch's last
common one, or what is not committed), those that are named for a source file that
changed, and the house's own rules.
"""

import argparse
import subprocess
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[1]
ALWAYS = "tests/unit/test_house_rules.py"


def belonging(changed, tests):
    """Return which of the tests belong to changed files, sorted.

    A test belongs to a source file when its name contains the file's; the plural's
    ending counts for nothing.

    >>> belonging(["market/holds.py"], ["tests/market/test_holds.py", "tests/test_x"])
    ['tests/market/test_holds.py']
    """
    stems = [_noun(PurePosixPath(path).stem) for path in changed if path[-3:] == ".py"]
    return sorted(
        test
        for test in tests
        if test in changed
        or any(f"_{stem}" in f"_{_noun(PurePosixPath(test).stem)}" for stem in stems)
    )


def _noun(stem):
    return stem.removeprefix("test_").strip("_").removesuffix("s")


def changed_since(base):
    """Return the files that differ from a commit, those unknown to git included."""
    done = [
        ("diff", "--name-only", base),
        ("ls-files", "--others", "--exclude-standard"),
    ]
    return [line for one in done for line in _git(*one).splitlines()]


def _git(*arguments):
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


def main(argv=None):
    """Print them, one a line."""
    parser = argparse.ArgumentParser(prog="python -m tests.changed")
    parser.add_argument("--since", default="HEAD", help="a commit")
    options = parser.parse_args(argv)
    tests = [
        path.relative_to(ROOT).as_posix() for path in ROOT.glob("tests/**/test_*.py")
    ]
    changed = [path for path in changed_since(options.since) if (ROOT / path).exists()]
    print("\n".join(dict.fromkeys([ALWAYS, *belonging(changed, tests)])))


if __name__ == "__main__":
    main()
