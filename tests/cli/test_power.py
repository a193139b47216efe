"""`ttgym power`: how many seeds."""

import json

import pytest


def test_a_gain_of_ten_points_needs_fifty_two_seeds(ttgym):
    answer = ttgym("power", "--gain", "0.1", "--sd", "0.25")

    assert (answer.code, answer.err) == (0, "")
    assert " ".join(answer.out.split()).startswith(
        "To see a gain of 0.1 with a chance of 0.8, where differences spread by 0.25 "
        "from seed to seed, you need 52 seeds."
    )
    assert "   52              0.808                   0.099" in answer.out


def test_so_many_seeds_show_so_much(ttgym):
    answer = ttgym("power", "--gain", "0.1", "--sd", "0.25", "--seeds", "20", "--json")

    assert json.loads(answer.out) == {
        "gain": 0.1,
        "sd": 0.25,
        "power": 0.8,
        "level": 0.95,
        "seeds_needed": 52,
        "table": [{"seeds": 20, "power": 0.397, "least_gain": 0.1651}],
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--gain", "0.1"), "Missing option '--sd'"),
        (("--gain", "0", "--sd", "1"), "'0' is not a number above 0, such as"),
        (("--gain", "1e-3", "--sd", "1"), "'1e-3' is not a number above 0"),
        (("--gain", "1", "--sd", "nan"), "'nan' is not a number above 0"),
        (("--gain", "1", "--sd", "1", "--power", "80"), "above 0 and below 1"),
        (("--gain", "1", "--sd", "1", "--seeds", "1"), "whole number from 2"),
        (("--gain", "0.000001", "--sd", "9"), "ask for a larger gain"),
    ],
)
def test_a_mistake_is_one_message(ttgym, options, message):
    answer = ttgym("power", *options)

    assert (answer.code, answer.out) == (2, "")
    assert message in " ".join(answer.err.split())
