"""``python -m benchmarks.pages``: how long pages are that models read, by their style.

Characters by default; tokens with ``--ranks FILE``, the ranks of one of tiktoken's
encodings, which needs tiktoken: ``pip install tiktoken``.
"""

import argparse
import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import test_time_gym as ttg
from test_time_gym.agents.base import make_agent
from test_time_gym.agents.llm.pages import STYLES, PageWriter
from test_time_gym.scenarios import load_scenario

__all__ = ["lengths"]

PLAYED = (
    *(("flights/sfo-mad", "cheapest"), ("flights/rush", "cheapest")),
    *(("flights/outage", "cheapest"), ("flights/instalments", "cheapest")),
    *(("flights/delhi-mumbai", "cheapest"), ("flights/refunds", "rebooker")),
    ("hotels/city-break", "cheapest"),
)
EPISODES = 4
PATTERN = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+"
    r"| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)
"""How cl100k_base splits a text before it is encoded."""


class Measured:
    """Another agent, whose pages are measured in every style."""

    def __init__(self, name: str, scenario: str, size: Callable[[str], int]) -> None:
        """Measure nothing yet."""
        self._name, self._size = name, size
        trade = load_scenario(scenario).market.trade
        self._writers = {style: PageWriter(trade, style) for style in STYLES}
        self._before: dict[str, Any] | None = None
        self.pages = 0
        self.sums = dict.fromkeys(("observation", *STYLES), 0)

    def begin(self, page: dict[str, Any]) -> None:
        """Begin an episode."""
        self._agent = make_agent(self._name)
        self._before = None
        self._agent.begin(page)  # type: ignore[attr-defined]

    def act(self, page: dict[str, Any]) -> Any:
        """Measure a page, and do what the other agent does."""
        self.pages += 1
        bare = json.dumps(page, ensure_ascii=False, separators=(",", ":"))
        self.sums["observation"] += self._size(bare)
        for style, writer in self._writers.items():
            self.sums[style] += self._size(writer.write(page, self._before))
        self._before = page
        return self._agent.act(page)


def lengths(
    scenario: str, name: str, size: Callable[[str], int] = len
) -> dict[str, float]:
    """Return the mean length of a page in every style, and of the bare observation."""
    agent = Measured(name, scenario, size)
    ttg.run(scenario, agent, n_agents=1, episodes=EPISODES, regret=False)
    return {style: total / agent.pages for style, total in agent.sums.items()}


def main() -> None:
    """Measure, and print a row for each scenario."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages")
    parser.add_argument("--ranks", type=Path, help="of an encoding of tiktoken")
    ranks = parser.parse_args().ranks
    size = len if ranks is None else _tokens(ranks)
    print(f"{'tokens' if ranks else 'characters'} of a page, and shares of json")
    for scenario, name in PLAYED:
        found = lengths(scenario, name, size)
        whole = found["json"]
        shares = ", ".join(f"{n} {found[n] / whole:.2f}" for n in found if n != "json")
        print(f"{scenario:22} {name:10} json {whole:6.0f}: {shares}")


def _tokens(ranks: Path) -> Callable[[str], int]:
    tiktoken = import_module("tiktoken")
    load = import_module("tiktoken.load").load_tiktoken_bpe
    encoding = tiktoken.Encoding(
        "ranks",
        pat_str=PATTERN,
        mergeable_ranks=load(str(ranks)),
        special_tokens={},
    )
    return lambda text: len(encoding.encode(text))


if __name__ == "__main__":
    main()
