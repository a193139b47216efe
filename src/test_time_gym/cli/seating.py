"""Seating: who plays, as said on the command line."""

import importlib
import importlib.util
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from test_time_gym.agents.base import AgentSource
    from test_time_gym.scenarios import Scenario

__all__ = ["Seating", "seating", "successors"]

_SEATS_MAX = 256


@dataclass(frozen=True, slots=True)
class Seating:
    """Who plays each seat that was given to somebody."""

    count: int
    """Seats in all; the scenario's own policies play the others."""
    sources: "dict[str, AgentSource]"
    labels: dict[str, str]
    """What the user called the agents that are not built in."""


def seating(
    scenario: "Scenario",
    agents: str | None,
    single: list[str],
    n_agents: int | None,
) -> Seating:
    """Return who plays.

    Args:
        scenario: the declared world.
        agents: one agent for all seats, or several in the order of seats,
            separated by commas.
        single: ``SEAT=AGENT``, stronger than ``agents``.
        n_agents: seats in all; None: as many as ``agents`` lists, or the
            scenario's number, and at least those named in ``single``.

    Raises:
        Misuse: an agent cannot be loaded, or there are more than seats.
    """
    from test_time_gym.market.errors import Misuse

    listed = [] if agents is None else [name.strip() for name in agents.split(",")]
    if not all(listed):
        msg = f"--agents {agents!r:.60}: a name between the commas is missing"
        raise Misuse(msg)
    named = dict(_pair(text) for text in single)
    count = n_agents
    if count is None:
        places = [_place(seat) + 1 for seat in named]
        count = len(listed) if len(listed) > 1 else scenario.agents.count
        count = max([count, *places])
    if len(listed) > count:
        msg = f"--agents lists {len(listed)} agents for {count} seats"
        raise Misuse(msg)
    if len(listed) == 1:
        listed *= min(count, _SEATS_MAX)
    wanted = {f"buyer_{k}": name for k, name in enumerate(listed)} | named
    return Seating(count, *_sources(wanted))


def successors(single: list[str]) -> "tuple[dict[str, AgentSource], dict[str, str]]":
    """Return who takes over which seats, and what the user called own agents.

    Args:
        single: ``SEAT=AGENT`` each.

    Raises:
        Misuse: an agent cannot be loaded, or a seat is named twice.
    """
    from test_time_gym.market.errors import Misuse

    pairs = [_pair(text) for text in single]
    named = dict(pairs)
    if len(named) < len(pairs):
        twice = next(
            seat for k, (seat, _) in enumerate(pairs) if seat in dict(pairs[:k])
        )
        raise Misuse(f"--agent names {twice!r:.60} twice")
    return _sources(named)


def _sources(
    wanted: dict[str, str],
) -> "tuple[dict[str, AgentSource], dict[str, str]]":
    """Return an agent for each seat, and the names of those that are not built in."""
    own = {name: _load(name) for name in dict.fromkeys(wanted.values()) if _own(name)}
    sources = {
        seat: _instance(name, own[name]) if name in own else name
        for seat, name in wanted.items()
    }
    return sources, {seat: name for seat, name in wanted.items() if name in own}


def _pair(text: str) -> tuple[str, str]:
    from test_time_gym.market.errors import Misuse

    seat, equals, name = text.partition("=")
    if not (seat and equals and name):
        msg = f"--agent {text!r:.60}: say it as buyer_1=patient"
        raise Misuse(msg)
    return seat, name


def _place(seat: str) -> int:
    """Return a seat's index; an impossible name is left to the run to refuse."""
    found = re.fullmatch(r"buyer_([0-9]{1,4})", seat)
    return int(found[1]) if found else -1


def _own(name: str) -> bool:
    """Return whether a name is of a user's own agent."""
    if ":" in name:
        return True
    if name.endswith(".py") or "." in name:
        from test_time_gym.market.interface.policy import AgentError

        msg = f"agent {name!r:.200}: say which object of it, as in {name[:200]}:MyAgent"
        raise AgentError(msg)
    return False


@contextmanager
def _blaming(name: str) -> Iterator[None]:
    """Say of any failure that it is the agent's: a user's program may do anything."""
    try:
        yield
    except (Exception, SystemExit) as error:
        from test_time_gym.market.interface.policy import AgentError

        msg = f"agent {name!r:.200} cannot be loaded: {type(error).__name__}: {error}"
        raise AgentError(msg) from error


def _load(name: str) -> object:
    """Import ``module:attribute`` or ``path/to/file.py:attribute``.

    Only what the user typed is ever loaded: no scenario and no journal can name
    a program.
    """
    module_name, _, attribute = name.rpartition(":")
    with _blaming(name):
        if module_name.endswith(".py"):
            found: object = _module_of_file(Path(module_name))
        else:
            _look_first_in(Path.cwd())
            found = importlib.import_module(module_name)
        for part in attribute.split("."):
            found = getattr(found, part)
    return found


def _module_of_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise FileNotFoundError(path)
    _look_first_in(path.resolve().parent)
    # Under its whole path: a file called random.py must not become `random`.
    name = str(path.resolve())
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _look_first_in(folder: Path) -> None:
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def _instance(name: str, found: object) -> "AgentSource":
    """Return an agent for one seat.

    A class, or a function without parameters, makes one; a function of the
    observation is one.
    """
    with _blaming(name):
        made = found() if callable(found) and _makes(found) else found
    # Whatever else it is, the run refuses with a sentence of its own.
    return cast("AgentSource", made)


def _makes(found: Callable[..., object]) -> bool:
    if inspect.isclass(found):
        return True
    return inspect.isroutine(found) and not _takes_observation(found)


def _takes_observation(function: Callable[..., object]) -> bool:
    return any(
        parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        or parameter.kind is parameter.VAR_POSITIONAL
        for parameter in inspect.signature(function).parameters.values()
    )
