"""``python -m tests.learning.results``: all tables of learning, in pages and files.

It plays what `ttgym learn` plays, and writes what came out into ``docs/results``,
README.md and docs/learning.md; about half an hour on two cores.  Sites are the first
five of the range for validation.  ``--test`` plays those of the range for test: once
for a release, and nowhere else.

``--small`` proves in some minutes that it works, and writes nothing. What was finished
stays below ``runs/``: the same command goes on after an interruption.
"""

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from tests.learning import drifts, tables

import test_time_gym as ttg
from test_time_gym.rollout.workers import cores
from test_time_gym.scenarios import load_family, scenario_names

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs/results"
README = ROOT / "README.md"
PAGE = ROOT / "docs/learning.md"
FEW = ("mined", "clerk-skills", "no-mining", "no-trials")
"""Arms that are played in every scenario."""
MORE = (*FEW, "placebo", "raw")
SITES = {
    "flights/sites": (*MORE, "transfer", "no-thompson", "epsilon", "ucb1", "no-decay"),
    "hotels/sites": MORE,
}
"""Families with something to learn, and the arms that are played there."""
FIRST = "flights/sites"
"""The family of the README, and of the drifts."""
STARTS = ("blank", "clerk")
SHOWN = ("frozen", "cheapest", "clerk", *FEW)
LETTERS = {
    "success": "s",
    "violation": "v",
    "failed": "f",
    "truncated": "t",
    "aborted": "a",
    "infeasible_aborted": "i",
    "error": "e",
}
SELLERS = (
    "flights/duopoly",
    "flights/rm-leg",
    "flights/rm-network",
    "flights/three-airlines",
)
"""Scenarios about selling."""
LARGE = "flights/delhi-mumbai"
"""It takes a minute to know what an episode of it offers."""
SAMPLE = {"sites": "validation", "seeds": 2, "episodes": 25}
"""Short lives, by which tests tell whether the program still plays the same."""
EVERY_S = 15


class Sizes(NamedTuple):
    """How much is played: of sites and episodes, or of what it says."""

    sites: int
    episodes: int
    scenario_seeds: int
    scenario_episodes: int
    drift_sites: int


FULL = Sizes(5, 120, 1, 24, 2)
SMALL = Sizes(2, 12, 1, 6, 2)
ALWAYS = 4
"""Arms that are always played, or that the others need."""


class Plan:
    """Plays studies one after the other, and says how long it will take."""

    def __init__(self, total):
        self.total, self.over = total, 0
        self._begun, self._said = time.monotonic(), 0.0
        self._first = None
        """Episodes that were over when this process began to play."""

    def study(self, name, **asked):
        """Play a study, or read it, and return what it has come to."""
        before = self.over

        def progress(_what, done):
            self.over = before + done
            self.say(name)

        study = ttg.learn(name, workers=cores(), progress=progress, **asked)
        self.over = before + study.spec.seeds * study.spec.runs * study.spec.episodes
        return study

    def say(self, name):
        """Tell now and then what is played, and how many minutes are left."""
        now = time.monotonic() - self._begun
        if self._first is None:
            self._first = self.over
        if now - self._said < EVERY_S:
            return
        self._said = now
        played = max(1, self.over - self._first)
        left = (self.total - self.over) * now / played / 60
        told = f"{name}: {self.over:,} of {self.total:,} episodes"
        sys.stderr.write(f"{told}; about {left:.0f} minutes left\n")


def scenarios():
    """Return the scenarios that buyers play, and in which there are no habits."""
    left_out = (*SELLERS, *SITES, LARGE)
    return [name for name in scenario_names() if name not in left_out]


def episodes_of(sizes):
    """Return how many episodes are played in all."""
    each = sizes.sites * sizes.episodes + SAMPLE["seeds"] * SAMPLE["episodes"]
    runs = [len(arms) + ALWAYS + elsewhere(arms) for arms in SITES.values()]
    few = len(scenarios()) * sizes.scenario_seeds * sizes.scenario_episodes
    lives = sizes.drift_sites * len(STARTS) * drift_episodes()
    return sum(runs) * each + few * (len(FEW) + ALWAYS) + lives


def elsewhere(arms):
    """Return how many arms are played at another site before."""
    return ("placebo" in arms) + ("transfer" in arms)


def drift_names():
    """Return the names of the drifts, in their order."""
    return [drift.name for drift in load_family(FIRST).drifts]


def drift_episodes():
    """Return how many episodes a site's lives have, one for each drift and none."""
    return drifts.BEFORE + drifts.AFTER * (1 + len(drift_names()))


def outcomes(study):
    """Return the outcomes of each life, a letter for an episode, by arm."""
    return {
        arm: [
            "".join(LETTERS[one.outcome] for one in life.episodes)
            for life in study.runs(arm)
        ]
        for arm in study.spec.arms
    }


