"""One market of a vector environment: it plays its agents' rows in place."""

from typing import Any, Final, Literal

from gymnasium.vector import AutoresetMode

from test_time_gym.market.interface.actions import Input
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.reward import MILLI
from test_time_gym.market.interface.turns import Turns

from .adapter import EnvAdapter
from .infos import OUTCOME_CODES
from .row_buffers import RowBuffers
from .scripted_seats import MakePolicies, ScriptedSeats

__all__ = ["MODES", "Autoreset", "MarketRows"]

Autoreset = Literal["same_step", "next_step", "disabled"]
"""When a market whose episode has ended begins the next one."""
MODES: Final[dict[Autoreset, AutoresetMode]] = {
    "same_step": AutoresetMode.SAME_STEP,
    "next_step": AutoresetMode.NEXT_STEP,
    "disabled": AutoresetMode.DISABLED,
}
"""What Gymnasium calls it."""


class MarketRows:
    """Steps one market; each of its learning agents has a row.

    Agents who are ready at one instant decide at once, and a keyed lottery orders
    their effects.  Nothing here walks over all agents in a step, but where an
    episode begins or ends (and with ``finish="leave"``).

    Args:
        adapter: the market's own.
        rows: of its learning agents, in the order of `adapter.names`.
        others: makes the policies of the agents that have no row.
        scripted: their names.
        autoreset: when the next episode begins.

    Attributes:
        turns: the present run; None before `begin`.
        ended: whether the present episode has ended.
    """

    def __init__(
        self,
        adapter: EnvAdapter,
        rows: RowBuffers,
        *,
        others: MakePolicies | None = None,
        scripted: tuple[str, ...] = (),
        autoreset: Autoreset = "same_step",
    ) -> None:
        """Prepare; `begin` starts a run."""
        self.adapter = adapter
        self.turns: Turns = None  # type: ignore[assignment]
        self.ended: bool = True
        self._rows = rows
        self._others = others
        self._autoreset = autoreset
        self._leaves = adapter.finish == "leave"
        learning = [name for name in adapter.names if name not in scripted]
        self._row_of = [
            learning.index(name) if name in learning else -1 for name in adapter.names
        ]
        """By the agent's index; −1: a policy plays it."""
        # One number or row is written faster through a memoryview than by NumPy.
        self._is_ready: Any = rows.ready.data
        self._accepted: Any = rows.accepted.data
        self._dt: Any = rows.dt.data
        self._rewards: Any = rows.rewards.data
        self._columns: dict[str, Any] = {
            name: column.data
            for name, column in zip(rows.shape.terms, rows.terms, strict=True)
        }
        self._seen: list[Any] = [row.data for row in rows.observations]
        self._masks: list[Any] = [row.data for row in rows.action_masks]
        self._acted_ms: list[int] = [0] * len(learning)
        self._ready: list[Participant] = []
        """Whose rows are asked for an action."""
        self._open: list[Participant] = []
        """Who may have no outcome yet; see `_over`."""
        self._live: list[Participant] = []
        """With ``finish="leave"``: whose end has not been told."""

    def begin(self, seed: int | None) -> None:
        """Start an episode, and show all rows.

        Args:
            seed: of the episode; None goes on from the last one's.

        Raises:
            Misuse: the seed is no seed; the present episode goes on.
        """
        self.turns = turns = self.adapter.begin(seed)
        self.ended = False
        self._codecs = self.adapter.codecs
        rows, row_of = self._rows, self._row_of
        self._open = [one for one in turns.participants if row_of[one.index] >= 0]
        self._wait_alone = self.adapter.only_wait(self._open[0])
        self._scripted = (
            None if self._others is None else ScriptedSeats(self._others, turns)
        )
        self._acted_ms = [0] * len(self._open)
        self._ready = []
        rows.ready[:] = False
        rows.accepted[:] = True
        rows.outcome[:] = 0
        rows.dt[:] = 0
        for seat in self._open:
            row = row_of[seat.index]
            rows.observations[row] = self._codecs[seat.index].observe(seat)
            rows.action_masks[row] = self._wait_alone
        self._live = self._open.copy() if self._leaves else []
        self._advance()
        self._show()

    def step(self) -> bool:
        """Take the actions of the ready rows, and run to the next decision.

        Returns:
            Whether the episode of any row has ended.
        """
        if self.ended:
            self.begin(None)
            return False
        self._act()
        over = self._advance()
        self._earn()
        if over:
            self._finish()
            return True
        left = self._leaves and self._leave()
        self._show()
        return left

    # -- decisions --------------------------------------------------------------------

    def _act(self) -> None:
        turns, rows, codecs, row_of = self.turns, self._rows, self._codecs, self._row_of
        now, number_of = turns.clock.now_ms, rows.actions.item
        decoded: list[tuple[Participant, int, Input]] = []
        for seat in self._ready:
            row = row_of[seat.index]
            action = codecs[seat.index].decode(seat, number_of(row))
            decoded.append((seat, row, action))
        for seat, row, action in decoded:
            self._acted_ms[row] = now
            self._is_ready[row] = False
            self._masks[row][:] = self._wait_alone
            if not seat.stopped:
                self._accepted[row] = turns.act(seat, action)
        self._ready = []

    def _advance(self) -> bool:
        """Run until a row must act, or nobody will; return whether nobody will."""
        turns, scripted = self.turns, self._scripted
        turns.advance()
        while not self._over():
            if turns.ready:
                seat = turns.ready[0]
                if scripted is None or self._row_of[seat.index] >= 0:
                    return False
                turns.act(seat, scripted.ask(turns, seat))
            turns.advance()
        return True

    def _over(self) -> bool:
        """Return whether the episodes of all rows have ended."""
        # Only the last of the list is looked at, until its episode has ended.
        waiting = self._open
        while waiting and waiting[-1].outcome is not None:
            waiting.pop()
        return not waiting

    # -- what rows see ----------------------------------------------------------------

    def _earn(self) -> None:
        """Write down what agents have earned since the last step."""
        row_of, rewards, columns = self._row_of, self._rewards, self._columns
        if self.adapter.config.agents.cooperation_ppm:
            for seat, terms in self.adapter.collect():
                row = row_of[seat.index]
                if row >= 0:
                    rewards[row] = sum(terms.values())
                    for name, value in terms.items():
                        columns[name][row] = value
            return
        # Nobody shares: the same without a dictionary for each.
        touched = self.turns.touched
        for seat in touched:
            seat.touched = False
            row = row_of[seat.index]
            earned = seat.take_terms()
            if row >= 0:
                values = [milli / MILLI for milli in earned.values()]
                rewards[row] = sum(values)
                for name, value in zip(earned, values, strict=True):
                    columns[name][row] = value
        touched.clear()

    def _show(self) -> None:
        """Show the rows that are asked for an action what they see now."""
        turns, rows, codecs, row_of = self.turns, self._rows, self._codecs, self._row_of
        self._ready = ready = []
        rows.now[:] = now = turns.clock.now_ms
        for seat in turns.ready:
            row = row_of[seat.index]
            if row < 0:
                break  # a policy acts before the rest of them
            ready.append(seat)
            seen, mask = codecs[seat.index].observe_with_mask(seat)
            self._seen[row][:] = seen
            self._masks[row][:] = mask
            self._is_ready[row] = True
            self._dt[row] = now - self._acted_ms[row]

    # -- how episodes end -------------------------------------------------------------

    def _finish(self) -> None:
        """Show all rows the end, and begin the next episode if that is wanted."""
        rows, row_of = self._rows, self._row_of
        rows.now[:] = self.turns.clock.now_ms
        for seat in self.turns.participants:
            row = row_of[seat.index]
            # With ``finish="leave"`` the end of some was told before.
            if row >= 0 and not rows.outcome[row]:
                self._end(seat, row)
        self.adapter.end()
        self.ended = True
        if self._autoreset == "same_step":
            self.begin(None)

    def _leave(self) -> bool:
        """Show rows whose own episode has ended their end; return whether any has."""
        live, self._live = self._live, []
        for seat in live:
            if seat.outcome is None:
                self._live.append(seat)
            else:
                self._end(seat, self._row_of[seat.index])
        return len(self._live) < len(live)

    def _end(self, seat: Participant, row: int) -> None:
        rows = self._rows
        truncated = seat.outcome == "truncated"
        rows.truncations[row] = truncated
        rows.terminations[row] = not truncated
        rows.outcome[row] = OUTCOME_CODES[seat.outcome or "running"]
        rows.dt[row] = self.turns.clock.now_ms - self._acted_ms[row]
        rows.observations[row] = self._codecs[seat.index].observe(seat)
        if self._autoreset == "same_step":
            rows.keep_final(row)

    def told(self) -> dict[str, Any]:
        """Return what tests and researchers may ask of the present run."""
        scripted = self._scripted
        return {
            "digest": self.turns.full_digest(),
            "seed": self.turns.market.streams.seed,
            "crashes": {} if scripted is None else scripted.crashes,
        }
