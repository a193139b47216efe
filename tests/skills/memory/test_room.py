"""What a library lets go of when it holds too much."""

from tests.skills.memory.episodes import skill

from test_time_gym.agents.skills.library.retirement import make_room

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
    kept, dropped = make_room(library, capacity, lambda name: (WORTH.get(name, 0), 9))
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
