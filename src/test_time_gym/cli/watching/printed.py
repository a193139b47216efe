"""Frames as lines, where there is no terminal to show them on."""

from typing import Self

from test_time_gym.cli.terminal import say

from .frame import Event, Frame

__all__ = ["Printed"]


class Printed:
    """Prints what happens: a line for each record, turn by turn."""

    def __init__(self) -> None:
        """Have heard nothing."""
        self._heard: list[Event] = []

    def __enter__(self) -> Self:
        """Take nothing."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Have nothing to give back."""

    def hear(self, event: Event) -> None:
        """Keep it until the turn is over: to print may fail, and would tear it."""
        self._heard.append(event)

    def show(self, frame: Frame) -> None:
        """Print what has happened since the last frame."""
        heard, self._heard = self._heard, []
        for event in heard:
            because = f"  ← {event.because}" if event.because else ""
            say(
                f"{event.n:>5}  {event.at}  {event.actor:<9}  {event.kind:<18}  "
                f"{event.text}{because}".rstrip()
            )
