"""The page of a study says what the study's own objects say."""

import json
import shutil

import msgspec
import pytest
from studies import played

from test_time_gym.agents.skill_memory import (
    ChoiceRecord,
    Memory,
    SkillChange,
    names_of,
)
from test_time_gym.agents.skills.skill.skill import Binding, Skill, Step
from test_time_gym.evaluation.learning import learn
from test_time_gym.evaluation.learning.finished_study import finished_study
from test_time_gym.market.errors import Misuse
from test_time_gym.report.parts import amount, bounded, points, share
from test_time_gym.report.study import study_data, study_page
from test_time_gym.report.study.drift_recovery import levels_around
from test_time_gym.report.study.learner_parts import learned_of
from test_time_gym.report.study.learners import Learner
from test_time_gym.report.study.lineage import lineage_of
from test_time_gym.report.study.posteriors import posteriors_of
from test_time_gym.report.study.windows import windows_of


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return played(tmp_path_factory.mktemp("studies"))


@pytest.fixture(scope="module")
def data(study):
    return study_data(study)


def section_of(data, name):
    return next(one for one in data[1]["sections"] if one["id"] == name)


def parts_of(data, name, kind):
    return [one for one in section_of(data, name)["parts"] if one["type"] == kind]


def shown_of(interval, shown):
    return bounded([shown(interval[key]) for key in ("estimate", "low", "high")])


def test_the_tables_have_the_study_s_figures(study, data):
    arms = study.as_dict()["arms"]
    _, figures, gains = parts_of(data, "outcome", "table")

    for row in figures["rows"][:-1]:
        found = arms[row[0]]["intervals"]
        assert row[1]["text"] == shown_of(found["success_first10"], share)
        assert row[3]["text"] == shown_of(found["success"], share)
        assert row[5]["text"] == shown_of(found["violation_rate"], share)
    assert [row[0] for row in figures["rows"]] == [*arms, "clairvoyant"]
    mined = next(row for row in gains["rows"] if row[0] == "mined")
    assert mined[1:5] == [
        {"text": shown_of(arms["mined"][key], shown), "interval": mined[k]["interval"]}
        for k, (key, shown) in enumerate(
            [
                ("gain", points),
                ("gain_over_cheapest", points),
                ("gain_over_clerk", points),
                ("saved_over_clerk", lambda n: amount(n, "EUR")),
            ],
            1,
        )
    ]


def test_the_curves_are_the_means_of_the_study_s_windows(study, data):
    runs = {arm: [one.episodes for one in study.runs(arm)] for arm in study.spec.arms}
    ends, found = windows_of(runs, study.spec.twin)
    drawn = parts_of(data, "curves", "chart")[0]

    assert ends == [1, 2, 3, 4, 5, 6, 7] == drawn["x"]["values"]
    for one in drawn["series"]:
        met = [[run[k].success for run in runs[one["name"]]] for k in range(7)]
        assert one["values"] == [round(sum(some) / 2, 4) for some in met]
        assert one["low"] == [
            None if k.low is None else round(k.low, 4)
            for k in found[one["name"]].success
        ]
    assert drawn["marks"] == [{"x": 5, "label": "renamed-fields"}]


def test_a_change_of_the_sites_is_told_with_the_levels_around_it(study, data):
    said, *_ = parts_of(data, "drifts", "text")
    (levels,) = parts_of(data, "drifts", "table")
    runs = [one.episodes for one in study.runs("frozen")]
    around = levels_around(runs, 5, 7)

    assert said["lines"][0].startswith("renamed-fields, after episode 5. The page")
    assert levels["rows"][0][0] == "frozen"
    assert levels["rows"][0][1]["interval"][0] == round(around.before.estimate, 4)
    assert [one is None for one in around.after] == [False, True, True, True]
    assert levels["rows"][0][3:6] == ["–"] * 3


