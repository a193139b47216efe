"""The factory: a chooser from its kind and settings."""

from collections.abc import Callable
from difflib import get_close_matches
from inspect import signature

from test_time_gym.market.interface.policy import AgentError

from .choice import Chance, Chooser
from .epsilon import EpsilonGreedy, Uniform
from .linear import LinearThompson
from .thompson import Thompson
from .ucb import Ucb1

__all__ = ["chooser_kinds", "make_chooser"]

_MAKERS: dict[str, Callable[..., Chooser]] = {
    EpsilonGreedy.kind: EpsilonGreedy,
    LinearThompson.kind: LinearThompson,
    Thompson.kind: Thompson,
    Ucb1.kind: Ucb1,
    Uniform.kind: Uniform,
}


def chooser_kinds() -> list[str]:
    """Return the kinds that `make_chooser` knows, sorted."""
    return sorted(_MAKERS)


def make_chooser(kind: str, stream: Chance, **settings: float) -> Chooser:
    """Return a chooser that knows nothing yet.

    Args:
        kind: one of `chooser_kinds`.
        stream: its own chance; nobody else draws from it.
        settings: as the class of this kind takes them.

    Raises:
        AgentError: an unknown kind or setting, or a setting out of range.

    >>> from test_time_gym.market.interface.policy import policy_stream
    >>> chooser = make_chooser("thompson", policy_stream(7), keep=0.9)
    >>> chooser.choose("cart", (), ["explore"]).propensity
    1.0
    """
    maker = _MAKERS.get(kind)
    if maker is None:
        raise AgentError(_unknown("chooser", kind, chooser_kinds()))
    known = [name for name in signature(maker).parameters if name != "stream"]
    for name in settings:
        if name not in known:
            raise AgentError(_unknown(f"setting of {kind}", name, known))
    return maker(stream, **settings)


def _unknown(what: str, name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
    return f"unknown {what} {name!r:.60}; {hint}"
