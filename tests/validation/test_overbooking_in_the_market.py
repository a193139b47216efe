"""D11 in the market: its figures hang together, and a bug of the market is noticed."""

from dataclasses import replace

import pytest

from test_time_gym.market.afterwards import Afterwards
from test_time_gym.validation.cases.overbooking_in_the_market import (
    CASES,
    play_oversold,
)

BY_ID = {case.id: case for case in CASES}


def test_the_profit_is_of_those_who_show_up_less_what_denials_cost():
    for level, bookings in ((None, 109), (130, 130)):
        found = play_oversold(5, level=level)

        profit = 100 * found["shows"] - 300 * found["denied"]
        assert found["bookings"] == bookings
        assert found["profit"] == pytest.approx(profit)


@pytest.mark.pure("a method of the market is replaced")
def test_the_case_notices_denied_boardings_that_are_not_paid(monkeypatch):
    case = replace(BY_ID["D11/market-130"], replications=8)
    claim = replace(case.claims[0], quantity="profit", theory=11_700 - 17 * 300)
    (fair,) = replace(case, claims=[replace(claim, slipped=0, sharp=0.05)]).rows()
    pay_back = Afterwards._pay_back

    def half(self, index, amount, record):
        pay_back(self, index, amount // 2 if amount == 300 * 100_00 else amount, record)

    monkeypatch.setattr(Afterwards, "_pay_back", half)
    (row,) = replace(case, claims=[replace(claim, slipped=0, sharp=0.05)]).rows()

    assert fair.complaints == ()
    assert "is not 6600" in row.complaints[0]
