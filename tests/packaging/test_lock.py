"""requirements.lock pins what pyproject.toml asks for, on every Python and system."""

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, version
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
OWN = "test-time-gym"
MACHINES = [
    {
        "python_version": python,
        "python_full_version": f"{python}.7",
        "sys_platform": platform,
        "os_name": "nt" if platform == "win32" else "posix",
        "platform_system": system,
    }
    for python, (platform, system) in product(
        ("3.11", "3.12", "3.13"),
        (("linux", "Linux"), ("darwin", "Darwin"), ("win32", "Windows")),
    )
]


class Pin(NamedTuple):
    """A line of the lock, and who asked for it."""

    requirement: Requirement
    via: tuple[str, ...]


def pins_in(text):
    """Read a lock: a pin a line, then comments that name who asked for it.

    >>> pins_in("numpy==2.0\\n    # via\\n    #   scipy\\n")[0].via
    ('scipy',)
    """
    found = []
    for line in text.splitlines():
        if not line.startswith(" "):
            found.append((line, []))
        elif name := re.sub(r"^ +#( +via)? *", "", line):
            found[-1][1].append(name)
    return [Pin(Requirement(line), tuple(via)) for line, via in found]


def asked(pyproject):
    """Return what a pyproject.toml asks for, in whatever extra."""
    project = tomllib.loads(pyproject)["project"]
    extras = project["optional-dependencies"].values()
    lines = [*project["dependencies"], *(line for extra in extras for line in extra)]
    return [one for one in map(Requirement, lines) if one.name != OWN]


def complaints(requirements, pins, machine):
    """Return why a lock does not hold for a machine, one sentence a requirement."""
    env = default_environment() | machine
    pinned = {}
    for pin in pins:
        if pin.requirement.marker is None or pin.requirement.marker.evaluate(env):
            name = canonicalize_name(pin.requirement.name)
            (only,) = pin.requirement.specifier
            pinned.setdefault(name, []).append(only.version)
    found = []
    for wanted in requirements:
        if wanted.marker is not None and not wanted.marker.evaluate(env):
            continue
        versions = pinned.get(canonicalize_name(wanted.name), [])
        if len(versions) != 1:
            found.append(f"{wanted} is pinned {len(versions)} times: run make lock")
        elif versions[0] not in wanted.specifier:
            found.append(f"{wanted} is pinned to {versions[0]}: run make lock")
    return found


def closure(extra):
    """Return the distributions that an extra brings into this environment."""
    found, waiting = set(), [Requirement(f"{OWN}[{extra}]")]
    while waiting:
        one = waiting.pop()
        key = (canonicalize_name(one.name), frozenset(one.extras))
        if key in found:
            continue
        found.add(key)
        for line in distribution(one.name).requires or []:
            needed = Requirement(line)
            if needed.marker is None or any(
                needed.marker.evaluate({"extra": name}) for name in ("", *one.extras)
            ):
                waiting.append(needed)
    return {name for name, _ in found} - {OWN}


PINS = pins_in(LOCK)
PYPROJECT = (ROOT / "pyproject.toml").read_text("utf-8")


@pytest.mark.parametrize(
    "machine", MACHINES, ids=lambda m: f"{m['python_version']}-{m['sys_platform']}"
)
def test_the_lock_has_one_allowed_version_of_all_that_is_asked_for(machine):
    assert complaints(asked(PYPROJECT), PINS, machine) == []


def test_nothing_is_pinned_that_nobody_asks_for():
    direct = f"{OWN} (pyproject.toml)"
    wanted = {canonicalize_name(one.name) for one in asked(PYPROJECT)}
    names = {canonicalize_name(pin.requirement.name) for pin in PINS}

    assert {pin.requirement.name for pin in PINS if direct in pin.via} == wanted
    assert {name for pin in PINS for name in pin.via} - {direct} <= names


def test_the_lock_names_no_registry():
    assert [line for line in LOCK.splitlines() if "://" in line or "--" in line] == []


def test_all_that_an_installation_brings_is_pinned():
    names = {canonicalize_name(pin.requirement.name) for pin in PINS}

    assert closure("test") <= names


@pytest.mark.skipif(
    Path(sys.prefix) != ROOT / ".venv", reason="make did not make this environment"
)
def test_the_environment_of_make_has_the_versions_of_the_lock():
    here = [
        pin.requirement
        for pin in PINS
        if pin.requirement.marker is None or pin.requirement.marker.evaluate()
    ]
    wrong = []
    for pin in here:
        try:
            installed = version(pin.name)
        except PackageNotFoundError:
            continue  # of an extra
        if installed not in pin.specifier:
            wrong.append(f"{pin} but {installed}: remove .venv and run make again")

    assert wrong == []


@pytest.mark.parametrize(
    ("lock", "complaint"),
    [
        ("rich==12.0\n    # via test-time-gym\n", "rich>=13 is pinned to 12.0"),
        ("", "rich>=13 is pinned 0 times"),
        ("rich==14 ; sys_platform == 'win32'\n", "rich>=13 is pinned 0 times"),
        ("rich==14\nrich==13 ; os_name == 'posix'\n", "rich>=13 is pinned 2 times"),
    ],
)
def test_a_lock_that_disagrees_is_found(lock, complaint):
    pyproject = (
        '[project]\ndependencies = ["rich>=13"]\n[project.optional-dependencies]'
    )

    (found,) = complaints(asked(pyproject), pins_in(lock), MACHINES[0])

    assert found == f"{complaint}: run make lock"
