"""Chance that gets in from outside: bugs to plant in a twin, one function each."""

import gc
import locale
import random
import time
import weakref
from zlib import crc32

import numpy as np
from tests.support.flight_verbs import command_of, planted

from test_time_gym.market import streams
from test_time_gym.market.clock import MINUTE_MS, Timer
from test_time_gym.market.interface import turns
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.verbs import ROWS
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.payments.latency import LatencyLaw
from test_time_gym.market.streams import BulkStream, Streams


def offers_in_the_order_of_a_set():
    command = command_of("search_flights")

    def search(market, visitor, args, cause):
        command.act(market, visitor, args, cause)
        products = market.catalog.products
        by_id = {products[offer.product].id: offer for offer in visitor.results}
        visitor.results = [by_id[name] for name in set(by_id)]
        visitor.shown = visitor.results

    changed = type(command)(command.why_not, search, command.pace)
    verb, row = planted("search_flights", changed)
    ROWS[verb] = row


def holds_expire_in_the_order_of_a_set():
    """All holds of a minute are swept together."""
    honest = Marketplace._expire

    def expire(self, _timer):
        minute = self.clock.now_ms // MINUTE_MS
        open_holds = self.holds.open.values()
        due = {h.id for h in open_holds if h.expires_at_ms // MINUTE_MS == minute}
        for name in due:
            honest(self, Timer(self._expire, "hold", name))

    Marketplace._expire = expire


def ties_by_address():
    _ready_by(id)


def ties_by_hash():
    _ready_by(lambda seat: hash(seat.name))


def _ready_by(key):
    honest = Turns.advance

    def advance(self):
        honest(self)
        self.ready.sort(key=key)

    Turns.advance = advance


def latency_by_the_wall_clock():
    _latency(lambda: time.time_ns() % 1000)


def latency_by_the_time_zone():
    _latency(lambda: time.localtime(0).tm_hour)


def latency_as_the_locale_writes_it():
    _latency(lambda: len(f"{1_000_000:n}") + len(f"{locale.str(0.5)}"))


def latency_by_what_ran_before():
    begun = []
    _latency(lambda: begun.append(1) or len(begun))


def latency_by_what_garbage_is_left():
    alive = weakref.WeakSet()

    class Ring:
        def __init__(self):
            self.me = self
            alive.add(self)

    _latency(lambda: Ring() and len(alive))


def latency_by_whether_garbage_is_collected():
    _latency(lambda: int(gc.isenabled()))


def _latency(more):
    honest = LatencyLaw.draw
    LatencyLaw.draw = lambda self, word: honest(self, word) + more()


def demand_by_the_global_generator():
    honest = BulkStream.block
    BulkStream.block = lambda self: [
        word ^ random.getrandbits(64) for word in honest(self)
    ]


def demand_by_what_the_processor_rounds():
    honest = BulkStream.block

    def block(self):
        words = honest(self)
        powers = np.exp(np.array([word % 997 for word in words], np.float32) / 100)
        rounded = crc32(powers.tobytes())
        return [(word ^ rounded << 32) % 2**64 for word in words]

    BulkStream.block = block


def streams_by_hash():
    honest = Streams.key

    def key(self, purpose, *entity):
        return honest(self, purpose, hash((purpose, *entity)))

    Streams.key = key


def digests_by_hash():
    honest = turns.state_of

    def state_of(market):
        return [honest(market), sorted(market.ledger.balances, key=hash)]

    turns.state_of = state_of


def what_an_assert_does():
    honest = Turns._progress

    def progress(self, seat, cause):
        assert honest(self, seat, cause) is None

    Turns._progress = progress


def seeds_by_what_documentation_is_kept():
    honest = Streams.__init__

    def init(self, seed):
        honest(self, seed ^ (streams.__doc__ is None))

    Streams.__init__ = init


PLANTS = {
    plant.__name__: plant
    for plant in (
        offers_in_the_order_of_a_set,
        holds_expire_in_the_order_of_a_set,
        ties_by_address,
        ties_by_hash,
        latency_by_the_wall_clock,
        latency_by_the_time_zone,
        latency_as_the_locale_writes_it,
        latency_by_what_ran_before,
        latency_by_what_garbage_is_left,
        latency_by_whether_garbage_is_collected,
        demand_by_the_global_generator,
        demand_by_what_the_processor_rounds,
        streams_by_hash,
        digests_by_hash,
        what_an_assert_does,
        seeds_by_what_documentation_is_kept,
    )
}
"""Every planted bug, by its name."""
