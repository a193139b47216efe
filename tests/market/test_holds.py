"""Holds: a claim is good on [placed, expires) and ends exactly once."""

import pytest
from worlds import flight, market

from test_time_gym.market.errors import MarketBug, Refused
from test_time_gym.market.holds import Hold, HoldLine, Holds, HoldState
from test_time_gym.market.inventory import Inventory


def holds(seats=3):
    config = market(flights=[flight(seats=seats)])
    return Holds(Inventory(config.catalog()))


def hold(number=1, seats=2, price=100_00):
    return Hold(
        id=f"hold-0-{number}",
        seat=0,
        lines=(HoldLine(0, seats, price),),
        placed_at_ms=1000,
        expires_at_ms=2000,
    )


def test_a_hold_is_active_from_its_placing_up_to_its_expiry():
    claim = hold()

    active = [at for at in (1000, 1999, 2000, 2001) if claim.active(at)]

    assert active == [1000, 1999]


def test_a_hold_costs_its_seats_at_the_locked_prices():
    claim = hold()
    claim.lines += (HoldLine(1, 1, 55),)

    assert claim.total_minor == 200_55


def test_placing_takes_all_seats_or_none():
    table = holds()
    table.place(hold(1))

    with pytest.raises(Refused):
        table.place(hold(2))

    assert table._inventory.held == [2]
    assert table.by_id == table.open == {"hold-0-1": hold(1)}


@pytest.mark.parametrize("seats", [1, 2])
def test_what_can_be_placed_is_what_verifies(seats):
    table = holds()
    table.place(hold(1))
    lines = hold(2, seats=seats).lines

    if table.can_place(lines):
        table.verify_place(lines)
    else:
        with pytest.raises(Refused, match="AA1 has no 2 seats left"):
            table.verify_place(lines)
    assert table.can_place(lines) == (seats == 1)


def test_a_hold_can_be_confirmed_until_just_before_its_expiry():
    table, claim = holds(), hold()
    table.place(claim)

    with pytest.raises(MarketBug, match="confirming hold-0-1, which is held at 2000"):
        table.confirm(claim, 2000)
    table.confirm(claim, 1999)

    assert claim.state is HoldState.CONFIRMED
    assert (table._inventory.sold, table._inventory.held) == ([2], [0])
    assert table.open == {}


ENDS = {
    "confirmed": lambda table, claim: table.confirm(claim, 1500),
    "released": lambda table, claim: table.release(claim),
    "expired": lambda table, claim: table.expire(claim),
}


@pytest.mark.parametrize("first", ENDS)
@pytest.mark.parametrize("second", ENDS)
def test_a_hold_ends_exactly_once(first, second):
    table, claim = holds(), hold()
    table.place(claim)
    ENDS[first](table, claim)
    before = (list(table._inventory.sold), list(table._inventory.held))
    why = (
        f"confirming hold-0-1, which is {first} at 1500"
        if second == "confirmed"
        else f"hold hold-0-1 is already {first}"
    )

    with pytest.raises(MarketBug, match=f"^{why}$"):
        ENDS[second](table, claim)

    assert claim.state.value == first
    assert (table._inventory.sold, table._inventory.held) == before


def test_seats_that_were_given_back_can_be_held_again():
    table = holds(seats=2)
    for number, end in enumerate(("released", "expired", "released")):
        claim = hold(number)
        table.place(claim)
        ENDS[end](table, claim)

    assert table.can_place(hold(9).lines)
