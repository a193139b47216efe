"""The declared part of a choice: what a segment makes of price and drawbacks."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import AfterValidator, Field, model_validator

from .config import GrownConfig, Minor, Name, SignedMilli, by_name

__all__ = ["STEEP_FROM", "ChoiceModel"]

STEEP_FROM: Final = 20
"""Utilities above it need more than 64 bits as weights."""

_SURELY: Final = 600
"""An offer with this utility is bought: not buying has less than 1 in 10**260."""

_LOGIT = ("reference_minor", "scale_minor")


class _Penalties(dict[str, int]):
    """A table that nobody changes: models with one are keys of what is remembered."""

    def __hash__(self) -> int:  # type: ignore[override]
        return sum(self.values())


SellerPenalties = Annotated[
    dict[Name, Annotated[int, Field(ge=-100_000, le=100_000)]],
    Field(max_length=400),
    AfterValidator(_Penalties),
]
"""Seller → utility lost by who buys from it, in thousandths."""


class ChoiceModel(GrownConfig):
    """How a segment chooses: a logit over price and drawbacks, or the cheapest.

    ``"cheapest_fence"`` buys the cheapest offer that no fence keeps it from, if that
    costs no more than it would pay; of several at one price each is equally likely.
    A logit whose scale each buyer draws for itself is a mixed one.
    """

    later: ClassVar[tuple[str, ...]] = (
        "kind",
        "scale_sigma_ppm",
        "seller_penalty_milli",
    )

    kind: Literal["logit", "cheapest_fence"] = "logit"
    reference_minor: Minor = 0
    """Price at which an offer without drawbacks is worth as much as not buying."""
    scale_minor: Minor = 0
    """Price difference that changes the odds by a factor of e."""
    scale_sigma_ppm: Annotated[int, Field(ge=0, le=2_000_000)] = 0
    """σ of the logarithm of a buyer's own scale, whose median is `scale_minor`; 0: all
    have the same."""
    drawback_penalty_milli: SignedMilli = 500
    """Utility lost per drawback of an offer, in thousandths."""
    seller_penalty_milli: SellerPenalties | None = None
    """Utility lost by buying from a seller, in thousandths; from others none is."""

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, value: Any) -> Any:
        return by_name(value)

    @model_validator(mode="after")
    def _says_what_it_weighs(self) -> "ChoiceModel":
        given = self.model_fields_set - {"kind"}
        if self.kind == "logit":
            if self.mixed and not self.scale_minor:
                msg = "scale_sigma_ppm spreads scale_minor, which is 0 here: at least "
                raise ValueError(msg + "1 is needed")
            for name in _LOGIT:
                if name not in given:
                    msg = f"a logit choice needs {name}"
                    raise ValueError(msg)
        elif given:
            known = type(self).model_fields
            keys = [known[name].alias or name for name in sorted(given)]
            msg = f"a {self.kind} choice looks at prices alone, not at "
            raise ValueError(msg + ", ".join(keys))
        return self

    @property
    def mixed(self) -> bool:
        """Whether each buyer has a scale of its own."""
        return self.scale_sigma_ppm > 0

    @property
    def steep(self) -> bool:
        """Whether a buyer of the segment's scale may have a utility above 20."""
        least_scale = max(self.scale_minor, 1)
        sellers = (self.seller_penalty_milli or {}).values()
        likes_some = min(self.drawback_penalty_milli, *sellers, 0) < 0
        return likes_some or self.reference_minor > STEEP_FROM * least_scale

    def penalty_milli(
        self,
        drawback: int,
        seller: str,
        travel_minutes: int,
    ) -> int:
        """Return the utility that an offer loses besides its price, in thousandths.

        Args:
            drawback: count of drawbacks.
            seller: whose offer it is.
            travel_minutes: that it takes; no loss here, but in trades that say so.

        >>> model = ChoiceModel(
        ...     reference_minor=1, scale_minor=1, seller_penalty_milli={"Aurora": 300}
        ... )
        >>> model.penalty_milli(2, "Aurora", 0), model.penalty_milli(2, "Boreal", 0)
        (1300, 1000)
        """
        sellers = self.seller_penalty_milli or {}
        return drawback * self.drawback_penalty_milli + sellers.get(seller, 0)

    def reference_from(self, least: int) -> int:
        """Return the reference price for a choice among some offers.

        Where the cheapest of them is bought for certain, a greater reference changes
        nothing but the size of the numbers.

        Args:
            least: the price of the cheapest.

        >>> ChoiceModel(reference_minor=500, scale_minor=100).reference_from(80)
        500
        >>> ChoiceModel(reference_minor=10**9, scale_minor=100).reference_from(80)
        60080
        """
        if self.mixed or not self.steep:
            return self.reference_minor
        surely = least + _SURELY * max(self.scale_minor, 1)
        return min(self.reference_minor, surely)

    def left_out(self) -> Iterator[str]:
        """Yield the keys that are not written."""
        yield from super().left_out()
        if not self.seller_penalty_milli:
            yield "seller_penalty_milli"
        if self.kind != "logit":
            yield from (*_LOGIT, "drawback_penalty_milli")
