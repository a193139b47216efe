"""Findings: what a study has come to, in sentences for who has never seen one."""

from collections.abc import Mapping
from typing import Any, Final

from test_time_gym.agents.llm.memory import MEMORY_ARMS
from test_time_gym.evaluation.learning.arms import ARMS, BASELINES
from test_time_gym.evaluation.learning.finished_study import FinishedStudy
from test_time_gym.report.parts import amount, bounded, points, share

__all__ = [
    "arm_says",
    "changes_of",
    "findings_of",
    "learning_arms",
    "recovery_of",
    "skills_of",
]

_NONE: Final[dict[str, Any]] = {"estimate": None, "low": None, "high": None}


def arm_says(study: FinishedStudy, arm: str) -> str:
    """Return what an arm is, in a sentence."""
    if study.twin(study.arms[0]) in MEMORY_ARMS:
        return MEMORY_ARMS.get(arm, "")
    return ARMS[arm].says if arm in ARMS else ""


def learning_arms(study: FinishedStudy) -> list[str]:
    """Return the arms that are neither a twin nor a baseline."""
    twins = [study.twin(arm) for arm in study.arms]
    return [arm for arm in study.arms if arm not in (*twins, *BASELINES)]


def findings_of(study: FinishedStudy) -> list[str]:
    """Return what came out: a sentence on what was played, and two for each arm."""
    found = study.figures
    sites = found["sites"]
    where = f"sites {sites['first']} to {sites['last']}"
    if sites["first"] == sites["last"]:
        where = f"site {sites['first']}"
    said = [
        f"{found['agent']} has played {study.episodes} episodes at each of "
        f"{found['seeds']} sites of {found['scenario']} ({where}), in "
        f"{len(study.arms)} arms that met the same tasks, wallets and other customers."
        if found["seeds"] != 1
        else f"{found['agent']} has played {study.episodes} episodes at {where} of "
        f"{found['scenario']}, in {len(study.arms)} arms that met the same tasks, "
        "wallets and other customers. Of one site nothing says how sure a figure is."
    ]
    said += [_of_arm(study, arm) for arm in learning_arms(study)]
    best = share(found["oracle"]["success"])
    if best is not None:
        said.append(
            f"At best {best} of the tasks could be met: so many meets the clairvoyant "
            "oracle, which knows each episode's best purchase."
        )
    return said


def _of_arm(study: FinishedStudy, name: str) -> str:
    arm, twin = study.figures["arms"][name], study.twin(name)
    first, last = share(arm.get("success_first10")), share(arm.get("success_last50"))
    if last is None:
        return f"{name}: no task of its episodes could be met."
    end = min(50, study.episodes)
    said = f"{name} meets {first} of the tasks in its first "
    said += f"{min(10, study.episodes)} episodes and {last} in its last {end}"
    return f"{said}; {_gained(arm.get('gain') or _NONE, twin)}{_saved(study, arm)}."


def _gained(gain: Mapping[str, float | None], twin: str) -> str:
    text = bounded([points(gain[key]) for key in ("estimate", "low", "high")])
    if text is None:
        return f"over {twin}, its twin that does not learn, no gain can be told"
    said = f"over {twin}, its twin that does not learn, it gains {text} points"
    low, high = gain["low"], gain["high"]
    if low is None or high is None:
        return f"{said}, and how sure that is cannot be told"
    if low > 0 or high < 0:
        return f"{said}, more than chance explains"
    return f"{said}, which chance may explain"


def _saved(study: FinishedStudy, arm: Mapping[str, Any]) -> str:
    saved = arm.get("saved_over_clerk") or _NONE
    currency = study.figures["currency"]
    text = amount(saved["estimate"], currency)
    if text is None or saved["estimate"] == 0:
        return ""
    than = "more" if text.startswith("-") else "less"
    paid = f"{text.lstrip('-')} {currency} {than}"
    return f"; it pays {paid} than clerk where both bought"


def recovery_of(study: FinishedStudy, drift: str, arm: str) -> str:
    """Return how an arm came back after a drift, in a sentence."""
    found = study.figures["arms"][arm].get("recovery", {}).get(drift) or {}
    lives = found.get("lives") or 0
    if not lives:
        return f"{arm}: no run had a level to come back to."
    runs = "the only run" if lives == 1 else f"{lives} runs"
    within = f"{share(found['share'])} of {runs}" if lives > 1 else runs
    said = f"{arm}: {within} {'was' if lives == 1 else 'were'} "
    if lives == 1 and not found["share"]:
        said += "not "
    said += "back at 90 % of the level before within 40 episodes"
    if found["median"] is None:
        return f"{said}; half of them or more never came back."
    if found["median"] == 0:
        return f"{said}; the median run never left it."
    return f"{said}; the median run after {found['median']:g} episodes."


def changes_of(study: FinishedStudy) -> list[str]:
    """Return for each change of the sites who was back soon, in a sentence."""
    said = []
    for drift in study.drifts:
        backs = []
        for arm in learning_arms(study):
            found = study.figures["arms"][arm].get("recovery", {}).get(drift.name) or {}
            back = share(found.get("share"))
            if back is not None:
                backs.append(f"{back} of the runs of {arm}")
        if backs:
            said.append(
                f"After episode {drift.after_episodes} every site changed "
                f"({drift.name}): {' and '.join(backs)} were back at 90 % of the level "
                "before within 40 episodes. See “When the site changes”."
            )
    return said


def skills_of(study: FinishedStudy, arm: str) -> dict[str, float]:
    """Return what became of skills in all runs of an arm, and how many it ended with.

    Each number is the mean of a run; no skills at all: an empty dictionary.
    """
    found = study.figures["arms"][arm]
    changes = found.get("changes") or {}
    if not changes and not found.get("skills"):
        return {}
    runs = max(1, study.figures["seeds"])
    kinds = ("born", "confirmed", "merged", "superseded", "decayed", "retired", "used")
    counts = {kind: changes.get(kind, 0) / runs for kind in kinds}
    return {**counts, "at the end": float(found.get("skills") or 0)}
