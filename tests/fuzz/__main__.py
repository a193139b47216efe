"""``python -m tests.fuzz [TARGET …]``: feed every door what nobody expects.

``--seconds N`` or ``--runs N`` says how long each target is fuzzed; without a target
all are, one after the other.  The exit code is 1 if something was found: the input
then lies in ``tests/fuzz/found``, and the tests play it from then on.
Needs atheris: ``pip install '.[fuzz]'``, on Linux or macOS.
"""

import argparse
import importlib.util
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter

from tests.fuzz.targets import FOUND, TARGETS, Target

BYTES_MAX = 200_000
MEGABYTES_MAX = 2048
SECONDS_MAX = 60
"""For one input: what is slower is a finding, too."""
SAMPLE = 200
SHOWN = 40


def main(argv: list[str] | None = None) -> int:
    """Do what was asked for, print the figures, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", allow_abbrev=False)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--runs", type=int, help="for each target, instead")
    options = parser.parse_args(argv)
    unknown = [name for name in options.targets if name not in TARGETS]
    if unknown:
        parser.error(f"{unknown[0]} is no target; there are {', '.join(TARGETS)}")
    if importlib.util.find_spec("atheris") is None:
        parser.error("atheris is not installed: pip install '.[fuzz]'")
    broken = 0
    for name in options.targets or TARGETS:
        broken += fuzzed(name, options.seconds, options.runs)
    return 1 if broken else 0


def fuzzed(name: str, seconds: int, runs: int | None) -> bool:
    """Fuzz a target, print what came of it, and return whether it broke."""
    bound = f"-runs={runs}" if runs else f"-max_total_time={seconds}"
    known, start = set(FOUND.iterdir()), perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder)
        for k, seed in enumerate(TARGETS[name].seeds()):
            (corpus / f"seed-{k}").write_bytes(seed)
        done = subprocess.run(
            [
                *(sys.executable, "-m", "tests.fuzz.driver", name, str(corpus), bound),
                *(f"-max_len={BYTES_MAX}", "-print_final_stats=1"),
                *(f"-rss_limit_mb={MEGABYTES_MAX}", f"-timeout={SECONDS_MAX}"),
                f"-artifact_prefix={FOUND}/{name}-",
            ],
            capture_output=True,
            check=False,
        )
        reached = said_of(TARGETS[name], corpus)
    log = (done.stdout + done.stderr).decode(errors="replace")
    times = re.findall(r"number_of_executed_units: (\d+)", log)
    # Who is ended by an alarm or a lack of memory has no time for statistics.
    times = times or re.findall(r"^#(\d+)\s", log, re.MULTILINE)
    new = sorted(path.name for path in set(FOUND.iterdir()) - known)
    print(
        f"{name}: {int(times[-1]) if times else 0:,} executions in "
        f"{perf_counter() - start:.0f} s; a sample of the corpus: {reached}; "
        f"{len(new)} found"
    )
    if done.returncode:
        told = [line for line in log.splitlines() if not line.startswith("#")]
        print("\n".join(["", *told[-SHOWN:], "", *new]))
    return done.returncode != 0


def said_of(target: Target, corpus: Path) -> str:
    """Return what becomes of inputs that reached something new."""
    said: Counter[str] = Counter()
    for path in sorted(corpus.iterdir())[:SAMPLE]:
        try:
            said[target.run(path.read_bytes())] += 1
        except BaseException:  # noqa: BLE001 - it is told already, as a finding
            said["broken"] += 1
    return ", ".join(f"{count} {what}" for what, count in said.most_common())


if __name__ == "__main__":
    sys.exit(main())
