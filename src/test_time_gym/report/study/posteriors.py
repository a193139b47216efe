"""Posteriors: what a learner believed of its choices, from episode to episode."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from test_time_gym.agents.skill_memory import ChoiceRecord
from test_time_gym.report.parts import rounded

__all__ = ["posteriors_of"]

_CONTEXTS: Final = 8
"""Shown of a learner: those with the most choices."""
_ARMS: Final = 6
"""Shown of a context: those chosen most often."""
_PLACES: Final = ("page", "payment", "cart")
"""What the first parts of a context say."""


def posteriors_of(
    choices: Iterable[ChoiceRecord],
    called: Mapping[str, str],
    *,
    contexts: int = _CONTEXTS,
) -> list[dict[str, Any]]:
    """Return what was believed where there was something to choose.

    Args:
        choices: a learner's log, oldest first.
        called: what skills are called by what they do.
        contexts: how many to return, those with the most choices.

    Returns:
        Of each context ``name``, ``where`` (in words), ``choices`` (how many were
        made there among several), ``episodes``, and ``arms``: of each ``name``,
        ``called``, ``chosen`` (how often), and for each of the episodes the ``mean``
        and the ``spread`` (a standard deviation) of its worth at the last choice in
        it; None: it could not be chosen then.
    """
    logged: dict[str, list[ChoiceRecord]] = {}
    for one in choices:
        if len(one.arms) > 1:
            logged.setdefault(str(one.context), []).append(one)
    most = sorted(logged.items(), key=lambda item: (-len(item[1]), item[0]))
    return [_context(name, some, called) for name, some in most[:contexts]]


def _context(
    name: str, choices: list[ChoiceRecord], called: Mapping[str, str]
) -> dict[str, Any]:
    last = {one.episode: one for one in choices}
    counts: dict[str, int] = {}
    for one in choices:
        for arm in one.arms:
            counts[arm] = counts.get(arm, 0) + (arm == one.chosen)
    arms = sorted(counts, key=lambda arm: (-counts[arm], arm))[:_ARMS]
    return {
        "name": name,
        "where": where(name),
        "choices": len(choices),
        "episodes": list(last),
        "arms": [
            {
                "name": arm,
                "called": called.get(arm, arm),
                "chosen": counts[arm],
                "mean": [_of(one, one.means, arm) for one in last.values()],
                "spread": [_of(one, one.spreads, arm) for one in last.values()],
            }
            for arm in arms
        ],
    }


def _of(
    one: ChoiceRecord, values: tuple[float | None, ...], arm: str
) -> float | int | None:
    places = dict(zip(one.arms, values, strict=False))
    return rounded(places.get(arm))


def where(context: str) -> str:
    """Return in words where choices of a context are made.

    >>> where("payment/requires_challenge/some/agree/1")
    'page payment, payment requires challenge, cart some; agree, 1'
    >>> where("raw")
    'raw'
    """
    parts = context.replace("_", " ").split("/")
    if len(parts) < len(_PLACES):
        return context
    said = [f"{name} {part}" for name, part in zip(_PLACES, parts, strict=False)]
    rest = ", ".join(parts[len(_PLACES) :])
    return ", ".join(said) + (f"; {rest}" if rest else "")
