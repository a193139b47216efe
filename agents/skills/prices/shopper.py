"""The shopper: on which day and at what time to buy, by what prices have shown."""

from math import exp, log
from typing import Any, Final

from test_time_gym.agents.skills.perception.deadline import minutes_left, turns_left
from test_time_gym.agents.skills.perception.page import item_names, payment_begun
from test_time_gym.agents.skills.perception.shop import (
    Offering,
    Results,
    asked,
    markup_of,
    shop_of,
    units_asked,
)
from test_time_gym.agents.skills.perception.vocabulary import (
    ADD,
    AGAIN,
    PAUSE,
    REMOVE,
    vocabulary_of,
)

from .advice import Advice
from .catalogue import Catalogue
from .markup import Markup
from .time_curve import TimeCurve

__all__ = ["Shopper"]

_GAIN: Final = 0.03
"""Fall of the price's logarithm that is worth another search."""
_WAIT_GAIN: Final = 0.05
"""Fall that is worth waiting for."""
_SPARE: Final = 0.1
"""Share of the budget that must be left over before a time is tried for its price."""
_CHOICE: Final = 2
"""Offers that must fit then."""
_RESERVE: Final = 5
"""Minutes before the deadline that are kept for buying."""
_TRIAL_TURNS: Final = 20
"""Turns that must be left before a time is tried for its price."""
_AHEAD: Final = 4
"""Steps of time that are waited at most without a look."""
_MARGIN: Final = 30
"""Minutes before the deadline in which no time is tried for its price …"""
_SHARE: Final = 6
"""… and the share of all minutes, as a divisor."""
_TURNS: Final = 8
"""Turns that are kept for buying."""
_SAFE: Final = 0.95
"""Share of waits after which there must still be something to buy."""
_FADES: Final = 0.95
"""Factor on what is known of waits with each further one."""


