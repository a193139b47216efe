"""The declared part of a choice: what a segment makes of price and drawbacks."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from pydantic import model_validator

from .config import GrownConfig, Minor, SignedMilli, by_name

__all__ = ["ChoiceModel"]

_LOGIT = ("reference_minor", "scale_minor")


class ChoiceModel(GrownConfig):
    """How a segment chooses: a logit over price and drawbacks, or the cheapest.

    ``"cheapest_fence"`` buys the cheapest offer that no fence keeps it from, if that
    costs no more than it would pay; of several at one price each is equally likely.
    """

    later: ClassVar[tuple[str, ...]] = ("kind",)

    kind: Literal["logit", "cheapest_fence"] = "logit"
    reference_minor: Minor = 0
    """Price at which an offer without drawbacks is worth as much as not buying."""
    scale_minor: Minor = 0
    """Price difference that changes the odds by a factor of e."""
    drawback_penalty_milli: SignedMilli = 500
    """Utility lost per drawback of an offer, in thousandths."""

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, value: Any) -> Any:
        return by_name(value)

    @model_validator(mode="after")
    def _says_what_it_weighs(self) -> "ChoiceModel":
        given = self.model_fields_set - {"kind"}
        if self.kind == "logit":
            for name in _LOGIT:
                if name not in given:
                    msg = f"a logit choice needs {name}"
                    raise ValueError(msg)
        elif given:
            msg = f"a {self.kind} choice looks at prices alone, not at "
            raise ValueError(msg + ", ".join(sorted(given)))
        return self

    def left_out(self) -> Iterator[str]:
        """Yield the keys that are not written."""
        yield from super().left_out()
        if self.kind != "logit":
            yield from (*_LOGIT, "drawback_penalty_milli")
