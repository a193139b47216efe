"""What a person wrote can be carried out, or it is said why not."""

import pytest
from msgspec.structs import replace
from tests.learning.playing import lived

import test_time_gym as ttg
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.perception.page import features
from test_time_gym.agents.skills.skill.skill import RESERVED, Binding, Skill, Step
from test_time_gym.agents.skills.skill.trajectory import EXPLORE, RAW, TACTIC, TRIAL
from test_time_gym.agents.skills.skill.validation import validate
from test_time_gym.market.interface.policy import AgentError
from test_time_gym.scenarios import load_family

CARD = {"card_token": (Binding(path="wallet[brand=visa].token"),)}
GOOD = Skill(
    name="pay",
    precondition={"view": "payment"},
    steps=(Step(verb="enter_card", args=CARD), Step(verb="confirm_payment")),
    postcondition={"outcome": "success"},
)


def test_whatever_an_agent_mines_can_be_carried_out():
    mined = []
    for trade in ("flights", "hotels"):
        agent = SkillsAgent(11)
        lived(load_family(f"{trade}/sites").site(11), 11, 40, agent)
        assert len(agent.skills) >= 4
        mined += agent.skills

    for one in (GOOD, *mined):
        validate(one)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"precondition": {"veiw": "cart"}},
            "before: 'veiw' does not exist; did you mean",
        ),
        ({"precondition": {"outcome": "success"}}, "before: 'outcome' does not exist"),
        (
            {"precondition": {"view": "card"}},
            "before.view: 'card' .* did you mean cart?",
        ),
        (
            {"precondition": {"view": "Cart"}},
            "before.view: 'Cart' .* did you mean cart?",
        ),
        (
            {"precondition": {"payment": "payed"}},
            "before.payment: 'payed' does not exist",
        ),
        (
            {"precondition": {"cart": "full"}},
            "'full' does not exist; known: some, none",
        ),
        ({"precondition": {"flights": "1"}}, "'1' does not exist; known: some, none"),
        (
            {"postcondition": {"coupon": ""}},
            "after.coupon: '' does not exist; known: some, none",
        ),
        ({"postcondition": {"checks": "agrees"}}, "'agrees' .*; did you mean agree?"),
        (
            {"postcondition": {"outcome": "failed"}},
            "'failed' does not exist; known: success",
        ),
        ({"steps": (Step(verb="enter_crad"),)}, "did you mean enter_card?"),
        ({"steps": (Step(verb="enter_card"),)}, "enter_card needs card_token"),
        (
            {"steps": (Step(verb="wait", args={"minuts": CARD["card_token"]}),)},
            r"steps\[0\].args: 'minuts' does not exist; did you mean minutes?",
        ),
        ({"steps": (Step(verb="enter_card", args={"card_token": ()}),)}, "say where"),
        (
            {
                "steps": (
                    Step(
                        verb="enter_card",
                        args={"card_token": (Binding(path="wallet[0.token"),)},
                    ),
                )
            },
            "is no path",
        ),
    ],
)
def test_what_does_not_exist_is_named(change, words):
    with pytest.raises(AgentError, match=words):
        validate(replace(GOOD, **change))


@pytest.mark.parametrize("name", RESERVED)
def test_a_name_that_means_something_else_is_refused(name):
    one = replace(GOOD, name=name)

    with pytest.raises(AgentError, match="no skill can be called"):
        validate(one)
    with pytest.raises(AgentError, match="no skill can be called"):
        SkillsAgent(1).start_with([one])


def test_reserved_is_whatever_else_a_step_may_be_by():
    # In memories of earlier versions there are steps by "repair".
    now = (EXPLORE, RAW, TACTIC, TRIAL)
    assert tuple(sorted((*now, "repair"))) == RESERVED


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["flights/sites", "flights/instalments", "hotels/sites"]
)
def test_every_page_that_an_agent_meets_has_values_that_may_be_written(name):
    met = {}

    class Watcher(SkillsAgent):
        def act(self, observation):
            for feature, value in features(observation).items():
                met.setdefault(feature, {})[value] = True
            return super().act(observation)

    ttg.run(name, Watcher(3), n_agents=1, episodes=12, regret=False)

    for feature, values in met.items():
        for value in values:
            validate(replace(GOOD, precondition={feature: value}))
