"""Every example of a trainer runs, shortly, with the library that it is for.

`make test-trainers` installs each trainer in an environment of its own; where one is
missing, its examples are skipped.
"""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import test_time_gym as ttg

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "train"

pytestmark = pytest.mark.extras

CASES = {
    "contest": (
        (),
        ["cheapest", "first-offer", "--agents", "2", "--seeds", "2"],
        r"cheapest\n +rewards .*\n(.*\n)+first-offer\n +rewards",
    ),
    "maskable_ppo": (
        ("sb3_contrib", "stable_baselines3"),
        ["--steps", "512", "--episodes", "1", "--save", "p.npz"],
        r"steps .*return -?\d.*\nmet \d of 1 feasible tasks",
    ),
    "masked_ppo": (
        ("torch",),
        ["--decisions", "300", "--agents", "2", "--episodes", "1", "--save", "p.npz"],
        r"decisions.*return -?\d.*\nmet \d of [0-2] feasible tasks",
    ),
    "rllib_ppo": (
        ("ray",),
        ["--iterations", "1", "--decisions", "200", "--agents", "2"],
        r"1 iterations, return of all -?\d",
    ),
    "seller_ppo": (
        ("torch",),
        ["--decisions", "2000", "--episodes", "2", "--every", "60"],
        r"decisions.*return -?\d.*\nPPO took \d+ EUR",
    ),
    "supersuit_ppo": (
        ("supersuit", "stable_baselines3"),
        ["--steps", "1024", "--agents", "8"],
        r"total_timesteps *\| 1024",
    ),
    "tianshou_dqn": (
        ("tianshou",),
        ["--steps", "200", "--agents", "2"],
        r"200 turns, \d+ episodes, return \S+\nall actions legal: True",
    ),
    "torchrl_rollout": (
        ("torchrl",),
        ["--steps", "100", "--agents", "3"],
        r"all actions legal: True\nreturn of each agent: \[",
    ),
    "verifiers_gym": (
        ("verifiers.envs.experimental.gym_env",),
        ["--rows", "5"],
        r"10 rows in .* s, a page of \d+ characters each",
    ),
}


def need(*libraries):
    """Skip the test where one of them is not installed."""
    for name in libraries:
        try:
            found = find_spec(name)
        except ModuleNotFoundError:  # of a package in it
            found = None
        if found is None:
            pytest.skip(f"{name} is not installed: make test-trainers")


def run(example, *options, cwd):
    """Return what an example prints."""
    done = subprocess.run(
        [sys.executable, EXAMPLES / f"{example}.py", *options],
        cwd=cwd,
        # Some trainers keep settings and results at home.
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "HOME": str(cwd)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("example", CASES)
def test_an_example_runs(example, tmp_path):
    libraries, options, expected = CASES[example]
    need(*libraries)

    assert re.search(expected, run(example, *options, cwd=tmp_path))
    if "--save" in options:
        saved = f"ppo:{tmp_path / 'p.npz'}"
        result = ttg.run("flights/rush", saved, seed=1, max_turns=5, regret=False)
        assert result.episodes[0].agents["buyer_0"].error is None


def test_there_is_a_case_for_every_example():
    assert sorted(CASES) == sorted(path.stem for path in EXAMPLES.glob("*.py"))


def test_agents_take_turns_behind_torchrl(tmp_path):
    need("torchrl")

    told = run(
        "torchrl_rollout", "--steps", "100", "--agents", "3", "--aec", cwd=tmp_path
    )

    assert "all actions legal: True" in told


def test_maskable_ppo_records_a_video(tmp_path):
    need("sb3_contrib", "moviepy")

    run(
        "maskable_ppo", "--steps", "64", "--episodes", "1", "--video", "v", cwd=tmp_path
    )

    (video,) = (tmp_path / "v").glob("*.mp4")
    assert video.stat().st_size > 1000


def test_the_same_seed_trains_the_same_policy(tmp_path):
    need("torch")
    options = ("--decisions", "1500", "--agents", "4", "--episodes", "2")

    first, second = (run("masked_ppo", *options, cwd=tmp_path) for _ in range(2))

    # Seconds differ.
    assert re.sub(r" +\d+ s", "", first) == re.sub(r" +\d+ s", "", second)
