"""The hook by which hatchling puts compiled modules into a wheel, if it is asked to.

It is off by default; ``HATCH_BUILD_HOOK_ENABLE_CUSTOM=true`` turns it on.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

__all__ = ["CompiledWheel"]


class CompiledWheel(BuildHookInterface[Any]):
    """Compiles for the interpreter and the machine that build the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and add what was made to the wheel."""
        del version
        root = Path(self.root)
        made = root / "build" / "compiler" / "wheel"
        path = os.pathsep.join([str(root), str(root / "src")])
        subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "compiler", "--into", str(made)],
            cwd=root,
            env={**os.environ, "PYTHONPATH": path, "TTGYM_PURE": "1"},
            check=True,
        )
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        build_data["force_include"][str(made)] = "test_time_gym/compiled"
