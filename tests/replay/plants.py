"""Changes to plant in the market, so that a run no longer comes out the same."""

from dataclasses import replace

from test_time_gym.market.clock import MarketClock
from test_time_gym.market.events import HoldPlaced
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.pricing.control import Control
from test_time_gym.market.world import World


def prices_are_one_minor_unit_higher(patch):
    """The price rule of every product."""
    honest = World.of

    def dearer(config):
        world = honest(config)
        rules = tuple(
            lambda left, load, rule=rule: rule(left, load) + 1 for rule in world.rules
        )
        return replace(world, rules=rules)

    patch.setattr(World, "of", staticmethod(dearer))


def a_lottery_is_drawn_once_more(patch):
    """The stream of one buyer's tickets, at the first repricing after the opening."""
    honest = Marketplace._repriced
    done = []

    def drawing(self, priced, opened):
        if not done and self.clock.now_ms > 0:
            done.append(self.streams.get("lottery", 3).word())
        honest(self, priced, opened)

    patch.setattr(Marketplace, "_repriced", drawing)


def a_stream_is_drawn_that_nothing_hangs_on(patch):
    honest = Control._wake

    def drawing(self, timer):
        self._on_change.__self__.streams.get("planted", 1).word()
        return honest(self, timer)

    patch.setattr(Control, "_wake", drawing)


def holds_of_one_instant_expire_in_reverse(patch):
    honest = MarketClock.at

    def at(self, time_ms, phase, callback, kind, entity="", order=None):
        if kind == "hold":
            order = -next(self._serials)
        return honest(self, time_ms, phase, callback, kind, entity, order)

    patch.setattr(MarketClock, "at", at)


def holds_are_never_told(patch):
    """What the journal holds of them does not come out at all."""
    honest = JournalWriter.emit

    def emit(self, fact, *args):
        return 0 if isinstance(fact, HoldPlaced) else honest(self, fact, *args)

    patch.setattr(JournalWriter, "emit", emit)


def holds_fail(patch):
    """A bug that only some actions meet."""

    def hold(*_):
        raise KeyError("planted")

    patch.setattr(Marketplace, "hold", hold)


def a_reward_has_another_cause(patch):
    """Progress with holding seats is put down to ten records before the action."""
    honest = Turns.reward

    def reward(self, seat, terms, cause):
        honest(self, seat, terms, cause - 10 if terms == {"progress": 30} else cause)

    patch.setattr(Turns, "reward", reward)
