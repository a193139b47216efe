"""What one agent keeps to itself must not show in what another one sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, TypeAlias

from .compare import difference
from .errors import ConformanceError
from .walk import Env, EnvFn, Turn, walk

CHECK = "check_privacy"
Choice: TypeAlias = Callable[[Env, str], Any]
"""Answers (environment, agent) with an action."""
View: TypeAlias = Callable[[Any, Any], Any]
"""Reduces (observation, info) to what is compared."""


def check_privacy(
    env_fn: EnvFn,
    private_action: Choice,
    watcher: str,
    rival: str,
    idle: Choice,
    *,
    seed: int = 42,
    max_steps: int | None = None,
    view: View | None = None,
) -> None:
    """A rival's private actions must leave no trace in what the watcher sees.

    Two episodes with one seed: in the first the rival does private things whenever it
    can, in the second it idles. Everyone else idles in both. The watcher's k-th look
    must be the same in both, whatever happened between; in a Parallel environment each
    step is a look.

    Private and idle actions should take the same simulated time. Otherwise the rival
    gets another number of turns, and whatever shows the clock or the order of turns
    differs for good reason: leave that out with `view`.

    Args:
        env_fn: Makes a new AEC or Parallel environment.
        private_action: The rival's next private action, or `None` when it has none
            and idles.
        watcher: The agent whose view is compared.
        rival: The agent with the secret.
        idle: The action that does nothing.
        seed: The seed of both episodes.
        max_steps: Stop both episodes after so many actions; by default play to the end.
        view: What to compare of the watcher's observation and info; by default all.

    Raises:
        ConformanceError: The watcher could tell, or the check would prove nothing: the
            rival never acted, its actions do not even show in its own view, or the
            watcher never had a turn.

    Example:
        >>> from test_time_gym import market_v0  # doctest: +SKIP
        >>> check_privacy(
        ...     market_v0.env, fill_cart, "buyer_0", "buyer_1", idle=wait
        ... )  # doctest: +SKIP
    """
    busy, quiet = _Rival(rival, private_action, idle), _Rival(rival, idle, idle)
    with closing(env_fn()) as first, closing(env_fn()) as second:
        secret, plain = (
            list(walk(CHECK, env, policy, seed=seed, max_steps=max_steps))
            for env, policy in ((first, busy), (second, quiet))
        )
    if not busy.acted:
        problem = f"the rival {rival!r} never had a private action: nothing was checked"
        raise ConformanceError(CHECK, problem, rival)
    _require_trace(secret, plain, rival)
    _require_none(secret, plain, watcher, view, complete=max_steps is None)


@dataclass(slots=True)
class _Rival:
    """A policy that lets one agent choose while all others idle."""

    name: str
    choose: Choice
    idle: Choice
    acted: int = 0
    """How often the one agent had something to do."""

    def __call__(self, env: Env, agent: str, observation: object, info: object) -> Any:
        action = self.choose(env, agent) if agent == self.name else None
        if action is None:
            return self.idle(env, agent)
        self.acted += 1
        return action


def _looks(turns: list[Turn], agent: str) -> Iterator[tuple[int, Any, Any]]:
    """The steps at which an agent looks, and what it sees."""
    for turn in turns:
        for each, observation, info in turn.views():
            if each == agent:
                yield turn.step, observation, info


def _require_trace(secret: list[Turn], plain: list[Turn], rival: str) -> None:
    pairs = zip_longest(_looks(secret, rival), _looks(plain, rival))
    if all(one and two and not difference(one[1:], two[1:]) for one, two in pairs):
        problem = (
            f"the rival {rival!r} itself saw nothing of its private actions "
            "(were they refused?): nothing was checked"
        )
        raise ConformanceError(CHECK, problem, rival)


def _require_none(
    secret: list[Turn],
    plain: list[Turn],
    watcher: str,
    view: View | None,
    *,
    complete: bool,
) -> None:
    names = "rival did private things", "rival idled"
    looks = [list(_looks(turns, watcher)) for turns in (secret, plain)]
    if not all(looks):
        problem = f"the watcher {watcher!r} never had a turn: nothing was checked"
        raise ConformanceError(CHECK, problem, watcher)
    for number, ((step, *one), (_, *two)) in enumerate(zip(*looks, strict=False)):
        if view is None:
            seen = [{"observation": each[0], "info": each[1]} for each in (one, two)]
        else:
            seen = [{"view": view(*each)} for each in (one, two)]
        found = difference(*seen)
        if found:
            problem = f"look {number}: {found.told(*names)}"
            raise ConformanceError(CHECK, problem, watcher, step)
    counts = [len(each) for each in looks]
    if complete and counts[0] != counts[1]:
        problem = (
            f"the number of looks differs: "
            f"{counts[0]} ({names[0]}), {counts[1]} ({names[1]})"
        )
        raise ConformanceError(CHECK, problem, watcher)
