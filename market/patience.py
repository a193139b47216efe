"""Patience: buyers who look, leave, and come back for a lower price.

A buyer who comes back does so at times of its own, that nobody's behaviour moves; a
buyer who waits trades the price that it could have now for one that it hopes for.
*Myopic* and *strategic* customers are told apart by Besanko and Winston, "Optimal
price skimming by a monopolist facing rational consumers" (1990), and Aviv and Pazgal,
"Optimal pricing of seasonal products in the presence of forward-looking consumers"
(2008); airlines' customers who wait or buy, by Anderson and Wilson, "Wait or buy? The
strategic consumer" (2003).
"""

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from .config import MAX_MINOR, PPM, Config, Ppm
from .distributions import exponential
from .streams import Streams, expand

__all__ = ["Patience", "back_before", "gaps_of"]

_HOUR_MS: Final = 3_600_000


class Patience(Config):
    """How many of a segment's buyers come back, how often, when, and what for.

    Who comes back looks at the offers again each time, with the willingness and the
    taste that it always had.  It leaves without having bought if nothing is worth its
    price to it, or if it believes that there will be a lower price; the last time it
    comes it buys as anybody would.
    """

    share_ppm: Ppm
    """The share of the segment's buyers who come back; the others decide at once."""
    times: Annotated[int, Field(ge=0, le=20)]
    """How often they come back at most."""
    mean_hours: Annotated[int, Field(ge=1, le=10_000)]
    """The mean time from one look to the next: it is exponential."""
    belief: Literal["myopic", "fixed_discount", "last_seen"]
    """When an offer that is worth its price is bought: at once (``myopic``: only who
    finds nothing comes back); as soon as it costs so much less than what was seen
    first (``fixed_discount``); as soon as it costs less than the last time
    (``last_seen``)."""
    discount_ppm: Annotated[int, Field(ge=1, le=PPM)] | None = None
    """Of ``fixed_discount``: how much less."""

    @model_validator(mode="after")
    def _expects_a_discount_or_not(self) -> "Patience":
        hopes = self.belief == "fixed_discount"
        if hopes and self.discount_ppm is None:
            msg = "the belief fixed_discount needs discount_ppm, the fall in price "
            raise ValueError(msg + "that buyers wait for")
        if not hopes and self.discount_ppm is not None:
            msg = f"the belief {self.belief} has no discount_ppm; fixed_discount has "
            raise ValueError(msg + "one")
        return self

    @property
    def idle(self) -> bool:
        """Whether nobody ever comes back."""
        return not (self.share_ppm and self.times)

    def gaps_ms(self, word: int) -> tuple[int, ...]:
        """Return the times from each look of a buyer to its next one.

        Args:
            word: 64 random bits of it.

        Returns:
            Milliseconds, one for each time that it may come back; none if it decides
            at once.

        >>> patience = Patience(
        ...     share_ppm=500_000, times=2, mean_hours=24, belief="last_seen"
        ... )
        >>> patience.gaps_ms(2**63), len(patience.gaps_ms(2**63 - 1))
        ((), 2)
        """
        if word * PPM >> 64 >= self.share_ppm:
            return ()
        mean = self.mean_hours * _HOUR_MS
        words = expand(word, self.times + 1)[1:]
        return tuple([max(1, exponential(one, mean)) for one in words])

    def buys(self, hope_minor: int | None, shown_minor: int | None) -> bool:
        """Return whether a buyer takes an offer that is worth its price, and may wait.

        Args:
            hope_minor: the dearest price that it does not wait any longer at; None if
                it was never shown one.
            shown_minor: the price of the offer; None if nothing is on sale.
        """
        if self.belief == "myopic":
            return True
        if hope_minor is None or shown_minor is None:
            return False
        return shown_minor <= hope_minor

    def hope_after(self, hope_minor: int | None, shown_minor: int | None) -> int | None:
        """Return the dearest price that a buyer will not wait any longer at.

        Args:
            hope_minor: the one from before this look.
            shown_minor: the price that it was shown; None if nothing was on sale.

        >>> patience = Patience(
        ...     share_ppm=10, times=1, mean_hours=1, belief="fixed_discount",
        ...     discount_ppm=250_000,
        ... )
        >>> patience.hope_after(None, 200_00), patience.hope_after(150_00, 180_00)
        (15000, 15000)
        """
        if self.belief == "last_seen":
            # What is on sale again is better than nothing.
            return MAX_MINOR if shown_minor is None else shown_minor - 1
        if self.discount_ppm is None or hope_minor is not None or shown_minor is None:
            return hope_minor
        return shown_minor * (PPM - self.discount_ppm) // PPM


def gaps_of(
    patience: Patience, streams: Streams, arrival: int, *name: str
) -> tuple[int, ...]:
    """Return the times from each look of a buyer to its next one.

    Args:
        patience: of its segment.
        streams: of the run; none of its counters is moved.
        arrival: its number.
        name: segment, and the values of the group.
    """
    return patience.gaps_ms(streams.word_at(arrival, "patience", *name))


def back_before(
    now_ms: int, look: int, gaps_ms: Sequence[int], ends_ms: int
) -> int | None:
    """Return when a buyer comes back; None if this look is its last.

    Args:
        now_ms: when it looks.
        look: how often it has, this time included.
        gaps_ms: as `Patience.gaps_ms` gives them.
        ends_ms: from when on there is nothing to come back for.

    >>> back_before(100, 1, (50, 30), 151), back_before(100, 1, (50, 30), 150)
    (150, None)
    >>> back_before(150, 2, (50, 30), 999), back_before(180, 3, (50, 30), 999)
    (180, None)
    """
    if look > len(gaps_ms):
        return None
    back_ms = now_ms + gaps_ms[look - 1]
    return back_ms if back_ms < ends_ms else None