class Shopper:
    """Remembers prices by day and time, looks where they may be low, and waits.

    Args:
        learning: whether anything is tried for what it tells, and remembered.
        trials: most waits of an episode that are tried while an offer could be bought.
    """

    def __init__(self, *, learning: bool, trials: int) -> None:
        """Know no prices."""
        self._learning = learning
        self._trials = trials
        self.catalogue = Catalogue()
        self.curve = TimeCurve()
        self._markup = Markup()
        self._waits: tuple[float, float] = (0.0, 0.0)
        self.begin({})

    def begin(self, task: dict[str, Any]) -> None:
        """Begin an episode with its first page."""
        self._task = task
        self.catalogue.begin()
        self._left = self._trials
        self._looked: dict[str, tuple[int, float | None]] = {}
        """Day → minute of the last look at it, and the least price that fits."""
        self._stale = False
        self._waited = False
        self._shunned: dict[Any, float] = {}
        self.gone: dict[Any, bool] = {}  # Offers that have sold out since.
        self._searched = False
        self._page: tuple[dict[str, Any], Results | None] = ({}, None)
        self._did = ""
        self._chosen: Any = None
        if task:
            self._words = vocabulary_of(task)
            self._total = minutes_left(task)
            self.curve.horizon = max(self.curve.horizon, self._total)

    # -- seeing

    def took(
        self,
        verb: str,
        args: dict[str, Any],
        observation: dict[str, Any],
        *,
        dear: bool,
    ) -> None:
        """Note what is done on a page.

        Args:
            verb: what is done.
            args: its arguments.
            observation: the page.
            dear: what is in the cart is too dear, with all codes and fees.
        """
        self._stale = self._stale or verb in (PAUSE, AGAIN)
        self._did = verb
        if verb == ADD:
            self._chosen = next(iter(args.values()), self._chosen)
        if dear and verb in (REMOVE, AGAIN, self._words.search):
            self._too_dear(observation)

    def look(self, observation: dict[str, Any], trouble: str) -> None:
        """Take in a page.

        Args:
            observation: the page.
            trouble: code of what was refused, or "".
        """
        found = markup_of(observation)
        if found is not None and payment_begun(observation) and self._learning:
            self._markup.note(log(found[2]))
        if self._did == self._words.search and not trouble:
            self._take_page(observation)
        if trouble == "sold_out" and self._chosen is not None:
            self.gone[self._chosen] = True
        self._did = ""

    def hopeless(self, observation: dict[str, Any]) -> bool:
        """Return whether nothing can be paid, and there is no time for another look."""
        if item_names(observation) or payment_begun(observation):
            return False
        if not self._searched or self.offer(observation) is not None:
            return False
        late = self._minute(observation) >= self._total - _RESERVE
        return late or turns_left(observation) <= _TURNS

    def _take_page(self, observation: dict[str, Any]) -> None:
        self._stale, self._searched = False, True
        self.gone = {}
        shop = self._shop(observation)
        minute = self._minute(observation)
        if self._learning and shop.offers:
            level = self.catalogue.level(shop)
            if level is None:
                level = self.curve.at(minute) or 0.0
            else:
                self.curve.note(minute, level)
            self.catalogue.note(shop, self.curve.at(minute) or level)
        if self._waited:
            # What could be had before the wait: can it still?
            self._waited = False
            if self._learning:
                good, waits = self._waits
                still = self._best(shop) is not None
                self._waits = good * _FADES + still, waits * _FADES + 1
        prices = [one.price for one in shop.offers if one.fits]
        self._looked[shop.day] = minute, min(prices, default=None)

    def _too_dear(self, observation: dict[str, Any]) -> None:
        """Note that what is in the cart costs too much with all codes and fees."""
        found = markup_of(observation)
        if found is None:
            return
        name, price, times = found
        self._shunned[name] = price
        if self._learning and self._markup.known is not None:
            self._markup.note(log(times), share=0.25)

    def excess(self, observation: dict[str, Any]) -> float | None:
        """Return ln(asked / usual), the usual being the cheapest day's; None: unknown.

        Codes and fees are in what a cart asks, and in no usual price.
        """
        price = asked(observation)
        shop = self._shop(observation)
        usual = self.catalogue.least(shop, self._usual_day(shop))
        if price is None or usual is None or price <= 0:
            return None
        return log(price / usual / units_asked(observation))

    # -- choosing an offer

    def offer(self, observation: dict[str, Any]) -> Any:
        """Return the name of the cheapest offer that can be bought, or None."""
        best = self._best(self._shop(observation))
        return None if best is None else best.name

    def _best(self, shop: Results) -> Offering | None:
        fit = self._affordable(shop) or self._affordable(shop, hopeful=True)
        return min(fit, key=lambda one: one.price, default=None)

    def _affordable(self, shop: Results, *, hopeful: bool = False) -> list[Offering]:
        most = self._markup.most(shop.budget, hopeful=hopeful)
        return [
            one
            for one in shop.offers
            if one.fits
            and one.price <= most
            and one.price < self._shunned.get(one.name, one.price + 1)
            and one.name not in self.gone
        ]

    def _shop(self, observation: dict[str, Any]) -> Results:
        """Return what a page offers; of the same page only once."""
        page, shop = self._page
        if page is not observation or shop is None:
            shop = shop_of(observation, self._words, self._task)
            self._page = observation, shop
        return shop

    # -- days and times

    def day(self, observation: dict[str, Any]) -> dict[str, str]:
        """Return the arguments of a search: the day that is usually the cheapest."""
        shop = self._shop(observation)
        day = self._usual_day(shop)
        return {} if day in ("", shop.day) else {self._words.day: day}

    def _usual_day(self, shop: Results) -> str:
        known = {
            day: price
            for day in shop.days
            if (price := self.catalogue.least(shop, day)) is not None
        }
        if not known:
            return shop.days[0]
        best = min(known, key=lambda day: known[day])
        own = known.get(shop.days[0])
        return shop.days[0] if own is not None and own <= known[best] * 1.01 else best

    def advise(self, observation: dict[str, Any], *, trying: bool) -> Advice | None:
        """Return what to do for a better price before something is chosen, or None.

        Args:
            observation: a page.
            trying: whether times are tried for their prices while something could be
                bought.
        """
        minute, last = self._minute(observation), self._total - _RESERVE
        busy = item_names(observation) or payment_begun(observation)
        if busy or turns_left(observation) <= _TURNS or minute > last:
            return None
        if not self._searched:
            return None  # Who waits without a look does not know what is lost by it.
        shop = self._shop(observation)
        if self._stale:
            return self._search(shop, self._usual_day(shop), trial=False)
        best = self._best(shop)
        found = self._other_day(shop, minute, best)
        if best is None:
            return found or self._nothing(minute, last, self._markup.most(shop.budget))
        found = found or self._later(minute, last)
        if trying and found is None:
            return self._trial(observation, shop, minute, last)
        return found

    def _other_day(
        self, shop: Results, minute: int, best: Offering | None
    ) -> Advice | None:
        """Look at a day that was not looked at, or go back to the cheapest one."""
        here = None if best is None else best.price
        ahead: dict[str, float] = {}
        for day in shop.days:
            if day == shop.day:
                continue
            seen = self._looked.get(day)
            if seen is not None and minute - seen[0] <= self.curve.width:
                if seen[1] is not None:
                    ahead[day] = seen[1]
                continue
            usual = self.catalogue.least(shop, day)
            if usual is not None:
                ahead[day] = usual * exp(self.curve.at(minute) or 0.0)
            elif self._learning and not self.catalogue.knows(shop, day):
                return self._search(shop, day, trial=True)
        if not ahead:
            return None
        day = min(ahead, key=lambda one: ahead[one])
        if ahead[day] > self._markup.most(shop.budget):
            return None
        if here is None or ahead[day] < here * exp(-_GAIN):
            return self._search(shop, day, trial=False)
        return None

    def _later(self, minute: int, last: int) -> Advice | None:
        """Wait for a time at which prices are known to be lower."""
        if not self._safe():
            return None
        base = self.curve.at(minute) or 0.0
        ahead = self.curve.known(minute + 1, last)
        if not ahead:
            return None
        low = min([there for _, there in ahead])
        if low > base - _WAIT_GAIN:
            return None
        when = next(time for time, there in ahead if there <= low + 0.01)
        self._waited = True
        return Advice(PAUSE, {"minutes": when - minute}, trial=False)

    def _nothing(self, minute: int, last: int, most: float) -> Advice | None:
        """Look for a time at which something can be paid."""
        # A price that cannot be read is 0, and so may be what is left of a budget.
        seen = [price for _, price in self._looked.values() if price]
        level = self.curve.at(minute)
        if seen and most > 0 and level is not None:
            enough = level - log(min(seen) / most)
            for time, there in self.curve.known(minute + 1, last):
                if there <= enough:
                    return Advice(PAUSE, {"minutes": time - minute}, trial=False)
        step = 2 * self.curve.width
        ahead = self.curve.unknown(minute + step, last) or minute + 2 * step
        when = min(ahead, minute + _AHEAD * step, last)
        if when <= minute:
            return None
        return Advice(PAUSE, {"minutes": when - minute}, trial=True)

    def _trial(
        self, observation: dict[str, Any], shop: Results, minute: int, last: int
    ) -> Advice | None:
        """Try a time that nobody has looked at, while there is no risk in it."""
        fit = self._affordable(shop)
        if not self._learning or self._left <= 0 or len(fit) < _CHOICE:
            return None
        best = min([one.price for one in fit])
        if best > self._markup.most(shop.budget) * (1 - _SPARE) or not self._safe():
            return None
        if turns_left(observation) <= _TRIAL_TURNS or self._low(minute, last):
            return None
        early = last - max(_MARGIN, self._total // _SHARE)
        when = self.curve.unknown(minute + 2 * self.curve.width, early)
        if when is None:
            return None
        self._left -= 1
        self._waited = True
        return Advice(PAUSE, {"minutes": when - minute}, trial=True)

    def _low(self, minute: int, last: int) -> bool:
        """Return whether prices are known to be lower now than at another time."""
        level = self.curve.at(minute)
        others = [there for _, there in self.curve.known(0, last)]
        return level is not None and level < max(others, default=level) - _WAIT_GAIN

    def _search(self, shop: Results, day: str, *, trial: bool) -> Advice:
        other = day not in ("", shop.day)
        return Advice(
            self._words.search, {self._words.day: day} if other else {}, trial
        )

    def _minute(self, observation: dict[str, Any]) -> int:
        return self._total - minutes_left(observation)

    # -- what is known

    def cheapest_minute(self) -> int:
        """Return when prices are lowest, in minutes from the opening; 0: at once."""
        return self.curve.lowest(_WAIT_GAIN)

    # -- learning

    def _safe(self) -> bool:
        """Return whether what could be bought before a wait mostly still can be."""
        good, waits = self._waits
        return (good + 2) / (waits + 2) >= _SAFE

    def forget(self) -> None:
        """Forget all prices: another site has others."""
        self.catalogue.load({})
        self.curve = TimeCurve()
        self._markup = Markup()
        self._waits = (0.0, 0.0)

    def dump(self) -> dict[str, Any]:
        """Return what is known of prices, as plain data."""
        return {
            "catalogue": self.catalogue.dump(),
            "curve": self.curve.dump(),
            "markup": self._markup.known,
            "waits": list(self._waits),
        }

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self.catalogue.load(data["catalogue"])
        self.curve.load(data["curve"])
        self._markup.known = data["markup"]
        self._waits = data["waits"][0], data["waits"][1]
