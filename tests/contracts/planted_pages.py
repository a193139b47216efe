"""A small market that shows pages of plain data, and twins that each leak something.

`ToyPages` is `ToyMarket` with JSON in place of arrays: each buyer sees its own page and
its own infos.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

WAIT, QUOTE, ADD, DROP, BUY = range(5)


def _load(name):
    """Import a neighbour: tests are not packages."""
    spec = importlib.util.spec_from_file_location(
        name, Path(__file__).parent / f"{name}.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_planted = _load("planted")
BUYERS, CART_MAX = _planted.BUYERS, _planted.CART_MAX


class ToyPages(_planted.ToyMarket):
    """The good one; what it renders is the page of ``buyer_0``."""

    render_mode = "ansi"

    def reset(self, seed=None, options=None):
        self.deeds = {buyer: [] for buyer in BUYERS}
        super().reset(seed, options)

    def act(self, me, verb):
        super().act(me, verb)
        self.deeds[me].append(verb)

    def page(self, buyer):
        quotes = self.deeds[buyer].count(QUOTE)
        return {
            "now": self.now,
            "free": self.shop.free,
            "cart": ["seat"] * self.shop.cart[buyer],
            "payment": {"attempts": self.deeds[buyer].count(BUY), "status": "none"},
            "quotes": [f"quote-{number + 1}" for number in range(quotes)],
            "messages": [],
            "error": None if self.accepted[buyer] else "illegal",
        }

    def observe(self, agent):
        return self.page(agent)

    def tell(self):
        self.infos = {
            buyer: {"accepted": self.accepted[buyer], "terms": self.terms(buyer)}
            for buyer in self.agents
        }

    def terms(self, buyer):
        return {"penalty": self.deeds[buyer].count(DROP)}

    def render(self):
        return json.dumps(self.page("buyer_0"))


class TextPages(ToyPages):
    """A good one, whose pages are JSON text."""

    def observe(self, agent):
        return json.dumps(self.page(agent))


class CountsEverybodysAttempts(ToyPages):
    """The payment's attempts are those of all buyers."""

    def page(self, buyer):
        page = super().page(buyer)
        deeds = [verb for verbs in self.deeds.values() for verb in verbs]
        page["payment"]["attempts"] = len(deeds) - deeds.count(WAIT)
        return page


class NumbersQuotesOverAll(ToyPages):
    """A quote's number tells how many were asked for by anybody."""

    def page(self, buyer):
        asked = sum(verbs.count(QUOTE) for verbs in self.deeds.values())
        return super().page(buyer) | {"next_quote": f"quote-{asked + 1}"}


class WritesToEverybody(ToyPages):
    """What is said of one buyer's cart reaches all."""

    def page(self, buyer):
        told = [f"{b} took a seat" for b in BUYERS for v in self.deeds[b] if v == ADD]
        return super().page(buyer) | {"messages": told}


class OrdersKeysByUse(ToyPages):
    """The values are right; the order of the keys tells who was there last."""

    def page(self, buyer):
        page = super().page(buyer)
        busy = any(self.deeds[b] and self.deeds[b][-1] == ADD for b in BUYERS)
        return dict(reversed(page.items())) if busy else page


class TextCountsEverybodysAttempts(TextPages):
    """The same leak inside a text."""

    def page(self, buyer):
        carts = sum(self.shop.cart.values())
        return super().page(buyer) | {"others": carts - self.shop.cart[buyer]}


class InfosTellEverybodysTerms(ToyPages):
    """The terms of the reward are those of all."""

    def terms(self, buyer):
        return {"penalty": sum(v.count(DROP) for v in self.deeds.values())}


class InfosTellInBetween(ToyPages):
    """A buyer's infos are its own when it acts, and the actor's while others do."""

    def terms(self, buyer):
        return super().terms(self.agent_selection)


class ObservesInBetween(ToyPages):
    """An agent that looks while another acts sees that one's cart."""

    def observe(self, agent):
        return self.page(agent if agent == self.agent_selection else "buyer_1")


class PaysForOthersCarts(ToyPages):
    """Others earn a little whenever somebody fills a cart."""

    def act(self, me, verb):
        super().act(me, verb)
        if verb == ADD:
            for other in self.agents:
                if other != me:
                    self.rewards[other] += 0.001


class RendersCarts(ToyPages):
    """The text shows every cart."""

    def render(self):
        return super().render() + json.dumps(self.shop.cart)


class RendersNothing(ToyPages):
    """There is no text."""

    def render(self):
        return None
