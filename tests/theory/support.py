"""How simulated cases of theory become tests."""

import pytest

from test_time_gym.validation import all_cases
from test_time_gym.validation.simulation import Simulation


def simulated(*heads):
    """Return the simulations of these ids as parameters: one for every run of the
    tests, all for long."""
    first, *others = [
        case
        for case in all_cases()
        if isinstance(case, Simulation)
        and case.id.split("/")[0] in heads
        and not case.slow
    ]
    return [first, *[pytest.param(case, marks=pytest.mark.long) for case in others]]


def complaints(case):
    """Return what is to complain of in a case; nothing, if all is well."""
    return [text for row in case.rows() for text in row.complaints]
