"""A small study for tests of its page, played once."""

import re
from pathlib import Path

import test_time_gym as ttg

__all__ = ["played"]


def played(folder, *, episodes=7, seeds=2):
    """Return a study of sites whose fields change their names after five episodes."""
    declared = Path(ttg.__file__).parent / "scenarios" / "flights" / "sites.toml"
    early = re.sub(
        "after_episodes = 1([0-9])0",
        lambda found: f"after_episodes = {1 + int(found[1]) // 2}",
        declared.read_text(),
    )
    scenario = Path(folder) / "early.toml"
    scenario.write_text(early)
    return ttg.learn(
        scenario,
        episodes=episodes,
        seeds=seeds,
        arms=["mined"],
        drifts=["renamed-fields"],
        out=Path(folder) / "study",
    )
