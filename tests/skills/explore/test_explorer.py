"""Exploring: verbs, arguments, and what is learned of them."""

from tests.support.skill_pages import page, paying, results, taken

from test_time_gym.agents.skills.explore.explorer import Explorer
from test_time_gym.agents.skills.perception.page_state import PageState
from test_time_gym.agents.skills.settings import Settings


def drawn(explorer, seen, times=200):
    """Return how often each verb is drawn on a page."""
    counts = {}
    for step in range(times):
        verb, args = explorer.act(PageState.of(seen), step)
        counts[verb] = counts.get(verb, 0) + 1
        assert verb in seen["legal_verbs"]
        assert isinstance(args, dict)
    return counts


def test_arguments_are_taken_from_places_with_such_a_name():
    explorer = Explorer(1, Settings())
    explorer.begin(page())
    seen = paying()

    tokens = {
        args["card_token"]
        for step in range(60)
        for verb, args in [explorer.act(PageState.of(seen), step)]
        if verb == "enter_card"
    }

    assert tokens == {"card_a", "card_b"}


def test_news_comes_first():
    explorer = Explorer(1, Settings())
    explorer.begin(page())
    note = {"from": "Bank", "text": "Bank: your code is 483920"}
    seen = paying("requires_challenge", "answer_challenge")
    seen["messages"].append(note)

    codes = [
        args["code"]
        for step in range(60)
        for verb, args in [explorer.act(PageState.of(seen), step)]
        if verb == "answer_challenge"
    ]

    assert codes.count("483920") > len(codes) / 2


def test_what_is_seldom_possible_is_done_more_often_unless_switched_off():
    shares = []
    for rare in (1.0, 0.0):
        explorer = Explorer(1, Settings(novelty_weight=rare))
        explorer.begin(page())
        drawn(explorer, page(legal_verbs=["wait", "restart"]), 100)
        counts = drawn(explorer, page(legal_verbs=["wait", "proceed_to_payment"]), 100)
        shares.append(counts["proceed_to_payment"])

    assert shares[0] > 70
    assert 30 < shares[1] < 70


def test_giving_up_is_unlearned():
    explorer = Explorer(1, Settings())
    seen = page(legal_verbs=["abort", "wait"])
    for _ in range(5):
        explorer.begin(seen)
        explorer.learn([taken(seen, "abort")], success=False, violation=False)
        explorer.begin(seen)
        late = page(legal_verbs=["abort", "wait"], turns_left=1)
        story = [taken(seen, "wait"), taken(late, "wait")]
        explorer.learn(story, success=False, violation=False)

    assert drawn(explorer, seen).get("abort", 0) < 10


def test_a_source_that_failed_is_trusted_less():
    explorer = Explorer(1, Settings())
    seen = paying("requires_challenge", "answer_challenge")
    before = drawn(explorer, seen)["answer_challenge"]
    for step in range(30):
        explorer.begin(seen)
        verb, args = explorer.act(PageState.of(seen), 0)
        failed = paying("requires_challenge", "answer_challenge", error="wrong")
        story = [taken(seen, verb, **args), taken(failed, "wait")]
        explorer.learn(story, success=bool(step % 2), violation=False)
    explorer.begin(seen)

    assert drawn(explorer, seen).get("answer_challenge", 0) < before / 2


def test_an_explorer_goes_on_from_a_dump():
    one, two = Explorer(4, Settings()), Explorer(4, Settings())
    one.begin(page())
    drawn(one, results(), 20)
    one.learn([taken(results(), "wait")], success=True, violation=False)
    two.load(one.dump())
    one.begin(page())
    two.begin(page())

    assert drawn(one, results()) == drawn(two, results())
    assert one.dump() == two.dump()
