"""`ttgym validate`: theory, estimate and verdict, for people and for programs."""

import json
import re

import pytest

from test_time_gym.validation import ClosedForm, campaign


def test_closed_forms_are_shown_beside_the_printed_figures(ttgym):
    answer = ttgym("validate", "--only", "A1/0.4/limit", "--only", "B4/190/bid-A")

    assert (answer.code, answer.err) == (0, "")
    assert [re.sub(" +", " ", line) for line in answer.out.splitlines()] == [
        "id quantity theory estimate ± s.e. z ok",
        "A1/0.4/limit limit of Littlewood's rule, fare ratio 0.4 25 25 - - yes",
        "B4/190/bid-A bid price of A, 190 seats 75 75 - - yes",
        "",
        "2 figures, as theory says.",
    ]


def test_programs_are_told_every_figure(ttgym):
    answer = ttgym("validate", "--only", "A7/emsr-b/1", "--json")

    told = json.loads(answer.out)
    (case,) = told.pop("cases")
    estimate = case.pop("estimate")
    assert answer.code == 0
    assert told == {"ok": True}
    assert round(estimate, 4) == 23.7072
    assert case == {
        "id": "A7/emsr-b/1",
        "quantity": "EMSR-b level 1",
        "theory": 23.71,
        "standard_error": 0.0,
        "z": None,
        "ok": True,
        "kind": "closed form",
        "seeds": 0,
        "complaints": [],
    }


@pytest.fixture
def planted(monkeypatch):
    """Put two cases in the place of all, of which one is wrong."""
    cases = [
        ClosedForm("X1", "a half", "0.5", lambda: 1 / 2),
        ClosedForm("X2", "a third", "0.334", lambda: 1 / 3),
    ]
    monkeypatch.setattr("test_time_gym.validation.all_cases", lambda: cases)
    return campaign


@pytest.mark.usefixtures("planted")
def test_a_figure_that_is_missed_is_told_and_ends_with_1(ttgym):
    shown, told = ttgym("validate"), ttgym("validate", "--json")

    assert (shown.code, told.code) == (1, 1)
    assert shown.out.splitlines()[-2:] == [
        "X2: a third is 0.333333333333, not 0.334",
        "2 figures, and 1 not as theory says.",
    ]
    data = json.loads(told.out)
    assert [case["ok"] for case in data["cases"]] == [True, False]
    assert data["ok"] is False


@pytest.mark.usefixtures("planted")
def test_what_is_not_asked_for_is_not_played(ttgym):
    answer = ttgym("validate", "--only", "X1")

    assert answer.code == 0
    assert answer.out.endswith("\nOne figure, as theory says.\n")


@pytest.mark.usefixtures("planted")
def test_an_unknown_case_is_a_message(ttgym):
    answer = ttgym("validate", "--only", "A")

    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "error: no case is called 'A': there are X1, X2\n"
