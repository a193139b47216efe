"""A policy of one's own that is told what has moved decides as one that sees all."""

import pytest
from small_markets import two_airlines

import test_time_gym as ttg
from test_time_gym.evaluation.market import PolicyError
from test_time_gym.market.pricing.policy import Change, Decision

ONE = two_airlines()


class SeesAll:
    """Asks up to half as much again, as seats are sold."""

    def decide(self, view):
        return Decision(prices=[self.price(one) for one in view.offers])

    def price(self, one):
        more = one.base_minor * (one.capacity - one.left) // (2 * one.capacity)
        return Change(one.product, one.base_minor + more, "load")


class Follows(SeesAll):
    views = 0

    def decide(self, view):
        Follows.views += 1
        return super().decide(view)

    def decide_moved(self, moved):
        return Decision(prices=[self.price(one) for one in moved.offers])


class Inherits(Follows):
    def decide(self, view):
        return Decision(prices=[Change(one.product, 1, "x") for one in view.offers])


class Fails(SeesAll):
    def decide_moved(self, moved):
        raise ZeroDivisionError(len(moved.offers))


def played(kind, **settings):
    own = {"kind": kind, "reprice_every_s": 3600, "ceiling_ppm": 1_500_000} | settings
    return ttg.market(ONE, {"*": own}, seeds=2, elasticity=False)


def test_it_comes_to_the_same_market_from_one_view_in_each_run():
    whole = played(SeesAll).sellers
    Follows.views = 0

    told = played(Follows).sellers
    assert str(told) == str(whole).replace("SeesAll", "Follows")
    assert Follows.views == 2 * 2  # seeds, airlines


def test_a_decide_of_its_own_counts_more_than_what_is_inherited():
    found = played(Inherits)

    # Every wake asks for far less than the floor.
    assert found.total.cut_prices.estimate > 20


def test_what_it_does_wrong_is_its_error_with_what_it_was_told():
    with pytest.raises(PolicyError) as caught:
        played(Fails)

    assert "failed: ZeroDivisionError" in str(caught.value)
    assert "its news: Moved(now_ms=" in str(caught.value)
