"""Agents without sense: every number they are given becomes some action."""

from test_time_gym.market.interface.actions import Action, Malformed
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.market.streams import Streams


def numbers_for(agents, seed, count=80):
    """Return so many numbers for every agent, as a function of the seed."""
    streams = Streams(seed)
    return [
        [streams.get("player", agent).below(2**16) for _ in range(count)]
        for agent in range(agents)
    ]


def next_step(turns, seat, n):
    """Return the action that brings a purchase forward; ``n`` chooses among ways."""
    v = seat.visitor
    if v.status == "requires_challenge":
        return when_challenged(v, n)
    if v.status == "unknown":
        return when_in_doubt(n)
    if v.hold_active(turns.market.clock.now_ms) and v.view == "payment":
        return at_the_till(turns, v, n)
    return in_the_shop(turns, v, n)


def when_challenged(v, n):
    if n % 7 == 0:
        return Action(Verb.RESTART, {})
    if v.code is None:
        return Action(Verb.WAIT, {"minutes": n % 2})
    return Action(Verb.ANSWER_CHALLENGE, {"code": v.code if n % 3 else "wrong"})


def when_in_doubt(n):
    ways = (
        Action(Verb.CONFIRM_PAYMENT, {}),
        Action(Verb.CONFIRM_PAYMENT, {"idempotency_key": f"key{n}"}),
        Action(Verb.WAIT, {"minutes": 1}),
        Action(Verb.RESTART, {}),
        Action(Verb.PROCEED_TO_PAYMENT, {}),
    )
    return ways[n % len(ways)]


def at_the_till(turns, v, n):
    token = v.wallet[n % len(v.wallet)]
    if v.card != token and (v.card is None or v.status == "declined"):
        return Action(Verb.ENTER_CARD, {"card_token": token})
    plans = turns.world.config.instalments.counts
    if plans and v.instalments == 1 and n % 3:
        return Action(Verb.CHOOSE_INSTALMENTS, {"count": plans[n % len(plans)]})
    return Action(Verb.CONFIRM_PAYMENT, {})


def in_the_shop(turns, v, n):
    coupons = turns.world.config.coupons
    if v.orders and n % 3 == 0:
        order = {"order_id": v.orders[n % len(v.orders)].id}
        return Action(Verb.CANCEL_ORDER, order | ({"seats": 1} if n % 2 else {}))
    if v.cart and n % 5:
        if coupons and len(v.coupons) < 2 and n % 2:
            return Action(Verb.APPLY_COUPON, {"code": coupons[n % len(coupons)].code})
        return Action(Verb.PROCEED_TO_PAYMENT, {})
    if v.shown:
        return into_the_cart(turns, v, n)
    return Action(Verb.SEARCH, {})


def into_the_cart(turns, v, n):
    offer = turns.market.catalog.products[v.shown[n % len(v.shown)].product]
    step = Verb.ADD_TO_CART
    if turns.world.config.storefront.select_first and n % 9:
        if v.selected is not None:
            return Action(step, {})
        step = Verb.SELECT
    return Action(step, {"flight_id": offer.id})


def anything(turns, seat, n):
    """Return any action, legal or not."""
    ids = [product.id for product in turns.market.catalog.products]
    coupons = [coupon.code for coupon in turns.world.config.coupons]
    pick, rest = n % 24, n // 24
    options = {
        0: Action(Verb.SEARCH, {"to": ("MAD", "EWR", "XXX")[rest % 3]}),
        1: Action(Verb.SEARCH, {}),
        2: Action(Verb.FILTER_RESULTS, {"max_stops": rest % 2}),
        3: Action(Verb.FILTER_RESULTS, {"max_price": rest % 400_00}),
        4: Action(Verb.SELECT, {"flight_id": ids[rest % len(ids)]}),
        5: Action(Verb.ADD_TO_CART, {}),
        6: Action(Verb.ADD_TO_CART, {"flight_id": ids[rest % len(ids)]}),
        7: Action(Verb.PROCEED_TO_PAYMENT, {}),
        8: Action(Verb.ENTER_CARD, {"card_token": "tok_nobody"}),
        9: Action(
            Verb.ENTER_CARD,
            {"card_token": seat.visitor.wallet[rest % len(seat.visitor.wallet)]},
        ),
        10: Action(Verb.CONFIRM_PAYMENT, {"idempotency_key": f"key{rest % 2}"}),
        11: Action(Verb.CONFIRM_PAYMENT, {}),
        12: Action(Verb.APPLY_COUPON, {"code": (*coupons, "NONE")[rest % 5]}),
        13: Action(Verb.RESTART, {}),
        14: Action(Verb.ANSWER_CHALLENGE, {"code": f"{rest % 10:06d}"}),
        15: Action(Verb.ANSWER_CHALLENGE, {"code": seat.visitor.code or "000000"}),
        16: Action(Verb.WAIT, {"minutes": (0, 1, 5, 30)[rest % 4]}),
        17: Action(Verb.WAIT, {}),
        18: Action(Verb.REMOVE_FROM_CART, {"flight_id": ids[rest % len(ids)]}),
        19: Action(Verb.CHOOSE_INSTALMENTS, {"count": (1, 2, 3, 99)[rest % 4]}),
        20: Action(
            Verb.CANCEL_ORDER, {"order_id": f"order-{seat.index}-{rest % 2 + 1}"}
        ),
        21: Action(Verb.SEND_MESSAGE, {"text": "hello", "to": f"buyer_{rest % 2}"}),
        22: Malformed("no verb"),
        23: Action(Verb.ABORT, {}) if rest % 7 == 0 else Action(Verb.WAIT, {}),
    }
    return options[pick]


def senseless(turns, seat, n):
    """Return mostly a sensible next step, else anything."""
    return (
        anything(turns, seat, n // 4) if n % 4 == 0 else next_step(turns, seat, n // 4)
    )


def play(turns, numbers, act=None):
    """Play an episode to its end; who runs out of numbers looks on.

    Args:
        turns: the episode.
        numbers: for every seat, the numbers its actions are made from.
        act: takes (seat, action) in place of ``turns.act``.
    """
    scripts = [iter(own) for own in numbers]
    while not turns.over:
        for seat in list(turns.ready):
            n = next(scripts[seat.index], None)
            looking_on = Action(Verb.WAIT, {"minutes": 60})
            action = looking_on if n is None else senseless(turns, seat, n)
            (act or turns.act)(seat, action)
        turns.advance()
