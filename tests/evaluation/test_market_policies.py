"""Policies that replace those of a scenario, those of users among them."""

import re
import sys

import numpy as np
import pytest
from small_markets import two_airlines

import test_time_gym as ttg
from test_time_gym.evaluation.market import PolicyError
from test_time_gym.evaluation.market.seller_policies import parse_policies
from test_time_gym.market.errors import Misuse
from test_time_gym.market.pricing.policy import Change, Decision

ONE = two_airlines()
MATCH = {"kind": "match_rival", "undercut_minor": 200}


class Half:
    """Asks for half of every base fare."""

    def decide(self, view):
        return Decision(
            prices=[
                Change(one.product, one.base_minor // 2, "half") for one in view.offers
            ]
        )


def deciding(decide):
    """Return a class of policies that decide so."""
    return type("Mine", (), {"decide": lambda _self, view: decide(view)})


def kinds(policies):
    return [
        seller.policy
        for seller in ttg.market(ONE, policies, seeds=1, elasticity=False).sellers
    ]


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        (None, ["load_days", "load_days"]),
        ("declared", ["load_days", "load_days"]),
        ({"Aurora": "fixed"}, ["fixed", "load_days"]),
        ({"Aurora": MATCH, "*": "fixed"}, ["match_rival", "fixed"]),
        ("Aurora=match_rival,undercut_minor=200; *=fixed", ["match_rival", "fixed"]),
        ("Boreal=fixed", ["load_days", "fixed"]),
    ],
)
def test_a_policy_replaces_the_one_of_its_seller(policies, expected):
    assert kinds(policies) == expected


def test_a_table_as_text_is_the_table():
    told = "Aurora=match_rival,undercut_minor=200"

    by_text = ttg.market(ONE, told, seeds=2, elasticity=False)

    assert by_text == ttg.market(ONE, {"Aurora": MATCH}, seeds=2, elasticity=False)


def test_values_are_toml_with_commas_in_brackets():
    told = 'A=load_days,load_curve=[[0,1000000],[1000000,2000000]],note="a,b;c",x=y'

    assert parse_policies(told) == {
        "A": {
            "kind": "load_days",
            "load_curve": [[0, 1_000_000], [1_000_000, 2_000_000]],
            "note": "a,b;c",
            "x": "y",
        }
    }


def test_what_a_policy_leaves_out_is_as_the_seller_declares_it():
    """A forecast, a curve, a floor; and A against A differs by nothing."""
    scenario, asked = "flights/emsr", {"seeds": 2, "elasticity": False}

    declared = ttg.market(scenario, **asked)
    assert ttg.market(scenario, {"Vueling": "emsr_b"}, **asked) == declared
    lower = {"Vueling": {"kind": "emsr_b", "reprice_every_s": 3600}}
    assert ttg.market(scenario, lower, **asked).sellers[1].policy == "emsr_b"


@pytest.mark.parametrize(
    ("policies", "said"),
    [
        ({"Aurra": "fixed"}, "'Aurra', who sells nothing; did you mean 'Aurora'?"),
        ({"Zephyr": "fixed"}, "who sells nothing; known: Aurora, Boreal"),
        ({"Aurora": "fixd"}, "unknown kind 'fixd'; did you mean 'fixed'?"),
        ({"Aurora": 7}, "policy of Aurora: 7 names no kind"),
        ({"Aurora": {"undercut_minor": 1}}, "names no kind"),
        ("Aurora=match_rival,undercut=1", "did you mean 'undercut_minor'?"),
        ("Aurora=match_rival,undercut_minor", "'undercut_minor' is not key=value"),
        ("Aurora=emsr_b,dcp_days=7", "dcp_days: a list is expected, in brackets even"),
        ("Aurora=emsr_b,dcp_days=7,3", "brackets, as in dcp_days=[28,7]"),
        ("Aurora=emsr_b,forecast=declared", '"declared" needs forecasts'),
        ("Aurora=bid_price,forecast=declared", '"declared" needs forecasts'),
        ("Aurora=", "is not AIRLINE=KIND"),
        ("Aurora=fixed;Aurora=load_days", "names Aurora twice"),
        ("Aurora=nowhere:Half", "policy 'nowhere:Half' cannot be loaded"),
        ({"Aurora": (Half, 1)}, "names no kind"),
        (
            {"Aurora": {"kind": Half, "floor": 1}},
            "floor: unknown key; did you mean floor_ppm",
        ),
    ],
)
def test_a_policy_that_is_none_is_told_with_its_place(policies, said):
    with pytest.raises(Misuse, match=re.escape(said)):
        ttg.market(ONE, policies, seeds=1)


def test_a_policy_of_one_s_own_keeps_to_what_its_seller_promises():
    promised = {"kind": Half, "floor_ppm": 600_000}

    cheap = ttg.market(ONE, {"Boreal": promised}, seeds=3, elasticity=False)
    fixed = ttg.market(ONE, {"Boreal": Half}, seeds=3, elasticity=False)

    assert [one.sellers[1].policy for one in (cheap, fixed)] == ["Half", "Half"]
    assert [bucket.price.estimate for bucket in cheap.sellers[1].days_left] != []
    assert cheap.sellers[1].yield_per_unit.estimate < 0.61 * 105_00
    assert fixed == ttg.market(ONE, {"Boreal": Half}, seeds=3, elasticity=False)
    assert fixed.sellers[1].yield_per_unit.estimate >= 60_00


