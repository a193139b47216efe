"""Whole lives of skills agents, for tests and tables."""

import test_time_gym as ttg
from test_time_gym.agents.skills.agent import SkillsAgent

SEAT = "buyer_0"


def lived(site, number, episodes, agent=None, *, start=0, **settings):
    """Return outcome and steps of each episode of an agent's life at a site.

    Args:
        site: a scenario.
        number: the site's; the agent's seed, and in thousands that of the episodes.
        episodes: how many.
        agent: by default a new one with these settings.
        start: number of the first episode; those before it were played elsewhere.
        settings: of the agent.
    """
    agent = agent or SkillsAgent(number, **settings)
    seed = 1000 * number + start
    result = ttg.run(site, agent, seed=seed, episodes=episodes, regret=False)
    played = [episode.agents[SEAT] for episode in result.episodes]
    assert [one.error for one in played if one.error] == []
    return [(one.outcome, one.steps) for one in played]
