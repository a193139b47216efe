"""One booking by hand: from San Francisco to Madrid for at most 900."""

from test_time_gym.envs.flight_booking_env import FlightBookingEnv

env = FlightBookingEnv(seed=1)
page, info = env.reset()
print(page["goal"])

for verb, payload in (
    ("search_flights", ""),
    ("filter_results", '{"depart_after": "10:00"}'),
    ("add_to_cart", lambda page: page["flights"][0]["id"]),
    ("proceed_to_payment", ""),
    ("enter_card", lambda page: page["wallet"][-1]["token"]),
    ("confirm_payment", ""),
):
    argument = payload(page) if callable(payload) else payload
    page, reward, done, truncated, info = env.step({"verb": verb, "payload": argument})
    print(f"{page['now']}  {verb:18}  {page['view']:15}  {info['reward_terms']}")

print(page["orders"])
