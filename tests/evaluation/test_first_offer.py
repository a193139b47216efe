"""The first-offer rate tells agents that choose from those that take what comes."""

import test_time_gym as ttg
from test_time_gym.evaluation.bench.row import row_of
from test_time_gym.evaluation.bench.score import Score
from test_time_gym.scenarios import load_scenario


class Takes:
    """Buys the offer of a number on the first page."""

    episodic = True

    def __init__(self, number):
        self._number = number

    def act(self, page):
        if page["payment_state"]["status"] == "requires_challenge":
            codes = [m["text"][-6:] for m in page["messages"] if m["from"] == "Bank"]
            if codes:
                return {"verb": "answer_challenge", "payload": codes[-1]}
            return {"verb": "wait", "payload": 1}
        if page["payment_state"]["card"]:
            return {"verb": "confirm_payment"}
        if page["view"] == "payment":
            return {"verb": "enter_card", "payload": page["wallet"][-1]["token"]}
        if page["cart"]["items"]:
            return {"verb": "proceed_to_payment"}
        if page["flights"]:
            offer = page["flights"][self._number]["id"]
            return {"verb": "add_to_cart", "payload": offer}
        return {"verb": "search_flights"}


def bought(agent):
    result = ttg.run("flights/sfo-mad", agent, seed=42)
    return result.episodes[0].agents["buyer_0"]


def test_who_takes_what_stands_first_is_told_from_who_chooses():
    assert bought(Takes(0)).first_offer is True
    assert bought(Takes(2)).first_offer is False
    assert bought("dummy").first_offer is None


def score(outcome, *, first=None, seed=0):
    held = first is not None
    return Score(
        seed=seed,
        outcome=outcome,
        feasible=True,
        certified=False,
        steps=5,
        reward=1.0,
        regret=0 if held else None,
        timing=None,
        search=None,
        execution=None,
        first_offer=first,
        lost_surplus=None,
        error=None,
    )


def test_what_is_no_fault_of_the_agent_is_in_no_share_and_no_mean():
    played = [
        score("success", first=True, seed=1),
        score("success", first=False, seed=2),
        score("failed", seed=3),
    ]
    stopped = [score(outcome, seed=9) for outcome in ("provider_error", "refused")]
    currency = load_scenario("flights/sfo-mad").market.currency

    row = row_of("s", "a", currency, [*played, *stopped], None)
    same = row_of("s", "a", currency, played, None)

    assert (row.episodes, row.counted) == (5, 3)
    assert row.not_counted == {"provider_error": 1, "refused": 1}
    assert (row.success, row.steps, row.violation) == (
        same.success,
        same.steps,
        same.violation,
    )
    assert (row.tickets, row.first_offer.estimate) == (2, 0.5)
