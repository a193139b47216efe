"""Journals to damage, and the means to forge them."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from test_time_gym import run
from test_time_gym.journal import read_journal
from test_time_gym.market.journal import PREFIX, canonical, chain, genesis


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """One buyer, some twenty records."""
    path = tmp_path_factory.mktemp("small") / "j.jsonl"
    run("flights/sfo-mad", "cheapest", seed=7, journal=path, regret=False)
    return path


@pytest.fixture(scope="session")
def busy(tmp_path_factory):
    """Sixteen buyers and two checkpoints."""
    path = tmp_path_factory.mktemp("busy") / "j.jsonl"
    buyers = ["cheapest", "patient", "first-offer", "random"] * 4
    run("flights/sfo-mad", buyers, seed=3, journal=path, regret=False)
    return path


@pytest.fixture
def written(tmp_path) -> Callable[[bytes], Path]:
    """Write bytes to a journal and return its path."""

    def write(data: bytes) -> Path:
        path = tmp_path / "written.jsonl"
        path.write_bytes(data)
        return path

    return write


def bodies(path: Path) -> list[bytes]:
    return [b"{" + line[PREFIX:] for line in path.read_bytes().splitlines()]


def forged(records: list[bytes]) -> bytes:
    """Return a journal of these bodies whose chain is flawless."""
    head, lines = genesis(), []
    for body in records:
        head = chain(head, body)
        lines.append(b'{"h":"' + head.encode() + b'",' + body[1:] + b"\n")
    return b"".join(lines)


def altered(path: Path, n: int, change: Callable[[dict], object]) -> bytes:
    """Return a journal in which one record says something else."""
    records = bodies(path)
    value = json.loads(records[n])
    change(value)
    records[n] = canonical(value)
    return forged(records)


def acts(path: Path) -> list[int]:
    """Return the numbers of the inputs."""
    return [record.n for record in read_journal(path).records() if record.kind == "act"]


@pytest.fixture(scope="session")
def forge() -> SimpleNamespace:
    return SimpleNamespace(bodies=bodies, forged=forged, altered=altered, acts=acts)


@pytest.fixture
def no_file(tmp_path) -> Callable[[str], Path]:
    """Return the path of something that is no regular file."""

    def find(what: str) -> Path:
        path = tmp_path / what
        if what == "a folder":
            path.mkdir(exist_ok=True)
        elif what == "a pipe" and not path.exists():
            os.mkfifo(path)
        elif what == "a loop" and not path.is_symlink():
            path.symlink_to(path)
        elif what == "no name":
            path = Path("a\0b")
        elif what == "a device":
            path = Path("/dev/zero")
        return path

    return find
