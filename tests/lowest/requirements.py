"""Requirements: what pyproject.toml asks for, and the least of each that it allows."""

import re
import tomllib
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
OWN = "test-time-gym"
_FORM = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*([^;]*)")
_LEAST = re.compile(r">=\s*([0-9][0-9A-Za-z.]*)")


class Requirement(NamedTuple):
    """A library and the lowest version allowed; None: every version is."""

    name: str
    least: str | None

    @classmethod
    def parse(cls, text: str) -> "Requirement":
        """Read one requirement as pyproject.toml spells it.

        >>> Requirement.parse("minari[hdf5]>=0.5,<0.6")
        Requirement(name='minari', least='0.5')
        """
        name, bounds = _FORM.match(text).groups()
        least = _LEAST.search(bounds)
        return cls(name.lower(), least[1] if least else None)


def declared():
    """Return what is asked for, by extra; without one, and to build, by ""."""
    data = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = data["project"]
    found = {
        "": [*project["dependencies"], *data["build-system"]["requires"]],
        **project["optional-dependencies"],
    }
    return {
        extra: [one for one in map(Requirement.parse, listed) if one.name != OWN]
        for extra, listed in found.items()
    }


def is_version(found, least):
    """Return whether a version is the one that a bound names: 15 is 15.0.0."""
    return _plain(found) == _plain(least)


def _plain(version):
    return re.sub(r"(\.0)+$", "", version)