def test_each_skill_is_told_in_words_with_its_birth_and_its_uses(study, data):
    key = next(name for name in data[2] if name == "skills-mined-1")
    told = json.loads(data[2][key])[1]["skills"]
    with Memory(study.folder / "memory.db", read_only=True) as memory:
        name = next(one for one in memory.learners() if one.endswith("seed 1/mined"))
        learner = memory.learner(name)
        skills, history = learner.skills(), learner.history()

    assert {one["name"]: one["called"] for one in told} == names_of(skills)
    births = {one.skill: one.episode for one in history if one.what == "born"}
    assert {one["name"]: one["born"] for one in told} == births
    uses = [one for one in history if one.what == "used"]
    assert sum(use[1] for one in told for use in one["uses"]) == len(uses)
    assert all(one["does"] and one["when"] and one["steps"] for one in told)
    [learned] = [line for line in data[1]["lead"] if "learned the first skill" in line]
    assert learned.startswith("mined: ")


def test_the_skill_that_is_used_most_is_told_with_its_birth_on_top():
    def skill(called, born, uses, state="confirmed"):
        does = f"{called} it."
        kept = {"called": called, "born": born, "uses": uses, "state": state}
        return {**kept, "does": does}

    lineage = [
        skill("given", 0, [[1, 90, 90]]),
        skill("seldom", 2, [[3, 2, 2]]),
        skill("often", 4, [[5, 3, 3], [6, 2, 1]]),
        skill("gone", 5, [[6, 9, 0]], "retired"),
    ]

    told = learned_of("mined", [Learner("mined", 7, lineage, [])])

    assert told == (
        "mined: Its run learned the first skill in episode 2; a run learned 3.0 "
        "skills, and ended with 3.0 in use. The one most used at site 7, often, was "
        "learned in episode 4: often it. See “Skills, and how they came and went”."
    )


def test_a_folder_gives_the_same_page_as_the_study_itself(study):
    assert study_page(study).html == study_page(study.folder).html


def test_a_memory_elsewhere_is_read_there_and_a_missing_one_is_said(study, tmp_path):
    folder = shutil.copytree(study.folder, tmp_path / "study")
    (folder / "memory.db").rename(tmp_path / "elsewhere.db")

    alone, told = study_data(folder), study_data(folder, tmp_path / "elsewhere.db")

    assert alone[2] == {}
    assert "Their memory is not there" in json.dumps(alone[1])
    assert told == study_data(study)


def test_an_agent_without_skills_at_one_site_has_a_page_without_intervals(tmp_path):
    found = learn(agent="cheapest", episodes=2, seeds=1, out=tmp_path / "one")

    title, data, blocks = study_data(found)

    assert (title, blocks) == ("Learning study: cheapest at flights/sites", {})
    assert "Of one site nothing says how sure a figure is." in data["lead"][0]
    assert [one["id"] for one in data["sections"]] == [
        "outcome",
        "curves",
        "steps-taken",
        "drifts",
        "skills",
        "beliefs",
        "protocol",
    ]
    lines = [part["lines"] for one in data["sections"][2:6] for part in one["parts"]]
    assert [some[0].partition(":")[0] for some in lines] == [
        "These agents do not tell by what they take their steps.",
        "Nothing happened to the sites",
        "None of these agents keeps skills, or none has learned any.",
        "No run of this study has kept what it believed.",
    ]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda f: (f / "study.json").unlink(), "is not finished"),
        (lambda f: (f / "seeds" / "seed-0001.json").unlink(), "1 of 2 seeds"),
        (lambda f: (f / "question.json").unlink(), "question.json is missing"),
        (lambda f: (f / "question.json").write_text("{"), "is damaged"),
        (lambda f: (f / "study.json").write_text("[]"), "is damaged"),
        (lambda f: (f / "study.json").write_text("{}"), "does not belong"),
        (lambda f: (f / "seeds" / "seed-0000.json").write_text("x"), "is damaged"),
    ],
)
def test_a_folder_that_holds_no_finished_study_is_refused(
    study, tmp_path, damage, said
):
    folder = shutil.copytree(study.folder, tmp_path / "study")
    damage(folder)

    with pytest.raises(Misuse, match=said):
        study_data(folder)


