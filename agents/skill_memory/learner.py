"""A learner's part of the memory."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import astuple

from test_time_gym.agents.skills.skill.skill import Skill

from .errors import StoreError
from .eviction import evicted
from .lock import Lock
from .record import ChoiceRecord, EpisodeRecord, SkillChange
from .row import (
    PUT_CHANGE,
    PUT_CHOICES,
    PUT_EPISODE,
    PUT_SKILL,
    PUT_STATE,
    PUT_TRAJECTORY,
    Row,
    choices_of,
    choices_row,
    episode_of,
    json_of,
    skill_of,
    skill_row,
    typed,
    value_of,
    verified,
)

if TYPE_CHECKING:
    from .memory import Memory

__all__ = ["LearnerMemory", "Recollection"]

_PARTS: Final = ("change", "choices", "trajectory", "episode", "state", "skill")
"""Tables with rows of a learner, those that refer to others first."""
_CALLED: Final = "it called other skills, which is no longer done; those are kept"


class Recollection(Struct, frozen=True):
    """What a learner continues from."""

    episode: int
    """Number of the last episode that was saved; 0: none."""
    skills: list[Skill]
    """In the order in which they were first saved."""
    state: dict[str, Any]
    """By name; ``chooser`` and ``explorer`` are those of the agent's parts."""


class _Waiting:
    """Rows that have not been written yet."""

    def __init__(self) -> None:
        self.skills: dict[str, Row | None] = {}
        self.state: dict[str, str] = {}
        self.episodes: list[Row] = []
        self.trajectories: list[Row] = []
        self.choices: list[Row] = []
        self.changes: list[Row] = []


