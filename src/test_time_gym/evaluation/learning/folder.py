"""The folder of a study: what has been played is kept there, seed by seed."""

from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import msgspec

from test_time_gym.atomic_file import write_atomically
from test_time_gym.market.errors import Misuse

from .question import Question
from .seed import SeedResult

__all__ = ["StudyFolder"]

_QUESTION: Final = "question.json"
_SEEDS: Final = "seeds"
_OWN: Final = (_QUESTION, "study.json", "curves.csv")
_AGAIN: Final = "begin anew with --fresh"


class _Kept(msgspec.Struct):
    """A file of one seed; the digest is of the result's bytes."""

    question: str
    digest: str
    result: msgspec.Raw


class StudyFolder:
    """Where a study keeps what it has played.

    A file is there whole or not at all, and says which question it answers.

    Args:
        path: of the folder; it is made if need be.
        question: what is asked.
        fresh: forget what was played before.

    Raises:
        Misuse: the folder holds another study, something else, or damaged files.
        OSError: the operating system refuses.
    """

    def __init__(self, path: Path, question: Question, *, fresh: bool = False) -> None:
        """Open the folder."""
        self.path = path
        self._question = question
        if path.exists() and not path.is_dir():
            raise Misuse(f"{path} is no folder: choose another with --out")
        known = self._known(fresh=fresh)
        if fresh:
            self._forget()
        elif known is None and path.is_dir() and any(path.iterdir()):
            msg = f"{path} holds files, but no study: choose another folder with --out"
            raise Misuse(msg)
        (path / _SEEDS).mkdir(parents=True, exist_ok=True)
        if fresh or known is None:
            asked = question.as_dict()
            self.write(_QUESTION, _text({"digest": question.digest, **asked}))

    @property
    def memory(self) -> Path:
        """The memory of a study that nobody asked to be kept elsewhere."""
        return self.path / "memory.db"

    def result(self, seed: int) -> SeedResult | None:
        """Return what a seed has come to; None: it has not been finished.

        Raises:
            Misuse: its file is damaged, or of another question.
        """
        path = self.path / self._seed_file(seed)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            kept = msgspec.json.decode(data, type=_Kept)
            sound = kept.digest == _digest(bytes(kept.result))
            if sound and kept.question == self._question.digest:
                found = msgspec.json.decode(kept.result, type=SeedResult)
                if (found.seed, tuple(found.lives)) == (seed, self._question.arms):
                    return found
        except (msgspec.DecodeError, UnicodeDecodeError):
            sound = False
        what = "is of another study or seed" if sound else "is damaged"
        raise Misuse(f"{path} {what}: delete it to play that seed again, or {_AGAIN}")

    def keep(self, result: SeedResult) -> None:
        """Keep what a seed has come to."""
        body = msgspec.json.encode(result)
        kept = _Kept(self._question.digest, _digest(body), msgspec.Raw(body))
        self.write(self._seed_file(result.seed), msgspec.json.encode(kept))

    def write(self, name: str, data: bytes) -> None:
        """Write a file, whole or not at all, whatever happens meanwhile."""
        # They are the study's own: it may renew them.
        write_atomically(self.path / name, data, overwrite=True)

    def _known(self, *, fresh: bool) -> str | None:
        """Return the digest of the question that the folder answers, if any."""
        path = self.path / _QUESTION
        try:
            known = str(msgspec.json.decode(path.read_bytes())["digest"])
        except FileNotFoundError:
            return None
        except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError):
            if fresh:
                return None
            raise Misuse(f"{path} is damaged: {_AGAIN}") from None
        if known != self._question.digest:
            msg = f"{self.path} holds the study of another question (see {_QUESTION} "
            msg += "there), of another agent or of another version of the program: "
            raise Misuse(msg + "choose another folder with --out")
        return known

    def _forget(self) -> None:
        """Delete what a study has written here, and nothing else."""
        files = [self.path / name for name in _OWN]
        files += sorted((self.path / _SEEDS).glob("seed-*.json*"))
        files += sorted(self.path.glob(f"{self.memory.name}*"))
        for file in files:
            file.unlink(missing_ok=True)

    @staticmethod
    def _seed_file(seed: int) -> str:
        return f"{_SEEDS}/seed-{seed:04}.json"


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def _text(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
