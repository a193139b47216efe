"""Results in notebooks: compact tables in which every text is only text."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import test_time_gym as ttg
from test_time_gym.evaluation.bench import Bench
from test_time_gym.evaluation.learning import Study
from test_time_gym.evaluation.market import MarketComparison, MarketFigures
from test_time_gym.rollout.results import RunResult
from test_time_gym.tables import TitledTable, html_of

HOSTILE = "<script>alert(1)</script>\"'&\x1b[31m\u202e\n"


class Page(HTMLParser):
    """What a browser would see: tags, attributes, texts of cells."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.names, self.texts = [], set(), []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.names |= {name for name, _value in attrs}

    def handle_data(self, data):
        self.texts.append(data)


def test_texts_are_inert_wherever_they_stand():
    table = TitledTable(HOSTILE, [{HOSTILE: HOSTILE, "n": 1}])

    page = Page(html_of([table]))

    spelled = "<script>alert(1)</script>\"'&\\x1b[31m\\u202e\\n"
    assert page.tags == ["div", "p", "table", "tr", "th", "th", "tr", "td", "td"]
    assert page.names == {"class", "scope", "style"}
    assert page.texts == [spelled, spelled, "n", spelled, "1"]


def test_a_long_table_shows_its_first_rows_and_how_many_more():
    page = Page(html_of([TitledTable("t", [{"n": k} for k in range(1050)])]))

    assert page.tags.count("td") == 50
    assert page.texts[-1] == "and 1,000 more rows"


def test_a_table_without_rows_is_its_title():
    assert Page(html_of([TitledTable("nothing", [])])).texts == ["nothing"]


def test_it_has_no_colours_of_its_own():
    html = html_of([TitledTable("t", [{"a": "x", "b": 1}])])

    assert "#" not in html
    assert html.count("background") == html.count("background:transparent")


def test_a_run_is_shown_as_the_command_shows_it():
    result = ttg.run("flights/rush", ["cheapest", "patient"], seed=7)
    (episode,) = result.episodes

    page = Page(result._repr_html_())

    market = episode.market
    assert page.texts[0] == (
        f"flights/rush, seed 7: {market.sold} seats sold, revenue "
        f"{market.revenue // 100:,} EUR, load factor {market.load_factor:.1%}"
    )
    assert page.texts[1:9] == [
        "agent",
        "policy",
        "outcome",
        "steps",
        "reward",
        "paid EUR",
        "optimal EUR",
        "regret EUR",
    ]
    assert [list(row) for row in result.as_rows()] == [list(result.COLUMNS)] * 2
    cheapest = episode.agents["buyer_0"]
    assert page.texts[9:14] == [
        "buyer_0",
        "cheapest",
        cheapest.outcome,
        str(cheapest.steps),
        f"{cheapest.reward:.2f}",
    ]
    assert page.tags.count("tr") == 3


def test_of_several_episodes_it_shows_the_means():
    page = Page(ttg.run("flights/sfo-mad", "cheapest", episodes=3)._repr_html_())

    assert page.texts[0] == "flights/sfo-mad, seeds 0 to 2: 3 episodes"
    assert page.texts[1:4] == ["agent", "policy", "success"]
    assert page.tags.count("tr") == 2


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    return ttg.learn("flights/sites", "cheapest", episodes=3, seeds=2, out=folder)


def test_a_study_shows_its_arms_and_what_they_gained(study):
    page = Page(study._repr_html_())

    assert page.texts[0] == "cheapest at flights/sites: 2 seeds, 3 episodes each"
    assert "gain in points, paired by episode, over" in page.texts
    assert page.tags.count("table") == 2


def test_a_row_of_a_study_is_an_episode(study):
    rows = study.as_rows()

    assert len(rows) == 2 * 3 * len(study.spec.arms)
    told = study.runs("clerk")[1].episodes[2]
    (row,) = [
        one
        for one in rows
        if (one["arm"], one["site"], one["episode"]) == ("clerk", 1, 3)
    ]
    assert list(row) == list(study.COLUMNS)
    assert (row["episode_seed"], row["success"], row["paid_minor"]) == (
        told.seed,
        told.success,
        told.paid,
    )


def test_a_bench_shows_a_table_for_each_scenario():
    found = ttg.evaluate("cheapest", ["flights/sfo-mad", "flights/rush"], seeds=2)

    page = Page(found._repr_html_())

    assert page.tags.count("table") == 2
    assert page.texts[0] == "flights/sfo-mad, seeds 0 to 1"
    assert [list(row) for row in found.as_rows()] == [list(found.COLUMNS)] * 2
    row, told = found.as_rows()[0], found.rows[0]
    assert (row["success"], row["success_low"]) == told.success[:2]
    assert row["regret_minor_high"] == told.regret.high


def test_markets_and_their_comparisons_show_what_the_command_prints():
    one = ttg.market("flights/emsr", seeds=2, elasticity=False)
    two = ttg.compare("flights/emsr", ["declared", "fixed"], seeds=2)

    for found in (one, two):
        page = Page(found._repr_html_())
        assert page.texts[0] == str(found).splitlines()[0]
        rows = found.as_rows()
        assert [list(row) for row in rows] == [list(found.COLUMNS)] * len(rows)
    assert [row["seller"] for row in one.as_rows()] == ["Lufthansa", "Vueling", ""]
    assert one.as_rows()[-1]["revenue_minor"] == one.total.revenue.estimate
    assert two.as_rows()[0]["unit"] == "minor EUR"
    assert two.as_rows()[0]["difference"] == two.pairs[0][0].difference


def test_the_page_lists_every_column():
    page = (Path(__file__).parents[2] / "docs/notebooks.md").read_text("utf-8")
    homes = {
        "ttg.run": RunResult,
        "ttg.learn": Study,
        "ttg.evaluate": Bench,
        "ttg.market": MarketFigures,
        "ttg.compare": MarketComparison,
    }

    for name, home in homes.items():
        (line,) = [
            line for line in page.splitlines() if line.startswith(f"| `{name}` |")
        ]
        told = re.findall(r"`(\w+)`", line.split("|")[3])
        assert told == list(home.COLUMNS), name
