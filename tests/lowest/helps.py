"""``python -m tests.lowest.helps``: every command of ttgym can explain itself."""

import subprocess
import sys

from test_time_gym.cli.app import app


def commands():
    """Return every command line that asks for help, nested ones too."""
    groups = [([], app)]
    groups += [([one.name], one.typer_instance) for one in app.registered_groups]
    return [["--help"]] + [
        [*before, *name, "--help"]
        for before, group in groups
        for name in ([], *([one.name] for one in group.registered_commands))
        if before or name
    ]


def main():
    """Ask for help everywhere; the exit code tells whether all of it came."""
    failed = 0
    for line in commands():
        ttgym = [sys.executable, "-m", "test_time_gym.cli", *line]
        done = subprocess.run(ttgym, capture_output=True, text=True, check=False)
        if done.returncode or "Usage: " not in done.stdout:
            print(f"ttgym {' '.join(line)}: {done.stderr}", file=sys.stderr)
            failed += 1
    print(f"{len(commands()) - failed} commands explain themselves")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
