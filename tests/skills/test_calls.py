"""Skills that call skills: they end, are formed, and follow what they call."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.learning.playing import lived
from tests.skills.pages import in_cart, page, paying, results
from tests.skills.test_variants import CART, FOUND, HOME, SEARCH, library, skill

from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.breeder import Breeder
from test_time_gym.agents.skills.call import DEPTH_MAX, called, flat, verify_calls
from test_time_gym.agents.skills.execution import Execution
from test_time_gym.agents.skills.page import features
from test_time_gym.agents.skills.skill import Binding, Skill, Step
from test_time_gym.agents.skills.trial import Habit, fixed
from test_time_gym.market.interface.policy import AgentError, policy_stream
from test_time_gym.scenarios import load_family

ADD = Step(verb="add_to_cart", args={"flight_id": (Binding(path="flights[0].id"),)})
FIND = skill(SEARCH, name="find-1", state="confirmed")
TAKE = skill(ADD, name="take-2", before=FOUND, after=CART, state="confirmed")
BOTH = ("find-1", "take-2")


def calling(*names, name="book", **more):
    fields = {"before": HOME, "after": CART, "state": "confirmed", **more}
    return Skill(name=name, steps=tuple(Step(skill=one) for one in names), **fields)


def run_of(one, *others, seen=None):
    return Execution(one, seen or page(), 0, {s.name: s for s in (one, *others)})


# -- circles, depth, and what is missing


def tower(floors):
    """Return skills that call each other, so many calls inside one another."""
    return [FIND, *(calling(["find-1", *"abcde"][k], name="abcde"[k]) for k in floors)]


@pytest.mark.parametrize(
    ("skills", "words"),
    [
        ([calling("book")], "in a circle: book → book"),
        (
            [calling("b", name="a"), calling("c", name="b"), calling("b", name="c")],
            "in a circle: b → c → b",
        ),
        ([FIND, calling(*BOTH)], "'book' calls 'take-2', which is not there"),
        (tower(range(DEPTH_MAX + 1)), "'e': more than 4 calls inside one another"),
    ],
)
def test_calls_that_cannot_end_well_are_explained(skills, words):
    with pytest.raises(AgentError, match=words):
        verify_calls(skills)


def test_calls_as_deep_as_allowed_pass_and_what_is_elsewhere_may_be_missing():
    verify_calls(tower(range(DEPTH_MAX)))
    verify_calls([FIND, TAKE, calling(*BOTH)])
    verify_calls([FIND, calling(*BOTH)], complete=False)


def test_an_agent_goes_on_with_no_skills_in_a_circle():
    agent = SkillsAgent(1)
    with pytest.raises(AgentError, match="in a circle"):
        SkillsAgent(1).load([calling("book")], agent.dump())


# -- carrying out


def test_called_skills_are_carried_out_one_after_the_other():
    run = run_of(calling(*BOTH), FIND, TAKE)

    assert run.action(page(), 0) == ("search_flights", {}, SEARCH)
    assert [one.skill.name for one in run.chain] == ["book", "find-1"]
    assert run.action(results(), 1) is None
    first = run.release()
    assert (first.skill, first.began, first.arrived(features(results()))) == (
        FIND,
        0,
        True,
    )
    assert run.release() is None
    assert run.action(results(), 3) == ("add_to_cart", {"flight_id": "PG1"}, ADD)
    assert run.action(in_cart(), 4) is None
    assert run.release().began == 3
    assert run.action(in_cart(), 4) is None
    assert run.release() is None
    assert run.arrived(features(in_cart()))


def carried_out(run, *pages):
    """Return the verbs on these pages, and whether it arrived on the last one."""
    verbs = []
    for seen in pages:
        found = run.action(seen)
        while found is None and run.release() is not None:
            found = run.action(seen)
        verbs.append(found and found[0])
    return verbs, run.arrived(features(pages[-1]))


@pytest.mark.parametrize(
    ("caller", "known"),
    [
        (calling("gone", *BOTH), [FIND, TAKE]),
        (calling("self", name="self"), []),
    ],
    ids=["unknown", "in a circle"],
)
def test_a_call_that_is_not_possible_breaks_a_skill_off(caller, known):
    assert carried_out(run_of(caller, *known), page()) == ([None], False)


def test_a_called_skill_begins_only_where_it_may():
    run = run_of(calling("find-1", "find-1", after=FOUND), FIND)
    assert carried_out(run, page(), results()) == (["search_flights", None], False)


def test_a_called_skill_that_does_not_arrive_breaks_its_caller_off():
    rest = skill(Step(verb="wait"), name="rest-2", before={}, after={})
    run = run_of(calling("find-1", "rest-2", after={}), FIND, rest)
    assert carried_out(run, page(), page()) == (["search_flights", None], False)


def test_a_call_that_is_a_mere_help_may_fail():
    caller = calling(*BOTH)
    help_ = replace(caller, steps=(Step(skill="gone", spare=True), *caller.steps))
    run = run_of(help_, FIND, TAKE)

    assert carried_out(run, page(), results(), in_cart()) == (
        ["search_flights", "add_to_cart", None],
        True,
    )


def test_a_deep_call_arrives_and_each_end_is_told_from_the_inside():
    inner = calling(*BOTH, name="inner")
    middle = calling("inner", name="middle")
    outer = calling("middle", name="outer")
    run = run_of(outer, middle, inner, FIND, TAKE)
    told = []
    for seen in (page(), results(), in_cart()):
        found = run.action(seen)
        while found is None and (ended := run.release()) is not None:
            told.append(ended.skill.name)
            found = run.action(seen)

    assert told == ["find-1", "take-2", "inner", "middle"]
    assert run.arrived(features(in_cart()))


def test_a_message_is_waited_for_inside_a_call_too():
    code = Binding(path="messages[-1].text~number")
    answer = skill(
        Step(verb="answer_challenge", args={"code": (code,)}), name="answer", before={}
    )
    seen = paying("requires_challenge", "answer_challenge")
    run = run_of(calling("answer", before={}), answer, seen=seen)

    assert run.action(seen) is None
    assert run.lacking
    run.look_again()
    seen["messages"].append({"from": "Bank", "text": "Bank: code 483920"})
    assert run.action(seen)[:2] == ("answer_challenge", {"code": "483920"})


names = st.sampled_from("abcd")
any_step = st.builds(Step, skill=names, spare=st.booleans()) | st.sampled_from(
    [SEARCH, Step(verb="wait"), Step(verb="fly")]
)


@pytest.mark.property
@given(st.dictionaries(names, st.lists(any_step, min_size=1, max_size=3), min_size=1))
def test_whatever_skills_call_each_other_carrying_one_out_comes_to_an_end(drawn):
    known = {
        name: Skill(name=name, before={}, steps=tuple(steps), after={})
        for name, steps in drawn.items()
    }
    run = Execution(next(iter(known.values())), page(), 0, known)

    most = 3 ** (DEPTH_MAX + 1)
    steps = ends = 0
    while steps <= most and ends <= 2 * most:
        if run.action(page(), steps) is not None:
            steps += 1
        elif run.release() is not None:
            ends += 1
        else:
            break
    assert steps <= most
    assert ends <= 2 * most
    assert len(run.chain) == 1


# -- coming and going


def followed(made, times=3, done=BOTH):
    for k in range(times):
        made.begin(k, f"episode {k}")
        made.follow(done)
    return [one for one in made.skills.values() if called(one)]


def test_two_skills_that_follow_one_another_three_times_become_one_that_calls_them():
    made = library(FIND, TAKE)

    assert followed(made, 2) == []
    assert followed(made, 3) == [
        Skill(
            name="find-take-1",
            before=HOME,
            steps=(Step(skill="find-1"), Step(skill="take-2")),
            after=CART,
            origin=("episode 0", "episode 1", "episode 0"),
            support=3,
            born=0,
        )
    ]


@pytest.mark.parametrize(
    "done",
    [("find-1", "", "take-2"), ("take-2", "find-1"), ("find-1", "find-1")],
    ids=["something in between", "one that cannot begin there", "one twice"],
)
def test_others_do_not(done):
    assert followed(library(FIND, TAKE), 5, done) == []


def test_the_same_way_is_not_called_twice_however_it_is_split():
    pay = skill(Step(verb="wait"), name="pay-3", before=CART, state="confirmed")
    made = library(FIND, TAKE, pay)
    followed(made)
    followed(made, 3, ("take-2", "pay-3"))
    for one in made.skills:
        made.confirm(one)
    callers = followed(made, 3, ("find-take-1", "pay-3"))
    ways = [flat(one.name, made.skills) for one in callers]
    assert ways == [[*BOTH], ["take-2", "pay-3"], [*BOTH, "pay-3"]]

    followed(made, 3, ("find-1", "take-pay-2"))

    assert len([one for one in made.skills.values() if called(one)]) == 3


def test_callers_call_the_successor():
    made = library(FIND, TAKE, calling(*BOTH))
    better = made.add(FIND, (fixed("wait", {"minutes": 5}), SEARCH), "why", 9)
    made.supersede("find-1", better.name)

    assert called(made.skills["book"]) == (better.name, "take-2")
    assert made.skills["book"].state == "confirmed"


def test_callers_retire_with_what_they_call_or_when_it_leads_elsewhere():
    for change in ("retire", "elsewhere"):
        made = library(FIND, TAKE, calling(*BOTH), calling("book", name="outer"))
        if change == "retire":
            made.retire("take-2")
        else:
            new = made.add(replace(FIND, after=CART), (ADD,), "at once", 9)
            made.supersede("find-1", new.name)
        states = [made.skills[name].state for name in ("book", "outer")]
        assert states == ["retired", "retired"]


def test_a_habit_changes_what_is_called_and_not_the_caller():
    made = library(FIND, TAKE, calling(*BOTH))
    home = "search_results/none/none/none"
    pause = replace(fixed("wait", {"minutes": 60}), spare=True)
    made.take_up(Habit(home, "here", "wait", pause), 3)

    first, second = called(made.skills["book"])
    assert made.skills[first].steps == (pause, SEARCH)
    assert second == "take-2"
    assert [one.name for one in made.in_use()] == ["take-2", "book", first]


def test_a_variant_is_made_of_what_is_called_and_not_of_the_caller():
    made = library(FIND, TAKE, calling(*BOTH))

    assert made.plain(made.at(features(page()))) == [FIND]
    assert made.by_place() == {
        ("search_results", "none", "none", "none"): [FIND],
        ("search_results", "none", "none", "some"): [TAKE],
    }


@pytest.mark.parametrize(
    ("arrived", "state"), [(True, "confirmed"), (False, "retired")]
)
def test_use_confirms_a_caller_or_retires_it(arrived, state):
    made = library(FIND, TAKE, calling(*BOTH, state="probation"))
    made.learn("c", "find-1", 1.0)
    breeder = Breeder(made, policy_stream(1))
    for k in range(2):
        assert made.skills["book"].state == "probation"
        assert breeder.variant([FIND], page(), k).name == "book"
        made.used("book", arrived=arrived, episode=k)
        breeder.judge("book", arrived=arrived, success=arrived)

    assert made.skills["book"].state == state
    assert made.evidence.pulls("book") == ((1, 1.0) if arrived else (0, 0.0))


def test_a_caller_that_arrives_four_times_without_a_success_is_retired():
    made = library(FIND, TAKE, calling(*BOTH, state="probation"))
    breeder = Breeder(made, policy_stream(1))
    for k in range(4):
        assert made.skills["book"].state == "probation"
        made.used("book", arrived=True, episode=k)
        breeder.judge("book", arrived=True, success=False)

    assert made.skills["book"].state == "retired"


def test_a_caller_that_brings_less_than_its_first_skill_alone_is_retired():
    made = library(FIND, TAKE, calling(*BOTH))
    for _ in range(8):
        made.learn("c", "find-1", 0.9)
        made.learn("c", "book", 0.2)
    Breeder(made, policy_stream(1)).prune()

    assert [one.name for one in made.in_use()] == ["find-1", "take-2"]


# -- in a life


@pytest.mark.slow
def test_an_agent_forms_callers_uses_them_and_goes_on_from_a_dump():
    site = load_family("flights/sites").site(11)
    whole, without = SkillsAgent(11), SkillsAgent(11, calling=False)
    lived(site, 11, 60, whole)
    lived(site, 11, 60, without)
    callers = [s for s in whole.skills if called(s) and s.state == "confirmed"]
    assert sum(one.arrivals for one in callers) >= 10
    assert max(len(flat(one.name, whole.library.skills)) for one in callers) >= 3
    assert not any(called(one) for one in without.skills)

    again = SkillsAgent(11)
    skills = msgspec.json.decode(msgspec.json.encode(whole.skills), type=list[Skill])
    again.load(skills, json.loads(json.dumps(whole.dump())))
    lives = [lived(site, 12, 12, agent) for agent in (whole, again)]

    assert lives[0] == lives[1]
    assert whole.dump() == again.dump()


def test_a_caller_is_born_once_even_when_all_variants_are_open_again():
    made = library(FIND, TAKE)
    (first,) = followed(made)

    made.varied.clear()
    assert followed(made, 2) == [replace(first, support=first.support)]
    made.retire(first.name)
    assert [one.name for one in followed(made, 4)] == [first.name]


def test_what_the_episode_has_retired_follows_nothing():
    made = library(FIND, TAKE, skill(SEARCH, name="old", state="retired"))

    assert followed(made, 4, ("old", "take-2")) == []


def test_a_skill_is_retired_once():
    made = library(FIND)
    made.begin(1, "episode 1")

    made.retire("find-1", "first")
    made.retire("find-1", "second")

    assert [one.why for one in made.changes] == ["first"]
