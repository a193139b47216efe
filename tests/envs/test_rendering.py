"""What is rendered: one agent's page, or the market for people who watch."""

import pytest

from test_time_gym import market_v0
from test_time_gym.envs.flight_booking_env import FlightBookingEnv

SEARCH = {"verb": "search_flights", "payload": ""}


def wait(_seen):
    return {"verb": "wait", "payload": {"minutes": 1}}


def test_the_text_of_one_agent_is_its_page(capsys):
    env = FlightBookingEnv(
        "flights/rush", n_agents=2, others={"buyer_1": wait}, render_mode="human"
    )
    env.reset(seed=3)
    seen, *_ = env.step(SEARCH)
    first = seen["flights"][0]["id"]
    seen, *_ = env.step({"verb": "add_to_cart", "payload": first})
    seen, *_ = env.step({"verb": "enter_card", "payload": "tok_ok"})
    capsys.readouterr()

    env.render()

    lines = capsys.readouterr().out.splitlines()
    item, total = seen["cart"]["items"][0], seen["cart"]["total"]
    assert lines[:3] == [
        f"{seen['now']}  EUR",
        f"  {seen['goal']}",
        f"  cart, {seen['turns_left']} turns left",
    ]
    assert lines[3].split()[0] == first
    assert f"  cart: {first} {item['price']}; 1 seats each; total {total}" in lines
    assert lines[-1].startswith("  illegal: ")
    assert not any("buyer_1" in line for line in lines)


@pytest.mark.parametrize("make", [market_v0.env, market_v0.parallel_env])
def test_the_text_of_the_market_tells_where_everybody_stands(make):
    env = make("flights/rush", n_agents=3, render_mode="ansi")
    env.reset(seed=3)

    lines = env.render().splitlines()

    assert [line.split()[0] for line in lines[-3:]] == ["buyer_0", "buyer_1", "buyer_2"]
