"""Sellers in markets that are not like the packaged one: other money, no stock."""

import pytest

from test_time_gym import run
from test_time_gym.journal import read_journal
from test_time_gym.replay import audit, verify
from test_time_gym.scenarios import load_scenario
from test_time_gym.scenarios.flights.domain import FlightScenario


def other_duopoly(currency, seats=None):
    """Return the duopoly in another currency, or with other stock."""
    data = load_scenario("flights/duopoly").model_dump(mode="json", by_alias=True)
    data["market"]["currency"] = currency
    for itinerary in data["market"]["flights"]:
        for flown in itinerary["legs"]:
            flown["seats"] = flown["seats"] if seats is None else seats
    return FlightScenario.model_validate(data)


@pytest.mark.parametrize("policy", ["load-follower", "undercut"])
@pytest.mark.parametrize(
    ("currency", "seats"), [("JPY", None), ("KWD", None), ("EUR", 0), ("JPY", 0)]
)
def test_sellers_play_in_any_currency_and_without_stock(
    policy, currency, seats, tmp_path
):
    path = tmp_path / "j.jsonl"

    sellers = {"seller_0": policy, "seller_1": policy}
    run(other_duopoly(currency, seats), sellers, seed=1, journal=path, regret=False)

    acts = [one.data for one in read_journal(path).records() if one.kind == "act"]
    sold = [act for act in acts if act["verb"] in ("set_prices", "wait", "")]
    assert {act["status"] for act in sold} == {"ok"}
    assert verify(path, reexecute=True).ok
    assert audit(path).findings == ()


def test_a_seller_without_stock_stands_in_for_itself():
    scenario = other_duopoly("EUR", seats=0)

    result = run(scenario, "cheapest", seed=1, regret=False)

    assert {one.error for one in result.episodes[0].agents.values()} == {None}
