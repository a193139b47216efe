"""What is rendered: one agent's page, or the market for people who watch."""

import subprocess
import sys

import gymnasium
import numpy as np
import pytest
from gymnasium.wrappers import RenderCollection

from test_time_gym import market_v0
from test_time_gym.envs.flight_booking_env import FlightBookingEnv
from test_time_gym.envs.image import image_of

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
    assert f"  cart: {first} {item['price']}; 1 seat each; total {total}" in lines
    assert lines[-1].startswith("  illegal: ")
    assert not any("buyer_1" in line for line in lines)


@pytest.mark.parametrize("make", [market_v0.env, market_v0.parallel_env])
def test_the_text_of_the_market_tells_where_everybody_stands(make):
    env = make("flights/rush", n_agents=3, render_mode="ansi")
    env.reset(seed=3)

    lines = env.render().splitlines()

    assert [line.split()[0] for line in lines[-3:]] == ["buyer_0", "buyer_1", "buyer_2"]


# -- images -------------------------------------------------------------------------

MAKERS = {
    "AEC": lambda: market_v0.env("flights/rush", n_agents=3, render_mode="rgb_array"),
    "Parallel": lambda: market_v0.parallel_env(
        "hotels/conference", render_mode="rgb_array"
    ),
    "Gymnasium": lambda: FlightBookingEnv(render_mode="rgb_array"),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_an_image_is_480_by_640_and_the_same_every_time(make):
    images = []
    for _ in range(2):
        env = make()
        env.reset(seed=3)
        images += [env.render(), env.render()]

    for image in images:
        assert (image.shape, image.dtype) == ((480, 640, 3), np.uint8)
        assert np.array_equal(image, images[0])
    assert images[0] is not images[1]
    ink = (images[0] < 120).all(axis=2)
    assert 0.002 < ink.mean() < 0.2
    assert env.metadata["render_modes"] == ["human", "ansi", "rgb_array"]
    assert env.metadata["render_fps"] == 2


def test_an_image_changes_with_the_page():
    env = FlightBookingEnv(render_mode="rgb_array")
    env.reset(seed=3)
    before = env.render()

    env.step(SEARCH)

    assert not np.array_equal(before, env.render())


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "word " * 200, "w" * 5000, "a  " + "w" * 300 + "  b", "Æ 東京 🛫 −1"],
)
def test_any_text_becomes_an_image(text):
    assert image_of(text).shape == (480, 640, 3)


def test_long_lines_are_wrapped_and_lines_too_many_are_counted():
    assert not np.array_equal(image_of("word " * 40)[25:], image_of("word")[25:])
    rows = [f"line {k}" for k in range(100)]
    left = 100 - 27 + 1

    expected = image_of("\n".join([*rows[:26], f"  and {left} more lines"]))

    assert np.array_equal(image_of("\n".join(rows)), expected)


def test_recorders_get_their_frames():
    env = gymnasium.make("TestTimeGym/FlightBooking-v0", render_mode="rgb_array")
    recorded = RenderCollection(env)
    recorded.reset(seed=1)
    recorded.step(SEARCH)

    frames = recorded.render()

    assert [frame.shape for frame in frames] == [(480, 640, 3)] * 2


def test_no_window_is_opened_and_nothing_is_imported_for_text():
    code = "from test_time_gym import market_v0; import sys\n"
    code += "env = market_v0.env(render_mode='ansi'); env.reset(seed=1); env.render()\n"
    code += "assert not {'PIL', 'pygame', 'tkinter'} & set(sys.modules)"

    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("make", [FlightBookingEnv, market_v0.env])
def test_who_renders_without_a_mode_is_warned(make):
    env = make(n_agents=1)
    env.reset(seed=1)

    with pytest.warns(UserWarning, match='as in render_mode="ansi"') as told:
        assert env.render() is None

    assert told[0].filename == __file__
