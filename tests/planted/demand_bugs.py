"""Bugs of demand: each is found by a small check that knows who should come."""

from test_time_gym.market import (
    arrivals,
    buyers,
    choice,
    cluster,
    demand,
    departure_days,
)
from test_time_gym.market import segment as segments
from test_time_gym.market.afterwards import Afterwards
from test_time_gym.market.choice import ChoiceModel, ChoiceSet
from test_time_gym.market.config import PPM
from test_time_gym.market.demand_shocks import DemandShocks
from test_time_gym.market.ideal_hours import IdealHours
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.scenarios.flights.domain import FlightChoice


def a_word_is_used_twice(patch):
    """The word that says when a buyer comes says what it would pay, too."""
    blocks = arrivals._blocks

    def reused(stream):
        for words in blocks(stream):
            twice = words.copy()
            twice[1::4] = words[0::4]
            yield twice

    patch.setattr(arrivals, "_blocks", reused)


def a_weekday_is_shifted_by_one(patch):
    """The week of demand begins on Sunday: Monday's factor counts on Sunday."""
    days, weekday = departure_days._WEEKDAYS, departure_days.weekday_of

    def shifted(day):
        return days[(days.index(weekday(day)) + 1) % len(days)]

    patch.setattr(departure_days, "weekday_of", shifted)


def a_date_counts_without_its_weekday(patch):
    """A date's factor stands in the place of its weekday's, not on top of it."""
    of = departure_days.WeekdayFactors.of
    holidays = {"2026-06-02"}
    patch.setattr(
        departure_days.WeekdayFactors,
        "of",
        lambda self, day: PPM if day in holidays else of(self, day),
    )


def every_market_has_a_system_of_its_own(patch):
    """What all demand of a date should share is drawn for each market."""
    levels = DemandShocks._levels

    def apart(self, day, market, segment):
        (spread, key), *others = levels(self, day, market, segment)
        return [(spread, (*key, *market)), *others]

    patch.setattr(DemandShocks, "_levels", apart)


def all_dates_are_good_together(patch):
    """The date is not in the key of a shock: a run is good or bad as a whole."""
    levels = DemandShocks._levels

    patch.setattr(
        DemandShocks, "_levels", lambda self, _day, *rest: levels(self, "", *rest)
    )


def a_party_pays_for_one(patch):
    """A party has all its seats for the price of one."""
    sell = Marketplace._sell

    def cheap(self, product, arrivals, seats):
        minor = self.background_minor[product.index]
        sell(self, product, arrivals, seats)
        price = self.prices[product.index]
        self.background_minor[product.index] = minor + price

    patch.setattr(Marketplace, "_sell", cheap)


def a_party_takes_what_is_left(patch):
    """Nobody asks whether an offer has room for all of a party."""
    alone = ChoiceSet.choose_alone

    def squeezed(self, *rest, has_room, **named):
        return alone(self, *rest, has_room=has_room and (lambda _: True), **named)

    patch.setattr(ChoiceSet, "choose_alone", squeezed)


def only_a_departure_that_comes_too_early_costs(patch):
    """Hours away from the ideal are counted on one side alone."""
    away = IdealHours.away_minor
    patch.setattr(
        IdealHours,
        "away_minor",
        lambda self, departs, ideal: away(self, min(departs, ideal), ideal),
    )


def the_first_key_that_fits_counts(patch):
    """A pair has the number of whatever pattern of it stands first."""
    best = segments.best_keys

    def first(keys, market):
        return [key for key in keys if best([key], market)][:1]

    patch.setattr(segments, "best_keys", first)


def all_buyers_have_one_scale(patch):
    """The scale that a buyer draws is not looked at: a mixed logit is a plain one."""
    own = ChoiceSet._own_means
    patch.setattr(
        ChoiceSet, "_own_means", lambda self, offers, _: own(self, offers, PPM)
    )


def an_opening_knows_one_scale(patch):
    """Where the opening is drawn, the median scale stands for all."""
    patch.setattr(buyers, "_scales", lambda _model: ((PPM, buyers._FINE),))
    # Weights are remembered by model.
    patch.setattr(buyers, "_weights_at_scales", buyers._weights_at_scales.__wrapped__)


def a_steep_choice_is_cut(patch):
    """Utilities above 20 count like 20."""
    patch.setattr(ChoiceModel, "reference_from", lambda model, _: model.reference_minor)
    patch.setattr(choice, "_UTMOST", 20.0)
    patch.setattr(choice, "_mean_time", choice._mean_time.__wrapped__)


def who_booked_comes_after_go_shows(patch):
    """Seats are given to who comes without a booking before anybody is denied."""
    board = Afterwards._board

    def first(self, pool):
        has, used = self._catalog.capacity[pool], self._inventory.sold[pool]
        self.go_shows.board(pool, has - used + self._gone[pool] + 1)
        board(self, pool)

    patch.setattr(Afterwards, "_board", first)


def careful_buyers_take_any_class(patch):
    """Whether a class is refundable is not looked at for who asks for it."""
    open_to = demand._open_to

    def careless(segment, members, catalog):
        any_class = segment.model_copy(update={"refundable_only": False})
        return open_to(any_class, members, catalog)

    patch.setattr(demand, "_open_to", careless)


def journeys_that_take_long_are_liked(patch):
    """The loss for the hours of a journey has the wrong sign."""
    lost = FlightChoice.penalty_milli

    def changed(self, drawback, seller, travel_minutes):
        return lost(self, drawback, seller, -travel_minutes)

    patch.setattr(FlightChoice, "penalty_milli", changed)


def an_opening_minds_no_seller(patch):
    """Where the opening is drawn, all sellers are as good as each other."""

    def changed(segment, product):
        return segment.choice.penalty_milli(
            product.drawback, "", product.travel_minutes
        )

    patch.setattr(cluster, "penalty_of", changed)


BUGS = [
    bug
    for name, bug in list(globals().items())
    if callable(bug) and getattr(bug, "__module__", "") == __name__ and name[0] != "_"
]
