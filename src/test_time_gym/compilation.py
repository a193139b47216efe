"""Compiled modules: optional, in a folder of their own, and never older than sources.

`make fast` compiles the hot modules into the folder ``compiled``, beside a record of
what they were made from.  As long as the sources are still the same, the package
imports them instead; if one has changed, or ``TTGYM_PURE=1`` is set, it runs the
sources as it does without them.
"""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.abc import MetaPathFinder
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, Final
from warnings import warn

__all__ = [
    "FOLDER",
    "PURE",
    "WAY_OUT",
    "Compilation",
    "compilation",
    "record_of",
    "source_of",
    "use_compiled",
]

FOLDER: Final = "compiled"
"""Where compiled modules lie, within the package."""
PURE: Final = "TTGYM_PURE"
"""The environment variable that leaves compiled modules aside, if it is not 0."""
WAY_OUT: Final = (
    "compile again (make fast), take them away (make slow), or set TTGYM_PURE=1"
)
"""What to do about compiled modules that are older than their sources."""

_PACKAGE: Final = "test_time_gym"
_HERE: Final = Path(__file__).resolve().parent
_RECORD: Final = "sources.json"
_READ_BY_ALL: Final = "market"
"""The room whose sources any module may have been compiled with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compilation:
    """What there is of compiled modules, and whether it is used."""

    modules: tuple[str, ...] = ()
    """Names within the package; empty where nothing was compiled."""
    changed: tuple[str, ...] = ()
    """Sources that are no longer what was compiled."""
    mypy: str = ""
    """The version that compiled them."""
    asked_pure: bool = False
    """Whether the environment asks for the sources."""

    @property
    def used(self) -> bool:
        """Whether the package runs compiled modules."""
        return bool(self.modules) and not self.changed and not self.asked_pure


def compilation() -> Compilation:
    """Return what there is of compiled modules for this interpreter."""
    asked_pure = os.environ.get(PURE, "0") not in ("", "0")
    try:
        record = json.loads((_HERE / FOLDER / _RECORD).read_bytes())
    except FileNotFoundError:
        return Compilation(asked_pure=asked_pure)
    if record["suffix"] not in EXTENSION_SUFFIXES:
        return Compilation(asked_pure=asked_pure)  # another interpreter's
    then, now = record["sources"], _digests(record["modules"])
    return Compilation(
        modules=tuple(record["modules"]),
        changed=tuple(
            name for name in sorted(then | now) if then.get(name) != now.get(name)
        ),
        mypy=record["mypy"],
        asked_pure=asked_pure,
    )


def use_compiled() -> None:
    """Import compiled modules from now on, where they are as new as their sources."""
    found = compilation()
    if found.used:
        sys.meta_path.insert(0, _Compiled(found.modules))
    elif found.changed and not found.asked_pure:
        first, more = found.changed[0], len(found.changed) - 1
        which = f"{first} and {more} more have" if more else f"{first} has"
        msg = f"{which} changed since modules were compiled, so sources run: {WAY_OUT}"
        warn(msg, RuntimeWarning, stacklevel=3)


def record_of(modules: Sequence[str], *, suffix: str, mypy: str) -> bytes:
    """Return the record of a compilation of the sources as they are.

    Args:
        modules: names within the package.
        suffix: of the files of compiled modules.
        mypy: the version that compiles.
    """
    sources = _digests(modules)
    record = {"modules": modules, "mypy": mypy, "sources": sources, "suffix": suffix}
    return json.dumps(record, indent=1, sort_keys=True).encode() + b"\n"


def source_of(module: str) -> str:
    """Return the path of a module's source within the package.

    >>> source_of("market.clock")
    'market/clock.py'
    """
    return module.replace(".", "/") + ".py"


def _digests(modules: Iterable[str]) -> dict[str, str]:
    """Return the digests of what was compiled, and of what that was compiled with."""
    room = _whole(f"{_READ_BY_ALL}/__init__.py").parent  # a link may be a small file
    names = {source_of(name) for name in modules}
    names |= {
        f"{_READ_BY_ALL}/{path.relative_to(room).as_posix()}"
        for path in room.rglob("*.py")
    }
    return {name: _digest(_whole(name)) for name in sorted(names)}


def _digest(source: Path) -> str:
    return sha256(source.read_bytes()).hexdigest() if source.is_file() else ""


def _whole(name: str) -> Path:
    """Return the path of a source: in the package, or in the repository's root."""
    inside = _HERE / name
    return inside if inside.exists() else _HERE.parents[1] / name


class _Compiled(MetaPathFinder):
    """Finds the compiled modules of this package, and nothing else."""

    def __init__(self, modules: Iterable[str]) -> None:
        names = [f"{_PACKAGE}__mypyc", *(f"{_PACKAGE}.{name}" for name in modules)]
        self._files = {
            name: _HERE / FOLDER / (name.replace(".", "/") + EXTENSION_SUFFIXES[0])
            for name in names
        }

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Return where a module is loaded from, if it is one of ours."""
        del path, target
        file = self._files.get(fullname)
        if file is None:
            return None
        loader: Any = ExtensionFileLoader(fullname, str(file))
        return spec_from_file_location(fullname, file, loader=loader)
