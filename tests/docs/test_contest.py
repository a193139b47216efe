"""The contest of policies in all seats: it needs no trainer, only their files."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.support.policies import flat_policy

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "train" / "contest.py"


def test_policies_are_compared_with_the_first_one_on_the_same_seeds(tmp_path):
    flat_policy(tmp_path / "p.npz")
    (tmp_path / "mine.py").write_text(
        "class Same:\n"
        "    def __new__(cls):\n"
        "        from test_time_gym.agents import make_agent\n"
        "        return make_agent('cheapest')\n"
    )
    policies = ["cheapest", "ppo:p.npz", "mine.py:Same"]
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *policies, "--agents", "2", "--seeds", "4"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    number = r"-?\d+\.\d{3}"
    beyond = rf"[+-]\d\S+ \([+-]{number[2:]} to [+-]{number[2:]}\)"
    first, other, same = re.split(r"^(?=\w.*)", done.stdout, flags=re.MULTILINE)[1:]
    assert re.fullmatch(
        rf"cheapest\n  rewards +{number}\n  successes +{number}\n  paid +{number}\n",
        first,
    )
    assert re.search(rf"rewards +{number}  {beyond}\n", other)
    assert re.fullmatch(r"mine\.py:Same\n(  \w+ +\S+  0\n){3}", same)
    assert first.splitlines()[1] in same
