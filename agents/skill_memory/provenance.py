"""Provenance: which skills were learned from the very instance that is played."""

from collections.abc import Iterable

from test_time_gym.agents.skills.skill.skill import Skill

from .record import EpisodeRecord

__all__ = ["contaminated"]


def contaminated(
    skills: Iterable[Skill], records: Iterable[EpisodeRecord], instance: str
) -> list[str]:
    """Return the names of skills that know an instance from having played it.

    A skill does so if an episode of that instance is among its origins.

    Args:
        skills: the library, retired ones too.
        records: episodes of the learner. A skill's origin names an episode by the
            record's id or as ``episode 7``, by its number.
        instance: what is played: the id of its episodes.
    """
    known = {instance: True}
    for record in records:
        if record.id == instance:
            known[f"episode {record.episode}"] = True
    return [one.name for one in skills if any(o in known for o in one.origin)]
