"""Bugs of seats, holds and background sales, each one small and plausible."""

from types import SimpleNamespace

from test_time_gym.market.clock import MarketClock, Phase
from test_time_gym.market.errors import Refused
from test_time_gym.market.holds import Hold, Holds, HoldState
from test_time_gym.market.inventory import Inventory
from test_time_gym.market.ledger import Ledger
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.orders import OrderState
from test_time_gym.market.pricing import control
from test_time_gym.market.pricing.asked_prices import AskedPrices
from test_time_gym.market.pricing.control import Control


def seats_held_by_others_count_as_free(patch):
    """Seats are oversold: what is held is forgotten."""

    def available(self, index):
        pools = self._catalog.products[index].pools
        return min(self._catalog.capacity[pool] - self.sold[pool] for pool in pools)

    patch.setattr(Inventory, "available", available)


def booking_limits_are_ignored(patch):
    """A cheap class sells as long as there are seats."""

    def available(self, index):
        return max(min(map(self.free, self._catalog.products[index].pools)), 0)

    patch.setattr(Inventory, "available", available)


def only_the_own_booking_limit_counts(patch):
    """A class may sell what the limit of a dearer one forbids."""
    whole = Inventory.available

    def available(self, index):
        product = self._catalog.products[index]
        free = min(map(self.free, product.pools))
        if self.limits[index] is None:
            return max(free, 0)
        return max(whole(self, index), 0)

    patch.setattr(Inventory, "available", available)


def a_shared_leg_is_forgotten(patch):
    """Lines of one hold are each compared with all the free seats."""
    patch.setattr(Inventory, "_shared_refusal", lambda *_: None)


def only_the_first_leg_counts(patch):
    """The seats of a connection's second leg are not looked at."""

    def available(self, index):
        return max(self.free(self._catalog.products[index].pools[0]), 0)

    patch.setattr(Inventory, "available", available)


def a_hold_takes_what_it_can_get(patch):
    """The lines of a hold are taken one by one, until one is refused."""
    whole = Inventory.hold

    def hold(self, lines):
        for line in lines:
            whole(self, [line])

    patch.setattr(Inventory, "hold", hold)


def a_hold_lives_at_its_deadline(patch):
    """The end of a hold belongs to it: ``<=`` in place of ``<``."""

    def active(self, now_ms):
        return self.state is HoldState.HELD and now_ms <= self.expires_at_ms

    patch.setattr(Hold, "active", active)


def _shift(patch, kind, by_ms):
    at = MarketClock.at

    def shifted(self, time_ms, phase, callback, what, *rest, **named):
        late = by_ms if what == kind else 0
        return at(self, time_ms + late, phase, callback, what, *rest, **named)

    patch.setattr(MarketClock, "at", shifted)


def holds_expire_a_millisecond_late(patch):
    """The timer of a hold is set one millisecond too late."""
    _shift(patch, "hold", 1)


def holds_expire_a_millisecond_early(patch):
    """The timer of a hold is set one millisecond too early."""
    _shift(patch, "hold", -1)


def payments_come_before_expiries(patch):
    """At one instant the gateway is served before holds end."""
    at = MarketClock.at

    def swapped(self, time_ms, phase, callback, what, *rest, **named):
        phase = Phase.AGENT if what == "hold" else phase
        return at(self, time_ms, phase, callback, what, *rest, **named)

    patch.setattr(MarketClock, "at", swapped)


def an_expired_hold_keeps_its_seats(patch):
    """The hold ends, and its seats stay held."""
    patch.setattr(Holds, "expire", lambda s, hold: s._close(hold, HoldState.EXPIRED))


def an_expired_hold_keeps_its_second_line(patch):
    """Only the first line of a hold gives its seats back."""

    def expire(self, hold):
        first = hold.lines[0]
        self._inventory.release([(first.product, first.seats)])
        self._close(hold, HoldState.EXPIRED)

    patch.setattr(Holds, "expire", expire)


def a_hold_may_be_released_twice(patch):
    """Nobody asks whether a hold is over already."""

    def give_back(self, hold, state):
        self._inventory.release([(line.product, line.seats) for line in hold.lines])
        hold.state = state
        self.open.pop(hold.id, None)

    patch.setattr(Holds, "_give_back", give_back)


def a_released_hold_is_called_expired(patch):
    """A visitor who gives seats back is told that the hold ran out."""
    patch.setattr(Holds, "release", Holds.expire)


def a_hold_may_be_confirmed_after_its_end(patch):
    """The table of holds trusts the caller that confirms one."""

    def confirm(self, hold, _now_ms):
        self._inventory._sell([(line.product, line.seats) for line in hold.lines])
        hold.state = HoldState.CONFIRMED
        self.open.pop(hold.id, None)

    patch.setattr(Holds, "confirm", confirm)


