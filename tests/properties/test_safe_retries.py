"""A visitor who asks again with the same key always learns what became of a payment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from players import in_the_shop, numbers_for
from strategies import scripts, worlds
from worlds import WatchedTurns, busy_world

from test_time_gym.market.interface.actions import Action
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.market.payments.payment import TAKEN

pytestmark = pytest.mark.property

WAIT = Action(Verb.WAIT, {"minutes": 1})


class SafeRetrier:
    """Shops by numbers, names every attempt, and asks again when in doubt.

    A key names a hold and how many of its attempts have failed: it is never used
    for anything else, and never changed while an answer is missing.
    """

    def __init__(self, turns, seat):
        self._turns, self._seat = turns, seat
        self._failed = 0
        self._asked = False
        self.key = ""

    def settle(self):
        """Return the action that brings a payment's answer, or None."""
        v = self._seat.visitor
        self._asked = v.status == "unknown" and not self._asked
        if self._asked:
            return Action(Verb.CONFIRM_PAYMENT, {"idempotency_key": self.key})
        if v.status == "requires_challenge" and v.code is not None:
            return Action(Verb.ANSWER_CHALLENGE, {"code": v.code})
        return WAIT if v.unsettled else None

    def step(self, n):
        """Return the next action; ``n`` chooses among ways."""
        v, now = self._seat.visitor, self._turns.market.clock.now_ms
        settling = self.settle()
        if settling is not None:
            return settling
        if not (v.hold_active(now) and v.view == "payment"):
            return in_the_shop(self._turns, v, n)
        if v.card is None or (v.status == "declined" and n % 2):
            card = v.wallet[n % len(v.wallet)]
            return Action(Verb.ENTER_CARD, {"card_token": card})
        self._failed += v.status in ("declined", "expired")
        self.key = f"{v.hold.id}/{v.card}/{self._failed}"
        return Action(Verb.CONFIRM_PAYMENT, {"idempotency_key": self.key})


def play_safely(config, seed, numbers):
    """Play an episode to its end."""
    longer = {"turns": config.turns.model_copy(update={"max_turns": 600})}
    turns = WatchedTurns(config.model_copy(update=longer), seed, agents=len(numbers))
    players = [SafeRetrier(turns, seat) for seat in turns.seats]
    scripts = [iter(own) for own in numbers]
    looking_on = Action(Verb.WAIT, {"minutes": 600})
    while not turns.over:
        for seat in list(turns.ready):
            player = players[seat.index]
            n = next(scripts[seat.index], None)
            action = player.settle() or looking_on if n is None else player.step(n)
            turns.act(seat, action)
        turns.advance()
    return turns


@given(worlds(deadline_s=86_000), st.integers(0, 2**32), scripts(2))
def test_asking_again_with_the_same_key_always_leads_to_the_truth(
    config, seed, numbers
):
    turns = play_safely(config, seed, numbers)

    orders = turns.market.orders
    for seat in turns.seats:
        v = seat.visitor
        assert not v.unsettled
        assert sorted(o.id for o in v.orders) == sorted(o.id for o in orders.of(v.seat))
        if v.payment is not None:
            known = v.status if v.status != "requires_confirmation" else None
            assert known in (None, v.payment.state.value)
        assert seat.turn < 600
    taken = [
        p.hold_id
        for p in turns.market.processor.book.by_id.values()
        if p.state in TAKEN
    ]
    assert len(set(taken)) == len(taken)


def test_the_safe_retrier_meets_doubt_and_comes_out_of_it():
    config = busy_world()
    holds = config.market.holds.model_copy(update={"ttl_s": 12})
    market = config.market.model_copy(update={"holds": holds})
    config = config.model_copy(update={"market": market})
    asked, ends = 0, set()
    for seed in range(8):
        turns = play_safely(config, seed, numbers_for(1, seed))
        processor = turns.market.processor
        confirmations = turns.seats[0].visitor.confirmations
        asked += confirmations - len(processor.book.by_id)
        ends |= {p.reason or p.state.value for p in processor.book.by_id.values()}

    assert asked > 20
    assert ends >= {"captured", "hard_decline", "hold_expired", "gateway_unavailable"}
