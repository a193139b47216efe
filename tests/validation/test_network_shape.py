"""A network of two alike airlines looks as another simulator has it."""

from dataclasses import replace

import pytest

from test_time_gym.validation.cases.two_carriers import CASES
from test_time_gym.validation.three_markets import AIRLINES, three_markets

(F2,) = CASES


def test_both_airlines_have_the_same_legs_fares_and_seats():
    catalog = three_markets().catalog

    def told(airline):
        return [
            (one.group, one.rate, one.base_minor, one.facts["depart"], len(one.pools))
            for one in catalog.products
            if one.seller == airline
        ]

    first, second = map(told, AIRLINES)
    assert first == second
    assert len(first) == 6 * 6
    assert sorted(catalog.capacity) == [100] * 4 + [120] * 4


def test_as_many_travellers_are_expected_as_in_the_published_network():
    expected = {}
    for demand in three_markets().demands:
        expected[demand.group[:2]] = (
            expected.get(demand.group[:2], 0) + demand.expected_micro / 10**6
        )

    assert expected == {("BOS", "ORD"): 160, ("ORD", "LAX"): 270, ("BOS", "LAX"): 240}


def test_a_row_is_right_within_its_tolerance_and_says_what_is_wrong_beyond_it():
    wide = replace(F2, replications=4, load_factor_within=40.0, apart_within=40.0)
    narrow = replace(wide, load_factor=20.0, load_factor_within=0.5)

    load, apart = wide.rows()
    wrong, _ = narrow.rows()

    assert (load.id, apart.id, load.seeds) == ("F2/load-factor", "F2/apart", 4)
    assert (load.ok, apart.ok, load.complaints) == (True, True, ())
    assert not wrong.ok
    assert wrong.complaints[0].endswith("is more than 0.5 from 20")


@pytest.mark.long
def test_without_good_and_bad_days_the_network_flies_too_full():
    calm = replace(F2, world=lambda: three_markets(shocks=False), replications=200)

    load, _ = calm.rows()
    shaken, apart = F2.rows(times=10)

    assert not load.ok
    assert load.estimate > 90
    assert (shaken.ok, apart.ok) == (True, True)
