"""A model books flights behind GymEnv of verifiers 0.1 (0.4 has it no more).

    python examples/train/verifiers_gym.py
    python examples/train/verifiers_gym.py --base-url URL --model NAME

Any OpenAI-compatible URL will do; its key stands in the environment, as
OPENAI_API_KEY or under another name (--key).
"""

import argparse
import time  # noqa: TID251 - whether resets are cheap is the question

from verifiers.envs.experimental.gym_env import GymEnv
from verifiers.types import ClientConfig

from test_time_gym.envs.flight_booking_env import FlightBookingEnv
from test_time_gym.envs.text import action_parser, obs_to_text
from test_time_gym.scenarios import load_scenario

SYSTEM = """You book for a client on a site. Each message shows the page: answer with
one action, such as search_flights(), wait(minutes=5), add_to_cart(flight_id="…"),
proceed_to_payment(), enter_card(card_token="…") or confirm_payment()."""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="flights/sfo-mad")
    parser.add_argument("--rows", type=int, default=20)
    parser.add_argument("--base-url")
    parser.add_argument("--model", default="model")
    parser.add_argument("--key", default="OPENAI_API_KEY", metavar="VARIABLE")
    asked = parser.parse_args()
    # Wallets must not say what becomes of each card.
    scenario = load_scenario(asked.scenario).with_neutral_cards()
    began = time.perf_counter()
    env = GymEnv(
        FlightBookingEnv,
        env_kwargs={"scenario": scenario},
        action_parser=action_parser,
        obs_to_text=obs_to_text,
        num_train_episodes=asked.rows,
        num_eval_episodes=asked.rows,
        max_episode_steps=scenario.turns.max_turns,
        system_prompt=SYSTEM,
    )
    seconds = time.perf_counter() - began
    first = len(env.get_dataset()[0]["question"])
    print(
        f"{2 * asked.rows} rows in {seconds:.1f} s, a page of {first} characters each"
    )
    if asked.base_url:
        client = ClientConfig(api_key_var=asked.key, api_base_url=asked.base_url)
        played = env.evaluate_sync(client, asked.model, num_examples=asked.rows)
        rewards = [one["reward"] for one in played["outputs"]]
        print(f"{len(rewards)} episodes, mean return {sum(rewards) / len(rewards):.3f}")


if __name__ == "__main__":
    main()
