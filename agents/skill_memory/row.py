"""Rows: how records are written in the tables, and read again."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from test_time_gym.agents.skills.skill.skill import SCHEMA, Skill

from .errors import DamagedStore, StoreError
from .legacy import calls_of
from .record import ChoiceRecord, EpisodeRecord

__all__ = [
    "PUT_CHANGE",
    "PUT_CHOICES",
    "PUT_EPISODE",
    "PUT_SKILL",
    "PUT_STATE",
    "PUT_TRAJECTORY",
    "Row",
    "choices_of",
    "choices_row",
    "episode_of",
    "json_of",
    "skill_of",
    "skill_row",
    "typed",
    "value_of",
    "verified",
]

Row = tuple[Any, ...]
_S = TypeVar("_S")
_T = TypeVar("_T")

PUT_SKILL: Final = """INSERT INTO skill
    (learner, name, position, state, support, born, used, data)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (learner, name) DO UPDATE SET position = excluded.position,
    state = excluded.state, support = excluded.support, born = excluded.born,
    used = excluded.used, data = excluded.data"""
PUT_STATE: Final = """INSERT INTO state (learner, name, data) VALUES (?, ?, ?)
    ON CONFLICT (learner, name) DO UPDATE SET data = excluded.data"""
PUT_EPISODE: Final = "INSERT INTO episode VALUES (?, ?, ?, ?, ?, ?, ?)"
PUT_TRAJECTORY: Final = "INSERT INTO trajectory VALUES (?, ?, ?, ?)"
PUT_CHOICES: Final = "INSERT INTO choices VALUES (?, ?, ?)"
PUT_CHANGE: Final = """INSERT INTO change
    (learner, episode, skill, what, merged_into, why) VALUES (?, ?, ?, ?, ?, ?)"""
_BITS: Final = 63
_encode = msgspec.json.Encoder().encode


class _Kept(Struct, frozen=True):
    """A skill with the version of its layout."""

    schema: int
    skill: msgspec.Raw


_as_kept = msgspec.json.Decoder(_Kept).decode
_as_skill = msgspec.json.Decoder(Skill).decode
_as_choices = msgspec.json.Decoder(list[ChoiceRecord]).decode


def json_of(value: Any, what: str) -> str:
    """Return JSON text.

    Raises:
        StoreError: there is none for this value.
    """
    try:
        return _encode(value).decode()
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise StoreError(f"{what} cannot be kept as JSON: {error}") from error


def value_of(text: str, what: str) -> Any:
    """Return what a JSON text holds.

    Raises:
        StoreError: it is none.
    """
    return _read(msgspec.json.decode, text, what)


def verified(row: Row, what: str) -> Row:
    """Return a row that the file can take.

    Raises:
        StoreError: a number or a text of it cannot be stored.
    """
    for value in row:
        if isinstance(value, str):
            if not value.isascii():
                _verify_encodable(value, what)
        elif isinstance(value, int) and value.bit_length() > _BITS:
            raise StoreError(f"{what}: a number of more than {_BITS} bits")
    return row


def _verify_encodable(text: str, what: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise StoreError(f"{what}: {error}") from error


def typed(row: Row, kind: type[_T], what: str) -> _T:
    """Return a row of the file as what was written.

    Args:
        row: as it was read.
        kind: a tuple's type, or a struct whose fields are the row's columns.
        what: its name, for the message.

    Raises:
        DamagedStore: a value is of another kind.
    """
    plain: Any = row
    if isinstance(kind, type) and issubclass(kind, Struct):
        plain = dict(zip(kind.__struct_fields__, row, strict=True))
    return _read(lambda data: msgspec.convert(data, kind), plain, what)


def skill_row(learner: int, position: int, skill: Skill) -> Row:
    """Return a row of the table of skills."""
    what = f"skill {skill.name!r:.60}"
    kept = {"schema": SCHEMA, "skill": skill}
    row = (
        learner,
        skill.name,
        position,
        skill.state,
        skill.support,
        skill.born,
        skill.used,
        json_of(kept, what),
    )
    return verified(row, what)


def skill_of(name: str, text: str) -> Skill | None:
    """Return a skill from its column of data; None: it called other skills.

    Raises:
        StoreError: it is damaged, or of a layout that is not known here.
    """
    what = f"skill {name!r:.60}"
    kept = _read(_as_kept, text, what)
    if kept.schema != SCHEMA:
        msg = f"{what} has layout {kept.schema}, and this program knows {SCHEMA}: "
        raise StoreError(msg + "install the version that wrote it")
    if calls_of(kept.skill):
        return None
    skill = _read(_as_skill, kept.skill, what)
    if skill.name != name:
        msg = f"the {what} is damaged: its data are those of {skill.name!r:.60}; "
        raise DamagedStore(msg + "nothing was changed")
    return skill


def choices_row(learner: int, episode: int, choices: Sequence[ChoiceRecord]) -> Row:
    """Return a row of the table of choices: those of an episode.

    Raises:
        StoreError: a choice contradicts itself, or is no JSON.
    """
    for choice in choices:
        if choice.episode != episode:
            msg = f"a choice of episode {choice.episode} cannot be kept "
            raise StoreError(msg + f"with episode {episode}")
        if choice.chosen not in choice.arms:
            raise StoreError(f"{choice.chosen!r:.60} was chosen and is no arm")
        arms = len(choice.arms)
        if len(choice.means) != arms or len(choice.spreads) != arms:
            raise StoreError(f"{arms} arms need as many means and as many spreads")
        if not 0 < choice.propensity <= 1:
            msg = f"propensity {choice.propensity}: it is above 0 and at most 1"
            raise StoreError(msg)
    return learner, episode, json_of(choices, "choices")


def choices_of(row: Row) -> list[ChoiceRecord]:
    """Return the choices of an episode from its number and its column of data."""
    return _read(_as_choices, row[1], f"log of choices of episode {row[0]}")


def episode_of(row: Row) -> EpisodeRecord:
    """Return a trajectory from the columns of its episode, and its trace."""
    number, *fields, success, steps, paid, trace = row
    trace = value_of(trace, f"trajectory of episode {number}")
    success = {0: False, 1: True}.get(success, success)
    whole = (number, *fields, success, steps, paid, trace)
    return typed(whole, EpisodeRecord, "list of episodes")


def _read(decode: Callable[[_S], _T], text: _S, what: str) -> _T:
    try:
        return decode(text)
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
        msg = f"the {what} is damaged: {error}; nothing was changed"
        raise DamagedStore(msg) from error
