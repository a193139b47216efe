"""The build: copy the sources, compile the hot ones, say what they were made from."""

import os
import shutil
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

from mypy.version import __version__ as mypy_version
from mypyc.build import mypycify
from setuptools import Distribution

from test_time_gym.compilation import FOLDER, record_of, source_of

from .modules import MODULES

__all__ = ["IN_PLACE", "ROOT", "build"]

ROOT = Path(__file__).resolve().parents[1]
IN_PLACE = ROOT / "src" / "test_time_gym" / FOLDER
"""Where the package looks for compiled modules."""

_PACKAGE = "test_time_gym"
_ROOMS = ("agents", "market", "scenarios")
_WORK = ROOT / "build" / "compiler"


def build(into: Path) -> None:
    """Compile into a folder, which is emptied first.

    Args:
        into: the modules land here, beside the record of their sources.

    Raises:
        SystemExit: a module has a mistake of types.
    """
    shutil.rmtree(into, ignore_errors=True)
    stage, made = _WORK / "stage", _WORK / "made"
    shutil.rmtree(made, ignore_errors=True)
    record = record_of(MODULES, suffix=EXTENSION_SUFFIXES[0], mypy=mypy_version)
    _copy_sources(stage)
    _compile(stage, made)
    # Last of all the record: without it, nothing that lies here is used.
    shutil.copytree(made, into)
    (into / "sources.json").write_bytes(record)


def _copy_sources(stage: Path) -> None:
    """Put the package together as one tree: in the repository it is linked."""
    shutil.rmtree(stage, ignore_errors=True)
    without = shutil.ignore_patterns("__pycache__", FOLDER, *_ROOMS)
    shutil.copytree(ROOT / "src" / _PACKAGE, stage / _PACKAGE, ignore=without)
    for room in _ROOMS:
        without = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / room, stage / _PACKAGE / room, ignore=without)


def _compile(stage: Path, made: Path) -> None:
    os.chdir(stage)  # mypyc names modules by their paths from here
    options = [
        f"--config-file={ROOT / 'pyproject.toml'}",
        f"--cache-dir={_WORK / 'mypy'}",
    ]
    paths = [f"{_PACKAGE}/{source_of(name)}" for name in MODULES]
    extensions = mypycify(
        [*options, *paths],
        opt_level="3",
        debug_level="0",
        group_name=_PACKAGE,
        target_dir=str(_WORK / "c"),
    )
    command = Distribution({"ext_modules": extensions}).get_command_obj("build_ext")
    command.build_lib, command.build_temp = str(made), str(_WORK / "objects")
    command.ensure_finalized()
    command.run()
