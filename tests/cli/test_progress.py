"""Progress: who asks is told what is being done, and how far it has come."""

import os
import re

import pytest
from terminal import Terminal

import test_time_gym as ttg

POSIX = pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals of POSIX")
BENCH = (
    *("bench", "--agents", "cheapest,dummy", "--scenarios", "flights/sfo-mad"),
    *("--seeds", "60", "--workers", "1"),
)
LEARN = (
    *("learn", "--agent", "cheapest", "--episodes", "6", "--seeds", "4"),
    *("--workers", "1", "--out", "study"),
)


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


@POSIX
@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (BENCH, "success so far: cheapest 100 %, dummy 0 %"),
        pytest.param(
            LEARN, r"success so far: [a-z]+ \d+ %, [a-z]+ \d+ %", marks=pytest.mark.long
        ),
    ],
    ids=["bench", "learn"],
)
def test_a_terminal_shows_the_figures_so_far_and_the_time_that_is_left(
    words, shown, command, environment
):
    with Terminal([*command, *words], env=environment, columns=150) as screen:
        assert screen.end() == 0

        assert re.search(shown, screen.text)
        assert re.search(r" \d:\d\d:\d\d ", screen.text)


@POSIX
@pytest.mark.slow
@pytest.mark.long
def test_neither_a_pipe_nor_json_is_told_figures_so_far(command, environment, process):
    assert "so far" not in process(*BENCH).err
    with Terminal([*command, *BENCH, "--json"], env=environment) as screen:
        assert screen.end() == 0

        assert "so far" not in screen.text


def test_a_bench_tells_what_each_agent_has_met_after_every_job():
    told = []

    ttg.evaluate(
        ["cheapest", "dummy"],
        "flights/sfo-mad",
        seeds=3,
        so_far=lambda met: told.append(dict(met)),
    )

    assert told == [{"cheapest": (k, k), "dummy": (0, k)} for k in (1, 2, 3)]
