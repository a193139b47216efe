"""Progress: who asks is told what is being done, and how far it has come."""

import pytest

import test_time_gym as ttg


@pytest.mark.parametrize("episodes", [1, 2])
def test_progress_says_which_of_several_episodes_is_under_way(episodes):
    told = []

    ttg.run(
        "flights/sfo-mad",
        "cheapest",
        episodes=episodes,
        progress=lambda what, done: told.append((what, done)),
    )

    whats = list(dict.fromkeys(what for what, _ in told))
    assert (
        whats
        == {
            1: ["playing", "measuring"],
            2: [
                "episode 1 of 2, playing",
                "episode 1 of 2, measuring",
                "episode 2 of 2, playing",
                "episode 2 of 2, measuring",
            ],
        }[episodes]
    )
    assert ("playing", 1) in told or ("episode 2 of 2, playing", 1) in told
