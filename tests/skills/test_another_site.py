"""Another site, and skills of others: what is known helps where one has not been."""

import json

import pytest
from msgspec.structs import replace
from tests.learning.playing import lived
from tests.support.skill_pages import page

from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.market.interface.policy import AgentError
from test_time_gym.scenarios import load_family

FAMILY = load_family("flights/sites")


def met(episodes):
    return sum(outcome == "success" for outcome, _ in episodes)


@pytest.fixture(scope="module")
def trained():
    """Return the skills and the state of an agent after forty episodes at site 9."""
    agent = SkillsAgent(9)
    lived(FAMILY.site(9), 9, 40, agent)
    return agent.skills, agent.dump()


def life(trained, *, site, change):
    agent = SkillsAgent(9)
    agent.load(*trained)
    if change:
        agent.change_site()
    return met(lived(FAMILY.site(site), site, 20, agent)), agent


def test_at_another_site_it_does_better_than_who_knows_nothing(trained):
    sites = 1, 3, 4, 8
    came = [life(trained, site=site, change=True)[0] for site in sites]
    fresh = [met(lived(FAMILY.site(site), site, 20)) for site in sites]

    assert sum(came) >= sum(fresh) + len(sites)


def test_what_was_particular_to_a_site_is_doubted_and_the_way_is_kept(trained):
    agent = SkillsAgent(9)
    agent.load(*trained)
    used = agent.library.in_use()
    verbs = [[s.verb for s in one.steps if not s.best_effort] for one in used]
    agent.change_site()

    after = agent.dump()
    used = agent.library.in_use()
    assert [[s.verb for s in one.steps] for one in used] == verbs
    fresh = SkillsAgent(9).dump()
    for part in ("values", "shopper"):
        assert after[part] == fresh[part] != trained[1][part]
    scores = after["library"]["evidence"]["scores"]
    weights = [n for of in scores.values() for n, _ in of.values()]
    assert max(weights) == 2
    assert after["explorer"] == trained[1]["explorer"]


def test_what_who_knows_the_flow_knew_at_first_holds_at_another_site_too():
    first, agent = SkillsAgent(9, start="clerk"), SkillsAgent(9, start="clerk")
    first.begin(page())
    lived(FAMILY.site(9), 9, 3, agent)
    assert agent.dump()["values"] != first.dump()["values"]
    agent.change_site()

    assert agent.dump()["values"] == first.dump()["values"] != {}


def test_its_frozen_twin_knows_of_no_other_site(trained):
    frozen = SkillsAgent(9, learning=False)
    frozen.load(*trained)
    before = frozen.dump()
    frozen.change_site()

    assert frozen.dump() == before


def test_a_life_goes_on_from_a_dump_at_another_site(trained):
    _, one = life(trained, site=2, change=True)
    two = SkillsAgent(9)
    two.load(one.skills, json.loads(json.dumps(one.dump())))

    lives = [lived(FAMILY.site(2), 3, 6, agent) for agent in (one, two)]
    assert lives[0] == lives[1]
    assert one.dump() == two.dump()


# -- skills of others


def test_given_skills_are_in_use_at_once(trained):
    skills = [one for one in trained[0] if one.state == "confirmed"]
    # Who does not learn looks at no unknown times, and gives up what is too dear.
    for learning, least in ((True, 8), (False, 4)):
        agent = SkillsAgent(1, learning=learning)
        agent.start_with([replace(one, state="probation") for one in skills])

        assert {one.state for one in agent.skills} == {"confirmed"}
        assert met(lived(FAMILY.site(9), 9, 10, agent)) >= least


def test_values_that_given_skills_tell_are_expected_to_work(trained):
    learner, agent = SkillsAgent(9), SkillsAgent(1)
    learner.load(*trained)
    agent.start_with(trained[0])

    for kind in ("enter_card card_token", "apply_coupon code"):
        told = agent.values.beliefs.favourite(kind)
        assert told == learner.values.beliefs.favourite(kind) != ""


def test_what_others_retired_stays_retired(trained):
    old = [replace(one, state="retired") for one in trained[0]]
    agent = SkillsAgent(1)
    agent.start_with(old)

    assert {one.state for one in agent.skills} == {"retired"}
    assert agent.library.in_use() == []


def test_its_own_skills_get_names_that_are_free(trained):
    agent = SkillsAgent(1)
    agent.start_with(trained[0])
    lived(FAMILY.site(3), 3, 30, agent)

    names = [one.name for one in agent.skills]
    own = [one for one in agent.skills if one not in trained[0]]
    assert own
    assert len(set(names)) == len(names)


def test_who_has_played_starts_with_nothing(trained):
    agent = SkillsAgent(1)
    lived(FAMILY.site(1), 1, 1, agent)

    with pytest.raises(AgentError, match="has played: begin with a fresh one"):
        agent.start_with(trained[0])


def test_two_skills_of_one_name_are_refused(trained):
    one, two = trained[0][:2]
    agent = SkillsAgent(1)

    with pytest.raises(AgentError, match="two skills are called"):
        agent.start_with([one, two, one])
    assert agent.skills == []
