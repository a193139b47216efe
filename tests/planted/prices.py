"""Bugs of pricing and choice: each is found by a small check that knows the theory."""

from math import isqrt

from test_time_gym.market import choice
from test_time_gym.market.config import PPM
from test_time_gym.market.pricing.emsr_b_policy import EmsrB
from test_time_gym.market.pricing.forecast import ClassForecast, Forecast
from test_time_gym.market.pricing.load_days import LoadAndDays
from test_time_gym.market.pricing.policy import Decision, Stock
from test_time_gym.market.pricing.protection import MICRO, _Protection
from test_time_gym.market.pricing.views import Views


def _levels(patch, change):
    levels = EmsrB.levels
    patch.setattr(EmsrB, "levels", lambda self, *rest: change(levels(self, *rest)))


def protection_is_nested_the_wrong_way(patch):
    """What is kept for the dearest class is kept from the cheapest alone."""
    _levels(patch, lambda levels: levels[::-1])


def protection_is_rounded_up(patch):
    """Levels are rounded up to whole seats: ceil for floor."""
    _levels(patch, lambda levels: [-(-level // MICRO) * MICRO for level in levels])


def a_deviation_counts_as_a_variance(patch):
    """A forecast's standard deviation is not squared."""

    def unsquared(self):
        deviation = self.sd_milli
        return (
            isqrt(self.mean_milli * 1000) if deviation is None else deviation
        ) * 1000

    patch.setattr(ClassForecast, "variance_micro", property(unsquared))


def a_class_has_the_forecast_of_another(patch):
    """Each class has the forecast of the one that follows it."""
    begin = Forecast.__init__

    def shifted(self, config):
        begin(self, config)
        codes, known = list(self._classes), list(self._classes.values())
        self._classes = dict(zip(codes, [*known[1:], known[0]], strict=True))

    patch.setattr(Forecast, "__init__", shifted)


def protection_is_set_once(patch):
    """Booking limits stay as they were at the opening, whatever is sold."""
    decide = _Protection.decide

    def once(self, view):
        found = decide(self, view)
        return found if view.now_ms == 0 else Decision(wake_at_ms=found.wake_at_ms)

    patch.setattr(_Protection, "decide", once)


def rivals_prices_are_stale(patch):
    """A policy sees of its rivals what they asked when the market opened."""
    look = Views._show

    def stale(self, indices, now_ms):
        prices = self._prices
        self._prices = [one.base_minor for one in self._catalog.products]
        look(self, indices, now_ms)
        self._prices = prices

    patch.setattr(Views, "_show", stale)


def holds_are_not_counted(patch):
    """A policy that counts holds is told that held seats are free."""

    def blind(self, pool):
        capacity = self._catalog.capacity[pool]
        stock = Stock(pool, capacity, capacity, capacity)
        return stock._replace(left=capacity - self._inventory.sold[pool])

    patch.setattr(Views, "_units", blind)


def dearer_offers_are_chosen_more(patch):
    """The price counts with the wrong sign in a logit: elasticity is above 0."""
    weight = choice.logit_weight

    def upside_down(price, drawback, model, reference):
        return weight(2 * reference - price, drawback, model, reference)

    patch.setattr(choice, "logit_weight", upside_down)
    # Weights are remembered by model.
    patch.setattr(choice, "_mean_time", choice._mean_time.__wrapped__)


def a_date_has_the_factor_of_its_neighbour(patch):
    """A calendar is off by one: Monday's factor counts on Tuesday."""

    def shifted(self, product):
        days = sorted(day for day, _ in self.date_factors)
        factors, before = dict(self.date_factors), [None, *days]
        known = dict(zip(days, before, strict=False))
        return factors.get(known.get(product.day), PPM)

    patch.setattr(LoadAndDays, "_by_date", shifted)


BUGS = [
    bug
    for name, bug in list(globals().items())
    if callable(bug) and getattr(bug, "__module__", "") == __name__ and name[0] != "_"
]
