"""Bugs of buyers who look at other dates, each found by a small check."""

from test_time_gym.market.choice import ChoiceSet
from test_time_gym.market.demand import Demand
from test_time_gym.market.flexible_dates import FlexibleDates, moved

near = FlexibleDates.near


def a_day_away_makes_an_offer_seem_cheaper(patch):
    """The cost of a day has the wrong sign."""
    patch.setattr(
        FlexibleDates,
        "near",
        lambda self, group: [(other, -more) for other, more in near(self, group)],
    )


def dates_are_shifted_by_one(patch):
    """Who comes for a date looks around the day after it."""
    patch.setattr(
        FlexibleDates, "near", lambda self, group: near(self, moved(group, 1))
    )


def only_later_dates_are_looked_at(patch):
    """Nobody leaves any earlier than it wanted."""
    patch.setattr(
        FlexibleDates,
        "near",
        lambda self, group: [one for one in near(self, group) if one[0] >= group],
    )


def days_are_not_counted(patch):
    """Two days away cost as much as one."""

    def changed(self, group):
        cost = self.cost_minor_per_day
        return [(other, min(more, cost)) for other, more in near(self, group)]

    patch.setattr(FlexibleDates, "near", changed)


def a_day_away_has_to_be_paid(patch):
    """Who would pay the price, but not the cost of the days besides, does not buy."""
    offer = ChoiceSet.offer

    def changed(self, prices):
        dearer = {
            position: None if price is None else price + self._away_minor[position]
            for position, price in prices.items()
        }
        offer(self, dearer)

    patch.setattr(ChoiceSet, "offer", changed)


def who_leaves_its_date_is_told_by_the_date_it_takes(patch):
    """Two buyers with one number are told apart no more."""
    patch.setattr(Demand, "group_beside", lambda _self, _group: ())


BUGS = [
    bug
    for name, bug in list(globals().items())
    if callable(bug) and getattr(bug, "__module__", "") == __name__ and name[0] != "_"
]
