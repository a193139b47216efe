"""The vector door of a seller: one step for all its prices, and what it sees of them.

Observation: 8 numbers about the seller, then 12 offers of 8 numbers each.  Money is a
multiple of an offer's base price.
"""

from typing import Any, Final

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.errors import Misuse, shown
from test_time_gym.market.integers import as_integer
from test_time_gym.market.interface.actions import Action, Input, Malformed
from test_time_gym.market.interface.seller import SellerAgent
from test_time_gym.market.interface.seller_actions import STEPS_PPM
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.market.pricing.policy import View

__all__ = ["FIELDS", "HOLD", "OBSERVATION_SIZE", "SellerCodec"]

HOLD: Final = STEPS_PPM.index(0)
"""The action that leaves all prices as they are; always legal."""
_OFFERS: Final = 12
_PER_OFFER: Final = 8
_OFFERS_AT: Final = 8
OBSERVATION_SIZE: Final = _OFFERS_AT + _OFFERS * _PER_OFFER
FIELDS: Final = f"seller 1: {_OFFERS_AT} and {_OFFERS} of {_PER_OFFER}"
"""What the numbers are, for files of policies that were trained on them."""
_CAP: Final = 10.0


def action_space() -> spaces.Discrete:
    """Return a new space of the actions."""
    return spaces.Discrete(len(STEPS_PPM))


def box_space() -> spaces.Box:
    """Return a new space of the observations without their mask."""
    return spaces.Box(-_CAP, _CAP, (OBSERVATION_SIZE,), np.float32)


def dict_space() -> spaces.Dict:
    """Return a new space of the observations with their mask."""
    mask = spaces.Box(0, 1, (len(STEPS_PPM),), np.int8)
    return spaces.Dict(observation=box_space(), action_mask=mask)


class SellerCodec:
    """Observations, masks and actions of the sellers of one run.

    Args:
        turns: the run.
        flatten: observe a plain Box; the mask is then in ``infos`` only.
    """

    def __init__(self, turns: Turns, *, flatten: bool = False) -> None:
        """Take the run."""
        self._turns, self._role = turns, turns.seller
        self._flatten = flatten

    def decode(self, who: SellerAgent, action: object) -> Input:
        """Return the prices that a step means now; no step is a wait.

        Raises:
            Misuse: it is no integer of the action space; nothing has changed.
        """
        number = as_integer(action)
        if number is None or not 0 <= number < len(STEPS_PPM):
            msg = f"an action is an integer from 0 to {len(STEPS_PPM) - 1}, "
            raise Misuse(msg + f"not {shown(action)}")
        if number == HOLD:
            return Action(Verb.WAIT, {})
        moved = self._role.stepped(who, number)
        return moved if moved.prices else Malformed("no price can move so far")

    def mask(self, who: SellerAgent) -> NDArray[np.int8]:
        """Return a fresh mask: the steps that move a price, and to move none."""
        return self._mask(who, self._role.view(who))

    def _mask(self, who: SellerAgent, view: View) -> NDArray[np.int8]:
        mask = np.zeros(len(STEPS_PPM), np.int8)
        mask[HOLD] = 1
        if not who.stopped:
            offers = view.offers
            mask[:HOLD] = any(one.price_minor > one.floor_minor for one in offers)
            mask[HOLD + 1 :] = any(o.price_minor < o.ceiling_minor for o in offers)
        return mask

    def observe(self, who: SellerAgent, *, masked: bool = True) -> Any:
        """Return fresh arrays: the vector alone, or with its mask."""
        view = self._role.view(who)
        vector = np.clip(self._numbers(who, view), -_CAP, _CAP).astype(np.float32)
        if self._flatten:
            return vector
        if not masked:
            return {"observation": vector}
        return {"observation": vector, "action_mask": self._mask(who, view)}

    def observe_with_mask(self, who: SellerAgent) -> tuple[Any, NDArray[np.int8]]:
        """Return what `observe` and `mask` do."""
        return self.observe(who), self.mask(who)

    def _numbers(self, who: SellerAgent, view: View) -> NDArray[np.float64]:
        numbers = np.zeros(OBSERVATION_SIZE)
        lowest: dict[tuple[str, ...], int] = {}
        for rival in view.rivals:
            known = lowest.get(rival.group, rival.price_minor)
            lowest[rival.group] = min(known, rival.price_minor)
        left = who.ends_ms - view.now_ms
        numbers[:_OFFERS_AT] = (
            view.now_ms / who.ends_ms,
            left / DAY_MS,
            who.seller.every_ms / who.ends_ms,
            who.turn / self._turns.max_turns,
            who.accepted,
            self._role.revenue_minor(who) / who.full_minor,
            len(view.offers) / _OFFERS,
            len(view.rivals) / _OFFERS,
        )
        for k, one in enumerate(view.offers[:_OFFERS]):
            base = max(one.base_minor, 1)
            least = lowest.get(one.group)
            at = _OFFERS_AT + k * _PER_OFFER
            numbers[at : at + _PER_OFFER] = (
                one.price_minor / base,
                one.floor_minor / base,
                one.ceiling_minor / base,
                one.sold / max(one.capacity, 1),
                one.left / max(one.capacity, 1),
                one.closes_in_ms / DAY_MS,
                least is not None,
                0.0 if least is None else least / base,
            )
        return numbers
