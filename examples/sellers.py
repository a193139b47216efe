"""Two airlines as agents: one of one's own against the built-in undercutter."""

import test_time_gym as ttg


def last_seats_dear(page):
    """Ask the base price, and a quarter more once few seats are left."""
    prices = {
        offer["id"]: round(float(offer["base"]) * (1.25 if offer["left"] < 12 else 1))
        for offer in page["offers"]
    }
    return {"verb": "set_prices", "payload": prices}


sellers = {"seller_0": last_seats_dear, "seller_1": "undercut"}
result = ttg.run("flights/duopoly", sellers, seed=7)
for name, agent in result.episodes[0].agents.items():
    print(name, agent.policy, agent.outcome, agent.steps, agent.reward)
