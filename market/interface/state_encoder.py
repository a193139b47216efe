"""Digests of a run's whole state, whose parts are encoded again when they change."""

from typing import TYPE_CHECKING, Final

from msgspec import Raw

from ..journal import canonical
from ..market_state import Rows
from ..snapshot import digest_of
from ..state import state_of
from ..state_rows import StateRows
from ..storefront.visitor import ShownOffer, Visitor, VisitorState
from ..world import World

if TYPE_CHECKING:
    from .turns import Turns

__all__ = ["Draws", "StateEncoder"]

Draws = Rows[tuple[str, int]]
"""Name and words drawn of every stream."""

_NOTHING: Final = Raw(b"")
_RESULTS: Final = VisitorState.__struct_fields__.index("results")


class StateEncoder:
    """What visitors' and agents' states are as canonical JSON, until they change.

    Between two checkpoints of a crowded market hardly anybody has done anything.
    """

    __slots__ = ("_agents", "_moved", "_pages", "_results", "_rows", "_turned")

    def __init__(self) -> None:
        """Start with nothing encoded."""
        self._rows = StateRows()
        self._pages: list[Raw] = []
        """The visitors' states, by seat."""
        self._moved: dict[int, None] = {}
        """Visitors that have changed since."""
        self._agents: list[Raw] = []
        """The agents' states, by index."""
        self._results: dict[int, tuple[list[ShownOffer] | None, Raw]] = {}
        """Seat → the visitor's results, which are never changed in place."""
        self._turned: dict[int, None] = {}
        """Agents that have changed since."""

    def checkpoint(self, turns: "Turns") -> tuple[str, Draws, int]:
        """Return the digest of the market's, the visitors' and all agents' state.

        Returns:
            It, how many words were drawn of every stream, and how many timers are
            pending: all three look through the same tables.
        """
        if len(self._agents) != len(turns.participants):
            self._meet(turns)
        pages, agents = self._pages, self._agents
        for seat in self._moved:
            pages[seat] = self._page(turns.seats[seat].visitor, turns.world)
        for index in self._turned:
            agents[index] = Raw(canonical(turns.participants[index].state()))
        self._moved.clear()
        self._turned.clear()
        market = state_of(turns.market, self._rows)
        digest = digest_of([market, pages, agents])
        return digest, market.streams, len(market.timers)

    def _page(self, visitor: Visitor, world: World) -> Raw:
        """Return a visitor's state; few of its changes are other results.

        Of who has done nothing yet, it is the form's.  That much is known of who has
        got no more than what the shop tells everybody: each message is a revision.
        """
        if visitor.revision == len(world.advertised):
            form, pages = tuple(visitor.form.values()), world.first_pages
            page = pages.get(form)
            if page is None:
                page = pages[form] = Raw(canonical(visitor.values()))
            return page
        values, known = visitor.values(), self._results.get(visitor.seat)
        if known is None or known[0] is not visitor.results:
            known = visitor.results, Raw(canonical(values[_RESULTS]))
            self._results[visitor.seat] = known
        values[_RESULTS] = known[1]
        return Raw(canonical(values))

    def _meet(self, turns: "Turns") -> None:
        """Ask all to note from now on that they have changed."""
        for seat in turns.seats:
            seat.visitor.changed = self._moved
            self._moved[seat.index] = None
        for one in turns.participants:
            one.changed = self._turned
            self._turned[one.index] = None
        self._pages = [_NOTHING] * len(turns.seats)
        self._agents = [_NOTHING] * len(turns.participants)
