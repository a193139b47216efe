"""Raw memory: a success is replayed, where the task is most alike."""

import json

from tests.learning.playing import lived
from tests.support.skill_pages import page, taken

from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.perception.places import MISSING
from test_time_gym.agents.skills.skill.execution import UNLEARNED
from test_time_gym.agents.skills.skill.trajectory import RAW
from test_time_gym.agents.skills.skill.trajectory_replay import TrajectoryReplay
from test_time_gym.scenarios import load_family

FAMILY = load_family("flights/sites")
SEARCH = ("search_flights", {"date": "2026-06-21"})
ADD = ("add_to_cart", "flight_id")
EDI = {"from": "VIE", "to": "EDI", "date": "2026-06-22"}


def task(*, forms=None, **wanted):
    usual = page()
    return {
        **usual,
        "forms": forms or usual["forms"],
        "constraints": {**usual["constraints"], **wanted},
    }


def remembering(*stories):
    memory = TrajectoryReplay()
    for begun, name in stories:
        memory.begin(begun)
        steps = [taken(begun, *SEARCH[:1], **SEARCH[1])]
        memory.keep([*steps, taken(begun, "add_to_cart", flight_id=name)])
    return memory


def as_it_was(_verb, _argument, _page):
    return UNLEARNED


def replayed(memory, begun):
    memory.begin(begun)
    return [memory.action(begun, as_it_was) for _ in range(3)]


def test_the_success_with_the_likest_task_is_replayed():
    memory = remembering(
        (task(budget=300), "one"),
        (task(forms=EDI, budget=260), "two"),
        (task(budget=260, airline="Norva"), "three"),
    )

    found = replayed(memory, task(budget=260))
    assert found == [SEARCH, ("add_to_cart", {"flight_id": "three"}), None]
    assert replayed(memory, task(budget=300))[1][1] == {"flight_id": "one"}
    assert replayed(memory, task(forms=EDI))[1][1] == {"flight_id": "two"}


def test_of_tasks_that_are_equally_alike_the_latest_counts():
    memory = remembering((task(), "old"), (task(), "new"))

    assert replayed(memory, task())[1][1] == {"flight_id": "new"}


def test_it_breaks_off_where_a_verb_is_not_possible():
    memory = remembering((task(), "one"))
    memory.begin(task())

    waiting = {**page(), "legal_verbs": ["wait"]}
    assert memory.action(waiting, as_it_was) is None
    assert memory.action(page(), as_it_was) is None


def test_arguments_are_chosen_and_it_breaks_off_where_there_is_none_to_choose():
    memory, offers = remembering((task(), "one"), (task(), "two")), ["now", MISSING]

    def chosen(verb, argument, _page):
        return offers.pop(0) if (verb, argument) == ADD else UNLEARNED

    for added in (("add_to_cart", {"flight_id": "now"}), None):
        memory.begin(task())
        assert memory.action(task(), chosen) == SEARCH
        assert memory.action(task(), chosen) == added
    assert memory.action(task(), as_it_was) is None


def test_it_goes_on_from_a_dump():
    one, two = remembering((task(), "one")), TrajectoryReplay()
    two.load(json.loads(json.dumps(one.dump())))

    assert replayed(two, task()) == replayed(one, task())
    assert two.dump() == one.dump()


def test_with_raw_memory_an_agent_replays_and_has_no_skills():
    agent = SkillsAgent(9, raw=True)
    lives = lived(FAMILY.site(9), 9, 40, agent)

    assert agent.skills == []
    assert agent.wins == sum(outcome == "success" for outcome, _ in lives) >= 2
    assert len(agent.dump()["raw"]) == agent.wins
    assert RAW in [one.by for one in agent.trajectory.taken]
    assert agent.trajectory.taken[0].by == RAW


def test_an_agent_without_raw_memory_replays_nothing_that_was_loaded():
    raw = SkillsAgent(5, raw=True)
    raw._replay.keep([taken(page(), "search_flights")])
    agent = SkillsAgent(5)
    agent.load(raw.skills, raw.dump())

    agent.begin(page())
    agent.act(page())

    assert agent.dump()["raw"] == raw.dump()["raw"]
    assert [one.by for one in agent.trajectory.taken] == ["explore"]
