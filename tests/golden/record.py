"""Record the golden journals again: ``python -m tests.golden.record``.

Do this only with a new semantics version and a line in CHANGELOG.md that says
whether scores remain comparable.
"""

from pathlib import Path

import test_time_gym as ttg
from test_time_gym.scenarios import scenario_names

REPLAYS = Path(__file__).resolve().parents[2] / "replays"
SEED = 1
SELLERS = {
    "flights/duopoly": {"seller_0": "undercut", "seller_1": "load-follower"},
    "flights/three-airlines": {"seller_0": "load-follower"},
}
"""Who sells in the scenarios whose sellers agents play."""


def golden_path(name: str) -> Path:
    """Return the file of a scenario's golden journal."""
    return REPLAYS / f"{name.replace('/', '-')}.jsonl"


def record(name: str, path: Path) -> None:
    """Play a scenario's own policies, and keep the journal."""
    agents = SELLERS.get(name)
    ttg.run(name, agents, seed=SEED, journal=path, overwrite=True, regret=False)
    path.with_suffix(".meta.json").unlink()


def main() -> None:
    """Record every scenario."""
    for name in scenario_names():
        path = golden_path(name)
        before = path.read_bytes() if path.exists() else b""
        record(name, path)
        changed = path.read_bytes() != before
        print(f"{'changed  ' if changed else 'unchanged'} {path.name}")


if __name__ == "__main__":
    main()
