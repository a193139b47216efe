"""The public face: names, the brief's program, and what one import costs."""

from pathlib import Path

import gymnasium
import pytest

import test_time_gym as ttg
from test_time_gym import market_v0
from test_time_gym.envs.flight_booking_env import FlightBookingEnv
from test_time_gym.market.errors import Misuse


def test_the_package_exports_exactly_these_names():
    assert sorted(ttg.__all__) == [
        "Scenario",
        "__version__",
        "compare",
        "envs",
        "evaluate",
        "export",
        "journal",
        "learn",
        "load_scenario",
        "market",
        "market_v0",
        "replay",
        "report",
        "run",
    ]


def test_the_shortest_program_runs_unchanged():
    env = FlightBookingEnv(seed=42)
    obs, info = env.reset()
    done, trunc, total_r = False, False, 0.0
    while not (done or trunc):
        action = {"verb": 0, "payload": ""}
        obs, reward, done, trunc, info = env.step(action)
        total_r += reward

    assert (info["outcome"], trunc, round(total_r, 2)) == ("truncated", True, -0.6)
    assert obs["view"] == "search_results"


def test_gymnasium_makes_the_registered_environment():
    env = gymnasium.make("TestTimeGym/FlightBooking-v0")

    observation, info = env.reset(seed=42)

    assert observation["goal"].startswith("Buy a seat from SFO to MAD")
    assert info["outcome"] is None
    env.close()


def test_the_story_of_the_brief_ends_with_a_receipt_and_a_reward_of_one():
    env = FlightBookingEnv(seed=1)
    page, _ = env.reset()
    terms = []

    def go(verb, payload=""):
        page, _, terminated, _, info = env.step({"verb": verb, "payload": payload})
        terms.append(info["reward_terms"])
        return page, terminated, info

    assert page["constraints"] == {"budget": 900, "depart_after": "10:00"}
    go("search_flights")
    page, _, _ = go("filter_results", {"depart_after": "10:00"})
    go("add_to_cart", page["flights"][0]["id"])
    go("proceed_to_payment")
    go("enter_card", page["wallet"][-1]["token"])
    page, terminated, info = go("confirm_payment")

    assert (page["view"], terminated, info["outcome"]) == ("receipt", True, "success")
    assert terms == [
        {"time": -0.01},
        {"time": -0.01},
        {"time": -0.01, "progress": 0.02},
        {"time": -0.01, "progress": 0.03},
        {"time": -0.01, "progress": 0.05},
        {"time": -0.01, "success": 1.0},
    ]


def test_an_unknown_option_names_itself_and_the_nearest():
    with pytest.raises(TypeError, match=r"option 'n_agent'; did you mean n_agents\?"):
        market_v0.env("flights/sfo-mad", n_agent=3)


def test_an_unknown_scenario_names_the_nearest():
    with pytest.raises(Misuse, match="did you mean flights/sfo-mad"):
        market_v0.env("flights/sfo-mda")


def test_more_agents_than_the_scenario_seats_is_an_error():
    with pytest.raises(Misuse, match="n_agents is 1 to"):
        market_v0.env("flights/sfo-mad", n_agents=1000)


def test_the_documented_spaces_are_those_of_the_vector_door():
    page = (Path(__file__).resolve().parents[2] / "docs/environment.md").read_text()

    spaces = market_v0.env("flights/sfo-mad").observation_space("buyer_0")

    assert f"Box{spaces['observation'].shape} float32".replace(" ", "") in page.replace(
        " ", ""
    )
    assert f"Box{spaces['action_mask'].shape} int8".replace(" ", "") in page.replace(
        " ", ""
    )
