"""What one seat bought at the opening changes: ``python -m tests.coupling``.

For every packaged scenario (or those named), over some seeds: the share of later
background buyers who choose otherwise, and of final prices that differ.
"""

import argparse

from tests.coupling.comparison import coupling

from test_time_gym.scenarios import load_scenario, scenario_names


def main():
    """Count, scenario by scenario."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("scenarios", nargs="*")
    chosen = parser.parse_args()
    for name in chosen.scenarios or scenario_names():
        moved = coupling(load_scenario(name).market, range(chosen.seeds))
        buyers = moved.buyers_moved / max(moved.buyers, 1)
        prices = moved.prices_moved / max(moved.prices, 1)
        print(f"| `{name}` | {buyers:.2%} | {prices:.2%} |", flush=True)


if __name__ == "__main__":
    main()
