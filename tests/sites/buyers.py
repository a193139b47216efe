"""Buyers who know the flow of a shop, and some, all or none of a site's habits."""

from test_time_gym.agents.scripted import Cheapest, do, number
from test_time_gym.market.config import PPM

HABITS = ("coupon", "day", "hour", "card")


class Insider(Cheapest):
    """Knows the flow, filters by the constraints and tries every card.

    Without a habit it searches once, on the form's date and at once, and tries no
    code: what a habit is worth is what it buys more with it.

    Args:
        site: the scenario.
        known: habits of the site that it makes use of.
    """

    patience = 1

    def __init__(self, site, known=()):
        super().__init__()
        market = site.market
        dates, hours = market.pricing.date_factors, market.pricing.clock_curve
        self._date = self._code = self._card = None
        self._at_minute = 0
        self._minutes = site.task.deadline_s // 60
        if "day" in known:
            self._date = min(dates, key=lambda factor: factor[1])[0]
        if "hour" in known and hours[0][1] == PPM:
            low = min(factor for _, factor in hours)
            # Prices are looked at after the agents of the same instant.
            self._at_minute = 1 + next(x for x, factor in hours if factor == low)
        if "coupon" in known:
            self._code = holding_code(market)
        if "card" in known:
            self._card = working_card(market)

    def act(self, observation):
        passed = self._minutes - observation["minutes_left"]
        if passed < self._at_minute and not observation["cart"]["items"]:
            return do("wait", minutes=self._at_minute - passed)
        return super().act(observation)

    def search(self, observation):
        if self._date is None:
            return super().search(observation)
        return do("search_flights", date=self._date)

    def filters(self, observation):
        wanted = super().filters(observation)
        if self._code is not None:
            del wanted["max_price"]
        return wanted

    def coupons(self, observation):
        code = self._code
        return [code] if code and code not in observation["cart"]["coupons"] else []

    def cards(self, observation):
        return sorted(super().cards(observation), key=lambda card: card != self._card)


class Explorer(Cheapest):
    """Knows the flow and the family, and nothing of the site.

    At every hour that a site of the family may be cheap it looks at every date,
    and puts into the cart what a code may make cheap enough; there it tries every
    code, and at the till every card.
    """

    def __init__(self, minutes):
        super().__init__()
        self._hours = minutes
        self._hour = self._date = 0
        self._minutes = None

    def act(self, observation):
        if self._minutes is None:
            self._minutes = observation["minutes_left"]
        return super().act(observation)

    def search(self, observation):
        return do(
            "search_flights", date=observation["constraints"]["dates"][self._date]
        )

    def filters(self, observation):
        most = int(number(observation["constraints"]["budget"]) * 10 / 8)
        return {**super().filters(observation), "max_price": str(most)}

    def on_nothing(self, observation):
        self._filtered = False
        self._date += 1
        if self._date < len(observation["constraints"]["dates"]):
            return self.search(observation)
        self._date = 0
        self._hour += 1
        if self._hour == len(self._hours):
            return do("abort", reason="nothing is cheap enough")
        passed = self._minutes - observation["minutes_left"]
        return do("wait", minutes=max(1, self._hours[self._hour] - passed))


def holding_code(market):
    """Return the coupon that takes something off a cart."""
    return next(c.code for c in market.coupons if c.refusal(500_00, 0) is None)


def working_card(market):
    """Return the token of the card that pays."""
    return next(
        card.token
        for card in market.cards
        if card.limit_minor is None and not card.hard_decline_ppm
    )


def cheap_hours(family):
    """Return the minutes at which some site of the family has just become cheap."""
    curves = [
        option.patch["market"]["pricing"]["clock_curve"]
        for habit in family.habits
        if habit.name == "hour"
        for option in habit.options
    ]
    lows = (min(curve, key=lambda point: point[1])[0] for curve in curves)
    return sorted(0 if at < 30 else at + 1 for at in lows)
