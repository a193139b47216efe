"""Whole lives of skills agents, for tests and tables."""

import json

import test_time_gym as ttg
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.evaluation.learning.site_choice import chosen_sites
from test_time_gym.scenarios import load_family

SEAT = "buyer_0"
SITES = 20


def add_options(parser):
    """Let a command be told which sites of which family to play, and how."""
    parser.add_argument("--family", default="flights/sites", type=load_family)
    parser.add_argument(
        "--sites", help=f"A:B, or a range's name; by default {SITES} for validation"
    )
    parser.add_argument("--set", action="append", default=[], type=setting)


def sites_of(options):
    """Return the sites that a command is to play."""
    if options.sites is None:
        return chosen_sites(options.family, sites="validation", seeds=SITES)
    return chosen_sites(options.family, sites=options.sites)


def setting(text):
    """Return a setting and its value from ``name=value``.

    >>> setting("trials=0"), setting("start=clerk")
    (('trials', 0), ('start', 'clerk'))
    """
    name, _, value = text.partition("=")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value


def lived(site, number, episodes, agent=None, *, first=0, **settings):
    """Return outcome and steps of each episode of an agent's life at a site.

    Args:
        site: a scenario.
        number: the site's; the agent's seed, and in thousands that of the episodes.
        episodes: how many.
        agent: by default a new one with these settings.
        first: number of the first episode; those before it were played elsewhere.
        settings: of the agent.
    """
    agent = agent or SkillsAgent(number, **settings)
    seed = 1000 * number + first
    asked = {"n_agents": 1, "episodes": episodes, "regret": False}
    result = ttg.run(site, agent, seed=seed, **asked)
    played = [episode.agents[SEAT] for episode in result.episodes]
    assert [one.error for one in played if one.error] == []
    return [(one.outcome, one.steps) for one in played]
