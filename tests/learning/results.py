"""``python -m tests.learning.results``: the table of README.md, rebuilt.

It plays what `ttgym learn` plays, with the arms of the table, 20 seeds and 200
episodes, which takes minutes; keeps what came out in ``docs/results/sites.json``, and
writes the table into README.md.  ``--out`` names the study's folder: a finished one is
only read, an interrupted one goes on.
"""

import argparse
import json
import re
from pathlib import Path

import test_time_gym as ttg
from test_time_gym.rollout.workers import cores

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs/results/sites.json"
PAGE = ROOT / "README.md"
ARMS = (
    "frozen",
    "mined",
    "oracle",
    "placebo",
    "raw",
    "transfer",
    "no-mining",
    "no-thompson",
    "no-decay",
    "no-intrinsic",
)
SAYS = {
    "frozen": "learning off",
    "mined": "the skills agent",
    "oracle": "curated skills, learning off",
    "placebo": "its skills shuffled, learning off",
    "raw": "whole successes replayed",
    "transfer": "learned at another site before",
    "no-mining": "without mining",
    "no-thompson": "skills chosen by lot",
    "no-decay": "without forgetting and doubt",
    "no-intrinsic": "without intrinsic rewards",
}
LETTERS = {
    "success": "s",
    "violation": "v",
    "failed": "f",
    "truncated": "t",
    "aborted": "a",
    "infeasible_aborted": "i",
    "error": "e",
}
HEADS = (
    "arm",
    "first 10",
    "last 50",
    "steps",
    "violations",
    "regret",
    "gain",
    "95 % interval",
)
TABLE = re.compile(r"(?<=<!-- learning -->\n).*?(?=<!-- /learning -->)", re.DOTALL)


def outcomes(study):
    """Return the outcomes of each life, a letter for an episode, by arm."""
    return {
        arm: [
            "".join(LETTERS[one.outcome] for one in life.episodes)
            for life in study.runs(arm)
        ]
        for arm in study.spec.arms
    }


def table(figures):
    """Return the table of a study's figures, as Markdown."""
    lines = [f"| {' | '.join(HEADS)} |", "| --- |" + " ---: |" * (len(HEADS) - 1)]
    for name, arm in figures["arms"].items():
        early, late = arm["steps_first50"], arm["steps_last50"]
        regret = arm["regret_mean"]
        gain = arm["gain"]
        cells = (
            f"`{name}`: {SAYS[name]}",
            f"{100 * arm['success_first10']:.1f} %",
            f"{100 * arm['success_last50']:.1f} %",
            "" if early is None else f"{early:.1f} → {late:.1f}",
            f"{100 * arm['violation_rate']:.1f} %",
            "" if regret is None else f"{regret / 100:.2f}",
            "" if name == "frozen" else f"{100 * gain['estimate']:+.1f}",
            "" if name == "frozen" else bounds(gain),
        )
        lines.append(f"| {' | '.join(cells)} |".replace("  ", " "))
    return "\n".join(lines) + "\n"


def bounds(gain):
    """Return an interval in points, or nothing where there is none."""
    if gain["low"] is None:
        return ""
    return f"{100 * gain['low']:+.1f} to {100 * gain['high']:+.1f}"


def written(page, figures):
    """Return a page with the table in its place."""
    return TABLE.sub(lambda _: table(figures), page)


def main(argv=None):
    """Play or read the study, and write what it has come to."""
    parser = argparse.ArgumentParser(prog="python -m tests.learning.results")
    parser.add_argument("--out", help="folder of the study")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--episodes", type=int, default=200)
    options = parser.parse_args(argv)
    study = ttg.learn(
        episodes=options.episodes,
        seeds=options.seeds,
        arms=ARMS,
        out=options.out,
        workers=cores(),
    )
    found = {**study.as_dict(), "outcomes": outcomes(study)}
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    PAGE.write_text(written(PAGE.read_text("utf-8"), found), "utf-8")


if __name__ == "__main__":
    main()
