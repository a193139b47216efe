"""The revenue opportunity metric: as the book prints it."""

from test_time_gym.market.pricing import revenue_opportunity

A9 = ([1000, 800, 600, 200], [25, 30, 20, 50], 100)


def test_the_book_s_departure_has_the_printed_metric():
    """Case A9."""
    found = revenue_opportunity(*A9, [100, 70, 45, 32])

    assert (found.perfect, found.none, found.realised) == (66_000, 46_000, 59_200)
    assert round(100 * found.share, 9) == 66


def test_limits_that_bind_nobody_are_no_control():
    found = revenue_opportunity(*A9, [100, 100, 100, 100])

    assert (found.realised, found.share) == (46_000, 0)


def test_limits_by_the_demand_itself_are_perfect():
    # All of the three dear classes, and 25 of the cheapest.
    found = revenue_opportunity(*A9, [100, 75, 45, 25])

    assert (found.realised, found.share) == (66_000, 1)


def test_limits_that_close_too_much_are_worse_than_none():
    found = revenue_opportunity(*A9, [100, 0, 0, 0])

    assert found.realised == 25_000
    assert found.share == (25_000 - 46_000) / 20_000
