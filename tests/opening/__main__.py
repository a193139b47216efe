"""Drawn opening stock against played warm-ups: ``python -m tests.opening``.

For every packaged scenario (or those named) whose prices follow rules: the greatest
z-score over all products of the mean, the variance, the share of sell-outs and the
opening price.  Sellers with a policy sell at base fares before a drawn opening.
"""

import argparse

from tests.opening.comparison import compare

from test_time_gym.market.pricing.policy import PriceRules
from test_time_gym.scenarios import load_scenario, scenario_names


def main():
    """Compare, scenario by scenario."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=400)
    parser.add_argument("scenarios", nargs="*")
    chosen = parser.parse_args()

    for name in chosen.scenarios or scenario_names():
        market = load_scenario(name).market
        policies = (market.pricing, *market.pricing_of.values())
        ruled = all(isinstance(one, PriceRules) for one in policies)
        if market.warm_up != "draw" or not (market.demand and ruled):
            continue
        played = market.model_copy(update={"warm_up": "simulate"})
        found = compare(
            market, played, drawn_runs=chosen.seeds, played_runs=chosen.seeds
        )
        scores = [
            abs(score).max()
            for score in (found.mean, found.variance, found.sold_out, found.price)
        ]
        drawn, sold = found.sold
        print(
            f"| `{name}` | {drawn:.1f} | {sold:.1f} | "
            f"{' | '.join(f'{score:.2f}' for score in scores)} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
