"""Buyers who know the flow of a shop, and some, all or none of a site's habits."""

from test_time_gym.agents.page import SEARCH
from test_time_gym.agents.scripted import Cheapest, do, number
from test_time_gym.market.bill import cheapest
from test_time_gym.market.config import PPM

KNOWABLE = ("coupon", "day", "hour", "card")
"""Habits that an insider can make use of."""


def habits_of(family):
    """Return the habits of a family that an insider can make use of."""
    names = [habit.name for habit in family.habits]
    return tuple(name for name in KNOWABLE if name in names)


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
        self._market = market if "coupon" in known else None
        self._date = self._card = None
        self._at_minute = 0
        self._minutes = site.task.deadline_s // 60
        if "day" in known:
            dates = market.pricing.date_factors
            self._date = min(dates, key=lambda factor: factor[1])[0]
        hours = market.pricing.clock_curve
        if "hour" in known and hours[0][1] == PPM:
            low = min(factor for _, factor in hours)
            # Prices are looked at after the agents of the same instant.
            self._at_minute = 1 + next(x for x, factor in hours if factor == low)
        if "card" in known:
            self._card = best_card(market)

    def act(self, observation):
        passed = self._minutes - observation["minutes_left"]
        if passed < self._at_minute and not observation["cart"]["items"]:
            return do("wait", minutes=self._at_minute - passed)
        return super().act(observation)

    def search(self, observation):
        if self._date is None:
            return super().search(observation)
        return do(SEARCH, date=self._date)

    def filters(self, observation):
        wanted = super().filters(observation)
        if self._market is not None:
            del wanted["max_price"]
        return wanted

    def coupons(self, observation):
        if self._market is None:
            return []
        cart = observation["cart"]
        items_minor = sum(round(100 * number(item["price"])) for item in cart["items"])
        best = best_codes(self._market, items_minor)
        return [code for code in best if code not in cart["coupons"]]

    def cards(self, observation):
        return sorted(super().cards(observation), key=lambda card: card != self._card)


class Explorer(Cheapest):
    """Knows the flow and the family, and nothing of the site.

    At every hour that a site of the family may be cheap it looks at every date,
    and puts into the cart what codes may make cheap enough; there it tries every
    code, in the order in which the shop tells of them, and at the till every card.

    Args:
        minutes: at which a site of the family may be cheap.
        left: share of a price that the best codes leave.
    """

    def __init__(self, minutes, left=0.8):
        super().__init__()
        self._hours = minutes
        self._left = left
        self._hour = self._date = 0
        self._minutes = None

    def act(self, observation):
        if self._minutes is None:
            self._minutes = observation["minutes_left"]
        return super().act(observation)

    def search(self, observation):
        dates = _dates(observation)
        return do(SEARCH, date=dates[self._date]) if dates else do(SEARCH)

    def filters(self, observation):
        most = int(number(observation["constraints"]["budget"]) / self._left)
        return {**super().filters(observation), "max_price": str(most)}

    def on_nothing(self, observation):
        self._filtered = False
        self._date += 1
        if self._date < len(_dates(observation)):
            return self.search(observation)
        self._date = 0
        self._hour += 1
        if self._hour == len(self._hours):
            return do("abort", reason="nothing is cheap enough")
        passed = self._minutes - observation["minutes_left"]
        return do("wait", minutes=max(1, self._hours[self._hour] - passed))


def _dates(observation):
    """Return the dates that will do, if there are several."""
    return observation["constraints"].get("dates", [])


def best_codes(market, items_minor):
    """Return the coupons, one or several, that take most off items of this price."""
    held = [c for c in market.coupons if c.refusal(items_minor, 0) is None]
    return [code for code, _ in cheapest(items_minor, held, []).discounts]


def best_card(market):
    """Return the token of the card that pays at the least fee, and with least ado."""

    def worth(card):
        fees = [f for f in market.fees if f.applies(held=True, brand=card.brand)]
        extra = sum(fee.amount(200_00) for fee in fees)
        return extra, card.challenge_ppm, card.soft_declines_first

    return min(paying_cards(market), key=worth).token


def paying_cards(market):
    """Return the cards that are not refused for good."""
    return [
        card
        for card in market.cards
        if card.limit_minor is None and not card.hard_decline_ppm
    ]


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
