"""Notes: what the model itself wrote after its episodes, in the prompt."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from test_time_gym.market.domain import Trade

from .limits import MemoryLimits, estimated_tokens_of
from .model_memory import AskAfterwards, ModelMemory
from .played_episode import PlayedEpisode

__all__ = ["NoteMemory", "note_prompt"]

_HEAD: Final = (
    "# Your notes\n\nYou wrote these after earlier episodes at this site, the oldest "
    "first."
)
_CHARACTERS_A_TOKEN: Final = 4


@cache
def note_prompt() -> str:
    """Return the text of ``note_prompt.md``; ``{characters}`` is to be filled in."""
    return files(__package__).joinpath("note_prompt.md").read_text("utf-8").strip()


@dataclass(frozen=True, slots=True)
class _Note:
    text: str
    origins: tuple[str, ...]
    """Instances that it knows of: its own, and those of notes that were shown."""


class NoteMemory(ModelMemory):
    """Notes, one for each episode; the last ones that the limit of tokens holds.

    Args:
        limits: tokens of one note, and of all that are shown.
        repeated: see `ModelMemory`.
    """

    def __init__(self, limits: MemoryLimits, *, repeated: bool = False) -> None:
        """Have no note."""
        super().__init__(repeated=repeated)
        self._limits = limits
        self._notes: list[_Note] = []
        self._shown: tuple[str, ...] = ()
        self._instance = ""

    def begin(self, episode: PlayedEpisode) -> None:
        """Note which instance is played."""
        self._instance = episode.instance

    def told(self, trade: Trade) -> str:
        """Return the notes, the oldest first."""
        del trade
        shown: list[_Note] = []
        left = self._limits.tokens - estimated_tokens_of(_HEAD)
        for one in reversed(self._notes):
            if not self.known(one.origins, self._instance):
                continue
            left -= estimated_tokens_of(one.text) + 1
            if left < 0:
                break
            shown.insert(0, one)
        self._shown = tuple(dict.fromkeys(o for one in shown for o in one.origins))
        return "\n\n".join([_HEAD, *(one.text for one in shown)]) if shown else ""

    def end(self, episode: PlayedEpisode, ask: AskAfterwards) -> None:
        """Ask the model for its note, and keep it."""
        most = self._limits.note_tokens * _CHARACTERS_A_TOKEN
        asked = note_prompt().format(characters=most)
        text = ask(episode.over(), asked).strip()[:most]
        if text:
            origins = dict.fromkeys((*self._shown, episode.instance))
            self._notes.append(_Note(text, tuple(origins)))