def a_hold_is_never_woken(patch):
    """No timer ends a hold."""
    at = MarketClock.at

    def deaf(self, time_ms, phase, callback, what, *rest, **named):
        if what == "hold":
            return None
        return at(self, time_ms, phase, callback, what, *rest, **named)

    patch.setattr(MarketClock, "at", deaf)


def a_visitor_may_place_one_hold_too_many(patch):
    """The quota of holds is off by one."""
    whole = Marketplace._verify_visitor

    def verify(self, seat, lines):
        placed = self._placed.get(seat, 0)
        self._placed[seat] = max(placed - 1, 0)
        try:
            whole(self, seat, lines)
        finally:
            self._placed[seat] = placed

    patch.setattr(Marketplace, "_verify_visitor", verify)


def flights_are_sold_after_they_left(patch):
    """Departures are not looked at when seats are held."""
    whole = Marketplace._verify_visitor

    def verify(self, seat, lines):
        try:
            whole(self, seat, lines)
        except Refused as refusal:
            if refusal.code != "departed":
                raise

    patch.setattr(Marketplace, "_verify_visitor", verify)


def two_holds_share_an_id(patch):
    """Both visitors' holds are called alike."""
    whole = Holds.place

    def place(self, hold):
        hold.id = "hold-" + hold.id[-1]
        whole(self, hold)

    patch.setattr(Holds, "place", place)


def a_cancelled_seat_stays_sold(patch):
    """Seats that are given back do not become free."""
    patch.setattr(Inventory, "take_back", lambda *_: None)


def a_cancelled_connection_frees_one_leg(patch):
    """Only the first leg's seat comes back."""

    def take_back(self, lines):
        for index, seats in lines:
            self.product_sold[index] -= seats
            self.sold[self._catalog.products[index].pools[0]] -= seats

    patch.setattr(Inventory, "take_back", take_back)


def an_order_may_be_cancelled_twice(patch):
    """A cancelled order is open to another cancellation."""
    whole = Marketplace.verify_cancel

    def verify(self, order, back):
        state = order.state
        order.state = OrderState.TICKETED
        try:
            whole(self, order, back)
        finally:
            order.state = state

    patch.setattr(Marketplace, "verify_cancel", verify)


def more_seats_come_back_than_were_bought(patch):
    """Nobody compares the seats that are given back with those of the order."""
    patch.setattr(Marketplace, "verify_cancel", lambda *_: None)


def the_last_seat_leaves_an_order_open(patch):
    """An order without seats stays ticketed."""
    whole = Marketplace.cancel

    def cancel(self, order, back, cause):
        whole(self, order, back, cause)
        order.state = OrderState.TICKETED

    patch.setattr(Marketplace, "cancel", cancel)


def background_buyers_do_not_pay(patch):
    """A seat is sold in the background, and no money is booked."""
    post = Ledger.post

    def free_of_charge(self, time_ms, cause, *postings):
        if postings[0][0] != "population":
            post(self, time_ms, cause, *postings)

    patch.setattr(Ledger, "post", free_of_charge)


def background_sales_are_not_counted(patch):
    """A seat is sold in the background, and nobody has bought it."""
    sell = Marketplace._sell

    def uncounted(self, product, arrivals, seats):
        sell(self, product, arrivals, seats)
        self.background_sold[product.index] -= 1

    patch.setattr(Marketplace, "_sell", uncounted)


def confirmed_seats_stay_held(patch):
    """A confirmed hold sells its seats, and goes on holding them."""
    patch.setattr(Inventory, "confirm", Inventory._sell)


def prices_fall_below_their_floor(patch):
    """Repricing takes half of what the price rule says."""
    whole = Control._wake

    def wake(self, timer):
        whole(self, timer)
        self.prices[:] = [price // 4 for price in self.prices]

    patch.setattr(Control, "_wake", wake)


def decided_prices_leave_their_bounds(patch):
    """What a policy decides is taken for granted."""
    patch.setattr(AskedPrices, "within", lambda _self, _of, price, _why: (price, False))


def decided_limits_exceed_the_declared(patch):
    """A policy may raise a booking limit above the one that the class declares."""
    whole = control.nested_limits

    def raised(nest, catalog, *rest):
        declared = SimpleNamespace(
            limits=[None] * len(catalog.limits),
            capacity=catalog.capacity,
            pools=catalog.pools,
        )
        return whole(nest, declared, *rest)

    patch.setattr(control, "nested_limits", raised)


def a_cheap_class_may_sell_more_than_a_dear_one(patch):
    """A decided booking limit is not kept under those of dearer classes."""
    whole = control.nested_limits

    def alone(nest, *rest):
        return [row for j in nest for row in whole((j,), *rest)]

    patch.setattr(control, "nested_limits", alone)


BUGS = [
    bug
    for name, bug in list(globals().items())
    if callable(bug) and getattr(bug, "__module__", "") == __name__ and name[0] != "_"
]
