"""Bugs of what becomes of background bookings, each one small and plausible."""

from planted.seats import _shift

from test_time_gym.market.afterwards import Afterwards
from test_time_gym.market.clock import MarketClock
from test_time_gym.market.go_shows import GoShows
from test_time_gym.market.inventory import Inventory


def a_cancelled_booking_is_not_given_back(patch):
    """A background booking is cancelled, and its seat stays sold."""
    patch.setattr(Inventory, "give_back", lambda *_: None)


def a_booking_is_missed_before_the_departure(patch):
    """Who has not shown up a millisecond before the departure is a no-show."""
    _shift(patch, "departure", -1)


def a_denied_boarding_counts_twice(patch):
    """Who is denied is counted as two."""
    deny = Afterwards._deny

    def twice(self, booking, pool, shown):
        deny(self, booking, pool, shown)
        self.denied[booking.product] += 1

    patch.setattr(Afterwards, "_deny", twice)


def who_waits_is_forgotten(patch):
    """A buyer who waits is written down, and has no timer."""
    at = MarketClock.at

    def silent(self, time_ms, phase, callback, kind, *rest):
        if kind != "return":
            at(self, time_ms, phase, callback, kind, *rest)

    patch.setattr(MarketClock, "at", silent)


def a_refund_is_not_taken_from_the_revenue(patch):
    """What goes back to background buyers still counts as theirs to have paid."""
    pay_back = Afterwards._pay_back

    def kept(self, index, amount, record):
        pay_back(self, index, amount, record)
        self._minor[index] += amount

    patch.setattr(Afterwards, "_pay_back", kept)


def a_go_show_takes_a_seat_that_there_is_not(patch):
    """Nobody asks whether a unit is left for who comes without a booking."""
    board = GoShows.board
    patch.setattr(GoShows, "board", lambda self, pool, _left: board(self, pool, 1000))


def a_go_show_flies_for_nothing(patch):
    """What who comes without a booking pays is posted, and not counted."""
    seat = GoShows._seat

    def free(self, product, number):
        minor = self._minor[product.index]
        seat(self, product, number)
        self._minor[product.index] = minor

    patch.setattr(GoShows, "_seat", free)


def agents_may_be_sold_what_there_is_not(patch):
    """An agent can hold whatever is authorised."""
    patch.setattr(Inventory, "_unclaimed", lambda *_: 10**6)


BUGS = [
    bug
    for name, bug in list(globals().items())
    if callable(bug) and getattr(bug, "__module__", "") == __name__ and name[0] != "_"
]
