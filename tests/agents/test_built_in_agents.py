"""The built-in agents: they keep the rules, and the oracle leaves no regret."""

import pytest

import test_time_gym as ttg
from test_time_gym.agents import agent_names
from test_time_gym.journal import read_journal

SFO = "flights/sfo-mad"


@pytest.mark.parametrize(
    ("scenario", "episodes"),
    [
        (SFO, 20),
        ("flights/delhi-mumbai", 1),
        ("flights/family", 8),
        ("flights/outage", 8),
        ("flights/rush", 8),
        ("flights/unknown-outcomes", 10),
        ("flights/refunds", 10),
    ],
)
def test_the_oracle_pays_the_optimum_of_every_feasible_task(scenario, episodes):
    result = ttg.run(scenario, "oracle", n_agents=1, seed=0, episodes=episodes)

    found = [episode.agents["buyer_0"] for episode in result.episodes]

    feasible = [one for one in found if one.outcome != "infeasible_aborted"]
    assert len(feasible) > len(found) // 2
    assert [(one.outcome, one.regret) for one in feasible] == [
        ("success", 0) for one in feasible
    ]


@pytest.mark.parametrize(
    ("scenario", "least"),
    [
        # A payment that came too late is created again at what the flight then costs.
        ("flights/3ds-storm", 0.8),
        # It is told what is cheapest, not that a later part will fail.
        ("flights/instalments", 0.8),
    ],
)
def test_the_oracle_mostly_pays_the_optimum_where_luck_may_cross_it(scenario, least):
    result = ttg.run(scenario, "oracle", n_agents=1, seed=0, episodes=30)

    found = [episode.agents["buyer_0"] for episode in result.episodes]

    feasible = [one for one in found if one.outcome != "infeasible_aborted"]
    best = [one for one in feasible if (one.outcome, one.regret) == ("success", 0)]
    assert len(feasible) > 20
    assert len(best) / len(feasible) > least


def test_the_cheapest_meets_its_task_more_often_than_the_first_offer():
    wins = {}
    for name in ("cheapest", "first-offer"):
        result = ttg.run(SFO, name, seed=0, episodes=30, regret=False)
        wins[name] = sum(
            episode.agents["buyer_0"].outcome == "success"
            for episode in result.episodes
        )

    assert wins["cheapest"] > wins["first-offer"]


@pytest.mark.parametrize(
    "scenario",
    [
        SFO,
        "flights/rush",
        "flights/3ds-storm",
        "flights/unknown-outcomes",
        "flights/instalments",
        "flights/refunds",
    ],
)
def test_no_built_in_agent_ever_acts_illegally(tmp_path, scenario):
    # Who learns acts illegally at first: that is how it learns what a page allows.
    names = [*[name for name in agent_names() if name != "skills"], "oracle"]
    found = {}
    for name in names:
        path = tmp_path / f"{name}.jsonl"
        ttg.run(scenario, name, episodes=3, journal=path, regret=False)
        found[name] = [
            status
            for journal in tmp_path.glob(f"{name}*.jsonl")
            for record in read_journal(journal).records()
            if record.kind == "act" and (status := record.data["status"]) != "ok"
        ]

    assert found == {name: [] for name in names}
