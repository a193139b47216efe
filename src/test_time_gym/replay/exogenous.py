"""The exogenous: what chance alone decides in a run, whatever its agents do."""

from pathlib import Path
from typing import Final, Literal, NamedTuple

from test_time_gym.market.errors import Misuse
from test_time_gym.market.world import World

from .execute import scenario_in
from .reader import Journal, Record, read_journal

__all__ = ["EXOGENOUS", "Exogenous", "exogenous"]

EXOGENOUS: Final = {"seat_sold": "t", "act": "ticket"}
"""Kinds of records with something exogenous in them, and the field that has it.

- ``seat_sold``: *when* the ``arrival``-th buyer of a ``segment`` and city pair
  comes.  Whether this buyer finds an offer that is worth its price, and which
  one, depends on the seats that are left: product and price are not exogenous.
- ``act``: the *ticket* of an agent's ``turn``.  When that turn comes and what the
  agent does in it are its own doing.

No other kind has any: prices follow from sales, and payments, messages, rewards and
outcomes from what agents do.  What the streams of chance hold for a card, a challenge
or a reply of the gateway is exogenous too, but comes to light only when an agent asks.
"""


class Exogenous(NamedTuple):
    """One thing that chance decided."""

    kind: Literal["seat_sold", "act"]
    name: str
    """Segment and city pair of the buyer, or the seat."""
    k: int
    """Number of the arrival, or of the turn."""


def exogenous(path: str | Path, *, after: int = 0) -> dict[Exogenous, int]:
    """Return what chance alone decided, as far as a journal tells it.

    Whatever two runs of the same scenario and seed both have is the same in both.
    Nothing is executed.

    Args:
        path: of the journal; its valid prefix counts.
        after: leave out records up to this number.

    Returns:
        For each arrival on record its time in milliseconds, and for each turn its
        lottery ticket.

    Raises:
        Misuse: the file cannot be read at all, has no header, or a record of it has
            not the data of its kind.
        ScenarioError: the header's scenario is none.
    """
    journal = read_journal(path)
    pairs = _pairs(journal)
    found = {}
    for record in journal.records():
        if record.n > after and record.kind in EXOGENOUS:
            try:
                thing, value = _decided(record, pairs)
            except (KeyError, TypeError) as error:
                msg = f"record {record.n} has not the data of its kind: {error!r:.60}"
                raise Misuse(msg) from error
            found[thing] = value
    return found


def _decided(record: Record, pairs: dict[str, str]) -> tuple[Exogenous, int]:
    data = record.data
    if record.kind == "act":
        return Exogenous("act", record.actor, data["turn"]), data["ticket"]
    name = f"{data['segment']} {pairs[data['product']]}"
    return Exogenous("seat_sold", name, data["arrival"]), record.t


def _pairs(journal: Journal) -> dict[str, str]:
    """Return the city pair of each product."""
    catalog = World.of(scenario_in(journal.header).market).catalog
    return {
        catalog.products[index].id: " ".join(map(str, pair))
        for pair, members in catalog.by_city_pair.items()
        for index in members
    }
