"""`ttgym bench`: agents × scenarios as a table, and as one JSON object."""

import json
from pathlib import Path
from shutil import copyfile

import pytest

import test_time_gym as ttg
from test_time_gym.scenarios.loader import SCENARIO_DIR

SFO = "flights/sfo-mad"
SHORT = ("--seeds", "2", "--workers", "1")


def test_the_table_has_a_line_for_each_agent_in_each_scenario(ttgym):
    answer = ttgym("bench", "--agents", "cheapest,oracle", "--scenarios", SFO, *SHORT)

    lines = answer.out.splitlines()
    assert (answer.code, answer.err) == (0, "")
    assert lines[0] == f"{SFO}, seeds 0 to 1"
    assert " ".join(lines[2].split()) == (
        "agent success % ceiling correct abort % violation % steps reward "
        "regret USD = timing + search + execution lost USD"
    )
    assert [line.split()[0] for line in lines[3:]] == ["cheapest", "oracle"]
    assert lines[3].split()[1:6] == ["100", "(34", "to", "100)", "of"]


def test_json_is_what_python_returns(ttgym):
    command = ("--agents", "first-offer,do-nothing", "--scenarios", SFO, "--start", "5")

    found = json.loads(ttgym("bench", *command, *SHORT, "--json").out)

    names = ["first-offer", "do-nothing"]
    same = ttg.evaluate(names, SFO, seeds=2, start=5).as_dict()
    assert found == json.loads(json.dumps(same))


def test_an_agent_and_a_scenario_of_one_s_own_are_files(ttgym):
    Path("mine.py").write_text(
        "class Quits:\n  def act(self, page):\n    return {'verb': 'abort'}\n"
    )
    copyfile(SCENARIO_DIR / f"{SFO}.toml", "my.toml")

    command = ("bench", "--agents", "mine.py:Quits", "--scenarios", "my.toml")
    answer = ttgym(*command, "--seeds", "2", "--workers", "2", "--episodes", "2")

    assert answer.code == 0
    assert answer.out.startswith(f"{SFO}, seeds 0 to 1, 2 episodes each")
    assert "mine.py:Quits" in answer.out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--agents", "cheapest,"), "a name between the commas is missing"),
        (("--agents", "nobody"), "unknown agent 'nobody'"),
        (("--agents", "none.py:Agent"), "cannot be loaded"),
        (("--scenarios", "flights/rush,flights/rsh"), "did you mean flights/rush"),
        (("--seeds", "0"), "is not a whole number from 1"),
        (("--workers", "many"), "is not a whole number from 1"),
    ],
)
def test_mistakes_are_told_in_words(ttgym, options, said):
    answer = ttgym("bench", *options)

    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert "Traceback" not in answer.err


def test_a_failing_program_is_told_on_standard_error(ttgym):
    Path("mine.py").write_text("def act(page):\n    return page['nothing']\n")

    answer = ttgym("bench", "--agents", "mine.py:act", "--scenarios", SFO, *SHORT)

    assert answer.code == 0
    assert "mine.py:act's own program failed in 2 of 2 episodes" in answer.err
