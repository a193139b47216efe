"""`ttgym doctor`: what is installed, and proof that runs repeat exactly."""

import os
import platform
import re
import subprocess
import sys
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from test_time_gym.compilation import PURE, WAY_OUT, Compilation, compilation

from .output import emit
from .terminal import say

__all__ = ["doctor"]

_DISTRIBUTION = "test-time-gym"
_LINKED = ("agents", "market", "scenarios")
_SCENARIO = "flights/sfo-mad"
_AGENTS = "cheapest,patient,random"
_SEED = 7
_FINDING = 1
_NEEDED = (
    "gymnasium",
    "msgspec",
    "numpy",
    "pettingzoo",
    "pydantic",
    "rich",
    "simpy",
    "structlog",
    "tomli-w",
    "typer",
)
"""Asked about where the package runs from a checkout that was never installed."""

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")


def doctor(
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object.")
    ] = False,
) -> None:
    """Tell what is installed, and prove that runs repeat.

    The same short run is played twice in this process and once in another one,
    under another hash seed; where compiled modules run, once more without them.
    Exit code 1 if anything is wrong.
    """
    needed, extras = _requirements()
    folder = Path(__file__).resolve().parents[1]
    folders = {name: _how_found(folder, name) for name in _LINKED}
    compiled = compilation()
    digests = _digests(folder, compiled=compiled.used)
    report: dict[str, Any] = {
        "version": _version(_DISTRIBUTION),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "package": {"folder": str(folder), "found_as": folders},
        "compiled": {
            "used": compiled.used,
            "modules": len(compiled.modules),
            "changed": list(compiled.changed),
            "mypy": compiled.mypy,
            "says": _runs(compiled),
        },
        "dependencies": {name: _version(name) for name in needed},
        "extras": {
            extra: {name: _version(name) for name in names}
            for extra, names in extras.items()
        },
        "determinism": {
            "scenario": _SCENARIO,
            "seed": _SEED,
            "sha256": digests,
            "equal": len(set(digests.values())) == 1,
        },
    }
    findings = _findings(report)
    report["findings"] = findings
    emit(report, _show, as_json=as_json)
    if findings:
        raise typer.Exit(_FINDING)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _requirements() -> tuple[list[str], dict[str, list[str]]]:
    """Return what the package needs, and what each of its extras adds."""
    try:
        lines = metadata.requires(_DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return list(_NEEDED), {}
    needed: list[str] = []
    extras: dict[str, list[str]] = {}
    for line in lines:
        name, extra = _NAME.match(line), _EXTRA.search(line)
        if name is None or name[0] == _DISTRIBUTION:
            continue
        (extras.setdefault(extra[1], []) if extra else needed).append(name[0])
    return sorted(needed), dict(sorted(extras.items()))


def _how_found(folder: Path, name: str) -> str:
    """Return how a root folder got into the package."""
    inside = folder / name
    if inside.is_symlink() and inside.is_dir():
        return "link"
    if inside.is_dir():
        return "folder"
    if (folder.parents[1] / name).is_dir():
        return "search path"
    return "missing"


def _runs(compiled: Compilation) -> str:
    """Return in words what runs: sources, or compiled modules."""
    if not compiled.modules:
        return "pure Python"
    count = f"{len(compiled.modules)} modules compiled by mypyc {compiled.mypy}"
    if compiled.used:
        return count
    why = f"{PURE} is set" if compiled.asked_pure else "sources have changed since"
    return f"pure Python, not {count}: {why}"


def _digests(folder: Path, *, compiled: bool) -> dict[str, str]:
    """Play the same run some times; return each journal's digest or failure."""
    from test_time_gym.evaluation.run import run

    digests = {}
    with TemporaryDirectory(prefix="ttgym-") as scratch:
        for k, name in enumerate(("this process", "this process again")):
            played = run(
                _SCENARIO,
                _AGENTS.split(","),
                seed=_SEED,
                journal=Path(scratch) / f"{k}.jsonl",
                regret=False,
            )
            digests[name] = played.episodes[0].sha256 or ""
        digests["another process"] = _digest_elsewhere(folder, Path(scratch))
        if compiled:
            pure = _digest_elsewhere(folder, Path(scratch), pure=True)
            digests["another process, pure Python"] = pure
    return digests


def _digest_elsewhere(folder: Path, scratch: Path, *, pure: bool = False) -> str:
    """Play it in a process of its own, whose hash seed is another one."""
    path = os.pathsep.join(
        part for part in (str(folder.parent), os.environ.get("PYTHONPATH")) if part
    )
    other = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    journal = scratch / f"elsewhere{int(pure)}.jsonl"
    variables = {"PYTHONHASHSEED": other, "PYTHONPATH": path}
    if pure:
        variables[PURE] = "1"
    options = [
        f"--agents={_AGENTS}",
        f"--seed={_SEED}",
        f"--journal={journal}",
        "--no-regret",
    ]
    command = [sys.executable, "-m", "test_time_gym.cli", "run", _SCENARIO, *options]
    done = subprocess.run(  # noqa: S603 - our own command, from our own file
        command,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode or not journal.is_file():
        return f"failed: {done.stderr.strip()[-200:]}"
    return sha256(journal.read_bytes()).hexdigest()


def _findings(report: dict[str, Any]) -> list[str]:
    findings = [
        f"{name} is not installed"
        for name, version in report["dependencies"].items()
        if version is None
    ]
    findings += [
        f"the folder {name} is missing from the package"
        for name, how in report["package"]["found_as"].items()
        if how == "missing"
    ]
    changed = report["compiled"]["changed"]
    if changed:
        findings.append(
            f"compiled modules are older than {', '.join(changed[:3])}"
            f"{' and more' if changed[3:] else ''}: {WAY_OUT}"
        )
    if not report["determinism"]["equal"]:
        findings.append("the same run gave different journals: please report this")
    return findings


def _show(report: dict[str, Any]) -> None:
    say(f"Test-Time Gym {report['version'] or '(not installed, from a checkout)'}")
    say(f"Python {report['python']}, {report['platform']}")
    say(f"in {report['package']['folder']}")
    for name, how in report["package"]["found_as"].items():
        say(f"  {name}: {how}")
    say(f"runs {report['compiled']['says']}")
    say()
    say("needs")
    for name, version in report["dependencies"].items():
        say(f"  {name} {version or 'MISSING'}")
    for extra, names in report["extras"].items():
        say()
        say(f"extra [{extra}]")
        for name, version in names.items():
            say(f"  {name} {version or 'not installed'}")
    proof = report["determinism"]
    say()
    say(f"the same run each time ({proof['scenario']}, seed {proof['seed']})")
    for name, digest in proof["sha256"].items():
        say(f"  {digest[:32]} {name}")
    say(f"  {'equal' if proof['equal'] else 'NOT EQUAL'}")
    say()
    for finding in report["findings"]:
        say(f"finding: {finding}")
    if not report["findings"]:
        say("All is well.")
