"""Studies: what is kept, what is resumed, and what does not matter."""

import json
import os
import subprocess
import sys

import pytest
from tests.studies.agents import Broken, Impossible, Stubborn, hurried

import test_time_gym as ttg
from test_time_gym.evaluation.learning import workers
from test_time_gym.evaluation.learning.study_spec import study_spec
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.policy import AgentError
from test_time_gym.scenarios import load_family

PLAIN = "flights/sfo-mad"


def small(folder, **more):
    asked = {"agent": Stubborn, "episodes": 5, "seeds": 3} | more
    return ttg.learn(PLAIN, out=folder, **asked)


def files(folder):
    return {name: (folder / name).read_bytes() for name in ("study.json", "curves.csv")}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """What a study of one seed comes to when nothing stops it."""
    folder = tmp_path_factory.mktemp("whole")
    small(folder, seeds=1)
    return files(folder)


def test_an_agent_of_ones_own_learns_and_its_frozen_twin_does_not(tmp_path):
    found = small(tmp_path).as_dict()

    mined, frozen = found["arms"]["mined"], found["arms"]["frozen"]
    assert (frozen["success_last50"], frozen["gain"]["estimate"]) == (0.0, 0.0)
    assert mined["success_first10"] == mined["success_last50"] > 0
    assert mined["gain"]["estimate"] == mined["success"]
    assert mined["explore_ratio"] is None
    assert found["agent"].endswith("agents:Stubborn")


def test_what_is_kept_is_what_is_returned(tmp_path):
    study = small(tmp_path)

    kept = json.loads((tmp_path / "study.json").read_bytes())
    curves = (tmp_path / "curves.csv").read_text().splitlines()
    assert kept == study.as_dict()
    assert curves[0] == "arm,episode,success,low,high,steps,regret,exploring"
    assert [line.split(",")[:2] for line in curves[1:]] == [
        [arm, str(number)] for arm in study.spec.arms for number in range(1, 6)
    ]


def test_the_shape_of_the_result(tmp_path):
    found = small(tmp_path).as_dict()

    assert {"scenario", "episodes", "seeds", "oracle", "arms"} <= set(found)
    assert (found["scenario"], found["episodes"], found["seeds"]) == (PLAIN, 5, 3)
    assert found["sites"] == {"first": 0, "last": 2, "range": "development"}
    assert found["oracle"]["success"] == 1.0
    for arm in found["arms"].values():
        assert {
            "success_first10",
            "success_last50",
            "steps_first50",
            "steps_last50",
            "violation_rate",
            "share_skills",
            "share_trials",
            "share_exploring",
            "explore_ratio",
            "regret_mean",
            "regret_last50",
            "gain_over_cheapest",
            "gain_over_clerk",
            "saved_over_clerk",
        } <= set(arm)
        assert set(arm["gain"]) == {"estimate", "low", "high"}


def test_the_number_of_workers_does_not_matter(tmp_path):
    asked = {"agent": "skills", "episodes": 6, "arms": ["mined", "clerk-skills"]}

    one = small(tmp_path / "one", workers=1, **asked)
    two = small(tmp_path / "two", workers=2, **asked)

    assert one.as_dict() == two.as_dict()
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_a_study_goes_on_with_what_is_missing(tmp_path, monkeypatch):
    small(tmp_path)
    whole = files(tmp_path)
    (tmp_path / "seeds/seed-0001.json").unlink()
    (tmp_path / "study.json").unlink()
    played = []
    honest = workers.play_seed

    def watched(spec, seed, *rest):
        played.append(seed)
        return honest(spec, seed, *rest)

    monkeypatch.setattr(workers, "play_seed", watched)
    small(tmp_path)
    small(tmp_path)

    assert played == [1]
    assert files(tmp_path) == whole


def test_fresh_begins_anew_and_leaves_what_is_not_its_own(tmp_path):
    small(tmp_path)
    whole = files(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "seeds/seed-0001.json").write_text("torn")
    (tmp_path / "question.json").write_text("torn")

    small(tmp_path, fresh=True)

    assert files(tmp_path) == whole
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("damage", ["", "{}", '{"question":', "flip"])
def test_a_damaged_file_is_refused(tmp_path, damage):
    small(tmp_path)
    path = tmp_path / "seeds/seed-0001.json"
    if damage == "flip":
        damage = path.read_text().replace('"success"', '"succeSs"', 1)
    path.write_text(damage)

    with pytest.raises(Misuse, match=r"seed-0001.json is damaged: delete it .*--fresh"):
        small(tmp_path)


def test_a_file_of_another_seed_is_refused(tmp_path):
    small(tmp_path)
    seeds = tmp_path / "seeds"
    (seeds / "seed-0001.json").write_bytes((seeds / "seed-0002.json").read_bytes())

    with pytest.raises(Misuse, match=r"seed-0001.json is of another study or seed"):
        small(tmp_path)