class LearnerMemory:
    """What one learner keeps. Made by `Memory.learner`.

    Everything is written at the end of an episode, all of it or nothing.

    Attributes:
        dropped: names of skills in the file that called other skills, which is no
            longer done; the next save deletes them, and notes it in the history.
    """

    def __init__(
        self, memory: "Memory", key: str, number: int, lock: Lock | None
    ) -> None:
        self.key: Final = key
        self._memory = memory
        self._number = number
        self._lock = lock
        self._waiting = _Waiting()
        self._state: dict[str, str] = {}
        self._episode = self._saves = 0
        self._trajectories = self._choices = 0
        self._left = 0, 0
        self._remember()

    @property
    def episode(self) -> int:
        """Number of the last episode that was saved; 0: none."""
        return self._episode

    def load(self) -> Recollection:
        """Return what to continue from.

        Raises:
            StoreError: a row of it cannot be read.
        """
        self._memory.flush()
        self._remember()
        rows = self._memory.rows(
            "SELECT name, data FROM state WHERE learner = ? ORDER BY name",
            [self._number],
        )
        state = {name: value_of(data, f"state {name!r:.60}") for name, data in rows}
        return Recollection(self._episode, list(self._skills.values()), state)

    def save_episode(
        self,
        record: EpisodeRecord,
        *,
        skills: Iterable[Skill],
        state: Mapping[str, Any] | None = None,
        choices: Sequence[ChoiceRecord] = (),
        changes: Sequence[SkillChange] = (),
    ) -> None:
        """Keep an episode and all that it changed.

        Args:
            record: the episode; its number is above that of the one before.
            skills: the whole library; a skill that is missing here is deleted.
            state: what changed, by name, as JSON; other names stay as they are.
            choices: the chooser's log of this episode.
            changes: in the lives of skills.

        Raises:
            StoreError: a number or name is wrong, something is no JSON, and nothing
                was kept; or the file cannot be written, and then the episode still
                waits: ask `Memory.flush` again.
        """
        episode = record.episode
        if episode <= self._episode:
            msg = f"episode {episode} after episode {self._episode}: number them upward"
            raise StoreError(msg)
        number, waiting = self._number, self._waiting
        trace = json_of(record.trace, "trace")
        logged = choices_row(number, episode, choices)
        row = verified((number, *astuple(record)[:-1]), f"episode {episode}")
        self._keep(skills, {} if state is None else state, changes)
        waiting.episodes.append(row)
        waiting.trajectories.append((number, record.success, episode, trace))
        if choices:
            waiting.choices.append(logged)
        self._episode = episode
        self._memory.await_flush()

    def save_skills(
        self, skills: Iterable[Skill], changes: Sequence[SkillChange] = ()
    ) -> None:
        """Replace the library between two episodes, as after an edit by hand.

        Raises:
            StoreError: as `save_episode`.
        """
        self._keep(skills, {}, changes)
        self._memory.await_flush()

    def skills(self) -> list[Skill]:
        """Return all skills, retired ones too, in the order of their first saving."""
        return self.load().skills

    def experience(
        self, limit: int | None = None, *, successes_only: bool = False
    ) -> list[EpisodeRecord]:
        """Return the episodes whose trajectories are kept, the latest first.

        Args:
            limit: how many at most.
            successes_only: leave out the others.
        """
        rows = self._memory.rows(
            "SELECT number, id, outcome, e.success, steps, paid, data"
            " FROM trajectory AS t JOIN episode AS e"
            " ON e.learner = t.learner AND number = t.episode"
            " WHERE t.learner = ? AND t.success >= ? ORDER BY number DESC LIMIT ?",
            [self._number, int(successes_only), -1 if limit is None else limit],
        )
        return [episode_of(row) for row in rows]

    def choices(self, since: int = 0) -> list[ChoiceRecord]:
        """Return the chooser's log, from an episode on, oldest first."""
        rows = self._memory.rows(
            "SELECT episode, data FROM choices"
            " WHERE learner = ? AND episode >= ? ORDER BY episode",
            [self._number, since],
        )
        return [choice for row in rows for choice in choices_of(row)]

    def history(self, skill: str | None = None) -> list[SkillChange]:
        """Return the changes in the life of one skill, or of all, oldest first."""
        rows = self._memory.rows(
            "SELECT episode, skill, what, merged_into, why FROM change"
            " WHERE learner = ? AND (? IS NULL OR skill = ?) ORDER BY id",
            [self._number, skill, skill],
        )
        return [typed(row, SkillChange, "history of skills") for row in rows]

    def evict(self, *, trajectories: int, choices: int) -> tuple[int, int]:
        """Keep no more than so many of each; return how many were deleted.

        Args:
            trajectories: the oldest failures go first, then the oldest successes.
            choices: of so many episodes; the oldest go first.

        What an episode came to, and what became of skills, is always kept.
        """
        self._memory.flush()
        before = self._trajectories, self._choices
        with self._memory.transaction() as store:
            left = evicted(store, self._number, before, (trajectories, choices))
        self._trajectories, self._choices = left
        return before[0] - left[0], before[1] - left[1]

    def clear(self) -> None:
        """Forget all that was kept of this learner: it begins at episode 0 again."""
        self._memory.flush()
        with self._memory.transaction() as store:
            for table in _PARTS:
                query = f"DELETE FROM {table} WHERE learner = ?"  # noqa: S608 - ours
                store.execute(query, [self._number])
            store.execute(
                "UPDATE learner SET episode = 0, saves = saves + 1 WHERE id = ?",
                [self._number],
            )
        self._state = {}
        self._remember()

    def close(self) -> None:
        """Write what waits, and let others write this learner."""
        self._memory.flush()
        self._memory.leave(self.key)
        self.release()

    # For Memory.

    def release(self) -> None:
        """Give the right to write back."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def write(self, store: sqlite3.Connection) -> None:
        """Write all that waits, inside the memory's transaction.

        Raises:
            StoreError: another process has written this learner since it was opened,
                where the file system knows no locks.
        """
        waiting, number = self._waiting, self._number
        found = store.execute(
            "UPDATE learner SET episode = ?, saves = saves + 1"
            " WHERE id = ? AND saves = ?",
            [self._episode, number, self._saves],
        )
        if found.rowcount != 1:
            msg = f"another process has written learner {self.key!r:.60} meanwhile: "
            raise StoreError(msg + "nothing was saved; open it again")
        gone = [(number, name) for name, row in waiting.skills.items() if row is None]
        store.executemany("DELETE FROM skill WHERE learner = ? AND name = ?", gone)
        store.executemany(PUT_SKILL, [row for row in waiting.skills.values() if row])
        store.executemany(
            PUT_STATE, [(number, *item) for item in waiting.state.items()]
        )
        store.executemany(PUT_EPISODE, waiting.episodes)
        store.executemany(PUT_TRAJECTORY, waiting.trajectories)
        store.executemany(PUT_CHOICES, waiting.choices)
        store.executemany(PUT_CHANGE, waiting.changes)
        limits = self._memory.limits
        there = (
            self._trajectories + len(waiting.trajectories),
            self._choices + len(waiting.choices),
        )
        self._left = evicted(
            store, number, there, (limits.trajectories, limits.choices)
        )

    def forget_written(self) -> None:
        """Take note that what waited has been written for good."""
        self._trajectories, self._choices = self._left
        self._saves += 1
        self._waiting = _Waiting()

    def _remember(self) -> None:
        """Read what later saves are compared with."""
        (counts,) = self._memory.rows(
            "SELECT episode, saves FROM learner WHERE id = ?", [self._number]
        )
        self._episode, self._saves = typed(counts, tuple[int, int], "list of learners")
        self._trajectories = self._count("trajectory")
        self._choices = self._count("choices")
        self._left = self._trajectories, self._choices
        rows = self._memory.rows(
            "SELECT name, position, data FROM skill WHERE learner = ?"
            " ORDER BY position",
            [self._number],
        )
        kept = [typed(row, tuple[str, int, str], "list of skills") for row in rows]
        found = {name: skill_of(name, data) for name, _, data in kept}
        self._skills = {name: skill for name, skill in found.items() if skill}
        self.dropped = [name for name, skill in found.items() if skill is None]
        self._positions = {name: position for name, position, _ in kept}
        self._next = max(self._positions.values(), default=-1) + 1

    def _count(self, table: str) -> int:
        query = f"SELECT count(*) FROM {table} WHERE learner = ?"  # noqa: S608 - ours
        return int(self._memory.rows(query, [self._number])[0][0])

    def _keep(
        self,
        skills: Iterable[Skill],
        state: Mapping[str, Any],
        changes: Sequence[SkillChange],
    ) -> None:
        """Let what has changed wait for the next flush; all of it, or nothing."""
        if self._memory.read_only:
            raise StoreError("this memory was opened to be read only")
        library = self._library(skills)
        blobs = {name: json_of(value, name) for name, value in state.items()}
        verified(tuple(blobs), "names of state")
        turned: list[Row] = [
            (self._number, *astuple(change)) for change in [*self._gone(), *changes]
        ]
        for turn in turned:
            verified(turn, "a change")
        rows: dict[str, Row | None] = {
            name: None for name in [*self._skills, *self.dropped] if name not in library
        }
        fresh, positions = self._next, dict(self._positions)
        for name, skill in library.items():
            known = self._skills.get(name)
            if known is skill or known == skill:
                continue
            if known is None:
                positions[name] = fresh
                fresh += 1
            rows[name] = skill_row(self._number, positions[name], skill)
        positions = {name: positions[name] for name in library}
        self._skills, self._positions, self._next = library, positions, fresh
        self.dropped = []
        self._waiting.skills |= rows
        for name, blob in blobs.items():
            if self._state.get(name) != blob:
                self._state[name] = self._waiting.state[name] = blob
        self._waiting.changes += turned

    def _gone(self) -> list[SkillChange]:
        """Return what the history says of the skills that the file is to lose."""
        return [
            SkillChange(episode=self._episode, skill=name, what="retired", why=_CALLED)
            for name in self.dropped
        ]

    def _library(self, skills: Iterable[Skill]) -> dict[str, Skill]:
        library: dict[str, Skill] = {}
        for skill in skills:
            if library.setdefault(skill.name, skill) is not skill:
                raise StoreError(f"two skills are named {skill.name!r:.60}")
        return library
