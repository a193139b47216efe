"""Environments: which extras are installed together, and what proves them."""

import sys
from typing import NamedTuple

PYTEST = ("-m", "pytest", "-q", "-n", "auto", "--dist", "loadgroup")
SMOKE = (
    "tests/cli/test_export.py",
    "tests/cli/test_mistakes.py",
    "tests/contracts/test_doors.py",
    "tests/extras/test_fake_model_openai.py",
    "tests/extras/test_frames.py",
    "tests/extras/test_parquet.py",
    "tests/packaging/test_requirements.py",
    "tests/replay/test_compression.py",
    "tests/unit/test_public_api.py",
    "tests/market/test_verbs.py",
)
"""Tests that touch every library in a minute or two."""
README = ("-k", "README")


class Environment(NamedTuple):
    """A virtual environment with the lowest versions that some extras allow."""

    extras: tuple[str, ...]
    commands: tuple[tuple[str, ...], ...]
    """Arguments of its Python, one after the other."""
    short: tuple[tuple[str, ...], ...] = ()
    """Instead, when there is little time; none: then it is left out."""
    platforms: tuple[str, ...] = ("linux", "darwin", "win32")


ENVIRONMENTS = {
    "tests": Environment(
        ("test", "zstd", "parquet", "pandas", "polars", "minari", "llm"),
        (("-m", "tests.lowest.helps"), PYTEST),
        (
            ("-m", "tests.lowest.helps"),
            (*PYTEST, *SMOKE),
            (*PYTEST, "tests/docs/test_documents.py", *README),
        ),
    ),
    # Each of these brings libraries that want newer ones than the tests do.
    "lint": Environment(
        ("test", "lint", "fast"),
        (
            ("-m", "ruff", "check"),
            ("-m", "ruff", "format", "--check"),
            ("-c", "from importlinter.cli import *; lint_imports_command()"),
            ("-m", "mypy"),
            ("-m", "pyright", "--version"),
            ("-m", "compiler", "--help"),
            (*PYTEST, "tests/unit/test_house_rules.py"),
        ),
    ),
    "docs": Environment(
        ("test", "docs", "lock"),
        (
            (*PYTEST, "-m", "extras", "tests/docs/test_site.py"),
            ("-m", "uv", "pip", "compile", "--universal", "pyproject.toml"),
        ),
    ),
    "mcp": Environment(
        ("test", "mcp"),
        (
            (
                *PYTEST,
                "tests/extras/test_mcp_clients.py",
                "tests/extras/test_mcp_http.py",
            ),
        ),
    ),
    "openenv": Environment(
        ("test", "openenv"), ((*PYTEST, "tests/extras/test_openenv.py"),)
    ),
    "mutation": Environment(
        ("test", "mutation"),
        ((*PYTEST, "tests/mutation"), ("-m", "mutmut", "--version")),
        platforms=("linux", "darwin"),
    ),
    "fuzz": Environment(
        ("test", "fuzz"),
        (("-m", "tests.fuzz", "--seconds", "2"),),
        platforms=("linux", "darwin"),
    ),
}


def chosen(*, short: bool) -> dict[str, Environment]:
    """Return the environments that this machine and the time allow."""
    return {
        name: environment
        for name, environment in ENVIRONMENTS.items()
        if sys.platform in environment.platforms and (environment.short or not short)
    }
