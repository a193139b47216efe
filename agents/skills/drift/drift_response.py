"""The response to drift: what an agent does about what used to hold and does not."""

from typing import Any

from test_time_gym.agents.skills.library.library import Library
from test_time_gym.agents.skills.settings import Settings

from .change_detector import ChangeDetector

__all__ = ["DriftResponse"]


class DriftResponse:
    """Believes little of a skill that stops arriving, and looks at it as if new.

    Args:
        library: skills, which are believed less.
        settings: ``doubting`` switches all of this off.
    """

    def __init__(self, library: Library, settings: Settings) -> None:
        """Expect nothing."""
        self._library = library
        self._set = settings
        self._detector = ChangeDetector()
        self.begin()

    def begin(self) -> None:
        """Begin an episode."""
        self._held: dict[str, bool] = {}

    def ended(self, name: str, *, arrived: bool) -> None:
        """Note how a skill ended."""
        self._held[name] = arrived and self._held.get(name, True)

    def learn(self) -> None:
        """Doubt what no longer holds, after an episode."""
        if not self._set.doubting:
            return
        for name, held in self._held.items():
            if self._detector.note(name, held=held):
                self._library.stats.shrink(name)

    def pass_on(self) -> None:
        """Let go of what was noted of skills that are used no longer."""
        known = self._library.skills.values()
        self._detector.keep([one.name for one in known if one.state != "retired"])

    def change_site(self) -> None:
        """Believe less of what may belong to the old site; the way itself is kept."""
        for one in list(self._library.skills.values()):
            if one.state != "retired":
                self._library.stats.shrink(one.name)
        self._detector.forget()

    def dump(self) -> dict[str, Any]:
        """Return what is expected, as plain data."""
        return self._detector.dump()

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self._detector.load(data)
