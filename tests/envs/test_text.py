"""Pages as text and texts as actions, as adapters of trainers want them."""

import pytest

from test_time_gym.agents.base import make_agent
from test_time_gym.agents.llm.pages import PageReader
from test_time_gym.envs.flight_booking_env import FlightBookingEnv
from test_time_gym.envs.hotel_booking_env import HotelBookingEnv
from test_time_gym.envs.text import action_parser, obs_to_text


@pytest.mark.parametrize("make", [FlightBookingEnv, HotelBookingEnv])
@pytest.mark.parametrize("style", ["json", "compact", "text"])
def test_an_agent_plays_alike_on_pages_and_on_their_texts(make, style):
    outcomes = []
    for written in (False, True):
        env, player = make(), make_agent("cheapest")
        page, _ = env.reset(seed=7)
        trade = env.turns.world.trade
        done, acted = False, []
        while not done:
            if written:
                page = PageReader(trade, style).read(obs_to_text(page, style))
            acted.append(player.act(page))
            page, _, ended, cut, info = env.step(acted[-1])
            done = ended or cut
        outcomes.append((acted, info["outcome"]))

    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("search_flights()", True),
        ('```json\n{"verb": "wait", "payload": {"minutes": 5}}\n```', True),
        ('{"name": "wait", "arguments": {"minutes": 5}}', True),
        ("I am not sure.", False),
        ("", False),
        ("wait(minutes=5) or wait(minutes=6)", False),
        ("fly()", False),
    ],
)
def test_every_text_is_some_action_and_none_ends_the_episode(text, accepted):
    env = FlightBookingEnv()
    env.reset(seed=1)

    page, reward, ended, cut, info = env.step(action_parser(text))

    assert (info["accepted"], ended, cut) == (accepted, False, False)
    assert (page["last_action_error"] is None) is accepted
    assert reward == pytest.approx(-0.01 if accepted else -0.06)
