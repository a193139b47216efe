"""The folder of a study: what has been played is kept there, seed by seed."""

from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import msgspec

from test_time_gym.atomic_file import remove_leftovers, write_atomically
from test_time_gym.market.errors import Misuse

from .seed_runs import SeedResult
from .study_spec import StudySpec

__all__ = ["StudyFolder", "kept_results"]

_QUESTION: Final = "question.json"
_SEEDS: Final = "seeds"
_OWN: Final = (_QUESTION, "study.json", "curves.csv")
_AGAIN: Final = "start over with --fresh"


class _Kept(msgspec.Struct):
    """A file of one seed; the digest is of the result's bytes."""

    spec: str = msgspec.field(name="question")
    digest: str
    result: msgspec.Raw


class StudyFolder:
    """Where a study keeps what it has played.

    A file is there whole or not at all, and says which question it answers.

    Args:
        path: of the folder; it is made if need be.
        spec: what is asked.
        fresh: forget what was played before.

    Raises:
        Misuse: the folder holds another study, something else, or damaged files.
        OSError: the operating system refuses.
    """

    def __init__(self, path: Path, spec: StudySpec, *, fresh: bool = False) -> None:
        """Open the folder."""
        self.path = path
        self._spec = spec
        if path.exists() and not path.is_dir():
            raise Misuse(f"{path} is no folder: choose another with --out")
        self._clean_up()
        known = self._known(fresh=fresh)
        if known is None:
            self._verify_own(fresh=fresh)
        if fresh:
            self._forget()
        if fresh or known is None:
            # First of all: with it the folder is a study's, whatever happens next.
            asked = spec.as_dict()
            self.write(_QUESTION, _text({"digest": spec.digest, **asked}))
        (path / _SEEDS).mkdir(parents=True, exist_ok=True)

    @property
    def memory(self) -> Path:
        """The memory of a study that nobody asked to be kept elsewhere."""
        return self.path / "memory.db"

    @property
    def cassette(self) -> Path:
        """The answers of a model that nobody asked to be kept elsewhere."""
        return self.path / "cassette.jsonl"

    def result(self, seed: int) -> SeedResult | None:
        """Return what a seed has come to; None: it has not been finished.

        Raises:
            Misuse: its file is damaged, or of another question.
        """
        found = _kept_result(self.path, self._spec.digest, seed)
        if found is None or tuple(found.runs) == self._spec.arms:
            return found
        raise _useless(self.path / _seed_file(seed), sound=True)

    def keep(self, result: SeedResult) -> None:
        """Keep what a seed has come to."""
        body = msgspec.json.encode(result)
        kept = _Kept(self._spec.digest, _digest(body), msgspec.Raw(body))
        self.write(_seed_file(result.seed), msgspec.json.encode(kept))

    def write(self, name: str, data: bytes) -> None:
        """Write a file, whole or not at all, whatever happens meanwhile."""
        # They are the study's own: it may renew them.
        write_atomically(self.path / name, data, overwrite=True)

    def _known(self, *, fresh: bool) -> str | None:
        """Return the digest of the question that the folder answers.

        None: it has no question; empty: a damaged one, which may be forgotten.
        """
        path = self.path / _QUESTION
        try:
            known = str(msgspec.json.decode(path.read_bytes())["digest"])
        except FileNotFoundError:
            return None
        except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError):
            if fresh:
                return ""
            raise Misuse(f"{path} is damaged: {_AGAIN}") from None
        if known != self._spec.digest:
            msg = f"{self.path} holds the study of another question (see {_QUESTION} "
            msg += "there), of another agent or of another version of the program: "
            raise Misuse(msg + "choose another folder with --out")
        return known

    def _clean_up(self) -> None:
        """Take away half-written files of processes that were killed."""
        for folder in (self.path, self.path / _SEEDS):
            remove_leftovers(folder)
            # What version 0.1.0 called them.
            for part in sorted(folder.glob("*.part-*")):
                if part.name.startswith((*_OWN, "seed-")):
                    part.unlink(missing_ok=True)

    def _verify_own(self, *, fresh: bool) -> None:
        """Raise when a folder without a question holds more than an empty one."""
        if not self.path.is_dir():
            return
        seeds = self.path / _SEEDS
        begun = seeds.is_dir() and not seeds.is_symlink()
        own = (*_OWN, _SEEDS) if begun else ()
        found = sorted(one.name for one in self.path.iterdir())
        others = [name for name in found if name not in own]
        if begun:
            mine = self.memory.name, self.cassette.name
            others = [one for one in others if not one.startswith(mine)]
        if others:
            msg = f"{self.path} holds files, but no study: "
            raise Misuse(msg + "choose another folder with --out")
        empty = not found or (found == [_SEEDS] and not any(seeds.iterdir()))
        if not (empty or fresh):
            msg = f"{self.path} holds what a study has left, but no {_QUESTION}: "
            raise Misuse(f"{msg}{_AGAIN}, or choose another folder with --out")

    def _forget(self) -> None:
        """Delete what a study has written here, and nothing else."""
        files = [self.path / name for name in _OWN]
        files += sorted((self.path / _SEEDS).glob("seed-*.json"))
        files += sorted(self.path.glob(f"{self.memory.name}*"))
        files += sorted(self.path.glob(f"{self.cassette.name}*"))
        for file in files:
            file.unlink(missing_ok=True)


def kept_results(folder: Path, digest: str, seeds: Iterable[int]) -> list[SeedResult]:
    """Return what seeds have come to; those that are not finished are left out.

    Args:
        folder: of a study.
        digest: of its question.
        seeds: their numbers.

    Raises:
        Misuse: a file is damaged, or of another question.
    """
    found = [_kept_result(folder, digest, seed) for seed in seeds]
    return [one for one in found if one is not None]


def _kept_result(folder: Path, digest: str, seed: int) -> SeedResult | None:
    path = folder / _seed_file(seed)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        kept = msgspec.json.decode(data, type=_Kept)
        sound = kept.digest == _digest(bytes(kept.result))
        if sound and kept.spec == digest:
            found = msgspec.json.decode(kept.result, type=SeedResult)
            if found.seed == seed:
                return found
    except (msgspec.DecodeError, UnicodeDecodeError):
        sound = False
    raise _useless(path, sound=sound)


def _useless(path: Path, *, sound: bool) -> Misuse:
    what = "is of another study or seed" if sound else "is damaged"
    return Misuse(f"{path} {what}: delete it to play that seed again, or {_AGAIN}")


def _seed_file(seed: int) -> str:
    return f"{_SEEDS}/seed-{seed:04}.json"


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def _text(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
