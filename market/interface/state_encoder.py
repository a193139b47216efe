"""Digests of a run's whole state, whose parts are encoded again when they change."""

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from msgspec import Raw

from ..journal import canonical
from ..market_state import Rows
from ..snapshot import digest_of
from ..state import state_of
from ..state_rows import StateRows
from .participant import Participant

if TYPE_CHECKING:
    from .turns import Turns

__all__ = ["Draws", "StateEncoder"]

Draws = Rows[tuple[str, int]]
"""Name and words drawn of every stream."""


class StateEncoder:
    """What visitors' and agents' states are as canonical JSON, until they change.

    Between two checkpoints of a crowded market hardly anybody has done anything.
    """

    __slots__ = ("_agents", "_rows", "_visitors")

    def __init__(self) -> None:
        """Start with nothing encoded."""
        self._visitors: dict[int, tuple[int, Raw]] = {}
        """Seat → revision of its visitor, and the state then."""
        self._rows = StateRows()
        self._agents: dict[int, tuple[Hashable, Raw]] = {}
        """Index → what tells an agent's states apart, and the state then."""

    def checkpoint(self, turns: "Turns") -> tuple[str, Draws, int]:
        """Return the digest of the market's, the visitors' and all agents' state.

        Returns:
            It, how many words were drawn of every stream, and how many timers are
            pending: all three look through the same tables.
        """
        market = state_of(turns.market, self._rows)
        visitors = self._encoded_visitors(turns)
        digest = digest_of([market, visitors, self._encoded(turns.participants)])
        return digest, market.streams, len(market.timers)

    def _encoded_visitors(self, turns: "Turns") -> list[Raw]:
        known, encoded = self._visitors, []
        for seat in turns.seats:
            visitor = seat.visitor
            found = known.get(seat.index)
            if found is None or found[0] != visitor.revision:
                found = visitor.revision, Raw(canonical(visitor.state()))
                known[seat.index] = found
            encoded.append(found[1])
        return encoded

    def _encoded(self, participants: Iterable[Participant]) -> list[Raw]:
        known, encoded = self._agents, []
        for one in participants:
            now, found = one.version(), known.get(one.index)
            if found is None or found[0] != now:
                found = known[one.index] = now, Raw(canonical(one.state()))
            encoded.append(found[1])
        return encoded
