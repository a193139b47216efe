"""Forgeries of what sellers that agents play do, set and earn."""

from fakes import Lines
from tests.audit.forgery import forgery_short
from tests.audit.short import quiet
from tests.audit.story import Story
from worlds import flight, leg, segment

from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.world import World


def sold_by_an_agent(*prices, whole=False):
    """Return the journal of a seller that sets its price once for each given one.

    Args:
        prices: in major units.
        whole: go on to the end of the run.
    """
    config = quiet(
        flights=[
            flight("AA1", leg("AA1", seats=20), airline="Own"),
            flight("AA3", leg("AA3", seats=20)),
        ],
        pricing_of={"Own": {"kind": "agent", "reprice_every_s": 600}},
        demand=[segment("leisure", 300)],
        warm_up="none",
        task={"deadline_s": 7200},
    )
    sink, left = Lines(), list(prices)
    world = World.of(config.market)
    turns = Turns(config, world, 1, ["buyer_0"], roles=("buyer", "seller"), sink=sink)
    while turns.ready and (left or whole or turns.ready[0].name == "buyer_0"):
        who = turns.ready[0]
        action = {"verb": "wait", "payload": 30}
        if who.name == "seller_0" and left:
            action = {"verb": "set_prices", "payload": {"AA1": left.pop(0)}}
        turns.act(who, who.role.decode(action))
        turns.advance()
    turns.seal("complete" if turns.over else "aborted")
    return Story(sink.bytes())


def of_seller(story, kind):
    """Return the last record of a kind that concerns the seller."""
    return story.all(kind, lambda record: record["a"] == "seller_0")[-1]


@forgery_short("repricing")
def a_seller_sets_another_price_than_its_action_says():
    story = sold_by_an_agent(88, 90)
    of_seller(story, "repriced")["d"]["prices"] = [[0, 91_00]]
    return story


@forgery_short("repricing")
def a_seller_says_what_it_sets_and_no_price_moves():
    story = sold_by_an_agent(88, 90, 92)
    story.drop(of_seller(story, "repriced"))
    return story


@forgery_short("repricing")
def a_price_that_a_seller_sets_moves_later():
    story = sold_by_an_agent(88, 90)
    of_seller(story, "repriced")["t"] += 1
    return story


@forgery_short("repricing")
def a_price_that_a_seller_sets_has_another_reason():
    story = sold_by_an_agent(88, 90)
    of_seller(story, "repriced")["d"]["reasons"] = ["match"]
    return story


@forgery_short("causes")
def a_price_follows_from_another_action():
    story = sold_by_an_agent(88, 90)
    of_seller(story, "repriced")["c"] = of_seller(story, "act")["n"] - 1
    return story


@forgery_short("actors")
def a_price_that_an_agent_sets_is_nobodys():
    story = sold_by_an_agent(88, 90)
    of_seller(story, "repriced")["a"] = ""
    return story


@forgery_short("legality")
def a_price_below_the_floor_is_called_legal():
    story = sold_by_an_agent(88, 60)
    act = of_seller(story, "act")
    act["d"] |= {"status": "ok", "reward": {}}
    return story


@forgery_short("pace")
def a_seller_acts_before_its_decision_point():
    story = sold_by_an_agent(88, 90)
    at = story.records.index(of_seller(story, "act")) - 1
    for record in story.records[at:]:
        record["t"] -= 1000
    return story


@forgery_short("pace")
def a_seller_leaves_out_a_decision_point():
    story = sold_by_an_agent(88, 90, 92)
    act = story.all("act", lambda record: record["a"] == "seller_0")[1]
    story.drop(*story.all("repriced", lambda record: record["c"] == act["n"]), act)
    return story


@forgery_short("turns")
def a_turn_of_a_seller_has_another_number():
    story = sold_by_an_agent(88, 90)
    of_seller(story, "act")["d"]["turn"] += 1
    return story


@forgery_short("act_reward")
def time_costs_a_seller_something():
    story = sold_by_an_agent(88, 90)
    of_seller(story, "act")["d"]["reward"] = {"time": -10}
    return story


@forgery_short("outcome")
def a_seller_is_said_to_succeed():
    story = sold_by_an_agent(88, whole=True)
    of_seller(story, "outcome")["d"]["outcome"] = "success"
    return story


@forgery_short("revenue")
def the_last_sales_bring_more_than_they_do():
    story = sold_by_an_agent(88, whole=True)
    of_seller(story, "outcome")["d"]["terms"] = {"revenue": 999}
    return story


@forgery_short("revenue")
def a_seller_is_rewarded_for_more_than_it_sold():
    story = sold_by_an_agent(88, 90, 92)
    of_seller(story, "reward")["d"]["terms"]["revenue"] += 1
    return story


@forgery_short("revenue")
def a_seller_is_not_rewarded_for_what_it_sold():
    story = sold_by_an_agent(88, 90, 92)
    story.drop(story.first("reward", lambda record: record["a"] == "seller_0"))
    return story


@forgery_short("header")
def a_seller_has_another_role():
    story = sold_by_an_agent(88)
    story.records[0]["d"]["seats"][1]["role"] = "bank"
    return story
