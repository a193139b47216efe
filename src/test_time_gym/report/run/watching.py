"""Watching: all that a page of a run shows and its journal does not hold."""

from typing import Any

from test_time_gym.journal.reader import JournalFile, Record
from test_time_gym.market.interface.buyer import Buyer
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.turns import Turns

from .losses import Losses
from .money_changes import MoneyChanges
from .pages_seen import PagesSeen
from .stock_changes import StockChanges

__all__ = ["Watching"]


class Watching:
    """Looks at a run that is played back.

    Attributes:
        turns: the run.
        stock: changes of stock and prices.
        money: changes of balances.
        losses: what agents did not get.
        pages: of every agent.
        last_acts: number of every agent's last action, by its name.
        policies: who plays, by name of the agent.
    """

    turns: Turns
    stock: StockChanges
    money: MoneyChanges
    losses: Losses

    def __init__(self, journal: JournalFile) -> None:
        """Begin with nothing seen."""
        self._journal = journal
        seats = journal.header.get("seats")  # a forged header may say anything
        self.policies: dict[str, str] = {
            str(seat["name"]): str(seat["policy"])
            for seat in (seats if isinstance(seats, list) else ())
            if isinstance(seat, dict) and "name" in seat and "policy" in seat
        }
        self.pages: dict[str, PagesSeen] = {}
        self.last_acts: dict[str, int] = {}

    def opened(self, turns: Turns) -> None:
        """Look at the run as it opens."""
        self.turns = turns
        self.stock = StockChanges(turns)
        self.money = MoneyChanges(turns)
        self.losses = Losses(self._journal, turns, self.stock)

    def after_event(self, first: int, end: int) -> None:
        """Keep what has changed."""
        self.stock.look(first, end)
        self.money.look(first)

    def before_act(self, record: Record, who: Participant) -> None:
        """Keep the page that an agent acts upon."""
        self.last_acts[who.name] = record.n
        self._see(who)

    def after_act(self, record: Record, who: Participant) -> None:
        """Keep what a buyer was refused."""
        if isinstance(who, Buyer):
            self.losses.after_act(record, who)

    def close(self) -> None:
        """Keep the last page of every agent."""
        for who in self.turns.participants:
            self._see(who)
            self.pages[who.name].close()

    def _see(self, who: Participant) -> None:
        role: Any = who.role
        page: dict[str, Any] = role.observe(who)
        self.pages.setdefault(who.name, PagesSeen()).add(page)
