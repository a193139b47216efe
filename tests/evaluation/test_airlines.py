"""Other policies of sellers in a run: by kind, and by a program of one's own."""

import json

import pytest

import test_time_gym as ttg
from test_time_gym.audit import audit
from test_time_gym.evaluation.market import PolicyError
from test_time_gym.market.errors import Misuse
from test_time_gym.market.pricing.policy import Change, Decision
from test_time_gym.replay import verify

SCENARIO = "flights/sfo-mad"
MINE = {"Iberia": {"kind": "tests.evaluation.test_airlines:Dearer"}}


class Dearer:
    """Asks for a fifth more than the base fare, and a tenth more each time it wakes."""

    def __init__(self):
        self._wakes = 0

    def decide(self, view):
        self._wakes += 1
        share = 110 + 10 * self._wakes
        return Decision(
            prices=[
                Change(one.product, one.base_minor * share // 100, "mine")
                for one in view.offers
            ]
        )

    def state(self):
        return [self._wakes]


class Broken:
    """Fails when it wakes for the second time."""

    def __init__(self):
        self._wakes = 0

    def decide(self, _view):
        self._wakes += 1
        if self._wakes > 1:
            raise ZeroDivisionError("no seats, no price")
        return Decision()


def waiting(_page):
    return {"verb": "wait", "payload": 5}


def played(path, airlines, agents="cheapest"):
    """Play an episode; return its header and the prices that Iberia decided."""
    ttg.run(SCENARIO, agents, journal=path, airlines=airlines, regret=False)
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    decided = [
        one["d"]
        for one in records
        if one["k"] == "repriced" and one["d"].get("seller") == "Iberia"
    ]
    return records[0]["d"], decided


def dearer(**settings):
    return {"Iberia": {"kind": Dearer, "ceiling_ppm": 3_000_000, **settings}}


def test_a_kind_is_part_of_the_scenario_that_is_played(tmp_path):
    path = tmp_path / "run.jsonl"

    header, _ = played(path, {"Iberia": "fixed"})

    own = header["scenario"]["market"]["pricing_of"]
    assert own == {"Iberia": {"kind": "fixed"}}
    assert verify(path, reexecute=True).replay == "equal"


def test_a_program_decides_and_its_run_is_executed_again_with_it(tmp_path):
    path = tmp_path / "run.jsonl"

    header, decided = played(path, dearer())

    assert header["scenario"]["market"]["pricing_of"] == {
        "Iberia": {
            "kind": "program",
            "program": "Dearer",
            "floor_ppm": 1_000_000,
            "ceiling_ppm": 3_000_000,
            "counts_holds": False,
            "reprice_every_s": 3600,
            "wake_on": [],
        }
    }
    assert decided[0]["reasons"][0] == "mine"
    for given in (Dearer, "tests.evaluation.test_airlines:Dearer"):
        found = verify(path, reexecute=True, airlines={"Iberia": given})
        assert (found.replay, found.ok) == ("equal", True)
    assert audit(path).findings == ()


def test_another_program_comes_out_differently(tmp_path):
    path = tmp_path / "run.jsonl"
    played(path, dearer())

    found = verify(path, reexecute=True, airlines={"Iberia": Broken})

    assert found.replay == "diverged"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (None, "the prices of Iberia were decided by the program Dearer, which a jour"),
        ({"TAP": Dearer}, "a program is given for 'TAP', whose prices were decided by"),
        ({"Iberia": "no.module:X"}, "policy 'no.module:X' cannot be loaded: Module"),
    ],
)
def test_without_the_program_a_journal_is_not_executed(tmp_path, given, why):
    path = tmp_path / "run.jsonl"
    played(path, dearer())

    with pytest.raises(Misuse, match=f"^{why}"):
        verify(path, reexecute=True, airlines=given)
    assert verify(path).ok


def test_what_a_journal_names_is_never_loaded(tmp_path):
    """A journal may come from a stranger."""
    path = tmp_path / "run.jsonl"
    played(path, MINE)

    with pytest.raises(Misuse, match="test_airlines:Dearer, which a journal does not"):
        verify(path, reexecute=True)


def test_regret_is_measured_in_the_market_of_the_program():
    found = ttg.run(SCENARIO, "cheapest", airlines=dearer())
    plain = ttg.run(SCENARIO)

    (agent,), (other,) = (one.episodes[0].agents.values() for one in (found, plain))
    assert agent.optimal >= other.optimal
    assert agent.regret is not None


def test_a_program_that_fails_ends_the_run_and_its_journal_is_whole_to_there(tmp_path):
    path = tmp_path / "run.jsonl"
    broken = {"Iberia": {"kind": Broken, "reprice_every_s": 60}}

    with pytest.raises(PolicyError, match="policy Broken of Iberia failed: Zero"):
        ttg.run(SCENARIO, waiting, journal=path, airlines=broken, regret=False)

    found = verify(path)
    assert found.status in ("incomplete", "complete")
    assert found.records > 1


@pytest.mark.parametrize(
    ("airlines", "why"),
    [
        ({"Iberai": "fixed"}, "'Iberai', who sells nothing; did you mean 'Iberia'"),
        ({"Iberia": "fixd"}, "unknown kind 'fixd'; did you mean 'fixed'"),
        (
            {"Iberia": {"kind": Dearer, "floor": 1}},
            "floor: unknown key; did you mean floor_ppm",
        ),
        (
            {"Iberia": {"kind": Dearer, "quick": 1}},
            "quick: unknown key; known: floor_ppm, ",
        ),
        ({"Iberia": "logit_best_response"}, "scale_minor"),
    ],
)
def test_a_mistake_is_told_before_anything_is_played(tmp_path, airlines, why):
    path = tmp_path / "run.jsonl"

    with pytest.raises(ValueError, match=why):
        ttg.run(SCENARIO, "cheapest", journal=path, airlines=airlines)
    assert not path.exists()


class Vague(Dearer):
    """Remembers what no digest can cover."""

    def state(self):
        return [0.5]


def test_a_state_that_is_no_list_of_whole_numbers_and_texts_is_the_policys_error(
    tmp_path,
):
    said = "policy .*Vague of Iberia remembers 0.5: whole numbers and texts"
    with pytest.raises(PolicyError, match=said):
        played(tmp_path / "j.jsonl", {"Iberia": {"kind": Vague}})
