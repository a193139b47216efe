"""Whichever agents play, and however badly, every law holds after every event."""

import json

import pytest
from fakes import Lines
from hypothesis import given, settings
from hypothesis import strategies as st
from players import numbers_for, play
from strategies import scripts, worlds
from worlds import WatchedTurns, busy_world, world_state

from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.events import KINDS
from test_time_gym.market.interface.participant import OUTCOMES
from test_time_gym.market.ledger import AUTHORIZED
from test_time_gym.market.payments.payment import PaymentState

pytestmark = pytest.mark.property

SEEDS = st.integers(0, 2**32)
WINDOWS = st.sampled_from([0, 5000])


def play_and_leave(config, seed, numbers, window_ms=0, *, sink=None, days=0):
    """Play an episode under all laws, then let what is still open come to its end."""
    turns = WatchedTurns(
        config, seed, agents=len(numbers), window_ms=window_ms, sink=sink
    )
    play(turns, numbers)
    clock = turns.market.clock
    clock.advance(clock.now_ms + 1_000_000 + days * DAY_MS)
    return turns


def what_happened(lines):
    """Name the kinds of a journal's records, with the reason where there is one."""
    for line in lines:
        record = json.loads(line)
        why = record["d"].get("reason") or record["d"].get("status")
        yield record["k"] if why is None else f"{record['k']}: {why}"


@settings(max_examples=max(120, settings().max_examples))
@given(worlds(), SEEDS, scripts(2), WINDOWS)
def test_every_law_holds_and_no_money_is_stuck(config, seed, numbers, window_ms):
    turns = play_and_leave(config, seed, numbers, window_ms)

    market = turns.market
    live = [p.id for p in market.processor.book.by_id.values() if p.live]
    late = sum(
        p.open_minor
        for p in market.processor.book.by_id.values()
        if p.state is PaymentState.AUTHORIZED
    )
    assert all(seat.outcome in OUTCOMES for seat in turns.seats)
    assert (live, market.ledger.balance(AUTHORIZED)) == ([], late)


@pytest.mark.long
def test_the_laws_are_not_kept_by_nothing_happening():
    sink = Lines()

    for seed in range(16):
        play_and_leave(busy_world(), seed, numbers_for(3, seed), sink=sink, days=5)

    happened = set(what_happened(sink.lines))
    kinds = {name.split(":")[0] for name in happened}
    # Of bookings that are given up, and of buyers who wait, tests/market has worlds:
    # test_cancelled_bookings.py, test_go_shows.py and test_patience.py.
    elsewhere = {"background_cancelled", "no_show", "denied", "go_show", "postponed"}
    assert kinds >= set(KINDS) - {"end", "market_opened"} - elsewhere
    assert happened >= {
        "act: illegal",
        "act: malformed",
        "payment_closed: challenge_expired",
        "payment_closed: cancelled_by_visitor",
        "payment_declined: challenge_failed",
        "payment_declined: gateway_unavailable",
        "payment_declined: hard_decline",
        "payment_declined: insufficient_funds",
        "payment_declined: soft_decline",
        "payment_declined: retry_after_hard_decline",
        "payment_declined: retry_limit",
        "payment_voided: hold_expired",
    }


@settings(max_examples=40)
@given(worlds(), SEEDS, scripts(2))
def test_an_illegal_action_changes_nothing_but_the_turn(config, seed, numbers):
    turns = WatchedTurns(config, seed, agents=2)

    def act_and_compare(seat, action):
        before = world_state(turns)
        legal = turns.act(seat, action)
        if not legal:
            assert world_state(turns) == before

    play(turns, numbers, act_and_compare)
