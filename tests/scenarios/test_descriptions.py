"""Numbers that descriptions of packaged scenarios tell are true."""

from test_time_gym.scenarios import load_scenario


def test_the_number_of_flights_in_delhi_mumbais_description_is_true():
    scenario = load_scenario("flights/delhi-mumbai")

    assert f"among {len(scenario.market.flights)} flights" in scenario.description
    assert "Four buyers" in scenario.description
    assert scenario.agents.count == 4
