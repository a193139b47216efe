"""Pages of sites that are not the usual one: an extra step, and other names."""

import pytest
from flight_verbs import OFFER_FIELDS
from worlds import WatchedTurns, do, episode, error, flight, leg, open_market

from test_time_gym.agents import make_agent
from test_time_gym.envs.spaces import JsonObservation
from test_time_gym.envs.vector_codec import VectorCodec
from test_time_gym.evaluation import Oracle, clairvoyant
from test_time_gym.market.interface.legality import legal_verbs
from test_time_gym.market.interface.observation import observe
from test_time_gym.market.interface.page import CARD_FIELDS, PageConfig
from test_time_gym.market.interface.vector_actions import ACTIONS, OFFERS
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.market.world import World
from test_time_gym.scenarios.flights.domain import FLIGHTS

NAMES = {"id": "offer", "price": "fare", "token": "card_ref"}
REFUSAL = "here a flight must be selected first: use select_flight, then add it"


def two_flights(**changes):
    return episode(
        flights=[flight("AA1", leg("AA1")), flight("AA2", leg("AA2"))], **changes
    )


def strict_shop():
    """Return turns at a shop that adds only what is selected."""
    turns = WatchedTurns(two_flights(storefront={"select_first": True}))
    do(turns, "search_flights")
    return turns


def addable(turns):
    """Return the slots that the vector door lets be added."""
    codec = VectorCodec(turns)
    mask = codec.mask(turns.seats[0]).tolist()
    assert mask == codec.masks.by_the_rules(turns.seats[0]).tolist()
    first = ACTIONS.index((Verb.ADD_TO_CART, 0))
    return [k for k in range(OFFERS) if mask[first + k]]


def played(config, agent):
    turns = WatchedTurns(config)
    (seat,) = turns.seats
    while turns.ready:
        action = agent.act(observe(turns, seat))
        do(turns, action["verb"], action.get("payload"))
    return seat


# -- an extra step ---------------------------------------------------------------------


def test_a_strict_shop_adds_only_the_flight_that_is_selected():
    turns = strict_shop()
    (seat,) = turns.seats

    refused = do(turns, "add_to_cart", "AA1")
    text = seat.visitor.last_error[1]
    do(turns, "select_flight", "AA2")
    others = do(turns, "add_to_cart", "AA1")
    added = do(turns, "add_to_cart", "AA2")

    assert (refused, text) == (False, REFUSAL)
    assert (others, added) == (False, True)
    assert [item.product for item in seat.visitor.cart] == [1]


def test_an_easy_shop_adds_any_flight_of_the_page():
    turns = WatchedTurns(two_flights())
    do(turns, "search_flights")
    do(turns, "select_flight", "AA2")

    assert do(turns, "add_to_cart", "AA1")


@pytest.mark.parametrize("step", ["search_flights", "filter_results", "restart"])
def test_a_new_page_has_nothing_selected(step):
    turns = strict_shop()
    do(turns, "select_flight", "AA1")

    do(turns, step)

    assert observe(turns, turns.seats[0])["selected"] is None
    assert not do(turns, "add_to_cart", "AA1")


def test_legal_verbs_masks_and_page_say_what_can_be_added():
    turns = strict_shop()
    (seat,) = turns.seats

    before = (
        "add_to_cart" in legal_verbs(turns, seat),
        addable(turns),
        observe(turns, seat)["selected"],
    )
    do(turns, "select_flight", "AA2")
    after = (
        "add_to_cart" in legal_verbs(turns, seat),
        addable(turns),
        observe(turns, seat)["selected"],
    )
    do(turns, "add_to_cart")
    done = ("add_to_cart" in legal_verbs(turns, seat), addable(turns))

    assert before == (False, [], None)
    assert after == (True, [1], "AA2")
    assert done == (False, [])


@pytest.mark.parametrize("name", ["cheapest", "first-offer", "patient"])
def test_scripted_buyers_take_the_extra_step(name):
    seat = played(two_flights(storefront={"select_first": True}), make_agent(name))

    assert (seat.outcome, seat.visitor.failed_payments) == ("success", 0)


def test_a_random_agent_does_nothing_illegal_in_a_strict_shop():
    added = 0
    for seed in range(10):
        turns = WatchedTurns(two_flights(storefront={"select_first": True}), seed=seed)
        (seat,) = turns.seats
        agent = make_agent("random", seed)
        while turns.ready:
            action = agent.act(observe(turns, seat))
            legal = do(turns, action["verb"], action.get("payload"))
            adding = action["verb"] == "add_to_cart"
            added += adding
            assert legal or not adding
    assert added


# -- other names -----------------------------------------------------------------------


def named_page(names):
    turns = WatchedTurns(two_flights(coupons=[]))
    config = turns.config.model_copy(update={"page": PageConfig(renamed=names)})
    turns.config = config
    do(turns, "search_flights")
    return turns, observe(turns, turns.seats[0])


def test_a_site_calls_fields_of_offers_and_cards_otherwise():
    _, usual = named_page({})
    turns, page = named_page(NAMES)

    assert [list(offer) for offer in page["flights"]] == [
        [NAMES.get(name, name) for name in OFFER_FIELDS]
    ] * 2
    assert page["wallet"] == [{"card_ref": "tok_ok", "brand": "visa"}]
    assert {key for key in page if page[key] != usual[key]} == {"flights", "wallet"}
    assert JsonObservation(FLIGHTS).contains(page)
    assert turns.config.page.usual(page, "flights") == usual


def test_the_fields_that_may_be_renamed_are_those_of_the_page():
    _, page = named_page({})

    assert tuple(page["flights"][0]) == OFFER_FIELDS
    assert tuple(page["wallet"][0]) == CARD_FIELDS


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ({"total": "sum"}, "no field 'total' to rename; known: id, price"),
        ({"id": "price"}, "two fields of the page would be called 'price'"),
        ({"id": "code", "token": "code"}, "two fields of the page would be called"),
        ({"id": "Offer"}, "should match pattern"),
        ({"id": 3}, "should be a valid string"),
    ],
)
def test_names_that_could_not_be_told_apart_are_refused(names, words):
    with pytest.raises(ValueError, match=words):
        PageConfig.model_validate({"renamed": names}).verify(FLIGHTS)


def test_two_fields_may_change_their_names():
    page = PageConfig(renamed={"id": "price", "price": "id"})

    shown = page.shown([{"id": "AA1", "price": 3}])

    assert shown == [{"price": "AA1", "id": 3}]
    assert page.usual({"flights": shown, "wallet": []}, "flights")["flights"] == [
        {"id": "AA1", "price": 3}
    ]


def test_the_oracle_reads_the_page_of_its_site():
    config = two_flights().model_copy(update={"page": PageConfig(renamed=NAMES)})
    world = World.of(config.market)
    best = clairvoyant(config, world, 1, ["buyer_0"], focal=0, recorded_actions={})

    seat = played(config, Oracle.advised(best, config, world))

    assert (seat.outcome, seat.paid_minor) == ("success", best.price_minor)


# -- coupons that have ended ----------------------------------------------------------


def test_a_coupon_that_ended_at_the_opening_is_advertised_and_refused():
    turns = open_market(coupons=[{"code": "GONE", "percent_ppm": 1, "ends_s": 0}])
    (seat,) = turns.seats
    do(turns, "search_flights")
    do(turns, "add_to_cart", "AA1")

    legal = do(turns, "apply_coupon", "GONE")

    assert "GONE" in seat.visitor.messages[0].text
    assert (legal, error(seat.visitor)) == (True, "coupon_expired")
    assert seat.visitor.coupons == []
