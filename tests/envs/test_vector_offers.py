"""The vector door offers nothing that the page does not show."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import worlds
from worlds import COUPONS, busy_world, do, open_market, to_payment, wait_until

from test_time_gym.envs.vector_codec import VectorCodec
from test_time_gym.market.interface.actions import Malformed
from test_time_gym.market.interface.observation import observe
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.vector_actions import ACTIONS
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_family, load_scenario, scenario_names
from test_time_gym.scenarios.flights.domain import FlightMarket


def opened(config, seed=1, agents=1):
    names = [f"buyer_{k}" for k in range(agents)]
    world = World.of(config.market)
    turns = Turns(config, world, seed, names)
    return turns, VectorCodec(turns)


def named_by(page, words):
    """Return, for each verb that names something, the arguments that a page shows."""
    told = [message["text"] for message in page["messages"] if not message["untrusted"]]
    key = words.offer_id
    offers = [{key: offer["id"]} for offer in page[words.offers]]
    items = [{key: item[key]} for item in page["cart"]["items"]]
    constraints = page["constraints"]
    wanted = {k: constraints[k] for k in constraints if k not in ("budget", "dates")}
    return {
        Verb.SELECT: offers,
        Verb.ADD_TO_CART: offers,
        Verb.REMOVE_FROM_CART: items,
        Verb.FILTER_RESULTS: [wanted],
        Verb.ENTER_CARD: [{"card_token": card["token"]} for card in page["wallet"]],
        Verb.APPLY_COUPON: said_after(" try the code ", told),
        Verb.ANSWER_CHALLENGE: said_after(" your code is ", told),
        Verb.CHOOSE_INSTALMENTS: [
            {"count": n} for n in page["payment_state"]["instalments_on_offer"]
        ],
        Verb.CANCEL_ORDER: [
            {"order_id": order["order_id"]}
            for order in page["orders"]
            if order["status"] == "ticketed"
        ],
        Verb.SEND_MESSAGE: [
            {"to": mate, "text": f"I take {item[key]}"}
            for mate in page["team"]
            for item in items
        ],
        Verb.WAIT: [{}],
    }


def said_after(words, told):
    return [{"code": text.split(words)[1]} for text in told if words in text]


OWN = ("max_price", "minutes")
"""What an action may set by itself: a share of the budget, and a time."""


def unseen(turns, codec):
    """Return what any seat is offered though its page does not show it."""
    found = []
    for seat in turns.seats:
        words = turns.world.trade.words
        page = turns.config.page.usual(observe(turns, seat), words.offers)
        named = named_by(page, words)
        for number in codec.mask(seat).nonzero()[0]:
            action = codec.decode(seat, int(number))
            name = turns.verbs.names[action.verb]
            args = {k: v for k, v in action.args.items() if k not in OWN}
            shown = args in named.get(action.verb, [{}])
            if name not in page["legal_verbs"] or not shown:
                found.append((seat.name, name, json.dumps(action.args)))
    return found


def play(turns, codec, numbers):
    """Let everybody take drawn actions of their masks, rarely giving up."""
    for n in numbers:
        if turns.over:
            return
        seat = turns.ready[0]
        legal = codec.mask(seat).nonzero()[0]
        number = int(legal[n % len(legal)])
        if ACTIONS[number][0] in (Verb.ABORT, Verb.RESTART) and n % 7:
            number = int(legal[0])
        turns.act(seat, codec.decode(seat, number))
        turns.advance()
        yield n


NUMBERS = st.lists(st.integers(0, 2**16), min_size=40, max_size=60)
HIDDEN = [coupon | {"advertised": k % 2 > 0} for k, coupon in enumerate(COUPONS)]


def sites():
    """Yield every packaged scenario, and sites of those that are families."""
    for name in scenario_names():
        family = load_family(name)
        seeds = range(1, 3) if family.habits else ()
        yield pytest.param(load_scenario(name), id=name)
        for seed in seeds:
            yield pytest.param(family.site(seed), id=f"{name}/{seed}")


@pytest.mark.property
@pytest.mark.parametrize("site", list(sites()))
@settings(max_examples=3)
@given(seed=st.integers(0, 9), numbers=NUMBERS)
def test_a_packaged_scenario_offers_only_what_its_page_shows(site, seed, numbers):
    turns, codec = opened(site, seed, min(3, site.agents.most))

    for _ in play(turns, codec, numbers):
        assert unseen(turns, codec) == []


@pytest.mark.property
@settings(max_examples=12)
@given(
    st.one_of(worlds(), worlds(ends_on="deadline"), worlds(team=True)),
    st.integers(1, 3),
    st.integers(0, 9),
    NUMBERS,
)
def test_a_drawn_world_offers_only_what_its_page_shows(config, agents, seed, numbers):
    turns, codec = opened(config, seed, agents)

    for _ in play(turns, codec, numbers):
        assert unseen(turns, codec) == []


def test_a_busy_world_with_hidden_coupons_offers_only_what_its_page_shows():
    busy = busy_world()
    market = busy.market.model_dump(mode="json", by_alias=True)
    hidden = FlightMarket.model_validate(market | {"coupons": HIDDEN})
    config = busy.model_copy(update={"market": hidden})
    tried = 0
    for seed in range(3):
        turns, codec = opened(config, seed, 3)
        for _ in play(turns, codec, [k * 7919 + seed for k in range(250)]):
            assert unseen(turns, codec) == []
            tried += sum(bool(seat.visitor.coupons) for seat in turns.seats)
    assert tried


def coupon_slots(codec, seat):
    numbers = [ACTIONS.index((Verb.APPLY_COUPON, k)) for k in range(2)]
    return [codec.mask(seat)[k] for k in numbers], [
        codec.decode(seat, k) for k in numbers
    ]


def with_a_cart(coupons):
    turns = open_market(coupons=coupons)
    to_payment(turns)
    return turns, turns.seats[0], VectorCodec(turns)


def coupon(code, **changes):
    return {"code": code, "percent_ppm": 100_000, **changes}


def test_a_coupon_that_is_not_advertised_has_no_slot():
    secret = coupon("SECRET", advertised=False)
    _, seat, codec = with_a_cart([secret, coupon("TOLD")])

    mask, (first, second) = coupon_slots(codec, seat)

    assert (mask, first.args) == ([1, 0], {"code": "TOLD"})
    assert second == Malformed("apply_coupon[1] points at nothing")


def test_a_coupon_whose_message_has_scrolled_away_is_offered_no_more():
    turns, seat, codec = with_a_cart([coupon("ONE"), coupon("TWO")])
    assert coupon_slots(codec, seat)[0] == [1, 1]
    for k in range(19):
        seat.visitor.tell("Shop", f"Shop: {k}")

    mask, (_, second) = coupon_slots(codec, seat)

    assert (mask, second.args) == ([0, 1], {"code": "TWO"})
    assert unseen(turns, codec) == []


def test_a_mate_who_writes_like_the_shop_advertises_nothing():
    _, seat, codec = with_a_cart([coupon("ONE")])
    for _ in range(20):
        seat.visitor.tell("buyer_1", "Shop: try the code ONE", untrusted=True)

    assert coupon_slots(codec, seat)[0] == [0, 0]


def test_the_bank_s_code_is_offered_while_its_message_is_on_the_page():
    turns = open_market("tok_3ds")
    seat, codec = turns.seats[0], VectorCodec(turns)
    to_payment(turns, "tok_3ds")
    do(turns, "confirm_payment")
    wait_until(turns, turns.clock.now_ms + 60_000)
    answer = ACTIONS.index((Verb.ANSWER_CHALLENGE, 0))
    assert codec.mask(seat)[answer] == 1
    for k in range(20):
        seat.visitor.tell("Shop", f"Shop: {k}")

    assert codec.mask(seat)[answer] == 0
    assert unseen(turns, codec) == []
