"""The table of verbs: what it says of each holds in play, in every trade."""

from dataclasses import replace
from typing import ClassVar

import pytest
from flight_verbs import TABLE
from hypothesis import given, settings
from hypothesis import strategies as st
from players import senseless
from worlds import WatchedTurns, busy_world, do, market_data

from test_time_gym.envs.vector_codec import VectorCodec
from test_time_gym.market.domain import Trade
from test_time_gym.market.interface.actions import Action
from test_time_gym.market.interface.legality import legal_verbs
from test_time_gym.market.interface.verbs import ACTIONS, ROWS, Verb, VerbTable
from test_time_gym.market.state import state_of
from test_time_gym.scenarios.flights.domain import FLIGHTS, FlightMarket
from test_time_gym.scenarios.hotels.domain import HOTELS

TRADES = [FLIGHTS, HOTELS]
ALONE = {row.verb for row in ROWS if not row.shared}
PASSING = ("now_ms", "timers", "streams")
"""What a turn moves by being taken: the next one is scheduled, and its lot drawn."""


def test_the_rows_stand_by_their_numbers():
    assert [row.verb for row in ROWS] == list(Verb)
    assert [ACTIONS.index((row.verb, 0)) for row in ROWS] == sorted(
        ACTIONS.index((row.verb, 0)) for row in ROWS
    )


@pytest.mark.parametrize("trade", TRADES, ids=lambda trade: trade.name)
def test_a_trade_names_the_search_the_choice_and_their_arguments(trade):
    table = VerbTable(trade)
    words = trade.words

    assert table.names[Verb.SEARCH] == words.search
    assert table.names[Verb.SELECT] == words.select
    assert len(set(table.names)) == len(Verb)
    assert list(table.arguments[Verb.SEARCH]) == [one.name for one in trade.form]
    assert list(table.arguments[Verb.SELECT]) == [words.offer_id]
    assert list(table.arguments[Verb.FILTER_RESULTS]) == [*trade.by_name, "max_price"]


def rest_of_the_world(turns, seat):
    """Return what is not the agent's own page: stock, money, and others' pages."""
    market = state_of(turns.market)
    fields = [f for f in market.__struct_fields__ if f not in PASSING]
    pages = [one.visitor.state() for one in turns.seats if one is not seat]
    return repr(([getattr(market, name) for name in fields], pages))


@pytest.mark.property
@settings(max_examples=15)
@given(st.integers(0, 9), st.lists(st.integers(0, 2**20), min_size=60, max_size=120))
def test_what_is_not_shared_changes_nobody_elses_world(seed, numbers):
    turns = WatchedTurns(busy_world(), seed=seed, agents=2)

    for n in numbers:
        if turns.over:
            break
        seat = turns.ready[0]
        action = senseless(turns, seat, n)
        before = rest_of_the_world(turns, seat)
        turns.act(seat, action)
        if isinstance(action, Action) and action.verb in ALONE:
            assert rest_of_the_world(turns, seat) == before, action
        turns.advance()


SMALL = replace(FLIGHTS, name="small", without=("apply_coupon", "choose_instalments"))


class SmallMarket(FlightMarket):
    """A shop of flights without coupons and instalments."""

    trade: ClassVar[Trade] = SMALL


def test_a_verb_that_a_trade_does_not_have_is_never_legal():
    busy = busy_world()
    market = SmallMarket.model_validate(
        market_data(
            instalments={"counts": [2]}, coupons=[{"code": "A", "percent_ppm": 1}]
        )
    )
    turns = WatchedTurns(busy.model_copy(update={"market": market}))
    seat, codec = turns.seats[0], VectorCodec(turns)
    do(turns, "search_flights")
    do(turns, "add_to_cart", turns.market.catalog.products[0].id)
    do(turns, "proceed_to_payment")

    assert not do(turns, "apply_coupon", "A")
    told = "this site has no apply_coupon"
    assert seat.visitor.last_error == ("illegal", told)
    assert not {"apply_coupon", "choose_instalments"} & set(legal_verbs(turns, seat))
    off = [
        k for k, (verb, _) in enumerate(ACTIONS) if TABLE.names[verb] in SMALL.without
    ]
    assert codec.mask(seat)[off].tolist() == [0] * len(off)
