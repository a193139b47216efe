"""Minimising: the smallest case that still breaks the same law (delta debugging).

Every stream is keyed, so leaving a part out moves no chance of the others: most
of what has nothing to do with the failure can simply be taken away.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any, Final

from .case import DrawnCase
from .case_agents import IDLE
from .case_run import CaseResult, play_case, valid
from .parameter import SIMPLEST

__all__ = ["RUNS_MAX", "minimise"]

RUNS_MAX: Final = 400
"""Executions that are spent on one failure."""

_Change = Callable[[DrawnCase], DrawnCase]


class _Search:
    """The smallest failing case so far, and what is left to spend."""

    def __init__(self, case: DrawnCase, played: CaseResult, runs: int) -> None:
        self.case = case
        self.played = played
        self.left = runs

    def tries(self, candidate: DrawnCase) -> bool:
        """Keep a candidate if it breaks the same law; return whether it does."""
        if self.left <= 0 or not valid(candidate):
            return False
        self.left -= 1
        played = play_case(candidate)
        if played.law != self.played.law:
            return False
        self.case, self.played = candidate, played
        return True


def minimise(
    case: DrawnCase, played: CaseResult, runs: int = RUNS_MAX
) -> tuple[DrawnCase, CaseResult]:
    """Return the smallest case found that breaks the same law.

    Args:
        case: one that fails.
        played: what became of it.
        runs: how often a smaller case may be tried.
    """
    search = _Search(case, played, runs)
    _shrink(search)
    # The world first: what is then left of the actions is little.
    _shorten_tapes(search)
    _shrink(search)
    return search.case, search.played


def _shrink(search: _Search) -> None:
    """Take parts away until nothing more can be taken."""
    size = -1
    while size != (size := _size(search.case)) and search.left > 0:
        _drop_faults(search)
        _rest_players(search)
        _simplify_knobs(search)
        _shorten_lists(search)


def _size(case: DrawnCase) -> int:
    return len(repr(case.as_dict()))


def _drop_faults(search: _Search) -> None:
    if search.tries(replace(search.case, faults={})):
        return
    for name in list(search.case.faults):
        kept = {k: v for k, v in search.case.faults.items() if k != name}
        search.tries(replace(search.case, faults=kept))


def _rest_players(search: _Search) -> None:
    """Send agents home: the last ones altogether, others to sit idle."""
    while len(search.case.players) > 1:
        fewer = search.case.players[:-1]
        recorded_actions = {
            k: tape
            for k, tape in search.case.recorded_actions.items()
            if k < len(fewer)
        }
        if not search.tries(
            replace(search.case, players=fewer, recorded_actions=recorded_actions)
        ):
            break
    for seat in reversed(range(len(search.case.players))):
        if search.case.recorded_actions and len(search.case.players) > 1:
            search.tries(_without_seat(search.case, seat))
    for seat, name in enumerate(search.case.players):
        if name != IDLE:
            players = list(search.case.players)
            players[seat] = IDLE
            search.tries(replace(search.case, players=tuple(players)))


def _without_seat(case: DrawnCase, gone: int) -> DrawnCase:
    """Return the case with one scripted seat less; those behind it move up."""
    return replace(
        case,
        players=case.players[:gone] + case.players[gone + 1 :],
        recorded_actions={
            seat - (seat > gone): tape
            for seat, tape in case.recorded_actions.items()
            if seat != gone
        },
    )


def _simplify_knobs(search: _Search) -> None:
    for path, simplest in SIMPLEST.items():
        if search.case.knobs[path] != simplest:
            search.tries(_with_knob(search.case, path, simplest))
    turns = search.case.knobs["turns.max_turns"]
    while turns > 1:
        turns //= 2
        if not search.tries(_with_knob(search.case, "turns.max_turns", turns)):
            break


def _with_knob(case: DrawnCase, path: str, value: Any) -> DrawnCase:
    return replace(case, knobs={**case.knobs, path: value})


def _shorten_lists(search: _Search) -> None:
    """Take items out of every list: flights, their fares, coupons, cards, ..."""
    for path in SIMPLEST:
        place = 0
        while (shorter := _without(search.case.knobs[path], place)) is not None:
            if not search.tries(_with_knob(search.case, path, shorter)):
                place += 1


def _without(value: Any, place: int) -> Any:
    """Return a copy without the ``place``-th item of all lists in it, or None."""
    value = deepcopy(value)
    items = list(_items(value))
    if place >= len(items):
        return None
    holder, index = items[place]
    del holder[index]
    return value


def _items(value: Any) -> Iterator[tuple[list[Any], int]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield value, index
            yield from _items(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _items(item)


def _shorten_tapes(search: _Search) -> None:
    """Replace the players by what they did, and leave out whatever may be."""
    recorded_actions = {
        seat: list(tape) for seat, tape in search.played.recorded_actions.items()
    }
    if not search.tries(replace(search.case, recorded_actions=recorded_actions)):
        return
    for seat in recorded_actions:

        def attempt(tape: Sequence[Any], seat: int = seat) -> bool:
            changed = {**search.case.recorded_actions, seat: list(tape)}
            return search.tries(replace(search.case, recorded_actions=changed))

        _shorten(search.case.recorded_actions[seat], attempt)


def _shorten(tape: Sequence[Any], attempt: Callable[[Sequence[Any]], bool]) -> None:
    """Leave out ever smaller stretches of a tape, as long as the law breaks."""
    width = len(tape)
    while width:
        start = 0
        while start < len(tape):
            shorter = [*tape[:start], *tape[start + width :]]
            if attempt(shorter):
                tape = shorter
            else:
                start += width
        width //= 2
