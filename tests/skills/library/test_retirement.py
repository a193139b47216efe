"""Which skills are retired: they failed, others do better, or there are too many."""

from tests.support.skill_episodes import skill

from test_time_gym.agents.bandits import make_chooser
from test_time_gym.agents.skills.library.library import Library
from test_time_gym.agents.skills.library.retirement import (
    failed,
    over_capacity,
    retire,
)
from test_time_gym.agents.skills.library.usage import ONE, Use
from test_time_gym.market.interface.policy import policy_stream

CART = {"view": "cart"}
LIBRARY = [
    skill("gone-late", state="retired", used=9),
    skill("gone-early", state="retired", used=3),
    skill("gone-mine", state="retired", by_hand=True),
    skill("pay-a", state="confirmed"),
    skill("pay-b", state="confirmed"),
    skill("pay-c", state="confirmed"),
    skill("pay-mine", state="confirmed", by_hand=True),
    skill("pay-new"),
    skill("cart-a", state="confirmed", precondition=CART),
    skill("cart-b", state="confirmed", precondition=CART),
]
WORTH = {"pay-a": 0.4, "pay-b": 0.9, "pay-c": 0.4, "cart-a": 0.1, "cart-b": 0.2}


def left(capacity, library=LIBRARY):
    kept, dropped = over_capacity(
        library, capacity, lambda name: (WORTH.get(name, 0), 9)
    )
    names = [one.name for one in kept]
    return [one.name for one in library if one.name not in names], dropped


def test_nothing_goes_while_there_is_room():
    assert left(10) == ([], [])


def test_the_retired_go_first_and_the_longest_unused_of_them():
    assert left(9) == (["gone-early"], [])
    assert left(8) == (["gone-late", "gone-early"], [])


def test_then_the_least_worthy_of_the_fullest_page_goes():
    assert left(7)[1] == ["pay-c"]
    assert left(5)[1] == ["pay-c", "pay-a", "pay-b"]


def test_what_is_by_hand_new_or_alone_stays():
    names = [one.name for one in LIBRARY]
    kept = ["gone-mine", "pay-mine", "pay-new", "cart-b"]

    assert left(1)[0] == [name for name in names if name not in kept]


def test_the_only_skill_of_a_page_stays():
    library = [
        skill("a", state="confirmed"),
        skill("b", state="confirmed", precondition=CART),
    ]

    assert left(1, library) == ([], [])


def retired(skills, uses=None, **per_place):
    uses = uses or {}

    def worth(name):
        use = uses.get(name, Use())
        return (use.completions + ONE) / (use.tries + 2 * ONE), use.tries / ONE

    return failed(skills, uses, worth, **per_place)


def test_a_new_skill_that_never_arrived_is_retired():
    skills = [
        skill("a", tries=3),
        skill("b", tries=2),
        skill("c", tries=9, completions=1),
        skill("d", tries=9, state="confirmed"),
        skill("e", tries=9, state="retired"),
    ]

    assert retired(skills) == {"a": "none of its first 3 tries arrived"}


def test_a_skill_that_arrives_no_more_is_retired():
    names = "abc"
    skills = [
        skill(name, state="confirmed", tries=99, completions=90) for name in names
    ]
    skills.append(skill("d", state="retired"))
    uses = {
        "d": Use(9_000_000, 0),
        "a": Use(3_000_000, 749_999),
        "b": Use(3_000_000, 750_000),
        "c": Use(2_999_999, 0),
    }

    assert retired(skills, uses) == {"a": "of late 24 % of its tries arrived"}


def test_of_too_many_for_one_page_the_worst_go_first_and_those_by_hand_last():
    skills = [
        skill("good"),
        skill("bad"),
        skill("tie-1"),
        skill("tie-2"),
        skill("hand", by_hand=True),
        skill("elsewhere", precondition={"view": "cart"}),
        skill("old", state="retired"),
    ]
    uses = {
        "good": Use(9_000_000, 9_000_000),
        "bad": Use(9_000_000, 3_000_000),
        "hand": Use(9_000_000, 3_000_000),
    }

    order = [sorted(retired(skills, uses, per_place=n)) for n in (5, 4, 3, 2, 1)]

    assert order == [
        [],
        ["bad"],
        ["bad", "tie-2"],
        ["bad", "tie-1", "tie-2"],
        ["bad", "good", "tie-1", "tie-2"],
    ]
    assert retired(skills, uses, per_place=4) == {
        "bad": "5 skills for one page, 4 stay"
    }


def test_what_never_arrives_or_brings_less_is_retired_unless_it_is_by_hand():
    never = skill("never", state="confirmed", tries=5)
    soon = skill("soon", state="confirmed", tries=4)
    mine = skill("mine", state="confirmed", tries=9, by_hand=True)
    good, bad = (
        skill(name, state="confirmed", tries=9, completions=9)
        for name in ("good", "bad")
    )
    made = Library(make_chooser("thompson", policy_stream(1)))
    made.start_with([never, soon, good, bad, mine])
    made.begin(4, "episode 4")
    for _ in range(9):
        made.learn("c", "good", 0.9)
        for name in ("bad", "mine"):
            made.learn("c", name, 0.1)

    retire(made)

    assert [one.name for one in made.in_use()] == ["soon", "good", "mine"]
    assert {one.skill: one.why for one in made.changes} == {
        "never": "none of its 5 tries arrived",
        "bad": "brought less than others of its place",
    }
