"""A new pricing policy is one file: that of the documentation is added and played."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import test_time_gym
from test_time_gym.scenarios import SCENARIO_DIR

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "pricing.md").read_text("utf-8")
CODE = re.search(r"^```py\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[1]
WAR = (SCENARIO_DIR / "flights" / "price-war.toml").read_text("utf-8")
OWN = (
    "[market.pricing_of.Aegean]\nkind = 'last_units'\nfew = 24\nreprice_every_s = 60\n"
)

PLAY = """
import json, sys
from pathlib import Path
import test_time_gym as ttg
from test_time_gym.audit import audit
from test_time_gym.market.pricing import KINDS

ttg.run("mine.toml", seed=1, journal="j.jsonl", regret=False)
verdict = ttg.replay.verify("j.jsonl", reexecute=True)
decided = [
    record["d"]
    for record in map(json.loads, Path("j.jsonl").open())
    if record["d"].get("seller") == "Aegean"
]
print(json.dumps({
    "package": ttg.__file__,
    "kinds": sorted(KINDS),
    "verdict": [verdict.status, verdict.replay],
    "findings": [str(one) for one in audit("j.jsonl").findings],
    "reasons": sorted({one for each in decided for one in each["reasons"]}),
}))
"""


@pytest.fixture
def package(tmp_path):
    """Return a folder with a copy of the package, ready to be imported."""
    source = Path(test_time_gym.__file__).parent
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(source, tmp_path / "test_time_gym", ignore=ignored)
    (tmp_path / "mine.toml").write_text(
        WAR.replace("[[market.flights]]", OWN + "\n[[market.flights]]", 1)
    )
    return tmp_path


def played(folder):
    return subprocess.run(
        [sys.executable, "-c", PLAY],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_policy_is_added_by_one_file(package):
    added = package / "test_time_gym" / "market" / "pricing" / "last_units.py"
    added.write_text(CODE)

    run = played(package)

    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert Path(told["package"]).is_relative_to(package)
    assert "last_units" in told["kinds"]
    assert told["verdict"] == ["complete", "equal"]
    assert told["findings"] == []
    assert told["reasons"] == ["scarce"]


def test_without_the_file_its_kind_is_a_mistake(package):
    run = played(package)

    assert run.returncode == 1
    assert "unknown kind 'last_units'" in run.stderr


def test_two_policies_of_one_kind_are_refused(package):
    folder = package / "test_time_gym" / "market" / "pricing"
    for name in ("one.py", "two.py"):
        (folder / name).write_text(CODE)

    run = played(package)

    assert run.returncode == 1
    assert "are both of the kind 'last_units'" in run.stderr


def test_a_policy_s_file_may_not_hide_a_closed_form(package):
    folder = package / "test_time_gym" / "market" / "pricing"
    (folder / "littlewood.py").write_text(CODE)

    run = played(package)

    assert run.returncode == 1
    assert (
        "littlewood.py hides a closed form: call it littlewood_policy.py" in run.stderr
    )
