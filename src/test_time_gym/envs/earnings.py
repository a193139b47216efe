"""Earnings: the reward terms of agents since somebody last looked, as floats."""

from test_time_gym.market.config import PPM
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.reward import MILLI
from test_time_gym.market.interface.seller import SellerAgent
from test_time_gym.market.interface.turns import Turns

__all__ = ["Earned", "as_floats", "collect"]

Earned = tuple[Participant, dict[str, float]]
"""An agent and its terms, in units of reward."""


def as_floats(terms: dict[str, int]) -> dict[str, float]:
    """Return terms in units of reward.

    >>> as_floats({"time": -10, "success": 1000})
    {'time': -0.01, 'success': 1.0}
    """
    return {name: milli / MILLI for name, milli in terms.items()}


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
    if not share_ppm:
        return [(seat, as_floats(seat.take_terms())) for seat in touched]
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
