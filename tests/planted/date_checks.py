"""Small checks of buyers who look at other dates: where, and what they pay."""

from dated import flexible, from_date, played, told
from worlds import fare

from test_time_gym.market.flexible_dates import FlexibleDates


def who_looks_two_days_away_sees_five_dates_each_for_its_days():
    """A day before its date is as far off as a day after it, and a month may end."""
    dates = FlexibleDates(days=2, cost_minor_per_day=30_00)

    assert list(dates.near(("SFO", "MAD", "2026-02-28"))) == [
        (("SFO", "MAD", "2026-02-26"), 60_00),
        (("SFO", "MAD", "2026-02-27"), 30_00),
        (("SFO", "MAD", "2026-02-28"), 0),
        (("SFO", "MAD", "2026-03-01"), 30_00),
        (("SFO", "MAD", "2026-03-02"), 60_00),
    ]


def sales():
    """Return what was sold to buyers who would pay 100 and no more."""
    willing = {"kind": "uniform", "least_minor": 100_00, "most_minor": 100_00}
    fares = [[fare("Y", minor)] for minor in (200_00, 100_00, 200_00, 200_00)]
    market = flexible(1, 20_00, fares=fares, willingness=willing)
    return [fact for _, fact in told(played(market, 3)[1], "seat_sold")]


def the_cost_of_a_day_is_never_paid():
    """Whose own date is too dear goes to one that costs just what it would pay."""
    dates = {from_date(fact)[0] for fact in sales()}

    assert dates == {"2026-06-11", "2026-06-12", "2026-06-13"}


def buyers_of_two_dates_have_two_names():
    """Each buyer buys once, whatever date it takes."""
    names = [from_date(fact) for fact in sales()]

    assert len(set(names)) == len(names) > 20


DATE_CHECKS = (
    who_looks_two_days_away_sees_five_dates_each_for_its_days,
    the_cost_of_a_day_is_never_paid,
    buyers_of_two_dates_have_two_names,
)
