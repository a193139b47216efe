"""The PettingZoo Parallel loop with masked random actions."""

from test_time_gym import market_v0

env = market_v0.parallel_env(scenario="flights/rush", n_agents=4, max_cycles=30)
observations, infos = env.reset(seed=3)
for agent in env.possible_agents:
    env.action_space(agent).seed(3)
returns = dict.fromkeys(env.possible_agents, 0.0)
while env.agents:
    actions = {
        agent: env.action_space(agent).sample(observations[agent]["action_mask"])
        for agent in env.agents
    }
    observations, rewards, terminations, truncations, infos = env.step(actions)
    for agent, reward in rewards.items():
        returns[agent] += reward
env.close()

for agent, total in returns.items():
    print(f"{agent} {total:.2f}")
