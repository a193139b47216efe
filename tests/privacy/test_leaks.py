"""Every planted leak is found: somebody can tell what a rival does in secret."""

from collections import Counter

import pytest
from leaks import LEAKS
from stories import Story, drawn, told, watch

from test_time_gym.market.errors import MarketBug
from test_time_gym.market.journal import JournalWriter

WITHIN = 40
"""Stories from the one that is written down."""


def first_told(leak, seed, monkeypatch):
    """Plant a leak, and play stories until someone can tell."""
    leak(monkeypatch)
    for number in range(seed, seed + WITHIN):
        try:
            how = told(drawn(number))
        except MarketBug as error:
            # What is wrong enough breaks a law as well, when the run is sealed.
            how = str(error)
        if how is not None:
            return how
    return None


@pytest.mark.slow
@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.__name__)
def test_a_planted_leak_is_found(leak, monkeypatch):
    assert first_told(leak, LEAKS[leak], monkeypatch)


def test_stories_are_about_rivals_who_do_what_could_be_told(monkeypatch):
    """Holds, payments that fail and succeed, orders, messages, on either ground."""
    seen = Counter()
    emit = JournalWriter.emit

    def noted(self, fact, at_ms, actor="", cause=0):
        if actor == "buyer_1":
            seen[fact.kind] += 1
        return emit(self, fact, at_ms, actor, cause)

    monkeypatch.setattr(JournalWriter, "emit", noted)
    for number in range(60):
        watch(drawn(number), 0)

    kinds = ("hold_placed", "hold_released", "payment_started", "payment_declined")
    kinds += ("ticket_issued", "order_cancelled", "coupon_applied", "reward")
    assert [kind for kind in kinds if seen[kind] < 5] == []


def test_a_story_of_equal_rivals_is_the_same_run_twice():
    story = Story("flights/rush", "aec-json", "plenty", 7, rivals=("shopper",) * 2)

    first, second = watch(story, 0), watch(story, 0)

    assert len(first) > 10
    assert first == second
