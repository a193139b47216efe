"""The arms of a study, and the skills that are given to some of them."""

import pytest

import test_time_gym as ttg
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.settings import Settings
from test_time_gym.evaluation.learning import seed_runs
from test_time_gym.evaluation.learning.arm_agents import (
    skills_agent,
    taught_agents,
    untaught_agents,
)
from test_time_gym.evaluation.learning.arms import ARMS, BASELINES, arms_of
from test_time_gym.evaluation.learning.curriculum import SEAT, Curriculum
from test_time_gym.evaluation.learning.seed_runs import play_seed
from test_time_gym.evaluation.learning.study_spec import study_spec
from test_time_gym.market.errors import Misuse
from test_time_gym.scenarios import load_family

SITES = load_family("flights/sites")


def silent():
    """Report to nobody."""


def played(episodes, arms, seed=0, **asked):
    spec = study_spec(SITES, episodes=episodes, seeds=1, start=seed, arms=arms, **asked)
    return play_seed(spec, seed, None, silent)


def outcomes(life):
    return [one.outcome for one in life.episodes]


def test_what_an_arm_sets_is_a_setting_of_the_agent():
    known = Settings.__struct_fields__
    named = [(arm.name, name) for arm in ARMS.values() for name in arm.settings]

    assert [pair for pair in named if pair[1] not in known] == []


def test_every_arm_says_what_it_is():
    assert [arm.name for arm in ARMS.values() if not arm.says.endswith(".")] == []


def test_every_twin_is_an_arm_whose_gain_is_over_itself():
    twins = [arm.twin for arm in ARMS.values()]

    assert [ARMS[twin].twin for twin in twins] == twins


ALWAYS = ("frozen", *BASELINES)


@pytest.mark.parametrize(
    ("asked", "own", "sites", "more"),
    [
        (
            None,
            False,
            True,
            ("mined", "clerk-skills", "clerk-frozen", "placebo", "raw"),
        ),
        (None, False, False, ("mined", "clerk-skills", "clerk-frozen", "raw")),
        (None, True, True, ("mined",)),
        (["mined", "frozen"], True, True, ("mined",)),
        (["placebo"], False, True, ("placebo",)),
        (["no-trials", "transfer"], False, True, ("transfer", "no-trials")),
        (["clerk-skills"], False, True, ("clerk-skills", "clerk-frozen")),
        ([], False, True, ()),
    ],
)
def test_frozen_and_baselines_are_always_played_and_what_an_arm_needs(
    asked, own, sites, more
):
    assert arms_of(asked, own=own, sites=sites) == (*ALWAYS, *more)


@pytest.mark.parametrize(
    ("asked", "own", "sites", "message"),
    [
        (["mind"], False, True, "no arm is called 'mind'; known: frozen, cheapest"),
        (["raw"], True, True, "only frozen and mined, beside the baselines"),
        (["transfer"], False, False, "declares no habits"),
        (["placebo"], False, False, "declares no habits"),
    ],
)
def test_an_arm_that_cannot_be_is_refused(asked, own, sites, message):
    with pytest.raises(Misuse, match=message):
        arms_of(asked, own=own, sites=sites)


def test_the_site_changes_when_a_drift_is_due():
    curriculum = Curriculum(SITES, 3, 150, ("coupon-gone", "late-fee"))

    assert [phase[:2] for phase in curriculum.phases] == [
        (3000, 100),
        (3100, 40),
        (3140, 10),
    ]
    assert [phase.site for phase in curriculum.phases] == [
        SITES.site(3),
        SITES.site(3, ["coupon-gone"]),
        SITES.site(3, ["coupon-gone", "late-fee"]),
    ]


def test_a_drift_that_was_not_asked_for_does_not_happen():
    curriculum = Curriculum(SITES, 3, 200)

    assert [phase[:2] for phase in curriculum.phases] == [(3000, 200)]


def test_a_placebo_knows_what_was_learned_elsewhere_and_learns_nothing_here():
    teacher = SkillsAgent(3)
    ttg.run(SITES.site(1003), teacher, seed=1_003_000, episodes=12, regret=False)
    made = taught_agents("placebo", 3, {}, teacher)

    one, two = made(), made()

    assert (one.settings.learning, one.seed, two.seed) == (False, 3000, 3001)
    names = [each.name for each in teacher.skills]
    assert [each.name for each in one.skills] == names
    assert two.skills == one.skills
    assert one.dump()["values"] == teacher.dump()["values"]
    assert one.wins == teacher.wins


