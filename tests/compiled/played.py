"""Runs to compare: the same in compiled modules and in their sources.

``python -m tests.compiled.played`` prints, as JSON, what `everything` returns.
"""

import json
import tempfile
from hashlib import sha256
from pathlib import Path
from random import Random

import numpy as np

import test_time_gym as ttg
from test_time_gym.compilation import compilation
from test_time_gym.envs.adapter import EnvAdapter
from test_time_gym.envs.aec import MarketAEC
from test_time_gym.journal.sink import MemorySink
from test_time_gym.scenarios import load_scenario

POLICIES = {
    "flights/sfo-mad": ["cheapest", "patient", "random"],
    "flights/3ds-storm": ["random", "random"],
    "flights/price-war": ["random", "cheapest"],
    "flights/instalments": ["random", "random", "random"],
    "hotels/city-break": ["cheapest", "random"],
}
VECTOR = ("flights/rush", "hotels/conference")
SEED = 11


def played(name: str, folder: Path) -> str:
    """Return the digest of the journal of a run of policies."""
    path = folder / "run.jsonl"
    ttg.run(
        name,
        POLICIES[name],
        seed=SEED,
        journal=path,
        overwrite=True,
        regret=False,
    )
    return sha256(path.read_bytes()).hexdigest()


def seen(name: str) -> str:
    """Return the digest of all that agents see and earn at the vector door."""
    sink = MemorySink()
    env = MarketAEC(
        EnvAdapter(load_scenario(name), n_agents=3, max_turns=60, journal=lambda: sink)
    )
    env.reset(seed=SEED)
    digest, chance = sha256(), Random(SEED)
    while env.agents:
        observation, reward, terminated, truncated, info = env.last()
        mask = observation["action_mask"]
        digest.update(observation["observation"].tobytes() + mask.tobytes())
        digest.update(repr((reward, terminated, truncated, info["now"])).encode())
        done = terminated or truncated
        env.step(None if done else chance.choice(np.flatnonzero(mask).tolist()))
    digest.update(env.digest().encode() + b"".join(sink.lines))
    return digest.hexdigest()


def everything() -> dict[str, str]:
    """Return the digest of every run, by its name; and what ran."""
    with tempfile.TemporaryDirectory() as folder:
        runs = {name: played(name, Path(folder)) for name in POLICIES}
    return runs | {f"{name}, vectors": seen(name) for name in VECTOR}


if __name__ == "__main__":
    print(json.dumps({"compiled": compilation().used, "runs": everything()}))
