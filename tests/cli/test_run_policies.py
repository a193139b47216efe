"""`ttgym run --policy`: sellers with another policy than the scenario declares."""

import json

from tests.support.own_policies import OWN

import test_time_gym as ttg

EMSR = "flights/emsr"
PLAIN = ("--agents", "cheapest", "--no-regret")
MATCH = "Vueling=match_rival,undercut_minor=500"


def header(path):
    return json.loads(path.read_bytes().split(b"\n", 1)[0])["d"]


def test_a_run_has_the_policies_that_are_given(ttgym, folder):
    given = ("--policy", MATCH, "--policy", "Lufthansa=fixed")

    answer = ttgym("run", EMSR, *PLAIN, *given, "--journal", "j.jsonl", "--json")

    episode = json.loads(answer.out)["episodes"][0]
    assert answer.code == 0
    assert episode["verdict"]["replay"] == "equal"
    policies = {
        "Vueling": {"kind": "match_rival", "undercut_minor": 500},
        "Lufthansa": "fixed",
    }
    path = folder / "same.jsonl"
    ttg.run(EMSR, "cheapest", seed=7, airlines=policies, journal=path, regret=False)
    assert (folder / "j.jsonl").read_bytes() == path.read_bytes()


def test_the_policy_of_all_gives_way_to_that_of_one(ttgym, folder):
    given = ("--policy", "*=fixed", "--policy", MATCH)

    ttgym("run", EMSR, *PLAIN, *given, "--journal", "j.jsonl")

    declared = header(folder / "j.jsonl")["scenario"]["market"]["pricing_of"]
    kinds = {name: table["kind"] for name, table in declared.items()}
    assert kinds == {"Lufthansa": "fixed", "Vueling": "match_rival"}


def test_a_program_decides_and_its_journal_is_verified_by_it(ttgym, folder):
    (folder / "mine.py").write_text(OWN)
    given = ("--policy", "Vueling=mine.py:Half,floor_ppm=400000")

    answer = ttgym("run", EMSR, *PLAIN, *given, "--journal", "j.jsonl", "--json")

    assert answer.code == 0, answer.err
    assert json.loads(answer.out)["episodes"][0]["verdict"]["replay"] == "equal"
    alone = ttgym("verify", "j.jsonl")
    again = ttgym("verify", "j.jsonl", "--policy", "Vueling=mine.py:Half")
    assert alone.code != 0
    assert (again.code, again.err) == (0, "")
    assert "equal: re-execution wrote the same bytes" in again.out


def test_a_program_that_fails_ends_the_run_as_its_own_error(ttgym, folder):
    (folder / "mine.py").write_text(OWN)

    answer = ttgym("run", EMSR, *PLAIN, "--policy", "Vueling=mine.py:Fails")

    assert answer.code == 1
    assert "policy mine.py:Fails of Vueling failed: KeyError" in answer.err
    assert "Traceback" not in answer.err


def test_a_wrong_policy_is_told_before_anything_is_written(ttgym, folder):
    for given, told in [
        ("Nobody=fixed", "who sells nothing"),
        ("Vueling=fixd", "did you mean 'fixed'?"),
        ("Vueling=match_rival,undercut_minor=1.5", "undercut_minor"),
        ("Vueling=gone.py:Half", "cannot be loaded"),
        ("", "is not AIRLINE=KIND"),
    ]:
        answer = ttgym("run", EMSR, "--policy", given, "--journal", "j.jsonl")

        assert (answer.code, answer.out) == (2, ""), given
        assert told in answer.err
    assert list(folder.iterdir()) == []


def test_prices_that_were_cut_are_told_in_the_market_s_line_and_in_json(ttgym):
    policy = "easyJet=match_rival,undercut_minor=10000,floor_ppm=900000"
    command = ("run", "flights/price-war", "--agents", "dummy", "--policy", policy)

    told = ttgym(*command).out
    data = json.loads(ttgym(*command, "--json").out)

    (line,) = [one for one in told.splitlines() if one.startswith("market")]
    count = data["episodes"][0]["market"]["cut_prices"]["easyJet"]
    assert f"prices cut to floor or ceiling: easyJet {count:,}" in line
    assert line.startswith("market   flights/price-war: ")


def test_what_is_odd_about_a_policy_is_noted_of_a_run_as_of_a_market(ttgym):
    told = '{class="F",mean_milli=4},{class="B",mean_milli=28000}'
    given = ("--policy", f"Vueling=emsr_b,forecasts=[{told}]")

    of_run = ttgym("run", EMSR, *PLAIN, *given, "--journal", "j.jsonl", "--no-verify")
    of_market = ttgym("market", EMSR, *given, "--seeds", "1", "--no-elasticity")

    note = "emsr_b of Vueling expects 0.008 seats of the class F in all"
    assert [note in answer.err for answer in (of_run, of_market)] == [True, True]
