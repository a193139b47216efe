"""The PettingZoo AEC loop with masked random actions."""

from test_time_gym import market_v0

env = market_v0.env(scenario="flights/rush", n_agents=4, max_cycles=30)
env.reset(seed=3)
for agent in env.possible_agents:
    env.action_space(agent).seed(3)
returns = dict.fromkeys(env.possible_agents, 0.0)
for agent in env.agent_iter():
    observation, reward, termination, truncation, info = env.last()
    returns[agent] += reward
    if termination or truncation:
        env.step(None)
    else:
        env.step(env.action_space(agent).sample(observation["action_mask"]))
env.close()

for agent, total in returns.items():
    print(f"{agent} {total:.2f}")
