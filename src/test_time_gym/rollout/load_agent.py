"""Load an agent of the user's own, named by its module or by its file."""

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import cast

from test_time_gym.agents.base import AgentSource
from test_time_gym.agents.llm import is_model_name
from test_time_gym.agents.trained import is_policy_file
from test_time_gym.market.interface.crash import explained, let_interrupts_pass
from test_time_gym.market.interface.policy import AgentError

__all__ = ["instance_of", "is_custom", "load_agent"]


def is_custom(name: str) -> bool:
    """Return whether a name is of a user's own agent.

    Trained policies and language models have names of their own.

    Raises:
        AgentError: it names a module or a file, and no object of it.
    """
    if is_policy_file(name) or is_model_name(name):
        return False
    if ":" in name:
        return True
    if name.endswith(".py") or "." in name:
        msg = f"agent {name!r:.200}: say which object of it, as in {name[:200]}:MyAgent"
        raise AgentError(msg)
    return False


@contextmanager
def _blaming(name: str) -> Iterator[None]:
    """Say of any failure that it is the agent's: a user's program may do anything.

    Also of ``sys.exit``: nothing is played yet, and a script that is imported by
    mistake often ends so, without a word.
    """
    try:
        yield
    except SystemExit as error:
        msg = f"agent {name!r:.200} cannot be loaded: SystemExit: {error}"
        raise AgentError(msg) from error
    except BaseException as error:
        let_interrupts_pass(error)
        msg = f"agent {name!r:.200} cannot be loaded: {explained(error, where=False)}"
        raise AgentError(msg) from error


def load_agent(name: str) -> object:
    """Import ``module:attribute`` or ``path/to/file.py:attribute``.

    Only what the user typed is ever loaded: no scenario and no journal can name
    a program.

    Raises:
        AgentError: there is no such program, or it failed.
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


def instance_of(name: str, found: object) -> AgentSource:
    """Return an agent for one seat.

    A class, or a function without parameters, makes one; a function of the
    observation is one.

    Raises:
        AgentError: making it failed.
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
