"""Short stories: runs of a few clicks in a quiet market, to be forged."""

from fakes import Lines
from tests.audit.story import Story
from worlds import do, episode, fare, flight, leg, segment

from test_time_gym.market.interface.actions import ThinkingTime
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.world import World

SHOPPING = (("search_flights", None), ("add_to_cart", "AA1"))
HOLDING = (*SHOPPING, ("proceed_to_payment", None))
PAYING = (*HOLDING, ("enter_card", "tok_ok"), ("confirm_payment", None))


EVERYONE = "everyone"
"""In place of a seat: all that are ready, in their order."""
CODE = object()
"""In place of a payload: the code that reached the agent."""


def quiet(task=None, **changes):
    """Return a market of two like flights, whose task goes on after a ticket."""
    task = {"ends_on": "deadline", "wallets": [["tok_ok", "tok_twin"]], **(task or {})}
    twins = [flight("AA1", leg("AA1")), flight("AA3", leg("AA3"))]
    return episode(
        **{
            "task": task,
            "flights": twins,
            "cards": [{"token": "tok_twin"}],
            **changes,
        }
    )


def told(*steps, config=None, agents=1):
    """Return the journal of some steps, cut short after them.

    Args:
        steps: verb, payload, and of more agents whose it is; ``think`` is how long
            one takes before its next.
        config: the world; the quiet one by default.
        agents: how many sit down.
    """
    config, sink = config or quiet(), Lines()
    names = [f"buyer_{k}" for k in range(agents)]
    turns = Turns(config, World.of(config.market), 1, names, sink=sink)
    for verb, payload, *seats in steps:
        everyone = [one.index for one in turns.ready]
        for seat in everyone if seats == [EVERYONE] else seats or [0]:
            if verb == "think":
                turns.act(turns.participants[seat], ThinkingTime(payload, 5, 7))
                turns.advance()
                continue
            do(turns, verb, payload, seat)
    turns.seal("aborted")
    return Story(sink.bytes())


def acted_out(config, *scripts):
    """Return the journal of agents who each follow a script, as long as all can.

    Args:
        config: the world.
        scripts: for every agent verbs and payloads; `CODE` is what its bank told it.
    """
    sink, left = Lines(), [list(script) for script in scripts]
    names = [f"buyer_{k}" for k in range(len(scripts))]
    turns = Turns(config, World.of(config.market), 1, names, sink=sink)
    while turns.ready and left[turns.ready[0].index]:
        seat = turns.ready[0]
        verb, payload = left[seat.index].pop(0)
        do(turns, verb, seat.visitor.code if payload is CODE else payload, seat.index)
    turns.seal("complete" if turns.over else "aborted")
    return Story(sink.bytes())


def last(story, kind):
    return story.all(kind)[-1]


def cut_after(story, kind, more=0):
    """Return the records up to one and so many more, and the end at that instant."""
    at = story.records.index(story.first(kind)) + more
    end = story.records[-1]
    end["t"] = story.records[at]["t"]
    return [*story.records[: at + 1], end]


def unanswered(*steps, config=None):
    """Return a story that ends before the gateway answers its payment."""
    story = told(*(steps or PAYING), config=config)
    story.records[:] = cut_after(story, "payment_started")
    return story


def with_buyers(flights=None, **changes):
    """Return a quiet market with hardly any other buyers.

    Args:
        flights: two with one seat each by default.
        changes: of their legs.
    """
    buyers = segment("leisure", buyers=1, days=2, willingness_median_minor=1)
    legs = [
        {**leg("AA1", seats=1), **changes},
        {**leg("AA3", seats=1), **changes},
    ]
    small = [flight("AA1", legs[0]), flight("AA3", legs[1])]
    return quiet(demand=[buyers], warm_up="none", flights=flights or small)


def with_coupon():
    """Return a quiet market with a coupon."""
    return quiet(coupons=[{"code": "TEN", "percent_ppm": 100_000}])


def with_fickle_card():
    """Return a quiet market whose only card is nearly always declined softly."""
    card = {"token": "tok_fickle", "soft_decline_ppm": 999_999, "hard_decline_ppm": 1}
    return quiet(cards=[card], task={"wallets": [["tok_fickle"]]})


def with_refundable_seats():
    """Return a quiet market whose tickets can be given back."""
    fares = [fare("Y", 100_00, refundable=True, cancel_fee_minor=10_00)]
    return quiet(flights=[flight("AA1", leg("AA1"), fares=fares)])


def partly_sold():
    """Return a quiet market of which others had bought something before it opened."""
    buyers = segment("leisure", buyers=40, days=9, willingness_median_minor=10**6)
    roomy = [flight("AA1", leg("AA1", seats=90))]
    return quiet(demand=[buyers], warm_up="draw", flights=roomy)
