"""Earnings: what agents have earned since somebody last looked, as floats."""

from typing import Any

from test_time_gym.market.config import PPM
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.reward import MILLI
from test_time_gym.market.interface.seller import SellerAgent
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.native import mypyc_attr

__all__ = ["Earned", "Earnings", "SharedEarnings", "as_floats", "collect"]

Earned = tuple[Participant, dict[str, float]]
"""An agent and its terms, in units of reward."""


def as_floats(terms: dict[str, int]) -> dict[str, float]:
    """Return terms in units of reward.

    >>> as_floats({"time": -10, "success": 1000})
    {'time': -0.01, 'success': 1.0}
    """
    return {name: milli / MILLI for name, milli in terms.items()}


@mypyc_attr(allow_interpreted_subclasses=True)
class Earnings:
    """What each agent of a run has earned, in the last step and since it last acted.

    Thousandths are counted.  What an agent has earned since it last acted is the sum of
    the rewards of each step, in floats: to the last digit what a caller gets who adds
    them up, as PettingZoo's own tests do.

    Args:
        turns: the run.
    """

    def __init__(self, turns: Turns) -> None:
        """Begin with nothing earned."""
        self._turns = turns
        count = len(turns.participants)
        self._before: list[int] = [0] * count
        """Thousandths of each agent before the last step."""
        self._sums: list[float] = [0.0] * count
        """What each agent earned from its last action to before the last step."""
        self._moved: dict[int, Participant] = {}
        """Whose reward may have changed since `moved` was last called."""

    def begin(self, seat: Participant) -> None:
        """Begin a step, in which this agent acts."""
        if self._turns.touched:
            self.forget()
        if seat.terms:
            seat.terms = {}
        self._sums[seat.index] = 0.0
        self._moved[seat.index] = seat

    def forget(self) -> None:
        """Begin a step in which nobody acts."""
        touched, before, sums = self._turns.touched, self._before, self._sums
        for one in touched:
            index, total = one.index, one.total_milli
            one.touched = False
            sums[index] += (total - before[index]) / MILLI
            before[index] = total
            self._moved[index] = one
        touched.clear()

    def settle(self) -> None:
        """End a step: who earned anything has it already."""

    def moved(self) -> list[Participant]:
        """Return whose rewards may be others than when this was last called."""
        moved, self._moved = self._moved, {}
        for one in self._turns.touched:
            moved[one.index] = one
        return list(moved.values())

    def reward(self, seat: Participant) -> float:
        """Return what an agent earned in the last step."""
        return (seat.total_milli - self._before[seat.index]) / MILLI

    def cumulative(self, seat: Participant) -> float:
        """Return what an agent has earned since it last acted."""
        index = seat.index
        return self._sums[index] + (seat.total_milli - self._before[index]) / MILLI

    def terms(self, seat: Participant) -> dict[str, float]:
        """Return the same by terms."""
        return {name: milli / MILLI for name, milli in seat.terms.items()}

    def save(self) -> dict[str, Any]:
        """Return what `restore` brings back."""
        return {
            "before": self._before,
            "sums": self._sums,
            "moved": list(self._moved),
        }

    def restore(self, saved: dict[str, Any]) -> None:
        """Go on from where the earnings of a run like this one were saved."""
        self._before = saved["before"]
        self._sums = saved["sums"]
        agents = self._turns.participants
        self._moved = {index: agents[index] for index in saved["moved"]}


class SharedEarnings(Earnings):
    """The earnings of buyers who share their rewards; see `collect`.

    Args:
        turns: the run.
        share_ppm: of the team's mean in each reward, in millionths.
    """

    def __init__(self, turns: Turns, share_ppm: int) -> None:
        """Begin with nothing earned."""
        super().__init__(turns)
        self._share_ppm = share_ppm
        count = len(turns.participants)
        self._rewards: list[float] = [0.0] * count
        self._terms: list[dict[str, float]] = [{} for _ in range(count)]

    def begin(self, seat: Participant) -> None:
        """Begin a step, in which this agent acts."""
        self.forget()
        self._sums[seat.index] = 0.0
        self._terms[seat.index] = {}

    def forget(self) -> None:
        """Begin a step in which nobody acts."""
        self._rewards = [0.0] * len(self._rewards)

    def settle(self) -> None:
        """End a step: share what was earned."""
        for seat, terms in collect(self._turns, self._share_ppm):
            known, reward = self._terms[seat.index], sum(terms.values(), 0.0)
            for term, value in terms.items():
                known[term] = known.get(term, 0.0) + value
            self._rewards[seat.index] = reward
            self._sums[seat.index] += reward

    def moved(self) -> list[Participant]:
        """Return whose rewards may be others than before: everybody's."""
        return self._turns.participants

    def reward(self, seat: Participant) -> float:
        """Return what an agent earned in the last step."""
        return self._rewards[seat.index]

    def cumulative(self, seat: Participant) -> float:
        """Return what an agent has earned since it last acted."""
        return self._sums[seat.index]

    def terms(self, seat: Participant) -> dict[str, float]:
        """Return the same by terms."""
        return self._terms[seat.index].copy()

    def save(self) -> dict[str, Any]:
        """Return what `restore` brings back."""
        shared = {"rewards": self._rewards, "terms": self._terms}
        return super().save() | shared

    def restore(self, saved: dict[str, Any]) -> None:
        """Go on from where the earnings of a run like this one were saved."""
        super().restore(saved)
        self._rewards = saved["rewards"]
        self._terms = saved["terms"]


def collect(turns: Turns, share_ppm: int) -> list[Earned]:
    """Return what agents have earned since the last call.

    Args:
        turns: the run.
        share_ppm: of the team's mean in each reward, in millionths.  With cooperation
            c each buyer gets (1 − c) · own + c · mean, term by term, so that the named
            terms still sum to the reward.
    """
    touched = turns.touched
    if not touched:
        return []
    turns.touched = []
    for one in touched:
        one.touched = False
    if not share_ppm:
        return [(one, as_floats(one.take_terms())) for one in touched]
    return _shared(turns, touched, share_ppm)


def _shared(turns: Turns, touched: list[Participant], share_ppm: int) -> list[Earned]:
    own = {
        seat.index: seat.take_terms()
        for seat in touched
        if not isinstance(seat, SellerAgent)
    }
    names = sorted({name for terms in own.values() for name in terms})
    count, whole = len(turns.seats), PPM * MILLI
    result: list[Earned] = [
        (one, as_floats(one.take_terms()))
        for one in touched
        if isinstance(one, SellerAgent)
    ]
    for seat in turns.seats:
        mine = own.get(seat.index, {})
        mixed = {}
        for name in names:
            every = sum(terms.get(name, 0) for terms in own.values())
            milli = (PPM - share_ppm) * mine.get(name, 0) * count + share_ppm * every
            if milli:
                mixed[name] = milli / (whole * count)
        result.append((seat, mixed))
    return result
