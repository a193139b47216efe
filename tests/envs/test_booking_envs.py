"""`FlightBookingEnv` and `HotelBookingEnv`: one environment, two first scenarios."""

import gymnasium
import pytest
from gymnasium.utils.env_checker import check_env

from test_time_gym.envs import (
    BookingEnv,
    FlightBookingEnv,
    HotelBookingEnv,
    booking_spec,
    flight_booking_spec,
    hotel_booking_spec,
)
from test_time_gym.market.errors import Misuse
from test_time_gym.scenarios import load_scenario

IDS = {
    "TestTimeGym/FlightBooking-v0": (FlightBookingEnv, "flights/sfo-mad"),
    "TestTimeGym/HotelBooking-v0": (HotelBookingEnv, "hotels/city-break"),
}
VECTOR_IDS = {
    "TestTimeGym/FlightBookingVector-v0": (FlightBookingEnv, "flights/sfo-mad"),
    "TestTimeGym/HotelBookingVector-v0": (HotelBookingEnv, "hotels/city-break"),
}
KINDS = {
    "json": {"observation": "json"},
    "vector": {"observation": "vector"},
    "flat": {"observation": "vector", "flatten": True},
}
SEARCH = {"verb": "search_hotels"}


def digests(env, seed, actions):
    env.reset(seed=seed)
    for action in actions:
        env.step(action)
    return env.digest()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("own", "_scenario"), IDS.values())
def test_both_pass_gymnasiums_checks(own, _scenario, kind):
    check_env(own(max_turns=12, **KINDS[kind]), skip_render_check=True)


@pytest.mark.parametrize("name", [*IDS, *VECTOR_IDS])
def test_all_ids_pass_gymnasiums_checks_with_every_render_mode(name, capsys):
    check_env(gymnasium.make(name, max_turns=12).unwrapped)

    assert "turns left" in capsys.readouterr().out


@pytest.mark.parametrize("name", VECTOR_IDS)
def test_the_vector_ids_are_flat_and_masked(name):
    own, scenario = VECTOR_IDS[name]
    env = gymnasium.make(name)

    observation, info = env.reset(seed=3)

    assert type(env.unwrapped) is own
    assert env.unwrapped.turns.world.config == load_scenario(scenario).market
    assert type(env.observation_space) is gymnasium.spaces.Box
    assert env.observation_space.contains(observation)
    assert type(env.action_space) is gymnasium.spaces.Discrete
    masks = env.get_wrapper_attr("action_masks")()
    assert masks.dtype == bool
    assert masks.tolist() == info["action_mask"].astype(bool).tolist()


@pytest.mark.parametrize("name", IDS)
def test_both_are_registered_and_begin_in_their_own_scenario(name, tmp_path):
    own, scenario = IDS[name]
    journal = tmp_path / "j.jsonl"
    env = gymnasium.make(name, journal=journal)

    env.reset(seed=3)

    assert type(env.unwrapped) is own
    assert env.unwrapped.turns.world.config == load_scenario(scenario).market
    env.close()
    assert f'"name":"{scenario}"' in journal.read_text("utf-8")


def test_they_share_everything_but_the_first_scenario():
    for own, scenario in IDS.values():
        assert own.__mro__[1] is BookingEnv
        assert [name for name in vars(own) if not name.startswith("__")] == ["default"]
        assert own.default == scenario
    name = "hotels/conference"
    actions = [SEARCH, {"verb": "wait", "payload": 5}, {"verb": "search_flights"}]

    ends = [digests(own(name), 5, actions) for own, _ in IDS.values()]

    assert ends[0] == ends[1]
    assert ends[0] != digests(HotelBookingEnv(name), 6, actions)


def test_a_seed_at_the_start_is_the_first_reset_s():
    env = HotelBookingEnv(seed=42)
    page, _ = env.reset()
    first = env.digest()

    again, _ = HotelBookingEnv().reset(seed=42)

    assert page == again
    assert digests(env, 42, []) == first
    assert digests(env, 43, []) != first


def test_a_room_is_booked_through_json():
    env = HotelBookingEnv(seed=1, n_agents=1)
    page, _ = env.reset()
    assert page["forms"].keys() == {"city", "check_in", "check_out"}
    page, *_ = env.step(SEARCH)
    room = min(page["hotels"], key=lambda offer: float(offer["price"]))
    for action in (
        {"verb": "add_to_cart", "payload": {"room_id": room["id"]}},
        {"verb": "proceed_to_payment"},
        {"verb": "enter_card", "payload": page["wallet"][-1]["token"]},
        {"verb": "confirm_payment"},
    ):
        page, _, done, _, info = env.step(action)
        assert page["last_action_error"] is None
    while not page["orders"]:
        page, _, done, _, info = env.step({"verb": "wait", "payload": 1})

    (order,) = page["orders"]
    assert (order["hotels"], order["rooms"]) == ([room["id"]], 1)
    assert done
    assert info["outcome"] in ("success", "violation")


def test_numbers_lead_to_a_room_too():
    env = HotelBookingEnv(seed=1, observation="vector", n_agents=1)
    _, info = env.reset()
    names = [env.turns.verbs.action_name(k) for k in range(env.action_space.n)]

    for name in ("search_hotels", "add_to_cart[0]", "proceed_to_payment"):
        number = names.index(name)
        assert info["action_mask"][number] == env.action_masks()[number] == 1
        *_, info = env.step(number)
        assert info["accepted"]

    assert env.turns.seats[0].visitor.hold is not None


def test_other_guests_are_named_as_other_travellers_are():
    env = HotelBookingEnv("hotels/conference", others={"buyer_1": "patient"})
    assert env.reset(seed=2)[0]["view"] == "search_results"

    with pytest.raises(Misuse, match="others names 'buyer_9'"):
        HotelBookingEnv("hotels/conference", others={"buyer_9": "patient"})


def test_specifications_name_the_environment_of_their_trade():
    flights, hotels = (load_scenario(name).market.trade for _, name in IDS.values())

    assert booking_spec(hotels, seed=1) == hotel_booking_spec(seed=1)
    assert booking_spec(flights, seed=1) == flight_booking_spec(seed=1)
    assert type(hotel_booking_spec(seed=1).make().unwrapped) is HotelBookingEnv
    assert gymnasium.spec("TestTimeGym/HotelBooking-v0").kwargs == {}
