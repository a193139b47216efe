"""The first-offer rate tells agents that choose from those that take what comes."""

import test_time_gym as ttg
from test_time_gym.agents.scripted import Cheapest
from test_time_gym.evaluation.bench.row import row_of
from test_time_gym.evaluation.bench.score import Score
from test_time_gym.scenarios import load_scenario


class Third(Cheapest):
    """Buys what stands third on its page."""

    def choose(self, observation):
        return observation["flights"][2]["id"]


def bought(agent):
    result = ttg.run("flights/sfo-mad", agent, seed=42)
    return result.episodes[0].agents["buyer_0"]


def test_who_takes_what_stands_first_is_told_from_who_chooses():
    assert bought("first-offer").first_offer is True
    assert bought(Third()).first_offer is False
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
