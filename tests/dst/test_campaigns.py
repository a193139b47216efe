"""A campaign sums up its seeds, says when that means nothing, and ends on demand."""

from collections import Counter
from dataclasses import replace

import pytest
from plants import the_rules_fail

from test_time_gym.dst import DrawnCase, play_case
from test_time_gym.dst.campaign import ENOUGH, Campaign, FoundViolation, find
from test_time_gym.dst.case_run import CaseResult
from test_time_gym.dst.coverage import NAMES


@pytest.fixture
def quick(monkeypatch):
    """Play a small case of its own for every seed."""

    def small(seed):
        return DrawnCase(seed=seed, players=("rival",))

    monkeypatch.setattr("test_time_gym.dst.campaign.draw_case", small)


@pytest.mark.usefixtures("quick")
def test_the_same_seeds_give_the_same_result():
    one, two = Campaign(), Campaign()

    find(one, range(3))
    find(two, range(3))

    assert one.as_dict() == two.as_dict()
    assert one.seeds == 3


@pytest.mark.usefixtures("quick")
def test_the_result_is_the_sum_of_its_seeds():
    campaign = Campaign()

    find(campaign, [5, 6])

    five, six = (play_case(DrawnCase(seed=seed, players=("rival",))) for seed in (5, 6))
    counts = Counter(five.sometimes) + Counter(six.sometimes)
    assert campaign.as_dict() == {
        "seeds": 2,
        "violations": [],
        "simulated_hours": (five.simulated_ms + six.simulated_ms) // 3_600_000,
        "sometimes": {name: counts[name] for name in NAMES},
        "unseen": [name for name in NAMES if not counts[name]],
        "vacuous": [name for name in ENOUGH if not counts[name]],
        "valid": all(counts[name] for name in ENOUGH),
        "events": five.events + six.events,
        "actions": five.actions + six.actions,
        "checks": five.checks + six.checks,
        "replayed": five.replayed + six.replayed,
    }


@pytest.mark.usefixtures("quick")
def test_the_first_failure_of_each_law_is_minimised(monkeypatch):
    the_rules_fail(monkeypatch)
    campaign = Campaign()

    find(campaign, [1, 2])

    first, second = campaign.violations
    assert first.minimal == {
        "seed": 1,
        "players": ["idle"],
        "faults": {},
        "knobs": {
            "market.demand.*.party_sizes": [],
            "market.cards": [],
            "task.wallets": [[]],
            "turns.max_turns": 1,
        },
        "tapes": {"0": []},
        "values": "'no such rule' (plants.py, in fail)",
    }
    assert second == FoundViolation(
        seed=2,
        law="nothing_fails:KeyError",
        values="'no such rule' (plants.py, in fail)",
    )
    assert (first.reproduce, campaign.ok) == ("ttgym dst --seed 1", False)


@pytest.mark.usefixtures("quick")
def test_nothing_is_minimised_when_no_runs_may_be_spent(monkeypatch):
    the_rules_fail(monkeypatch)
    campaign = Campaign()

    find(campaign, [1], runs=0)

    assert [violation.minimal for violation in campaign.violations] == [None]


@pytest.mark.usefixtures("quick")
def test_what_was_found_before_an_interruption_is_kept():
    campaign = Campaign()

    def stop(_what, done):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find(campaign, range(9), progress=stop)

    assert campaign.seeds == 2


def seen(times, seeds):
    """Return a campaign that has met every situation so often."""
    campaign = Campaign(seeds=seeds, sometimes=Counter(dict.fromkeys(NAMES, times)))
    campaign.add(CaseResult(seed=0))
    return campaign


def test_a_long_campaign_must_have_met_every_situation():
    campaign = seen(1200, 3000)
    assert (campaign.valid, campaign.unseen) == (True, [])

    del campaign.sometimes["last_seat_contested"]
    assert (campaign.valid, campaign.unseen) == (False, ["last_seat_contested"])
    assert replace(campaign, seeds=2_900).valid


@pytest.mark.parametrize("name", ENOUGH)
def test_a_campaign_in_which_nothing_happens_is_not_valid(name):
    campaign = seen(30, 100)
    assert campaign.valid

    campaign.sometimes[name] = 0
    assert (campaign.valid, campaign.vacuous) == (False, [name])
    few = replace(campaign, seeds=99)
    assert (campaign.ok, few.ok, few.valid) == (False, True, False)