def sites_played(plan, name, sites, sizes):
    """Return what a family's study has come to, and a sample of other sites."""
    sized = {"seeds": sizes.sites, "episodes": sizes.episodes}
    study = plan.study(name, sites=sites, arms=SITES[name], **sized)
    sample = plan.study(name, arms=SITES[name], **SAMPLE)
    found = {"outcomes": outcomes(study), "sample": outcomes(sample)}
    return study.as_dict() | found


def scenarios_played(plan, sites, sizes):
    """Return what each scenario's study has come to."""
    sized = {"seeds": sizes.scenario_seeds, "episodes": sizes.scenario_episodes}
    return [
        plan.study(name, sites=sites, arms=FEW, **sized).as_dict()
        for name in scenarios()
    ]


def drifts_played(plan, sites, sizes):
    """Return the successes of lives through each drift, by start and drift."""
    numbers = load_family(FIRST).ranges[sites][: sizes.drift_sites]
    found = {}
    with ProcessPoolExecutor(cores(), get_context("spawn")) as pool:
        for start in STARTS:
            lives = [pool.submit(drift_life, start, number) for number in numbers]
            for future in lives:
                for name, life in future.result().items():
                    found.setdefault(start, {}).setdefault(name, []).append(life)
                plan.over += drift_episodes()
                plan.say("drifts")
    return {"sites": [numbers[0], numbers[-1]], "range": sites, "lives": found}


def drift_life(start, number):
    """Return a life at a site through each of its drifts alone, a letter a time."""
    names = [drifts.NONE, *drift_names()]
    lives = drifts.lives(load_family(FIRST), [number], names, {"start": start})
    return {name: "".join("fs"[met] for met in one) for name, (one,) in lives.items()}


def drift_table(found):
    """Return what drifts cost, and for how long."""
    heads = ["drift", "before", "next 10", "11–20", "21–30", "31–40", "41–50"]
    heads += ["51–100", "back after", "mean of sites", f"within {drifts.SOON}"]
    text = f"Sites {found['sites'][0]} to {found['sites'][1]}, the range for "
    text += f"{found['range']}; 100 episodes before, 100 after each drift alone.\n\n"
    for start, lives in found["lives"].items():
        rows = [
            [f"`{name}`", *drifts.row([[int(k == "s") for k in one] for one in some])]
            for name, some in lives.items()
        ]
        text += f"From `{start}`:\n\n" + tables.markdown(heads, rows) + "\n"
    return text


def blocks(kept):
    """Return the tables of each page, by the names of their places."""
    studies = [kept[name] for name in SITES if name in kept]
    few = kept["scenarios"]
    page = {
        "families": "\n".join(map(tables.performance, studies[1:])),
        "exploring": "\n".join(map(tables.exploring, studies)),
        "scenarios": tables.sentence(few[0], "each scenario")
        + tables.scenarios(few, SHOWN),
        "drifts": drift_table(kept["drifts"]),
    }
    return {README: {"learning": tables.performance(studies[0])}, PAGE: page}


def pages(kept):
    """Return the texts of the pages with all tables in their places."""
    found = {}
    for path, texts in blocks(kept).items():
        found[path] = path.read_text("utf-8")
        for name, text in texts.items():
            found[path] = tables.put(found[path], name, text)
    return found


def played(plan, sites, sizes):
    """Return all that tables are made of, by the name of its file."""
    found = {name: sites_played(plan, name, sites, sizes) for name in SITES}
    found["drifts"] = drifts_played(plan, sites, sizes)
    return found | {"scenarios": scenarios_played(plan, sites, sizes)}


def read():
    """Return what is kept in ``docs/results``."""
    names = [*SITES, "drifts", "scenarios"]
    paths = {name: KEPT / f"{name.replace('/', '-')}.json" for name in names}
    return {
        name: json.loads(path.read_text("utf-8"))
        for name, path in paths.items()
        if path.exists()
    }


def write(found):
    """Keep what was played, and put the tables into the pages."""
    KEPT.mkdir(exist_ok=True)
    for name, data in found.items():
        path = KEPT / f"{name.replace('/', '-')}.json"
        path.write_text(json.dumps(data, indent=1) + "\n", "utf-8")
    for path, text in pages(found).items():
        path.write_text(text, "utf-8")


def main(argv=None):
    """Play or read the studies, and write what they have come to."""
    parser = argparse.ArgumentParser(prog="python -m tests.learning.results")
    parser.add_argument("--test", action="store_true", help="for a release, once")
    parser.add_argument("--small", action="store_true", help="write nothing")
    options = parser.parse_args(argv)
    sites = "test" if options.test else "validation"
    sizes = SMALL if options.small else FULL
    found = played(Plan(episodes_of(sizes)), sites, sizes)
    if not options.small:
        write(found)
    for texts in blocks(found).values():
        sys.stdout.write("\n".join(texts.values()))


if __name__ == "__main__":
    main()
