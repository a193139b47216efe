"""Bugs of buyers who wait: each is found by a small check of who buys, and when."""

from test_time_gym.market import patience, waiting
from test_time_gym.market.patience import Patience
from test_time_gym.market.population import Shoppers


def who_waits_misses_the_end_of_the_sale(patch):
    """Nobody asks whether the sale goes on until a buyer comes back."""
    patch.setattr(
        waiting,
        "back_before",
        lambda now, look, gaps, _ends: patience.back_before(now, look, gaps, 2**53 - 1),
    )


def an_equal_price_is_a_lower_one(patch):
    """A price that has stood still is taken for one that has fallen."""
    hope = Patience.hope_after
    patch.setattr(
        Patience, "hope_after", lambda self, old, shown: hope(self, old, shown) + 1
    )


def the_first_price_is_the_last_one_seen(patch):
    """What a buyer saw at its second look is forgotten at its third."""
    hope = Patience.hope_after
    patch.setattr(
        Patience,
        "hope_after",
        lambda self, old, shown: hope(self, old, shown) if old is None else old,
    )


def all_buyers_of_a_segment_come_back_together(patch):
    """The word of a buyer's returns is not its own: the arrival is not in its key."""
    gaps = patience.gaps_of
    patch.setattr(
        waiting,
        "gaps_of",
        lambda patience, streams, _arrival, *name: gaps(patience, streams, 0, *name),
    )


def who_is_back_has_another_taste(patch):
    """A buyer who comes back chooses as the one who came last."""
    again = Shoppers.choose_again

    def changed(self, one, *rest):
        return again(self, self.next_buyer()._replace(arrival=one.arrival), *rest)

    patch.setattr(Shoppers, "choose_again", changed)


BUGS = [
    bug
    for name, bug in list(globals().items())
    if callable(bug) and getattr(bug, "__module__", "") == __name__ and name[0] != "_"
]
