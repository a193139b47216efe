"""Two examples for each command's help; the documents show them, and tests run them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import typer

__all__ = ["EXAMPLES", "with_examples"]

EXAMPLES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "demo": ("ttgym demo", "ttgym demo --seed 3 --json"),
        "scenarios": ("ttgym scenarios", "ttgym scenarios flights/rush"),
        "run": (
            "ttgym run flights/sfo-mad",
            (
                "ttgym run flights/rush --agents cheapest,patient,random --seed 7 "
                "--journal rush.jsonl"
            ),
        ),
        "watch": (
            "ttgym watch flights/rush --agents cheapest,patient",
            "ttgym watch rush-3.jsonl",
        ),
        "bench": (
            (
                "ttgym bench --agents cheapest,first-offer,oracle "
                "--scenarios flights/sfo-mad --seeds 3"
            ),
            (
                "ttgym bench --agents do-nothing "
                "--scenarios flights/sfo-mad,flights/family --seeds 2 --json"
            ),
        ),
        "report": (
            "ttgym report rush.jsonl -o rush.html",
            "ttgym report one.jsonl --against two.jsonl -o two-runs.html",
        ),
        "verify": ("ttgym verify j.jsonl", "ttgym verify --structure j.jsonl j.jsonl"),
        "audit": ("ttgym audit j.jsonl", "ttgym audit j.jsonl --json"),
        "diff": (
            "ttgym diff one.jsonl two.jsonl",
            "ttgym diff one.jsonl two.jsonl --structure --json",
        ),
        "replay": (
            "ttgym replay j.jsonl --to 12",
            "ttgym replay j.jsonl --follow --from 5 --to 12",
        ),
        "fork": (
            "ttgym fork rush.jsonl --at 40 --agent buyer_1=cheapest --out other.jsonl",
            (
                "ttgym fork rush.jsonl --at 40 --agent buyer_1=cheapest "
                "--out other.jsonl --others repeat --overwrite --json"
            ),
        ),
        "grep": (
            "ttgym grep rush.jsonl --kind ticket_issued --kind outcome",
            "ttgym grep rush.jsonl --agent buyer_0 --from 10 --to 60 --count",
        ),
        "repair": ("ttgym repair j.jsonl", "ttgym repair j.jsonl --json"),
        "export": (
            "ttgym export runs/*.jsonl --to parquet --out tables",
            "ttgym export runs/*.jsonl --to minari --out datasets/rush-v0",
        ),
        "import": (
            "ttgym import tests/data/fares-sample.csv -o my-route.toml --agents 3",
            "ttgym import tests/data/fares-sample.csv -o my-route.toml --force --json",
        ),
        "dst": ("ttgym dst --seed 7", "ttgym dst --seeds 12 --start 1000 --jobs 2"),
        "learn": (
            "ttgym learn --episodes 3 --seeds 2 --arms mined,placebo",
            "ttgym learn --agent cheapest --episodes 3 --sites 100:102 --workers 1",
        ),
        "market": (
            "ttgym market flights/emsr --seeds 4 --workers 1",
            (
                "ttgym market flights/emsr --seeds 4 --warm-up simulate "
                '--compare declared "Vueling=fixed; Lufthansa=fixed"'
            ),
        ),
        "power": (
            "ttgym power --gain 0.1 --sd 0.25",
            "ttgym power --gain 0.1 --sd 0.25 --seeds 20 --json",
        ),
        "validate": (
            "ttgym validate --only A1 --only B",
            "ttgym validate --only A3/emsr-b --json",
        ),
        "schema": (
            "ttgym schema page flights/rush",
            "ttgym schema tools hotels/city-break --for anthropic",
        ),
        "doctor": ("ttgym doctor", "ttgym doctor --json"),
        "skills list": (
            "ttgym skills list memory.db",
            (
                "ttgym skills list memory.db --learner flights/sites/10/buyer_0 --all "
                "--json"
            ),
        ),
        "skills show": (
            "ttgym skills show memory.db search-1",
            "ttgym skills show memory.db search-1 --json",
        ),
        "skills export": (
            "ttgym skills export memory.db --out my-skills",
            "ttgym skills export memory.db --out my-skills --overwrite --json",
        ),
        "skills import": (
            "ttgym skills import memory.db my-skills",
            "ttgym skills import memory.db my-skills --json",
        ),
        "serve mcp": (
            "ttgym serve mcp --scenario flights/sfo-mad --seed 3",
            (
                "ttgym serve mcp --http --scenario flights/rush --seat buyer_0 "
                "--seat buyer_1 --agents cheapest"
            ),
        ),
        "serve openenv": (
            (
                "ttgym serve openenv --scenario flights/sfo-mad --port 8000 "
                "--journals runs/openenv"
            ),
            "ttgym serve openenv --manifest",
        ),
        "serve fake-model": (
            "ttgym serve fake-model --port 8000",
            "ttgym serve fake-model --faults 429:1@3,500@5-6 --latency-ms 200 --json",
        ),
    }
)
"""Words of a command → two ways to call it."""


def with_examples(app: typer.Typer, above: str = "") -> None:
    """Show the examples below the help of each command of an application.

    Args:
        app: whose commands.
        above: words in front of theirs, with a space.
    """
    for command in app.registered_commands:
        lines = EXAMPLES.get(f"{above}{command.name}", ())
        # \b keeps the lines apart.
        command.epilog = "\n".join(["\b", "Examples:", *(f"  {one}" for one in lines)])
    for group in app.registered_groups:
        if group.typer_instance is not None:
            with_examples(group.typer_instance, f"{above}{group.name} ")
