"""Effect estimates: how far the price fell with each intervention."""

from typing import Any, Final

__all__ = ["LEAST_GAIN", "LOOKS", "EffectEstimates"]

LEAST_GAIN: Final = 0.1
"""Fall of the price's logarithm from which on a change is worth a step."""
LOOKS: Final = 2
"""Looks that confirm a change; one is enough to dismiss it."""
VAIN: Final = 5
"""Searches in a row that find nothing to try, after which there are no more."""


class EffectEstimates:
    """What became of interventions, by their labels.

    >>> effects = EffectEstimates()
    >>> effects.learn("cart: apply_coupon code=SKY20", 0.22)
    False
    >>> effects.learn("cart: apply_coupon code=SKY20", 0.22)
    True
    """

    def __init__(self) -> None:
        """Know nothing."""
        self._known: dict[str, tuple[int, float]] = {}
        self._vain: dict[str, int] = {}

    def searched(self, scene: str, *, found: bool) -> None:
        """Note whether there was anything left to try."""
        self._vain[scene] = 0 if found else self._vain.get(scene, 0) + 1

    def settled(self, scene: str) -> bool:
        """Return whether there was nothing to try for some time."""
        return self._vain.get(scene, 0) >= VAIN

    def open(self, label: str) -> bool:
        """Return whether an intervention has still something to tell."""
        n, mean = self._known.get(label, (0, 0.0))
        return n == 0 or (n < LOOKS and mean >= LEAST_GAIN)

    def promising(self, label: str) -> bool:
        """Return whether the price fell when it was tried."""
        n, mean = self._known.get(label, (0, 0.0))
        return n > 0 and mean >= LEAST_GAIN

    def reopen(self) -> None:
        """Let what was dismissed be looked at again: one look may be bad luck."""
        known = self._known.items()
        self._known = {label: one for label, one in known if one[1] >= LEAST_GAIN}
        self._vain.clear()

    def learn(self, label: str, gain: float) -> bool:
        """Take in a look; return whether the change is confirmed by it.

        Args:
            label: of the intervention.
            gain: ln(price before / price after).
        """
        n, mean = self._known.get(label, (0, 0.0))
        n += 1
        mean += (gain - mean) / n
        self._known[label] = n, mean
        return n == LOOKS and mean >= LEAST_GAIN

    def forget(self, where: str) -> None:
        """Forget what was shown at a place: all has to be tried again there."""
        for of in (self._known, self._vain):
            for label in [label for label in of if label.startswith(f"{where}: ")]:
                del of[label]

    def dump(self) -> dict[str, Any]:
        """Return looks and mean falls by label, and vain searches, as plain data."""
        known = {label: list(one) for label, one in self._known.items()}
        return {"known": known, "vain": dict(self._vain)}

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self._known = {label: (n, mean) for label, (n, mean) in data["known"].items()}
        self._vain = dict(data["vain"])
