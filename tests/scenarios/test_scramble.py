"""In a scramble, agents who all do the same get in each other's way."""

from tests.scenarios.scramble import Planned, mean_success


def test_cheapest_in_self_play_meets_less_than_four_fifths_of_what_a_plan_does():
    seeds = range(100, 112)

    alike = mean_success(lambda _seat: "cheapest", seeds)
    planned = mean_success(Planned, seeds)

    assert alike <= 0.8 * planned
    assert planned > 4
