"""The same episode in every process, however Python hashes strings there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from importlib import import_module
from itertools import zip_longest
from operator import index
from typing import TYPE_CHECKING, Any

from .compare import fingerprint, leaves, shown, spelled
from .errors import ConformanceError
from .walk import MaskedRandom, Turn, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CHECK = "check_hash_seed"
_CHILD = f"from {__name__} import child; child()"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What a process is to play. The environment is named, for it cannot be sent."""

    factory: str
    policy: str | None
    seed: int
    max_steps: int | None
    show: int | None = None
    """Tell everything about the turn of this step, instead of one digest per turn."""


def check_hash_seed(
    factory: str,
    *,
    path: Sequence[str | os.PathLike[str]] = (),
    seed: int = 42,
    max_steps: int | None = None,
    hash_seeds: Sequence[int] = (0, 1, 2),
    policy: str | None = None,
    timeout_s: float = 120,
) -> None:
    """One seeded episode must be the same under every `PYTHONHASHSEED`.

    Python hashes strings differently in each process, so whatever iterates over a set
    of names, or sorts by `hash`, changes from run to run, and no comparison within one
    process can tell. Each hash seed gets a process of its own. The hash seeds are
    fixed numbers: what fails today should fail tomorrow.

    Args:
        factory: Where to import the function that makes the environment, as
            `"package.module:function"`.
        path: Searched for modules before everything on `sys.path`.
        seed: The seed of the episode.
        max_steps: Stop after so many actions; by default play to the end.
        hash_seeds: Values for `PYTHONHASHSEED`; the others are compared to the first.
        policy: Where to import the function that makes the policy; without it, legal
            actions are sampled.
        timeout_s: How long one process may take.

    Raises:
        ConformanceError: The episodes differ, or one could not be played.

    Example:
        >>> check_hash_seed("test_time_gym.market_v0:env")  # doctest: +SKIP
    """

    def played(hash_seed: int, show: int | None = None) -> list[list[str]]:
        order = _Order(
            factory=factory,
            policy=policy,
            seed=index(seed),
            max_steps=max_steps,
            show=show,
        )
        return _run(order, hash_seed, path, timeout_s)

    with ThreadPoolExecutor() as pool:
        episodes = list(pool.map(played, hash_seeds))
    for hash_seed, episode in zip(hash_seeds, episodes, strict=True):
        if episode != episodes[0]:
            _report(played, (hash_seeds[0], hash_seed), (episodes[0], episode))


def child() -> None:
    """Play what the first command line argument says; print lists of strings."""
    order = _Order(**json.loads(sys.argv[1]))
    policy = _load(order.policy)() if order.policy else MaskedRandom()
    with closing(_load(order.factory)()) as env:
        turns = walk(CHECK, env, policy, seed=order.seed, max_steps=order.max_steps)
        if order.show is None:
            answer = [[turn.agent or "", fingerprint(turn.seen)] for turn in turns]
        else:
            answer = _everything(turns, order.show)
    # The last line counts, whatever the environment printed before.
    sys.stdout.write(f"\n{json.dumps(answer)}\n")


def _everything(turns: Iterator[Turn], step: int) -> list[list[str]]:
    turn = next(turn for turn in turns if turn.step == step)
    return [
        [spelled(leaf.path), leaf.mark.hex(), shown(leaf.value)]
        for leaf in leaves(turn.seen)
    ]


def _load(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def _run(
    order: _Order,
    hash_seed: int,
    path: Sequence[str | os.PathLike[str]],
    timeout_s: float,
) -> list[list[str]]:
    search = [os.fspath(entry) for entry in path]
    search += [entry or "." for entry in sys.path]
    settings = {"PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": os.pathsep.join(search)}
    command = [sys.executable, "-c", _CHILD, json.dumps(asdict(order))]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own code
            command,
            env=os.environ | settings,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        problem = f"{order.factory} did not finish an episode within {timeout_s} s"
        raise ConformanceError(CHECK, problem) from error
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        problem = f"{order.factory} failed under PYTHONHASHSEED={hash_seed}: {reason}"
        raise ConformanceError(CHECK, problem)
    answer: list[list[str]] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _report(
    played: Any,
    hash_seeds: tuple[int, int],
    episodes: tuple[list[list[str]], list[list[str]]],
) -> None:
    pairs = zip_longest(*episodes)
    step = next(step for step, (one, two) in enumerate(pairs) if one != two)
    if step >= min(map(len, episodes)):
        first, second = map(len, episodes)
        problem = f"the episode has {first} or {second} turns"
    else:
        parts = zip(*(played(each, step) for each in hash_seeds), strict=False)
        problem = next(
            (
                f"{one[0]} differs: {one[2]}, {two[2]}"
                for one, two in parts
                if one[:2] != two[:2]
            ),
            "the episode is another one in each process; see check_seeding",
        )
    problem += f" (PYTHONHASHSEED={hash_seeds[0]}, {hash_seeds[1]})"
    agent = episodes[0][min(step, len(episodes[0]) - 1)][0]
    raise ConformanceError(CHECK, problem, agent or None, step)
