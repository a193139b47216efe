"""The exogenous, or luck: what no agent can move, as far as a journal shows it.

Chance is a function of (seed, purpose, entity, k), so two runs of one scenario and
seed have the same luck, whichever agents play in them.  What agents do decides
only how much of it comes to light: a background buyer who buys nothing leaves no
record, and a card that is never tried says nothing.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from test_time_gym.journal.reader import read_journal
from test_time_gym.journal.record import Record
from test_time_gym.market.errors import Misuse
from test_time_gym.market.world import World

from .execute import scenario_in

__all__ = ["Luck", "exogenous", "moved"]

Luck = tuple[str | int, ...]
"""What is decided by chance alone: its kind, and which one of that kind."""

_ANSWERS: Final = ("payment_authorized", "payment_challenged", "payment_declined")
_OF_THE_CARD: Final = ("soft_decline", "hard_decline")
"""Declines that are drawn; others follow from the amount, or from what was tried."""


def exogenous(
    journal: str | Path | Iterable[Record], *, after: int = 0
) -> dict[Luck, Any]:
    """Return the luck that a journal shows.

    Each entry is a function of the scenario, the seed and its own key:

    - ``("market",)``: digest of the scenario, seed, generators and semantics;
    - ``("opening", n)``: record ``n``, if it tells of seats sold before the opening
      or lies before time 0 (a warm-up that is played out): time, kind and data;
    - ``("arrival", segment, *group, k)``: when the ``k``-th
      background buyer came, in ms.  Its willingness to pay and its taste for each
      offer are luck as well, but are in no record; what it takes, and at which
      price, depends on prices and on what others have left besides, and so is none;
    - ``("look", segment, *group, k, n)``: when that one looks for the ``n``-th time, if
      it is patient;
    - ``("ticket", agent, turn)``: the agent's lot in this turn among those ready;
    - ``("card", agent, card, attempt)``: what the issuer made of the attempt:
      ``soft_decline``, ``hard_decline``, ``challenge``, ``frictionless`` or ``none``
      (approved unasked).  Attempts that never reached it, or were beyond the card's
      limit, say nothing of the draw and are left out.

    Args:
        journal: its path, or its records from the header on.  Nothing is executed.
        after: leave out what records up to this number tell.

    Raises:
        Misuse: it cannot be read at all, does not begin with the header of a run, or
            a record has not the data of its kind.
        ScenarioError: the header's scenario is none.

    >>> from test_time_gym import run
    >>> def luck(agents, path):
    ...     run("flights/rush", agents, seed=7, journal=path, regret=False)
    ...     return exogenous(path)
    >>> folder = getfixture("tmp_path")
    >>> one = luck("cheapest", folder / "one.jsonl")
    >>> two = luck(["patient", "random"], folder / "two.jsonl")
    >>> len(one.keys() & two.keys()) > 5, moved(one, two)
    (True, [])
    """
    if isinstance(journal, str | Path):
        journal = read_journal(journal).records()
    every = iter(journal)
    header = next(every, None)
    if header is None or header.kind != "header":
        raise Misuse("the luck of a run is read from its first record on")
    shown = _Shown(header.data)
    for record in every:
        try:
            shown.look(record, told=record.n > after)
        except (KeyError, TypeError) as error:
            msg = f"record {record.n} has not the data of its kind: {error!r:.60}"
            raise Misuse(msg) from error
    return shown.luck


class _Shown:
    """The luck that the records so far have shown."""

    def __init__(self, header: dict[str, Any]) -> None:
        self._groups = _groups(header)
        self._tried: dict[str, Luck] = {}
        names = ("scenario_digest", "seed", "streams", "semantics")
        self.luck: dict[Luck, Any] = {("market",): [header[name] for name in names]}

    def look(self, record: Record, *, told: bool) -> None:
        """Take what a record shows; what is not told serves later records only."""
        data, luck = record.data, self.luck if told else {}
        if record.t < 0 or record.kind == "market_opened":
            luck["opening", record.n] = [record.t, record.kind, data]
        if record.kind == "seat_sold":
            luck[self._look(data, data.get("look", 1))] = record.t
        elif record.kind == "postponed":
            luck[self._look(data, data["look"])] = record.t
            luck[self._look(data, data["look"] + 1)] = data["returns"]
        elif record.kind == "act":
            luck["ticket", record.actor, data["turn"]] = data["ticket"]
        elif record.kind == "payment_started":
            attempt = (record.actor, data["card"], data["attempt"])
            self._tried[data["payment"]] = attempt
        elif record.kind in _ANSWERS:
            # The first answer is the issuer's; later ones are to a challenge.
            tried, answer = self._tried.pop(data["payment"], None), _answer(record)
            if tried is not None and answer is not None:
                luck["card", *tried] = answer

    def _look(self, data: dict[str, Any], look: int) -> Luck:
        """Return what the instant is of at which a background buyer looks."""
        group = data.get("group") or self._groups[data["product"]]
        name = (data["segment"], *group, data["arrival"])
        return ("arrival", *name) if look == 1 else ("look", *name, look)


def moved(one: dict[Luck, Any], other: dict[Luck, Any]) -> list[Luck]:
    """Return what two runs show both, but differently: nothing, by the laws of luck.

    Args:
        one: the luck of a run.
        other: that of a run of the same scenario and seed.
    """
    return [key for key, value in one.items() if other.get(key, value) != value]


def _groups(header: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return which group each product of a scenario is in."""
    products = World.of(scenario_in(header).market).catalog.products
    return {product.id: product.group for product in products}


def _answer(record: Record) -> str | None:
    """Return what the issuer's dice made of an attempt; None if they are not seen."""
    if record.kind == "payment_challenged":
        return "challenge"
    if record.kind == "payment_authorized":
        return str(record.data["authentication"])
    reason = str(record.data["reason"])
    return reason if reason in _OF_THE_CARD else None
