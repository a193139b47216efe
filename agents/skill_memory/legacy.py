"""Legacy skills: until version 0.1 a step could carry out another skill."""

import msgspec
from msgspec import Struct

__all__ = ["calls_of"]


class _Step(Struct, frozen=True):
    skill: str = ""


class _Skill(Struct, frozen=True):
    steps: tuple[_Step, ...]


_decode = msgspec.json.Decoder(_Skill).decode


def calls_of(data: msgspec.Raw | str) -> dict[int, str]:
    """Return which skill each step carries out; empty: none, or this is no skill.

    >>> calls_of('{"steps": [{"verb": "wait"}, {"skill": "search-1"}]}')
    {1: 'search-1'}
    """
    try:
        steps = _decode(data).steps
    except (msgspec.MsgspecError, RecursionError):
        return {}
    return {k: step.skill for k, step in enumerate(steps) if step.skill}
