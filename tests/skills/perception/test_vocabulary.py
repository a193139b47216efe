"""The vocabulary: the pages that the agent can read, in the words of their trade."""

import pytest
from tests.support.visits import Visit

from test_time_gym import run
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.perception.vocabulary import (
    Vocabulary,
    all_offers,
    every_verb,
    offers_key,
    vocabulary_of,
)
from test_time_gym.market.interface.policy import AgentError
from test_time_gym.market.interface.verbs import verb_table
from test_time_gym.scenarios.flights.domain import FLIGHTS
from test_time_gym.scenarios.hotels.domain import HOTELS

TRADES = ("flights/rush", FLIGHTS), ("hotels/city-break", HOTELS)
ADVICE = "reads pages that list one of flights, hotels, and this one lists none"


@pytest.mark.parametrize(("scenario", "trade"), TRADES)
def test_the_words_of_a_page_are_those_of_its_trade(scenario, trade):
    page = Visit(scenario).page
    words = vocabulary_of(page)

    assert words.trade == trade
    assert words is vocabulary_of(page)  # Its tables are read once.
    assert words.verbs == verb_table(trade).names
    assert list(words.arguments) == list(words.verbs)
    assert words.offers == offers_key(page)
    assert {words.search, "wait", "abort"} <= {*page["legal_verbs"]}


def test_each_trade_has_words_of_its_own():
    found = [Vocabulary(trade) for trade in (FLIGHTS, HOTELS)]

    assert [(one.offers, one.search, one.select, one.day) for one in found] == [
        ("flights", "search_flights", "select_flight", "date"),
        ("hotels", "search_hotels", "select_room", ""),
    ]
    assert all_offers() == ("flights", "hotels")


@pytest.mark.parametrize(("scenario", "trade"), TRADES)
def test_a_page_shows_the_fields_of_an_offer_in_the_order_of_its_vocabulary(
    scenario, trade
):
    visit = Visit(scenario)
    words = vocabulary_of(visit.page)
    rows = visit.do(words.search)[words.offers]

    assert words.offer_fields == trade.offer_fields
    assert rows
    for row in rows:
        assert list(row) == [name for name in words.offer_fields if name in row]


def test_what_an_argument_is_about_is_the_same_in_every_trade():
    flights, hotels = (Vocabulary(trade).arguments for trade in (FLIGHTS, HOTELS))

    for verb, about in {
        "add_to_cart": ["offer"],
        "enter_card": ["card"],
        "apply_coupon": ["code"],
        "answer_challenge": ["code"],
        "choose_instalments": ["parts"],
        "remove_from_cart": ["item"],
        "wait": ["minutes"],
        "cancel_order": ["order", "item", "units"],
    }.items():
        assert [one.about for one in flights[verb]] == about
        assert [one.about for one in hotels[verb]] == about


def test_a_verb_that_trades_share_has_the_arguments_of_all():
    verbs = every_verb()

    assert [one.name for one in verbs["remove_from_cart"]] == ["flight_id", "room_id"]
    assert [one.name for one in verbs["enter_card"]] == ["card_token"]
    assert {"search_flights", "search_hotels"} <= {*verbs}


@pytest.mark.parametrize("page", [{}, {"view": "cart", "cars": []}], ids=str)
def test_a_page_of_a_trade_that_nobody_knows_is_refused_with_advice(page):
    with pytest.raises(AgentError, match=ADVICE):
        vocabulary_of(page)
    with pytest.raises(AgentError, match="register the trade of its scenario"):
        SkillsAgent(1).begin(page)
    assert offers_key(page) == ""


@pytest.mark.parametrize("scenario", [scenario for scenario, _ in TRADES])
@pytest.mark.parametrize("start", ["blank", "clerk"])
def test_an_agent_plays_a_page_of_any_trade(scenario, start):
    page, agent = Visit(scenario).page, SkillsAgent(1, start=start)
    agent.begin(page)

    assert agent.act(page)["verb"] in page["legal_verbs"]


def test_an_agent_buys_at_hotels():
    agent = SkillsAgent(1, start="clerk")
    result = run(
        "hotels/city-break", {"buyer_0": agent}, n_agents=1, seed=1, episodes=4
    )

    played = [episode.agents["buyer_0"] for episode in result.episodes]
    assert [one.error for one in played if one.error] == []
    assert "success" in [one.outcome for one in played]