@pytest.mark.slow
def test_a_policy_of_one_s_own_is_played_by_other_processes_too():
    by_name = {"Boreal": {"kind": f"{__file__}:Half", "floor_ppm": 600_000}}

    one = ttg.compare(ONE, [None, by_name], seeds=3)

    assert ttg.compare(ONE, [None, by_name], seeds=3, workers=2) == one
    assert one.pairs[0][0].difference != 0


@pytest.mark.parametrize(
    ("decide", "said"),
    [
        (lambda _view: 1 / 0, "failed: ZeroDivisionError: division by zero"),
        (lambda _view: None, "decides None, which is no Decision"),
        (
            lambda _view: Decision(prices=[Change(0, 99.5, "x")]),
            "sets the price of 0 (AA1-Y) to 99.5, no whole number from 0 on",
        ),
        (
            lambda _view: Decision(prices=[Change(0, float("nan"), "x")]),
            "sets the price of 0 (AA1-Y) to nan",
        ),
        (
            lambda _view: Decision(limits=[Change(2, 5, "x")]),
            "sets the booking limit of 2, which it does not offer",
        ),
        (
            lambda _view: Decision(prices=[Change(0, 1, "x"), Change(0, 2, "x")]),
            "sets the price of 0 (AA1-Y) twice",
        ),
        (lambda _view: Decision(wake_at_ms=1.5), "wakes at 1.5"),
        (lambda _view: Decision(bids=[(0, 1)]), "which is no Change"),
        (
            lambda _view: Decision(prices=[Change(0, 10**40, "x")]),
            "sets the price of 0 (AA1-Y) to 1000000000000000000000000000000000",
        ),
        (
            lambda _view: Decision(prices=[Change(0, to=True, reason="x")]),
            "sets the price of 0 (AA1-Y) to True, no whole number",
        ),
        (
            lambda _view: Decision(prices=[Change(0, 99, None)]),
            "sets the price of 0 (AA1-Y) and gives as reason None: up to 32 letters",
        ),
        (
            lambda _view: Decision(limits=[Change(0, 9, "two\nlines")]),
            r"sets the booking limit of 0 (AA1-Y) and gives as reason 'two\nlines'",
        ),
        (
            lambda _view: Decision(prices=7),
            "gives 7 for its changes of a price: a list is expected",
        ),
        (
            lambda _view: Decision(prices=Change(0, 99, "x")),
            "for its changes of a price: a list is expected",
        ),
        (lambda _view: sys.exit(3), "failed: SystemExit: 3"),
    ],
)
def test_what_a_policy_does_wrong_is_its_own_error_with_its_view(decide, said):
    with pytest.raises(PolicyError, match="policy Mine of Aurora") as caught:
        ttg.market(ONE, {"Aurora": deciding(decide)}, seeds=1, elasticity=False)

    assert said in str(caught.value)
    assert "its view: View(now_ms=-" in str(caught.value)


def test_a_class_that_other_processes_cannot_find_is_told():
    mine = deciding(lambda _view: Decision())

    with pytest.raises(Misuse, match="found by its module"):
        ttg.market(ONE, {"Aurora": mine}, seeds=2, workers=2)


class Undecided:
    """Begins, and then has nothing to decide with."""


def test_a_class_that_decides_nothing_is_told_before_anything_is_played():
    with pytest.raises(Misuse, match="makes no policy: give a class with decide"):
        ttg.market(ONE, {"Aurora": Undecided}, seeds=1)


def test_a_function_of_the_view_is_told_that_a_class_is_wanted():
    with pytest.raises(PolicyError, match="it was to be made, without arguments"):
        ttg.market(ONE, {"Aurora": Half().decide}, seeds=1)


def test_what_makes_something_else_than_a_policy_is_told():
    with pytest.raises(PolicyError, match=r"makes 7, which has no decide\(view\)"):
        ttg.market(ONE, {"Aurora": lambda: 7}, seeds=1)


def test_numbers_of_numpy_and_rows_that_are_gone_through_once_are_understood():
    def plain(view):
        return Decision(prices=[Change(one.product, 90_00, "x") for one in view.offers])

    def numpy(view):
        rows = ((np.int64(one.product), np.int32(90_00)) for one in view.offers)
        return Decision(prices=(Change(of, to, "x") for of, to in rows))

    asked = {"seeds": 2, "elasticity": False}
    found = [
        ttg.market(ONE, {"*": {"kind": deciding(decide), "floor_ppm": 1}}, **asked)
        for decide in (plain, numpy)
    ]
    assert found[0].sellers[0].yield_per_unit.estimate == 90_00
    assert found[0] == found[1]


def test_a_policy_that_may_move_no_price_is_told_of_in_a_note():
    """Whatever it asks for is cut to the base fare, which looks like no effect."""
    asked = {"seeds": 1, "elasticity": False}
    bound = ttg.market(ONE, {"Aurora": Half}, **asked)
    free = ttg.market(ONE, {"Aurora": {"kind": Half, "floor_ppm": 1}}, **asked)

    told = [one for one in bound.notes if one not in free.notes]
    assert len(told) == 1
    assert told[0].startswith("Half of Aurora may move no price: what it asks for")


def test_a_market_tells_who_learns_and_who_has_nothing_to_keep_back():
    asked = {"seeds": 1, "elasticity": False}
    leg = ttg.market("flights/rm-leg", "*=emsr_b,forecast=pickup,history=10", **asked)
    single = ttg.market("flights/duopoly", "Atlantico=emsr_b,history=10", **asked)

    assert leg.notes[-1] == (
        "emsr_b of Isar Air learns what to expect from 10 past departures"
    )
    assert single.notes[-1] == (
        "emsr_b of Atlantico keeps nothing back: all it sells has one class"
    )
