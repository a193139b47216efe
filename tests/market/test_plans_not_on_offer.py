"""A shop without instalments offers none, not even one part."""

import test_time_gym as ttg
from test_time_gym.replay import audit


def choosing(steps):
    """Return an agent that buys its way to the payment page and takes these steps."""
    script = iter(steps)

    def act(seen):
        if seen["view"] == "payment":
            return next(script, {"verb": "abort"})
        if seen["cart"]["items"]:
            return {"verb": "proceed_to_payment"}
        if seen["flights"]:
            return {"verb": "add_to_cart", "payload": seen["flights"][0]["id"]}
        return {"verb": "search_flights"}

    return act


def test_one_part_is_refused_where_no_plan_is_on_offer(tmp_path):
    seen, inner = [], choosing([{"verb": "choose_instalments", "payload": 1}])

    def act(page):
        seen.append(page)
        return inner(page)

    journal = tmp_path / "j.jsonl"
    ttg.run("flights/rush", agents={"buyer_0": act}, seed=3, journal=journal)

    page = seen[-1]
    assert page["payment_state"]["instalments_on_offer"] == []
    assert page["last_action_error"] == {
        "code": "illegal",
        "text": "this shop offers no instalments",
    }
    assert not any("choose_instalments" in each["legal_verbs"] for each in seen)
    assert audit(journal).findings == ()
