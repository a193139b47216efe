"""The arms of a study, and the skills that are given to some of them."""

import pytest

import test_time_gym as ttg
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.settings import Settings
from test_time_gym.evaluation.learning.arms import ARMS, arms_of, equipped
from test_time_gym.evaluation.learning.curated_skills import curated_skills
from test_time_gym.evaluation.learning.curriculum import SEAT, Curriculum
from test_time_gym.evaluation.learning.placebo import shuffled
from test_time_gym.evaluation.learning.seed_runs import play_seed
from test_time_gym.evaluation.learning.study_spec import study_spec
from test_time_gym.market.errors import Misuse
from test_time_gym.scenarios import load_family, load_scenario

SITES = load_family("flights/sites")
DRIFTS = [drift.name for drift in SITES.drifts]


def silent():
    """Report to nobody."""


def played(episodes, arms, seed=0, **asked):
    spec = study_spec(SITES, episodes=episodes, seeds=1, arms=arms, **asked)
    return play_seed(spec, seed, None, silent)


def outcomes(life):
    return [one.outcome for one in life.episodes]


def test_what_an_arm_sets_is_a_setting_of_the_agent():
    known = Settings.__struct_fields__
    named = [(arm.name, name) for arm in ARMS.values() for name in arm.settings]

    assert [pair for pair in named if pair[1] not in known] == []


def test_every_arm_says_what_it_is():
    assert [arm.name for arm in ARMS.values() if not arm.says.endswith(".")] == []


@pytest.mark.parametrize(
    ("asked", "own", "arms"),
    [
        (None, False, ("frozen", "mined", "oracle", "placebo", "raw")),
        (None, True, ("frozen", "mined")),
        (["mined", "frozen"], True, ("frozen", "mined")),
        (["oracle"], False, ("frozen", "oracle")),
        (["placebo"], False, ("frozen", "mined", "placebo")),
        (["no-trials", "transfer"], False, ("frozen", "transfer", "no-trials")),
        ([], False, ("frozen",)),
    ],
)
def test_frozen_is_always_played_and_what_an_arm_needs(asked, own, arms):
    assert arms_of(asked, own=own, sites=True) == arms


@pytest.mark.parametrize(
    ("asked", "own", "sites", "message"),
    [
        (["mind"], False, True, "no arm is called 'mind'; known: frozen, mined"),
        (["oracle"], True, True, "only frozen and mined"),
        (["transfer"], False, False, "declares no habits"),
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


@pytest.mark.parametrize("drifts", [[], DRIFTS], ids=["before", "after all drifts"])
def test_the_curated_skills_meet_every_task_that_can_be_met(drifts):
    missed = []
    for number in (0, 4):
        site = SITES.site(number, drifts)
        agent = equipped(number, {}, curated_skills(site))
        result = ttg.run(site, agent, seed=1000 * number, episodes=12)
        for one in result.episodes:
            seat = one.agents[SEAT]
            met = (seat.outcome, seat.regret) == ("success", 0)
            missed += [] if met or seat.optimal is None else [one.seed]

    assert missed == []


def test_curated_skills_of_a_site_without_habits_are_the_plain_flow():
    skills = curated_skills(load_scenario("flights/sfo-mad"))

    flow = [step.verb for one in skills[:3] for step in one.steps]
    assert flow == [
        "search_flights",
        "filter_results",
        "add_to_cart",
        "apply_coupon",
        "proceed_to_payment",
        "enter_card",
        "confirm_payment",
        "answer_challenge",
    ]


def test_a_placebo_has_as_many_skills_and_steps_of_the_same_lengths():
    skills = curated_skills(SITES.site(0))

    placebo = shuffled(skills, 7)

    def steps(some):
        return sorted(step.verb for one in some for step in one.steps)

    assert [len(one.steps) for one in placebo] == [len(one.steps) for one in skills]
    assert [(p.name, p.precondition, p.postcondition) for p in placebo] == [
        (s.name, s.precondition, s.postcondition) for s in skills
    ]
    assert steps(placebo) == steps(skills)
    assert [one.steps for one in placebo] != [one.steps for one in skills]
    assert placebo == shuffled(skills, 7)
    assert placebo != shuffled(skills, 8)


def test_a_frozen_twin_learns_nothing():
    lives = played(30, ["mined"], seed=3).runs

    frozen, mined = lives["frozen"], lives["mined"]
    assert frozen.skills == 0
    assert frozen.changes == {}
    assert mined.skills > 0
    assert "success" in outcomes(mined)
    # What it does in an episode depends on none before.
    assert [one.open_choices for one in frozen.episodes] == [0] * 30


def test_all_arms_play_the_same_episodes():
    lives = played(5, ["mined", "oracle"], seed=2).runs

    curriculum = [
        [(one.seed, one.optimal) for one in life.episodes] for life in lives.values()
    ]
    assert [seed for seed, _ in curriculum[0]] == [2000, 2001, 2002, 2003, 2004]
    assert curriculum == [curriculum[0]] * 3
    assert outcomes(lives["oracle"]) == ["success"] * 5


def test_a_life_is_what_a_run_of_its_agent_is():
    life = played(20, ["mined"], seed=3).runs["mined"]

    result = ttg.run(SITES.site(3), SkillsAgent(3), seed=3000, episodes=20)

    seats = [one.agents[SEAT] for one in result.episodes]
    assert [
        (one.outcome, one.steps, one.paid, one.optimal, one.regret)
        for one in life.episodes
    ] == [(s.outcome, s.steps, s.paid, s.optimal, s.regret) for s in seats]
    assert any(one.regret for one in life.episodes)


def test_another_bandit_makes_another_life():
    usual = played(30, ["mined"], seed=3)
    uniform = played(30, ["mined"], seed=3, bandit="uniform")

    assert outcomes(usual.runs["frozen"]) == outcomes(uniform.runs["frozen"])
    assert usual.runs["mined"] != uniform.runs["mined"]
