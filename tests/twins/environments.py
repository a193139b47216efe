"""Environments: what may differ around a process, and must not show in a journal."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import numpy as np

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Setting:
    """One way in which a process can be started."""

    variables: dict[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    """Of the interpreter."""
    options: tuple[str, ...] = ()
    """Of `tests.twins.worker`."""
    folder: str = ""
    """In which it is started; empty: the repository."""


def _threads(number: int) -> Setting:
    return Setting(
        {
            name: str(number)
            for name in (
                "OMP_NUM_THREADS",
                "OPENBLAS_NUM_THREADS",
                "MKL_NUM_THREADS",
                "NUMEXPR_NUM_THREADS",
            )
        }
    )


def _optional_features() -> str:
    """Return what numpy may leave unused of this processor."""
    config = np.show_config(mode="dicts")
    assert isinstance(config, dict)
    return " ".join(config["SIMD Extensions"].get("found", []))


def _locale(name: str) -> Setting:
    return Setting({"LC_ALL": name, "LANG": name})


AXES: dict[str, dict[str, Setting]] = {
    "hash": {
        "0": Setting({"PYTHONHASHSEED": "0"}),
        "1": Setting({"PYTHONHASHSEED": "1"}),
        "4242": Setting({"PYTHONHASHSEED": "4242"}),
        "random": Setting({"PYTHONHASHSEED": "random"}),
    },
    "optimised": {
        "no": Setting(),
        "asserts": Setting(flags=("-O",)),
        "docstrings": Setting(flags=("-OO",)),
    },
    "locale": {
        "C": Setting({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
        "C.UTF-8": _locale("C.UTF-8"),
        "Turkish": _locale("tr_TR.UTF-8"),
        "German": _locale("de_DE.UTF-8"),
    },
    "zone": {
        "UTC": Setting({"TZ": "UTC0"}),
        "east": Setting({"TZ": "LINT-14"}),
        "west": Setting({"TZ": "NST3:30NDT,M3.2.0,M11.1.0"}),
    },
    "threads": {"1": _threads(1), "2": _threads(2), "8": _threads(8)},
    "processor": {
        "whole": Setting(),
        "baseline": Setting({"NPY_DISABLE_CPU_FEATURES": _optional_features()}),
    },
    "garbage": {
        "usual": Setting(),
        "never": Setting(options=("--garbage", "never")),
        "always": Setting(options=("--garbage", "always")),
    },
    "imports": {
        "usual": Setting(),
        "backwards": Setting(options=("--imports", "backwards")),
        "shuffled": Setting(options=("--imports", "shuffled")),
    },
    "beside": {"nobody": Setting(), "a busy thread": Setting(options=("--busy",))},
    "turn": {"first": Setting(), "second": Setting(options=("--twice",))},
    "folder": {"repository": Setting(), "root": Setting(folder="/")},
    "interpreter": {
        "usual": Setting(),
        "development": Setting(flags=("-X", "dev")),
        "no bytecode": Setting({"PYTHONMALLOC": "malloc"}, ("-B", "-s")),
    },
}
"""What is varied, and how; every one is a bystander of a run."""


@dataclass(frozen=True)
class Environment:
    """One choice on every axis."""

    chosen: dict[str, str]

    def __str__(self) -> str:
        """Return the choices that are not the first of their axis."""
        odd = [
            f"{axis} {name}"
            for axis, name in self.chosen.items()
            if name != next(iter(AXES[axis]))
        ]
        return ", ".join(odd) or "nothing unusual"

    def start(self, plant: str, locales: Path) -> subprocess.Popen[str]:
        """Start a worker in this environment."""
        settings = [AXES[axis][name] for axis, name in self.chosen.items()]
        variables = dict(os.environ)
        # What the caller happens to have set is not to be the same for both twins.
        variables.pop("PYTHONHASHSEED", None)
        variables |= {
            "LOCPATH": str(locales),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        }
        for setting in settings:
            variables |= setting.variables
        command = [
            sys.executable,
            *(flag for setting in settings for flag in setting.flags),
            "-m",
            "tests.twins.worker",
            *(option for setting in settings for option in setting.options),
            *(["--plant", plant] if plant else []),
        ]
        folders = [setting.folder for setting in settings if setting.folder]
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=variables,
            cwd=folders[0] if folders else ROOT,
        )


def drawn_environment(dice: Random) -> Environment:
    """Return an environment in which every axis is drawn."""
    return Environment({axis: dice.choice(list(ways)) for axis, ways in AXES.items()})


def environments(count: int, dice: Random) -> list[Environment]:
    """Return environments in which, of each axis, all ways come in turn."""
    turns = {axis: _in_turn(list(ways), dice) for axis, ways in AXES.items()}
    return [
        Environment({axis: next(ways) for axis, ways in turns.items()})
        for _ in range(count)
    ]


def _in_turn(ways: list[str], dice: Random) -> Iterator[str]:
    while True:
        dice.shuffle(ways)
        yield from ways


def make_locales(folder: Path) -> None:
    """Compile the locales of the axis, where the system can; elsewhere they are C."""
    compiler = shutil.which("localedef")
    if compiler is None:
        return
    for name in ("tr_TR", "de_DE", "C"):
        subprocess.run(
            [compiler, "-i", name, "-f", "UTF-8", str(folder / f"{name}.UTF-8")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
