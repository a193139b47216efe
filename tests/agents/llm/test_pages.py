"""Pages as text for models: nothing is lost, and little is said twice."""

import json

import pytest
from benchmarks.pages import lengths

import test_time_gym as ttg
from test_time_gym.agents.base import make_agent
from test_time_gym.agents.llm.pages import STYLES, PageReader, PageWriter
from test_time_gym.market.errors import Misuse
from test_time_gym.scenarios import load_scenario

PLAYED = [
    ("flights/sfo-mad", "cheapest", 1),
    ("flights/outage", "random", 3),
    ("flights/instalments", "cheapest", 3),
    ("flights/refunds", "rebooker", 2),
    ("flights/family", "cheapest", 3),
    ("hotels/city-break", "random", 3),
]


class Reader:
    """Another agent, that reads its pages as text of a style."""

    def __init__(self, name, trade, style):
        self._name, self._trade, self._style = name, trade, style
        self.pages, self.texts = [], []

    def begin(self, page):
        self._agent = make_agent(self._name, 3)
        self._writer = PageWriter(self._trade, self._style)
        self._before = None
        self._reader = PageReader(self._trade, self._style)
        if hasattr(self._agent, "begin"):
            self._agent.begin(page)

    def act(self, page):
        text = self._writer.write(page, self._before)
        self._before = page
        read = self._reader.read(text)
        assert (read, list(read)) == (page, list(page))
        self.pages.append(page)
        self.texts.append(text)
        return self._agent.act(read)


def readers(scenario, name, style, n_agents, **more):
    trade = load_scenario(scenario).market.trade
    agents = [Reader(name, trade, style) for _ in range(n_agents)]
    settings = {"seed": 5, "episodes": 2, "regret": False} | more
    result = ttg.run(scenario, agents, n_agents=n_agents, **settings)
    told = [one for episode in result.episodes for one in episode.agents.values()]
    assert [one.error for one in told if one.error] == []
    return agents


@pytest.mark.parametrize(
    ("scenario", "name", "n_agents", "style"),
    [
        pytest.param(
            *played,
            style,
            # Every scenario with half of the styles, every style with half of them.
            marks=pytest.mark.long if (i + k) % 2 else (),
        )
        for i, played in enumerate(PLAYED)
        for k, style in enumerate(STYLES)
    ],
)
def test_scripted_agents_play_the_same_through_every_style(
    tmp_path, scenario, name, n_agents, style
):
    plain, read = tmp_path / "plain.jsonl", tmp_path / "read.jsonl"
    names = [make_agent(name, 3).act if name != "random" else name] * n_agents

    agents = readers(scenario, name, style, n_agents, episodes=1, journal=read)

    assert sum(len(one.pages) for one in agents) > 5
    if name != "random":  # it is seeded by its seat
        ttg.run(
            scenario,
            names[:1] if n_agents == 1 else [name] * n_agents,
            n_agents=n_agents,
            seed=5,
            regret=False,
            journal=plain,
        )
        heads = [path.read_bytes().splitlines()[1:] for path in (plain, read)]
        acts = [
            [json.loads(line)["d"] for line in lines if b'"k":"act"' in line]
            for lines in heads
        ]
        assert acts[0] == acts[1]


def test_a_conversation_may_begin_with_any_page():
    pages = readers("flights/sfo-mad", "cheapest", "json", 1, episodes=1)[0].pages
    trade = load_scenario("flights/sfo-mad").market.trade

    for style in STYLES:
        for first in range(len(pages)):
            writer, reader = PageWriter(trade, style), PageReader(trade, style)
            shown = pages[first:]
            written = map(writer.write, shown, [None, *shown])
            assert list(map(reader.read, written)) == shown


@pytest.mark.parametrize(
    ("style", "most"), [("compact", 0.55), ("text", 0.6), ("delta", 0.3)]
)
def test_other_styles_are_shorter_by_far(style, most):
    names = ["flights/sfo-mad", "flights/outage", "flights/delhi-mumbai"]

    found = [lengths(name, "cheapest") for name in names]

    assert sum(one[style] for one in found) <= most * sum(one["json"] for one in found)


def test_a_flight_is_told_with_its_day_its_route_and_how_long_it_takes():
    reader = readers("flights/sfo-mad", "cheapest", "json", 1, episodes=1)[0]

    offer = json.loads(reader.texts[1])["flights"][0]

    told = {name: offer[name] for name in ("from", "to", "date", "lasts")}
    assert told == {"from": "SFO", "to": "MAD", "date": "2026-06-22", "lasts": "26h00"}


def test_long_lists_come_in_parts_and_a_part_that_is_none_is_the_last():
    scenario = load_scenario("flights/sfo-mad")
    page = readers(scenario, "cheapest", "json", 1, episodes=1)[0].pages[1]
    writer = PageWriter(scenario.market.trade, "json", offers_per_page=4)
    told = [json.loads(writer.write(page))]
    told += [json.loads(writer.write_offers(page, part)) for part in (2, 3, 9)]

    assert writer.parts(page) == 3
    ids = [[one["id"] for one in page["flights"]] for page in told]
    assert ids[0] + ids[1] + ids[2] == [one["id"] for one in page["flights"]]
    assert ids[3] == ids[2]
    assert told[1]["more"] == "part 2 of 3 of 10 flights"


def test_values_with_signs_of_their_own_come_through():
    trade = load_scenario("flights/sfo-mad").market.trade
    page = readers("flights/sfo-mad", "cheapest", "json", 1, episodes=1)[0].pages[1]
    names = ["Pipe|Air", 'Quote "A"', "Two\nLines", "Ünïcode", "-", "\\-", "7", "yes"]
    offers = [
        page["flights"][k] | {"airline": name, "price": "12.50"}
        for k, name in enumerate(names)
    ]
    page = page | {"flights": offers}

    for style in STYLES:
        text = PageWriter(trade, style).write(page)
        assert PageReader(trade, style).read(text) == page


@pytest.mark.parametrize("wrong", ["html", None, 3])
def test_a_style_that_is_none_is_refused(wrong):
    trade = load_scenario("flights/sfo-mad").market.trade
    with pytest.raises(Misuse, match="json, compact, delta or text"):
        PageWriter(trade, wrong)
    with pytest.raises(Misuse, match="positive"):
        PageWriter(trade, "json", offers_per_page=0)
