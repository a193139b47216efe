"""The table of skills: what each does, where it was learned, and how it did."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from .output import table

if TYPE_CHECKING:
    from test_time_gym.agents.skill_memory import SkillChange
    from test_time_gym.agents.skills.skill.skill import Skill

__all__ = ["skill_rows", "skill_table"]


def skill_rows(
    skills: "Sequence[Skill]", history: "Iterable[SkillChange]", *, retired: bool
) -> list[dict[str, Any]]:
    """Return what is told of each skill, in their order.

    Args:
        skills: all of a learner.
        history: all its changes.
        retired: whether retired skills are told, too.
    """
    from test_time_gym.agents.skill_memory import last_failures, names_of
    from test_time_gym.agents.skill_memory.track_record import where_of

    names, failures = names_of(skills), last_failures(history)
    return [
        {
            "name": one.name,
            "called": names[one.name],
            "state": one.state,
            "where": where_of(one),
            "support": one.support,
            "tries": one.tries,
            "arrivals": one.completions,
            "born": one.born,
            "used": one.used,
            "last_failure": failures.get(one.name),
            "by_hand": one.by_hand,
        }
        for one in skills
        if retired or one.state != "retired"
    ]


def skill_table(rows: Sequence[dict[str, Any]]) -> None:
    """Print `skill_rows`, the retired ones last."""
    table(
        [
            {
                "skill": one["name"],
                "what it does": one["called"],
                "state": f"{one['state']}, by hand" if one["by_hand"] else one["state"],
                "where": one["where"] or None,
                "worked": f"{one['arrivals']} of {one['tries']}",
                "last used": one["used"] or None,
                "last failure": one["last_failure"],
            }
            for one in sorted(rows, key=lambda one: one["state"] == "retired")
        ]
    )
