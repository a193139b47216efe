"""Progress: a bar on a terminal, a line now and then elsewhere, always on stderr."""

import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Self

from .terminal import clean, note

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

__all__ = ["Progress", "success_so_far"]

_REDRAW_S = 0.1
_LINE_S = 5.0


class Progress:
    """Shows how far a long piece of work has come.

    It is called with what is being done and how many units are done, as often
    as one likes: it looks at the clock and mostly does nothing.

    Args:
        unit: what is counted.
        total: units in all, if known.
    """

    def __init__(self, unit: str, total: int | None = None) -> None:
        """Show nothing yet."""
        self._unit = unit
        self._total = total
        self._bar: Bar | None = None
        self._last = time.monotonic()

    def __enter__(self) -> Self:
        """Draw the bar if there is a terminal to draw it on."""
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar
            from rich.table import Column

            text = "{task.description} {task.completed:.0f} {task.fields[unit]}"
            told = Column(no_wrap=True, overflow="ellipsis", ratio=1)
            columns = (
                TextColumn(text, markup=False),
                BarColumn(bar_width=20),
                *(() if self._total is None else (TimeRemainingColumn(),)),
                TextColumn("{task.fields[figures]}", markup=False, table_column=told),
            )
            console = Console(file=sys.stderr)
            self._bar = Bar(*columns, console=console, transient=True, expand=True)
            self._bar.add_task("", total=self._total, unit=self._unit, figures="")
            self._bar.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, what: str, done: int) -> None:
        """Report what is being done, and how many units are."""
        now = time.monotonic()
        if now - self._last < (_LINE_S if self._bar is None else _REDRAW_S):
            return
        self._last = now
        unit = self._unit.removesuffix("s") if done == 1 else self._unit
        if self._bar is None:
            note(f"{what}: {done} {unit}")
        else:
            task, said = self._bar.task_ids[0], clean(what)
            self._bar.update(task, description=said, completed=done, unit=unit)

    def so_far(self, met: Mapping[str, tuple[int, int]]) -> None:
        """Tell the figures so far, on a terminal.

        Args:
            met: who → how many tasks were met, of how many that could be.
        """
        if self._bar is not None:
            figures = success_so_far(met)
            self._bar.update(self._bar.task_ids[0], figures=clean(figures))


def success_so_far(met: Mapping[str, tuple[int, int]]) -> str:
    """Return the shares of tasks that were met, the best first.

    >>> success_so_far({"dummy": (0, 9), "cheapest": (6, 9), "oracle": (0, 0)})
    'success so far: cheapest 67 %, dummy 0 %'
    """
    known = {name: a / b for name, (a, b) in met.items() if b}
    best = sorted(known, key=lambda name: -known[name])
    shares = ", ".join(f"{name} {known[name]:.0%}".replace("%", " %") for name in best)
    return f"success so far: {shares}" if shares else ""
