"""An agent of one's own in ten lines, against three of the built-in ones."""

import test_time_gym as ttg


def hurried(page):
    """Take the first offer on the page, and pay with the last card."""
    if page["payment_state"]["card"]:
        return {"verb": "confirm_payment"}
    if page["view"] == "payment":
        return {"verb": "enter_card", "payload": page["wallet"][-1]["token"]}
    if page["cart"]["items"]:
        return {"verb": "proceed_to_payment"}
    if page["flights"]:
        return {"verb": "add_to_cart", "payload": page["flights"][0]["id"]}
    return {"verb": "search_flights"}


result = ttg.run("flights/rush", [hurried, "cheapest", "patient", "random"], seed=7)
for name, agent in result.episodes[0].agents.items():
    print(name, agent.policy, agent.outcome, agent.steps, agent.paid, agent.regret)
