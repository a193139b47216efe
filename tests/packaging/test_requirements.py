"""Every requirement has a lower bound, and every bound is proved somewhere."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from tests.lowest.environments import ENVIRONMENTS, SMOKE, chosen
from tests.lowest.helps import commands
from tests.lowest.requirements import Requirement, declared, is_version
from tests.model.environment import MODEL
from tests.trainers.environments import TORCH, TRAINERS

ROOT = Path(__file__).parents[2]
OURS = ("test_time_gym", "tests", "benchmarks", "compiler")
TOGETHER = ("dev",)
"""Extras that only name others."""
LEARNING = ("src/test_time_gym/training", "tests", "examples")
"""Folders that import trainers, which `make test-trainers` installs."""
KNOWN_AS = {
    "PIL": "pillow",
    "h5py": "minari",
    "httpx2": "mcp",
    "mcp_types": "mcp",
    "mypyc": "mypy",
    "openenv": "openenv-core",
}
"""Distributions of what may not be installed, or of what brings it along."""
SERVERS = ("mcp", "openenv")


@pytest.mark.parametrize("extra", declared())
def test_every_requirement_has_a_lower_bound(extra):
    assert [one.name for one in declared()[extra] if one.least is None] == []


def test_the_lowest_versions_of_every_extra_are_installed_somewhere():
    proved = {extra for one in ENVIRONMENTS.values() for extra in one.extras}

    assert set(declared()) - {"", *TOGETHER} == proved
    assert all(not declared()[extra] for extra in TOGETHER)


def test_the_short_form_installs_all_that_users_can_install():
    used = {extra for one in chosen(short=True).values() for extra in one.extras}

    assert used >= {"test", "zstd", "parquet", "pandas", "polars", "minari", "llm"}
    assert [path for path in SMOKE if not (ROOT / path).exists()] == []


def test_help_is_asked_of_every_command():
    lines = [" ".join(line) for line in commands()]

    assert len(lines) == len(set(lines)) > 18
    assert {"--help", "export --help", "skills --help", "skills export --help"} <= set(
        lines
    )


def test_bounds_are_compared_as_versions():
    assert is_version("15.0.0", "15")
    assert is_version("0.18.6", "0.18.6")
    assert not is_version("15.0.1", "15")
    assert not is_version("1.10", "1.1")
    assert Requirement.parse("rich") == ("rich", None)
    assert Requirement.parse("a_b[x]>=1.2 , <2") == ("a_b", "1.2")


def plain(distribution):
    return distribution.lower().replace("_", "-")


def trainers():
    """Return the libraries of `make test-trainers` and `make test-model`."""
    listed = [TORCH, *(one for each in TRAINERS.values() for one in each), *MODEL]
    return {Requirement.parse(one).name for one in listed}


def imported(folder):
    """Return the top names of what the files of a folder import from outside.

    What is imported for the type checker alone comes with it.
    """
    names = {}
    for path in sorted((ROOT / folder).rglob("*.py")):
        if folder not in LEARNING and path.is_relative_to(ROOT / LEARNING[0]):
            continue
        tree = ast.parse(path.read_text("utf-8"))
        for_types = {
            inner
            for node in ast.walk(tree)
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
            for inner in node.body
        }
        for node in ast.walk(tree):
            if node in for_types:
                continue
            if isinstance(node, ast.Import):
                found = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found = [node.module]
            else:
                continue
            for name in found:
                top = name.partition(".")[0]
                names.setdefault(top, path.relative_to(ROOT).as_posix())
    return {
        name: where
        for name, where in names.items()
        if name not in sys.stdlib_module_names and name not in OURS
    }


def of_make():
    """Return what the Makefile installs besides, such as what drives a browser."""
    text = (ROOT / "Makefile").read_text("utf-8")
    return set(re.findall(r"^[A-Z]+ := ([a-z-]+)==", text, re.MULTILINE))


@pytest.mark.parametrize(
    ("folder", "extras"),
    [
        ("market", ()),
        ("agents", ("llm",)),
        ("scenarios", ()),
        (
            "src/test_time_gym",
            ("zstd", "parquet", "pandas", "polars", "minari", *SERVERS),
        ),
        ("src/test_time_gym/training", ()),
        (
            "tests",
            (
                "test",
                "zstd",
                "parquet",
                "minari",
                "llm",
                "mutation",
                "fuzz",
                "lint",
                *SERVERS,
            ),
        ),
        ("benchmarks", ("test",)),
        ("compiler", ("test", "fast")),
        ("examples", ()),
    ],
)
def test_whatever_is_imported_is_asked_for(folder, extras):
    wanted = {one.name for extra in ("", *extras) for one in declared()[extra]}
    wanted |= trainers() if folder in LEARNING else set()
    wanted |= of_make() if folder == "tests" else set()
    known = packages_distributions() | {name: [KNOWN_AS[name]] for name in KNOWN_AS}

    missing = {
        name: where
        for name, where in imported(folder).items()
        # Extras need not be installed; what is, is known by its distribution.
        if not {plain(one) for one in known.get(name, [name])} & wanted
        and not list((ROOT / folder).rglob(f"{name}.py"))
        and not (ROOT / folder / name).is_dir()
    }

    assert missing == {}
