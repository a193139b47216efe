"""What one agent keeps to itself must not show in what another one sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, TypeAlias

from .compare import difference, snapshot
from .errors import ConformanceError, guarded
from .walk import Env, EnvFn, Turn, is_parallel, walk

CHECK = "check_privacy"
Choice: TypeAlias = Callable[[Env, str], Any]
"""Answers (environment, agent) with an action."""
View: TypeAlias = Callable[[Any, Any], Any]
"""Reduces (observation, info) to what is compared."""
Rendered: TypeAlias = Callable[[Any], Any]
"""Reduces what `render()` returns to what the watcher gets to see of it."""


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
    render: Rendered | None = None,
) -> None:
    """A rival's private actions must leave no trace in what the watcher sees.

    Two episodes with one seed: in the first the rival does private things whenever it
    can, in the second it idles. Everyone else idles in both. The watcher's k-th look
    must be the same in both, whatever happened between; in a Parallel environment each
    step is a look. Compared are observation and info, arrays, texts and pages of nested
    data alike, to the order of their keys, and what the watcher has earned.

    As long as both episodes have had the same turns, the watcher is also looked at
    while others act: its entry of `infos`, and through the AEC door what `observe`
    returns.

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
        render: What to compare of `render()`, such as `lambda text: text` where that
            is the watcher's own page. By default nothing: most environments render for
            a spectator, who sees everybody.

    Raises:
        ConformanceError: The watcher could tell, or the check would prove nothing: the
            rival never acted, its actions do not even show in its own view, the
            watcher never had a turn, or nothing is rendered.

    Example:
        >>> from test_time_gym import market_v0  # doctest: +SKIP
        >>> check_privacy(
        ...     market_v0.env, fill_cart, "buyer_0", "buyer_1", idle=wait
        ... )  # doctest: +SKIP
    """
    busy = _Rival(rival, private_action, idle, watcher, render)
    quiet = _Rival(rival, idle, idle, watcher, render)
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
    _require_no_aside(busy.asides, quiet.asides, watcher, view)


@dataclass(slots=True)
class _Aside:
    """What can be learned of the watcher before somebody's action."""

    agent: str
    observation: Any
    info: Any
    rendered: Any


@dataclass(slots=True)
class _Rival:
    """A policy that lets one agent choose while all others idle.

    It is asked before every action, and looks at the watcher then.
    """

    name: str
    choose: Choice
    idle: Choice
    watcher: str
    render: Rendered | None
    acted: int = 0
    """How often the one agent had something to do."""
    asides: list[_Aside] = field(default_factory=list)

    def __call__(self, env: Env, agent: str, observation: object, info: object) -> Any:
        self._look(env, agent)
        action = self.choose(env, agent) if agent == self.name else None
        if action is None:
            return self.idle(env, agent)
        self.acted += 1
        return action

    def _look(self, env: Env, agent: str) -> None:
        step, live = len(self.asides), self.watcher in env.agents
        seen = info = rendered = None
        if live and not is_parallel(env):
            with guarded(CHECK, f"observe({self.watcher!r})", self.watcher, step):
                seen = env.observe(self.watcher)
            info = getattr(env, "infos", {}).get(self.watcher)
        if live and self.render is not None:
            with guarded(CHECK, "render()", self.watcher, step):
                rendered = env.render()
            if rendered is None:
                problem = "render() returns nothing: make the environment with a "
                problem += "render_mode that returns what it shows"
                raise ConformanceError(CHECK, problem, self.watcher, step)
            rendered = self.render(rendered)
        aside = snapshot({"observation": seen, "info": info, "rendered": rendered})
        self.asides.append(_Aside(agent, **aside))  # type: ignore[arg-type]


def _looks(turns: list[Turn], agent: str) -> Iterator[tuple[Turn, Any, Any]]:
    """The turns at which an agent looks, and what it sees."""
    for turn in turns:
        for each, observation, info in turn.views():
            if each == agent:
                yield turn, observation, info


def _earned(turn: Turn, agent: str) -> dict[str, Any]:
    """What an agent is told beside its observation and info."""
    names = ("reward", "termination", "truncation")
    told = {name: turn.seen[name] for name in names if name in turn.seen}
    if turn.agent is None:
        return {name: each.get(agent) for name, each in told.items()}
    return told


def _require_trace(secret: list[Turn], plain: list[Turn], rival: str) -> None:
    pairs = zip_longest(_looks(secret, rival), _looks(plain, rival))
    if all(one and two and not difference(one[1:], two[1:]) for one, two in pairs):
        problem = (
            f"the rival {rival!r} itself saw nothing of its private actions "
            "(were they refused?): nothing was checked"
        )
        raise ConformanceError(CHECK, problem, rival)


_NAMES = "rival did private things", "rival idled"


def _require_none(
    secret: list[Turn],
    plain: list[Turn],
    watcher: str,
    view: View | None,
    *,
    complete: bool,
) -> None:
    looks = [list(_looks(turns, watcher)) for turns in (secret, plain)]
    if not all(looks):
        problem = f"the watcher {watcher!r} never had a turn: nothing was checked"
        raise ConformanceError(CHECK, problem, watcher)
    for number, pair in enumerate(zip(*looks, strict=False)):
        seen = [
            _reduced(view, observation, info) | _earned(turn, watcher)
            for turn, observation, info in pair
        ]
        found = difference(*seen)
        if found:
            problem = f"look {number}: {found.told(*_NAMES)}"
            raise ConformanceError(CHECK, problem, watcher, pair[0][0].step)
    counts = [len(each) for each in looks]
    if complete and counts[0] != counts[1]:
        problem = (
            f"the number of looks differs: "
            f"{counts[0]} ({_NAMES[0]}), {counts[1]} ({_NAMES[1]})"
        )
        raise ConformanceError(CHECK, problem, watcher)


def _require_no_aside(
    secret: list[_Aside], plain: list[_Aside], watcher: str, view: View | None
) -> None:
    """Compare what is known of the watcher while both episodes have the same turns."""
    for number, (one, two) in enumerate(zip(secret, plain, strict=False)):
        if one.agent != two.agent:
            return
        seen = [
            _reduced(view, each.observation, each.info) | {"render": each.rendered}
            for each in (one, two)
            if each.info is not None or each.rendered is not None
        ]
        found = difference(*seen) if len(seen) == len(_NAMES) else None
        if found:
            problem = f"while {one.agent!r} is to act: {found.told(*_NAMES)}"
            raise ConformanceError(CHECK, problem, watcher, number)


def _reduced(view: View | None, observation: Any, info: Any) -> dict[str, Any]:
    if view is None:
        return {"observation": observation, "info": info}
    return {"view": None if info is None else view(observation, info)}
