"""The tables of docs/vector.md: ``python -m tests.support.vector_page`` renews them."""

import re
from pathlib import Path

from test_time_gym import market_v0
from test_time_gym.market.interface.reward import SELLER_TERMS, TERMS
from test_time_gym.scenarios import load_scenario

PAGE = Path(__file__).resolve().parents[2] / "docs" / "vector.md"
MARK = "<!-- Made from here on by `python -m tests.support.vector_page`. -->\n"
SLOT = re.compile(r"_(\d+)\.")
TRADES = ("flights/sfo-mad", "hotels/city-break")


def rows(scenario):
    """Return the rows of a trade's table, one for all slots of a kind."""
    fields, first, stride = market_v0.vector_fields(scenario), {}, {}
    for at, one in enumerate(fields):
        name = SLOT.sub("_k.", one.name)
        if name in first:
            stride.setdefault(name, at - first[name][0])
        first.setdefault(name, (at, one))
    for name, (at, one) in first.items():
        where = f"{at} + {stride[name]}k" if name in stride else f"{at}"
        yield f"| {where} | `{name}` | {one.low:g} … {one.high:g} | {one.meaning} |"


def tables():
    """Return the tables as the package says them."""
    text = ""
    for scenario in TRADES:
        trade = load_scenario(scenario).market.trade
        size = len(market_v0.vector_fields(trade))
        text += f"\n### {trade.name.capitalize()}: {size} numbers\n\n"
        text += "| at | name | range | meaning |\n| --- | --- | --- | --- |\n"
        text += "".join(f"{row}\n" for row in rows(scenario))
    text += "\n## Reward terms and outcomes in infos\n\n"
    text += "| role | keys |\n| --- | --- |\n"
    for role, terms in (("buyer", TERMS), ("seller", SELLER_TERMS)):
        names = ", ".join(f"`reward_{term}`" for term in terms)
        text += f"| {role} | {names} |\n"
    text += "\n`market_v0.OUTCOME_CODES` maps each outcome to its number:\n\n"
    text += "| outcome | number |\n| --- | ---: |\n"
    for outcome, code in market_v0.OUTCOME_CODES.items():
        text += f"| `{outcome}` | {code} |\n"
    return text


def page():
    """Return the page with its tables renewed."""
    prose, mark, _ = PAGE.read_text("utf-8").partition(MARK)
    return prose + mark + tables()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
