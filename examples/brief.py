"""The shortest program: one focal buyer who only ever searches."""

from test_time_gym.envs.flight_booking_env import FlightBookingEnv

env = FlightBookingEnv(seed=42)
obs, info = env.reset()
done, trunc, total_r = False, False, 0.0
while not (done or trunc):
    action = {"verb": 0, "payload": ""}
    obs, reward, done, trunc, info = env.step(action)
    total_r += reward

print(f"outcome {info['outcome']}, reward {total_r:.2f}")