def test_a_study_of_another_version_is_read_and_one_of_another_schema_refused(
    study, tmp_path
):
    folder = shutil.copytree(study.folder, tmp_path / "study")
    question = msgspec.json.decode((folder / "question.json").read_bytes())
    other = question | {"program": "0" * 64}
    (folder / "question.json").write_bytes(msgspec.json.encode(other))
    assert study_page(folder).html == study_page(study).html

    other = question | {"schema": 1}
    (folder / "question.json").write_bytes(msgspec.json.encode(other))
    with pytest.raises(Misuse, match="another version"):
        finished_study(folder)


def test_a_lineage_tells_merges_and_retirements_with_their_reasons():
    pay = Step(verb="wait", args={"minutes": (Binding(value=30),)})
    kept = Skill(
        name="buy", precondition={}, steps=(pay,), postcondition={}, state="confirmed"
    )
    old = Skill(
        name="old", precondition={}, steps=(pay,), postcondition={}, state="retired"
    )

    def turn(episode, skill, what, why="", into=""):
        return SkillChange(episode=episode, skill=skill, what=what, why=why, into=into)

    found = lineage_of(
        [kept, old],
        [
            turn(2, "old", "born", "mined from flights/sites/7#2"),
            turn(3, "lost", "born", "mined from flights/sites/7#3"),
            turn(3, "old", "used", "arrived"),
            turn(3, "old", "used", "did not arrive"),
            turn(5, "lost", "merged", "says the same", "buy"),
            turn(9, "old", "decayed", "of late 0 % of its tries arrived"),
        ],
    )

    assert [(one["name"], one["born"], one["gone"], one["fate"]) for one in found] == [
        ("buy", 0, None, "in use"),
        ("old", 2, 9, "retired: of late 0 % of its tries arrived"),
        ("lost", 3, 5, "became part of buy: says the same"),
    ]
    assert [one["uses"] for one in found] == [[], [[3, 2, 1]], []]
    assert (found[2]["state"], found[2]["into"], found[2]["steps"]) == (
        "forgotten",
        "buy",
        [],
    )
    assert found[1]["events"][0]["text"] == "learned from the success of episode 2"


def test_posteriors_are_those_of_the_last_choice_of_an_episode():
    def choice(episode, means, chosen, arms=("a", "b")):
        return ChoiceRecord(
            episode=episode,
            step=0,
            context="cart/none/some",
            arms=arms,
            means=means,
            spreads=(0.1, 0.2)[: len(arms)],
            chosen=chosen,
            propensity=0.5,
        )

    choices = [
        choice(1, (0.5,), "a", ("a",)),
        choice(2, (0.5, 0.4), "a"),
        choice(2, (0.6, 0.4), "b"),
        choice(4, (0.7, None), "a"),
        choice(5, (0.8, 0.1), "a", ("a", "c")),
    ]

    assert posteriors_of(choices, {"a": "pay"}) == [
        {
            "name": "cart/none/some",
            "where": "page cart, payment none, cart some",
            "choices": 4,
            "episodes": [2, 4, 5],
            "arms": [
                {
                    "name": "a",
                    "called": "pay",
                    "chosen": 3,
                    "mean": [0.6, 0.7, 0.8],
                    "spread": [0.1, 0.1, 0.1],
                },
                {
                    "name": "b",
                    "called": "b",
                    "chosen": 1,
                    "mean": [0.4, None, None],
                    "spread": [0.2, 0.2, None],
                },
                {
                    "name": "c",
                    "called": "c",
                    "chosen": 0,
                    "mean": [None, None, 0.1],
                    "spread": [None, None, 0.2],
                },
            ],
        }
    ]
