"""Inputs: what a header and an action must be before anything is executed.

A journal from a stranger may say anything under a flawless chain.  What is wrong in
kind or size would cost time and memory before it showed as a divergence.
"""

from typing import Any, Final, get_args

from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.domain import COUNT, MONEY
from test_time_gym.market.errors import Misuse, shown
from test_time_gym.market.interface.actions import SetPrices, ThinkingTime
from test_time_gym.market.interface.episode import Finish
from test_time_gym.market.interface.policy import Thinking
from test_time_gym.market.interface.role import ROLES
from test_time_gym.market.interface.verbs import Verb, VerbTable

__all__ = [
    "recorded_prices",
    "recorded_thinking",
    "verify_arguments",
    "verify_header",
    "verify_names",
]

SEATS_MAX: Final = 256
"""Most agents that a scenario can declare."""

_WHOLE: Final = (COUNT, MONEY)
"""Kinds of arguments that are numbers; the others are texts."""


def verify_header(header: dict[str, Any]) -> None:
    """Raise why a header describes no run, its scenario and seed left aside.

    Raises:
        KeyError: a field is missing.
        Misuse: a field says something that no run can be opened with.
    """
    seats, window, turns = header["seats"], header["window_ms"], header["max_turns"]
    finish = header["finish"]
    if type(seats) is not list or not 1 <= len(seats) <= SEATS_MAX:
        _refuse("seats", f"a list of 1 to {SEATS_MAX} agents", seats)
    _verify_seats(seats)
    if finish not in get_args(Finish):
        _refuse("finish", " or ".join(get_args(Finish)), finish)
    if type(window) is not int or not 0 <= window <= DAY_MS:
        _refuse("window_ms", f"a whole number from 0 to {DAY_MS}", window)
    if turns is not None and (type(turns) is not int or turns < 1):
        _refuse("max_turns", "a whole number above 0, or null", turns)


def _verify_seats(seats: list[Any]) -> None:
    for seat in seats:
        if type(seat) is not dict:
            _refuse("seats", "a list of names and policies", seat)
        for field in ("name", "policy"):
            if type(seat[field]) is not str:
                _refuse("seats", f"a list in which every {field} is a text", seat)
    if len({seat["name"] for seat in seats}) != len(seats):
        _refuse("seats", "a list in which nobody stands twice", seats)
    roles = [seat.get("role", ROLES[0]) for seat in seats]
    if roles[0] != ROLES[0] or any(role not in ROLES for role in roles):
        _refuse("seats", "a list of buyers, and then of sellers", seats)


def verify_names(header: dict[str, Any], names: list[str]) -> None:
    """Raise why the agents of a header are not those of the run that it opens.

    Raises:
        Misuse: its sellers are others than those of its scenario.
    """
    if [seat["name"] for seat in header["seats"]] != names:
        _refuse("seats", f"a list of {', '.join(names)}"[:200], header["seats"])


def _refuse(field: str, wanted: str, found: object) -> None:
    msg = f"the header does not describe a run: {field} is {wanted}, not {shown(found)}"
    raise Misuse(msg)


def verify_arguments(verb: Verb, args: dict[str, Any], table: VerbTable) -> None:
    """Raise why a verb cannot have been recorded with these arguments.

    Raises:
        Misuse: an argument is unknown, or of another type than its kind.
    """
    known = table.arguments[verb]
    if type(args) is not dict:
        msg = f"the arguments are {shown(args)}"
        raise Misuse(msg)
    for name, value in args.items():
        if name not in known:
            msg = f"no argument is called {shown(name)}"
            raise Misuse(msg)
        wanted = int if known[name].kind in _WHOLE else str
        if type(value) is not wanted:
            msg = f"{name} is {shown(value)}"
            raise Misuse(msg)


def recorded_prices(args: Any) -> SetPrices:
    """Return the prices that a record of `set_prices` holds.

    Raises:
        Misuse: they are no whole numbers of minor units.
    """
    if type(args) is not dict or any(type(price) is not int for price in args.values()):
        msg = f"the prices are {shown(args)}"
        raise Misuse(msg)
    return SetPrices(args)


def recorded_thinking(args: dict[str, Any]) -> ThinkingTime:
    """Return the time that a record of thinking holds.

    Raises:
        Misuse: it holds none, or numbers that no agent can have given.
    """
    return Thinking(None, **args).time