def test_the_placebo_plays_another_site_before_and_others_do_not(monkeypatch):
    played_at = []
    honest = seed_runs.play_before

    def watched(curriculum, agent, report):
        played_at.append((curriculum.number, type(agent)))
        honest(curriculum, agent, report)

    monkeypatch.setattr(seed_runs, "play_before", watched)
    played(2, ["mined", "placebo", "transfer", "raw"], seed=3)

    assert played_at == [(1003, SkillsAgent)] * 2


def test_those_that_do_not_learn_are_new_agents_in_each_episode():
    made = untaught_agents("clerk-frozen", 2, {"chooser": "ucb1"})

    agents = [made() for _ in range(2)]

    assert [one.seed for one in agents] == [2000, 2001]
    assert [one.settings for one in agents] == [
        SkillsAgent(0, learning=False, start="clerk", chooser="ucb1").settings
    ] * 2


def test_an_ablation_differs_by_its_setting_alone():
    agent = skills_agent("no-trials", 5, {"chooser": "ucb1"})

    assert agent.settings == SkillsAgent(5, chooser="ucb1", trials=0).settings


def test_a_baseline_is_what_a_run_of_that_buyer_is():
    runs = played(8, [], seed=3).runs

    for name in BASELINES:
        result = ttg.run(SITES.site(3), name, seed=3000, episodes=8)
        seats = [one.agents[SEAT] for one in result.episodes]
        assert [(one.outcome, one.regret) for one in runs[name].episodes] == [
            (seat.outcome, seat.regret) for seat in seats
        ]


def test_every_step_of_an_arm_is_told_as_knowledge_trial_or_exploring():
    runs = played(8, ["mined", "clerk-skills"], seed=3).runs

    for name in ("frozen", "mined", "clerk-skills"):
        for one in runs[name].episodes:
            told = one.skill_steps + one.trial_steps + one.exploring_steps
            assert told == one.steps
    assert runs["clerk-skills"].episodes[-1].exploring_steps == 0
    assert [one.skill_steps for one in runs["clerk"].episodes] == [0] * 8


def test_a_frozen_twin_learns_nothing():
    lives = played(30, ["mined"], seed=3).runs

    frozen, mined = lives["frozen"], lives["mined"]
    assert frozen.skills == 0
    assert frozen.changes == {}
    assert mined.skills > 0
    assert "success" in outcomes(mined)
    # What it does in an episode depends on none before.
    alone = skills_agent("frozen", 3029, {})
    again = ttg.run(SITES.site(3), alone, seed=3029, episodes=1).episodes[0]
    assert frozen.episodes[29].steps == again.agents[SEAT].steps


def test_all_arms_play_the_same_episodes():
    lives = played(5, ["mined", "raw"], seed=2).runs

    curriculum = [
        [(one.seed, one.optimal) for one in life.episodes] for life in lives.values()
    ]
    assert [seed for seed, _ in curriculum[0]] == [2000, 2001, 2002, 2003, 2004]
    assert curriculum == [curriculum[0]] * 5


def test_a_life_is_what_a_run_of_its_agent_is():
    life = played(12, ["clerk-skills"], seed=3).runs["clerk-skills"]

    agent = SkillsAgent(3, start="clerk")
    result = ttg.run(SITES.site(3), agent, seed=3000, episodes=12)

    seats = [one.agents[SEAT] for one in result.episodes]
    assert [
        (one.outcome, one.steps, one.paid, one.optimal, one.regret)
        for one in life.episodes
    ] == [(s.outcome, s.steps, s.paid, s.optimal, s.regret) for s in seats]
    assert "success" in outcomes(life)


def test_another_bandit_makes_another_life():
    usual = played(30, ["mined"], seed=3)
    uniform = played(30, ["mined"], seed=3, bandit="uniform")

    assert outcomes(usual.runs["frozen"]) == outcomes(uniform.runs["frozen"])
    assert usual.runs["mined"] != uniform.runs["mined"]
