"""One object in several seats: refused or warned of where it would mix them up."""

import warnings

import pytest

import test_time_gym as ttg
from test_time_gym.agents.base import make_agent
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.market.interface.policy import AgentError
from test_time_gym.rollout.seating import SharedAgent

SCENARIO = "flights/outage"


class Looker:
    """Keeps the task that it began with last, and gives up."""

    def begin(self, task):
        self.task = task

    def act(self, page):
        return {"verb": "abort", "payload": {}}


class Apart(Looker):
    one_seat = False


class Seated(Looker):
    one_seat = True


def told(agents, **more):
    """Return the warnings of a run."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        ttg.run(SCENARIO, agents, seed=1, regret=False, **more)
    return [(one.category, str(one.message)) for one in found]


def test_an_object_that_keeps_an_episode_is_warned_of_in_several_seats():
    [(category, message)] = told(Looker(), n_agents=3)

    assert category is SharedAgent
    assert message == (
        "one Looker would play buyer_0 to buyer_2 at once, but keeps what it knows of "
        "one episode: give each seat one of its own ([Looker(…) for _ in range(3)]), "
        "or play one seat (n_agents=1); if it keeps its seats apart, say "
        "one_seat = False in its class"
    )


def test_the_warning_names_the_line_that_called():
    with pytest.warns(SharedAgent) as found:
        ttg.run(SCENARIO, Looker(), seed=1, regret=False, n_agents=2)

    assert found[0].filename == __file__


@pytest.mark.parametrize(
    "agents",
    [
        pytest.param([Looker(), Looker()], id="two objects"),
        pytest.param(Apart(), id="says that it keeps them apart"),
        pytest.param(Looker().act, id="function"),
        pytest.param("cheapest", id="name"),
        pytest.param({"buyer_0": Looker()}, id="one seat"),
    ],
)
def test_others_are_not_warned_of(agents):
    assert told(agents, n_agents=2) == []


@pytest.mark.parametrize(
    "made", [lambda: SkillsAgent(3), Seated], ids=["skills", "own"]
)
def test_an_object_of_one_seat_is_refused_in_two_before_anything_is_played(
    made, tmp_path
):
    agent = made()

    with pytest.raises(AgentError, match=r"at once, .*n_agents=1"):
        ttg.run(SCENARIO, agent, n_agents=2, journal=tmp_path / "run.jsonl")

    assert (list(tmp_path.iterdir()), hasattr(agent, "task")) == ([], False)


def test_a_learner_may_still_have_one_seat_of_many():
    result = ttg.run(SCENARIO, [SkillsAgent(3), make_agent("cheapest")], seed=1)

    assert list(result.episodes[0].agents) == ["buyer_0", "buyer_1"]
