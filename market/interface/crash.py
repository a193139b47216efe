"""Crashes: an agent's own program has raised something, and only its episode ends."""

from traceback import extract_tb
from typing import Final

from ..errors import one_line
from .actions import CRASHES, Crashed
from .policy import AgentStopped

__all__ = ["crash_of", "explained", "let_interrupts_pass"]

_INTERRUPTS: Final = (KeyboardInterrupt, SystemExit)
"""Not an agent's errors: somebody wants the whole program to end."""
_NAME_MAX: Final = 80
_TEXT_MAX: Final = 200


def let_interrupts_pass(error: BaseException) -> None:
    """Raise what ends the whole program, also if it came in a group with others.

    Everything else that a program of an agent raises is its own affair, whatever
    class it has: `asyncio.CancelledError`, `GeneratorExit` and what test frameworks
    skip with are no `Exception`, and do not concern the others who play.

    Raises:
        KeyboardInterrupt: Ctrl-C, or SIGTERM.
        SystemExit: ``sys.exit`` was called.
    """
    if isinstance(error, _INTERRUPTS):
        raise error
    groups = [error]
    while groups:
        group = groups.pop()
        inside = group.exceptions if isinstance(group, BaseExceptionGroup) else ()
        for one in inside:
            if isinstance(one, _INTERRUPTS):
                raise one from error
            if isinstance(one, BaseExceptionGroup):
                groups.append(one)


def crash_of(error: BaseException) -> Crashed:
    """Return what the journal keeps of a crash: the class's name or kind, no text.

    Raises:
        KeyboardInterrupt: it was no crash, see `let_interrupts_pass`.
        SystemExit: likewise.
    """
    let_interrupts_pass(error)
    if isinstance(error, AgentStopped):
        # A class of somebody's own may have kept neither.
        kind, outcome = getattr(error, "kind", None), getattr(error, "outcome", None)
        if isinstance(kind, str) and outcome in CRASHES[1:]:
            return Crashed(kind[:_NAME_MAX], outcome)
    return Crashed(type(error).__name__[:_NAME_MAX])


def explained(error: BaseException, *, where: bool = True) -> str:
    """Return an exception's class and text as one line, for the person who plays.

    Of a group, which says nothing itself, the first one in it is told as well.

    Args:
        error: what was raised.
        where: also its innermost line.
    """
    first = _first_of(error)
    if first is not error:
        within = explained(first, where=where)
        return f"{_told(error)}, first {within}"
    frames = extract_tb(error.__traceback__) if where else ()
    at = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
    return _told(error) + one_line(at)


def _told(error: BaseException) -> str:
    """Return an exception's class and text as one line."""
    try:
        said = str(error)
        text = f": {said}"[:_TEXT_MAX] if said else ""
    except BaseException as second:  # noqa: BLE001 - its own text may fail as well
        let_interrupts_pass(second)
        text = ""
    return one_line(f"{type(error).__name__}{text}")


def _first_of(error: BaseException) -> BaseException:
    """Return the first error in a group that is none itself."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
