"""Digests of a run's whole state, whose parts are encoded again when they change."""

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from msgspec import Raw

from ..journal import canonical
from ..snapshot import digest_of
from ..state import state_of
from ..storefront import Visitor
from ..world import World
from .participant import Participant

if TYPE_CHECKING:
    from .turns import Turns

__all__ = ["StateEncoder"]


class StateEncoder:
    """What visitors' and agents' states are as canonical JSON, until they change.

    Between two checkpoints of a crowded market hardly anybody has done anything.
    """

    __slots__ = ("_agents", "_visitors")

    def __init__(self) -> None:
        """Start with nothing encoded."""
        self._visitors: dict[int, tuple[int, Raw]] = {}
        """Seat → revision of its visitor, and the state then."""
        self._agents: dict[int, tuple[Hashable, Raw]] = {}
        """Index → what tells an agent's states apart, and the state then."""

    def checkpoint(self, turns: "Turns") -> tuple[str, list[tuple[str, int]], int]:
        """Return the digest of the market's, the visitors' and all agents' state.

        Returns:
            It, how many words were drawn of every stream, and how many timers are
            pending: all three look through the same tables.
        """
        market, visitors = state_of(turns.market), self._encoded_visitors(turns)
        digest = digest_of([market, visitors, self._encoded(turns.participants)])
        return digest, market.streams, len(market.timers)

    def _encoded_visitors(self, turns: "Turns") -> list[Raw]:
        known, encoded = self._visitors, []
        for seat in turns.seats:
            visitor = seat.visitor
            found = known.get(seat.index)
            if found is None or found[0] != visitor.revision:
                found = visitor.revision, _encoded_visitor(visitor, turns.world)
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


def _encoded_visitor(visitor: Visitor, world: World) -> Raw:
    """Return a visitor's state; of who has done nothing yet, it is the form's.

    That much is known of who has got no more than what the shop tells everybody:
    each message is a revision.
    """
    if visitor.revision != len(world.advertised):
        return Raw(canonical(visitor.state()))
    form, known = tuple(visitor.form.values()), world.first_pages
    page = known.get(form)
    if page is None:
        page = known[form] = Raw(canonical(visitor.state()))
    return page
