"""The command line in this process, and in one of its own."""

import os
import subprocess
import sys
from math import inf
from pathlib import Path
from typing import NamedTuple

import pytest

from test_time_gym.cli import main
from test_time_gym.market.journal import PREFIX, chain, genesis

SOURCE = Path(__file__).parents[2] / "src"


class Answer(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    """Work in an empty folder: journals go to runs/ below it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return tmp_path


@pytest.fixture
def ttgym(capsys, monkeypatch):
    """Call the command line in this process; it is never slow enough to say so."""
    monkeypatch.setattr("test_time_gym.cli.progress._LINE_S", inf)

    def call(*args: object) -> Answer:
        capsys.readouterr()
        code = main([str(arg) for arg in args])
        return Answer(code, *capsys.readouterr())

    return call


@pytest.fixture
def environment() -> dict[str, str]:
    """Return the environment in which a process of its own finds the package."""
    return {**os.environ, "PYTHONPATH": str(SOURCE)}


@pytest.fixture
def command() -> list[str]:
    return [sys.executable, "-m", "test_time_gym.cli"]


@pytest.fixture
def process(folder, command, environment):
    """Call the command line in a process of its own."""

    def call(*args: object, **changes: str) -> Answer:
        done = subprocess.run(
            [*command, *map(str, args)],
            env=environment | changes,
            capture_output=True,
            check=False,
            cwd=folder,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        return Answer(done.returncode, out, err)

    return call


def shape(value: object) -> object:
    """Return a JSON value with types in the place of values."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


@pytest.fixture(name="shape")
def shape_fixture():
    return shape


@pytest.fixture
def chained():
    """Give lines a chain that fits whatever they say."""

    def give(lines: list[bytes]) -> bytes:
        head, out = genesis(), []
        for line in lines:
            body = b"{" + line[PREFIX:]
            head = chain(head, body)
            out.append(b'{"h":"%b",%b\n' % (head.encode(), body[1:]))
        return b"".join(out)

    return give
