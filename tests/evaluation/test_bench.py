"""The bench: the same figures as the runs that it is made of."""

import pytest
from tests.evaluation.shopping import scenario
from tests.support.worlds import fare, flight

import test_time_gym as ttg
from test_time_gym.agents.scripted import Cheapest
from test_time_gym.evaluation.statistics import wilson
from test_time_gym.market.errors import Misuse, ScenarioError
from test_time_gym.market.interface.policy import AgentError
from test_time_gym.scenarios import load_family

RUSH, SFO = "flights/rush", "flights/sfo-mad"


def rows(*args, **options):
    return ttg.evaluate(*args, **options).rows


def test_the_first_seat_is_the_agent_s_and_the_others_are_the_scenario_s():
    seeds = range(40, 46)

    (row,) = rows("first-offer", RUSH, seeds=6, start=40)

    mine = []
    for seed in seeds:
        result = ttg.run(RUSH, {"buyer_0": "first-offer"}, seed=seed)
        mine.append(result.episodes[0].agents["buyer_0"])
    feasible = [one for one in mine if one.optimal is not None]
    regrets = [one.regret for one in mine if one.regret is not None]
    lost = [one.lost_surplus for one in mine if one.lost_surplus is not None]
    assert row.feasible == len(feasible)
    assert row.success == wilson(len(regrets), len(feasible))
    assert row.violation.estimate == sum(o.outcome == "violation" for o in mine) / 6
    assert row.steps.estimate == pytest.approx(sum(o.steps for o in mine) / 6)
    assert row.reward.estimate == pytest.approx(sum(o.reward for o in mine) / 6)
    assert row.regret.estimate == pytest.approx(sum(regrets) / len(regrets))
    assert row.lost_surplus.estimate == pytest.approx(sum(lost) / len(lost))
    assert row.timing == pytest.approx(
        sum(o.timing for o in mine if o.timing is not None) / len(regrets)
    )


def test_the_parts_of_a_mean_regret_sum_to_it():
    met = rows(["cheapest", "patient"], [RUSH, SFO], seeds=8)
    for row in met:
        split = row.timing + row.search + row.execution

        assert split == pytest.approx(row.regret.estimate)


def test_the_result_does_not_depend_on_the_number_of_processes():
    one, two = (
        ttg.evaluate(
            ["random", "skills", "oracle"], [SFO, RUSH], seeds=3, workers=workers
        )
        for workers in (1, 2)
    )

    assert one == two


def test_seed_k_plays_site_k_of_a_family():
    family = load_family("flights/sites")

    (row,) = rows("cheapest", "flights/sites", seeds=4, start=3)

    rewards = [
        ttg.run(family.site(k), "cheapest", seed=k, regret=False)
        .episodes[0]
        .agents["buyer_0"]
        .reward
        for k in range(3, 7)
    ]
    assert row.reward.estimate == pytest.approx(sum(rewards) / 4)


class Counting(Cheapest):
    """Gives up in its first episode, and buys in all later ones."""

    lived = 0

    def end(self, _result):
        self.lived += 1

    def act(self, observation):
        if not self.lived:
            return {"verb": "abort"}
        return super().act(observation)


def test_every_seed_has_a_new_agent_which_plays_all_episodes_of_that_seed():
    (once,) = rows(Counting, SFO, seeds=4)
    (often,) = rows(Counting, SFO, seeds=4, episodes=3)

    assert once.success.estimate == 0.0
    assert (often.episodes, round(often.success.estimate, 3)) == (12, 0.667)
    # Each seed's share is the same: clusters that do not differ have no bounds.
    assert often.success[1:] == (None, None)


def test_a_team_is_played_by_the_agent_alone():
    (row,) = rows("oracle", "flights/family", seeds=5)

    assert (row.success.estimate, row.losses) == (1.0, 0)


def test_a_scenario_and_a_function_of_one_s_own_can_be_measured():
    easy = scenario(flights=[flight("AA1", fares=[fare("Y", 80_00)])])

    def gives_up(_page):
        return {"verb": "abort"}

    own, best = rows([gives_up, "oracle"], easy, seeds=3)

    assert own.agent.endswith("gives_up")
    assert (own.success.estimate, best.success.estimate) == (0.0, 1.0)
    assert (own.lost_surplus.estimate, own.ceiling) == (420_00, None)


def test_a_program_that_fails_is_counted_and_the_others_play_on():
    def fails(_page):
        raise KeyError("price")

    broken, sound = rows([fails, "cheapest"], SFO, seeds=3)

    assert (broken.errors, broken.success.estimate) == (3, 0.0)
    assert "KeyError" in broken.error
    assert (sound.errors, sound.error) == (0, None)


@pytest.mark.parametrize(
    ("args", "options", "error", "message"),
    [
        (("cheepest", SFO), {}, AgentError, "did you mean cheapest"),
        ((Cheapest(), SFO), {}, AgentError, "not an object of Cheapest"),
        (([], SFO), {}, Misuse, "nobody is to be measured"),
        ((["dummy", "dummy"], SFO), {}, Misuse, "'dummy' is listed twice"),
        (("agents.py", SFO), {}, AgentError, "say which object of it"),
        (("dummy", "flights/rsh"), {}, ScenarioError, "did you mean flights/rush"),
        (("dummy", [SFO, SFO]), {}, Misuse, "two scenarios are called"),
        (("dummy", []), {}, Misuse, "no scenario is named"),
        (("dummy", SFO), {"seeds": 0}, Misuse, "seeds is a positive integer"),
        (("dummy", SFO), {"workers": True}, Misuse, "workers is a positive integer"),
        (("dummy", SFO), {"start": -1}, Misuse, "are not all from 0"),
        ((lambda _: None, SFO), {"workers": 2}, Misuse, "use workers=1"),
    ],
)
def test_mistakes_are_told_before_anything_is_played(args, options, error, message):
    with pytest.raises(error, match=message):
        ttg.evaluate(*args, **{"seeds": 1, **options})


def test_shares_of_several_episodes_of_a_seed_stay_shares():
    """The interval of a ratio knows nothing of 0 and 1."""
    (row,) = rows("first-offer", "hotels/sites", seeds=4, episodes=12)

    assert (row.success.low, row.violation.high) == (0, 1)