@pytest.mark.parametrize("fresh", [False, True])
def test_a_folder_of_another_question_is_refused(tmp_path, fresh):
    small(tmp_path)

    with pytest.raises(Misuse, match="holds the study of another question"):
        small(tmp_path, episodes=6, fresh=fresh)


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(Misuse, match="holds files, but no study"):
        small(tmp_path)


@pytest.mark.parametrize("left", ["nothing", "seeds", "a part", "an older part"])
def test_a_study_that_was_stopped_before_its_question_goes_on(tmp_path, whole, left):
    cut = tmp_path / "cut"
    cut.mkdir()
    if left != "nothing":
        (cut / "seeds").mkdir()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    if left == "a part":
        (cut / f".question.json.{gone.pid}-0.part").write_text("{")
        (cut / f"seeds/.seed-0000.json.{gone.pid}-1.part").write_text("{")
    elif left == "an older part":
        (cut / f"question.json.part-{gone.pid}").write_text("{")
        (cut / f"seeds/seed-0000.json.part-{gone.pid}").write_text("{")

    small(cut, seeds=1)

    assert files(cut) == whole
    assert list(cut.rglob("*.part*")) == []


@pytest.mark.parametrize("k", range(1, 7))
def test_wherever_a_study_is_stopped_the_same_call_goes_on(
    tmp_path, whole, monkeypatch, k
):
    made, real = [], os.fsync

    def struck(handle):
        made.append(handle)
        if len(made) == k:
            raise KeyboardInterrupt
        real(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", struck)
        with pytest.raises(KeyboardInterrupt):
            small(tmp_path, seeds=1)
    left = [path.name for path in tmp_path.rglob("*.part*")]
    small(tmp_path, seeds=1)

    assert (len(made), left) == (k, [])
    assert files(tmp_path) == whole


def test_a_study_without_its_question_says_how_to_begin_anew(tmp_path):
    small(tmp_path)
    whole = files(tmp_path)
    (tmp_path / "question.json").unlink()

    with pytest.raises(Misuse) as refusal:
        small(tmp_path)
    small(tmp_path, fresh=True)

    said = f"{tmp_path} holds what a study has left, but no question.json: "
    said += "start over with --fresh, or choose another folder with --out"
    assert str(refusal.value) == said
    assert files(tmp_path) == whole


def test_fresh_takes_nothing_from_a_folder_that_is_no_study(tmp_path):
    names = ("memory.db", "notes.txt", "study.json")
    for name in names:
        (tmp_path / name).write_text("mine")

    with pytest.raises(Misuse, match="holds files, but no study: choose another"):
        small(tmp_path, fresh=True)

    assert {one.name: one.read_text() for one in tmp_path.iterdir()} == dict.fromkeys(
        names, "mine"
    )


def test_a_memory_may_lie_in_the_folder_of_its_study(tmp_path):
    found = small(tmp_path, memory=tmp_path / "mine.db")

    assert (tmp_path / "mine.db").exists()
    assert len(found.results) == found.spec.seeds


def test_a_damaged_question_is_refused(tmp_path):
    small(tmp_path)
    (tmp_path / "question.json").write_text("{")

    with pytest.raises(Misuse, match=r"question.json is damaged: start over"):
        small(tmp_path)


def test_every_part_of_a_question_makes_it_another():
    sites = load_family("flights/sites")
    usual = {"episodes": 150, "seeds": 5, "arms": ["mined"]}
    others = [
        {"episodes": 151},
        {"seeds": 6},
        {"arms": ["raw"]},
        {"start": 1},
        {"sites": "validation"},
        {"sites": "test"},
        {"bandit": "ucb1"},
        {"drifts": ["coupon-gone"]},
        {"drifts": ["all"]},
    ]

    digests = [study_spec(sites, **usual).digest]
    digests += [study_spec(sites, **usual | other).digest for other in others]
    digests.append(study_spec(load_family(PLAIN), **usual).digest)
    digests.append(study_spec(sites, "cheapest", **usual).digest)
    digests.append(study_spec(sites, Stubborn, **usual).digest)

    assert len(set(digests)) == len(digests)
    same = study_spec(sites, episodes=150, sites="0:5", arms=["mined", "frozen"])
    assert same.digest == digests[0]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"episodes": 0}, "episodes is a whole number from 1 to 1000, not 0"),
        ({"episodes": 1001}, "episodes is a whole number from 1 to 1000"),
        ({"seeds": True}, "seeds is a whole number from 1 to 1000, not True"),
        ({"start": -1}, "start is a whole number from 0 to 1000, not -1"),
        ({"start": 990}, "sites have numbers below 1000: 20 from 990 on are too many"),
        ({"start": 3, "sites": "test"}, "start and sites both say where to begin"),
        ({"sites": "tests"}, "or one of development, validation, test; not 'tests'"),
        ({"sites": "9:9"}, "sites are some in a row from 0 to 999"),
        ({"sites": "999:1001"}, "sites are some in a row from 0 to 999"),
        ({"sites": "0:3", "seeds": 4}, "there are 3 sites from 0 to 2, and not 4"),
        ({"bandit": "luck"}, "no bandit is called 'luck'; known: epsilon"),
        ({"agent": "cheapest", "bandit": "ucb1"}, "only the agent skills has a bandit"),
        ({"agent": "cheapst"}, "unknown agent 'cheapst'; did you mean cheapest"),
        ({"agent": Broken()}, "a study needs a new one for each run"),
        ({"agent": Broken, "arms": ["raw"]}, "only frozen and mined"),
        ({"drifts": ["rain"]}, "has no drift 'rain'"),
        ({"drifts": ["late-fee"], "episodes": 140}, "happens after 140 episodes"),
        ({"drifts": ["all"], "episodes": 100}, "no drift .* is due within 100"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(asked, message):
    with pytest.raises(Misuse, match=message):
        study_spec(load_family("flights/sites"), **{"agent": "skills"} | asked)


@pytest.mark.parametrize(
    ("asked", "sites", "name"),
    [
        ({}, range(20), "development"),
        ({"seeds": 3}, range(3), "development"),
        ({"start": 98, "seeds": 4}, range(98, 102), None),
        ({"sites": "100:130"}, range(100, 130), "validation"),
        ({"sites": "test"}, range(500, 600), "test"),
        ({"sites": "test", "seeds": 20}, range(500, 520), "test"),
        ({"sites": range(7, 9)}, range(7, 9), "development"),
    ],
)
def test_sites_are_named_by_numbers_or_by_their_range(asked, sites, name):
    spec = study_spec(load_family("flights/sites"), **asked)

    assert (spec.sites, spec.seeds, spec.site_range) == (sites, len(sites), name)


def test_each_seed_plays_the_site_of_its_number(tmp_path):
    study = ttg.learn(
        agent="cheapest", episodes=2, start=100, seeds=2, out=tmp_path / "s"
    )

    played = [[one.seed for one in run.episodes] for run in study.runs("mined")]
    assert played == [[100_000, 100_001], [101_000, 101_001]]
    assert [result.seed for result in study.results] == [100, 101]
    run = ttg.run(load_family("flights/sites").site(101), "cheapest", seed=101_001)
    told = study.runs("mined")[1].episodes[1]
    assert told.optimal == run.episodes[0].agents["buyer_0"].optimal


def test_where_no_habits_are_declared_other_seeds_are_other_episodes(tmp_path):
    one = small(tmp_path / "one", seeds=1)
    two = small(tmp_path / "two", seeds=1, start=1)

    assert one.spec.family.site(0) == two.spec.family.site(1)
    assert [run.episodes[0].seed for run in two.runs("mined")] == [1000]


def test_an_agent_that_cannot_be_made_is_told(tmp_path):
    with pytest.raises(AgentError, match="cannot be made: RuntimeError: no model"):
        small(tmp_path, agent=Impossible)


def test_an_agent_that_fails_loses_its_episodes_only(tmp_path):
    mined = small(tmp_path, agent=Broken, seeds=1).as_dict()["arms"]["mined"]

    assert (mined["errors"], mined["success"]) == (5, 0.0)
    assert mined["error"].startswith("KeyError: 'there is no such field' (")


def test_a_function_of_the_page_is_an_agent(tmp_path):
    found = small(tmp_path, agent=hurried, seeds=1).as_dict()

    assert found["arms"]["mined"]["gain"]["estimate"] == 0.0


def test_one_seed_has_no_interval(tmp_path):
    gain = small(tmp_path, seeds=1).as_dict()["arms"]["mined"]["gain"]

    assert gain["estimate"] > 0
    assert (gain["low"], gain["high"]) == (None, None)


def test_the_regret_of_a_life_is_that_of_a_run_and_so_are_its_parts(tmp_path):
    site = load_family("flights/sites").site(0)
    found = ttg.learn(agent="cheapest", episodes=12, seeds=1, out=tmp_path / "s")
    run = ttg.run(site, "cheapest", episodes=12)

    names = ("optimal", "regret", "timing", "search", "execution", "lost_surplus")
    lived = [
        tuple(getattr(one, name) for name in names)
        for one in found.runs("mined")[0].episodes
    ]
    assert lived == [
        tuple(getattr(one.agents["buyer_0"], name) for name in names)
        for one in run.episodes
    ]
    regrets = [one for one in lived if one[1] is not None]
    assert any(one[1] for one in regrets)
    means = found.as_dict()["arms"]["mined"]
    assert sum(means["regret_parts"].values()) == pytest.approx(means["regret_mean"])


def test_optima_that_are_known_are_not_computed_again_and_never_with_rivals():
    alone = ttg.run("flights/sfo-mad", "cheapest", optima={0: 1, 1: None}, episodes=2)
    rivals = ttg.run("flights/rush", "cheapest", n_agents=2, optima={0: 1})

    assert [one.agents["buyer_0"].optimal for one in alone.episodes] == [1, None]
    assert rivals.episodes[0].agents["buyer_0"].optimal > 1
