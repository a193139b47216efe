"""Errors: one tree, by whose fault it is, and rebuilt from their arguments."""

import copy
import pickle

import pytest

from test_time_gym.market.errors import (
    MarketBug,
    MarketError,
    Misuse,
    Refused,
    ScenarioError,
)

ERRORS = [
    Refused("sold_out", "AA1 has no 2 seats left"),
    Misuse("it is not your turn"),
    ScenarioError("f.toml: no such file"),
    MarketBug("a law is broken"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_survives_pickling_copying_and_rebuilding_from_its_args(error):
    rebuilt = [
        pickle.loads(pickle.dumps(error)),
        copy.deepcopy(error),
        type(error)(*error.args),
    ]

    assert {(type(e), e.args, str(e)) for e in rebuilt} == {
        (type(error), error.args, str(error))
    }


def test_a_refusal_keeps_its_code_and_says_it():
    refusal = pickle.loads(pickle.dumps(Refused("sold_out", "no seats left")))

    assert (refusal.code, refusal.text) == ("sold_out", "no seats left")
    assert str(refusal) == "no seats left [sold_out]"


def test_the_tree_says_whose_fault_it_is():
    parents = {
        error: error.__bases__ for error in (Refused, Misuse, ScenarioError, MarketBug)
    }

    assert parents == {
        Refused: (MarketError,),
        Misuse: (MarketError, ValueError),
        ScenarioError: (Misuse,),
        MarketBug: (MarketError, RuntimeError),
    }
