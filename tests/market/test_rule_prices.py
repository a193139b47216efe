"""Prices by rules: what the load alone can move is asked about only where it moved."""

import pytest
from worlds import busy_world

from test_time_gym.market.curve import Curve
from test_time_gym.market.inventory import Inventory
from test_time_gym.market.pricing.load_days import LoadAndDays
from test_time_gym.market.pricing.rule_prices import RulePrices
from test_time_gym.market.streams import Streams
from test_time_gym.market.world import World

CONFIG = busy_world()
STEEP = LoadAndDays(kind="load_days", load_curve=[(0, 500_000), (1_000_000, 2_000_000)])


def seller_with(pricing):
    market = CONFIG.market.model_copy(update={"pricing": pricing, "pricing_of": {}})
    world = World.of(market)
    (seller,) = world.sellers
    return world, seller


@pytest.mark.parametrize("counts_holds", [False, True])
def test_prices_are_those_of_asking_every_rule(counts_holds):
    pricing = STEEP.model_copy(update={"counts_holds": counts_holds})
    world, seller = seller_with(pricing)
    stock, dice = Inventory(world.catalog), Streams(1).get("test")
    rules, prices, moves = RulePrices(seller), [0] * len(world.catalog.products), 0
    last = seller.last_closing_ms
    for step in range(200):
        now = step * last // 190
        for _ in range(dice.below(3)):
            product = dice.below(len(prices))
            some = [(product, 1)]
            if stock.product_sold[product] and dice.below(2):
                stock.take_back(some)
            elif stock.product_held[product] and dice.below(2):
                stock.release(some)
            elif stock.available(product):
                (stock.hold if dice.below(2) else stock.sell_known)(some)
        before = list(prices)
        for j, price in rules.moved(now, stock, prices):
            prices[j] = price
        moves += prices != before

        loads = stock.loads_ppm(held=counts_holds)
        assert prices == [
            rule(closes - now, load) if closes > now else old
            for rule, closes, load, old in zip(
                seller.rules, seller.closings_ms, loads, before, strict=True
            )
        ]
    assert moves > 5


def test_rules_that_no_load_has_moved_are_not_asked(monkeypatch):
    world, seller = seller_with(STEEP)
    stock, rules = Inventory(world.catalog), RulePrices(seller)
    prices = [0] * len(world.catalog.products)
    for j, price in rules.moved(0, stock, prices):
        prices[j] = price
    stock.sell(0, 1)
    asked, at = [], Curve.at

    def counted(self, x):
        asked.append(x)
        return at(self, x)

    monkeypatch.setattr(Curve, "at", counted)
    rules.moved(1000, stock, prices)

    sharing = world.catalog.sharing[0]
    assert 1 <= len(asked) <= len(sharing) < len(prices)


@pytest.mark.pure("counts calls of a method that it replaces")
def test_loads_are_taken_only_of_what_was_sold_since_the_last_look(monkeypatch):
    world, seller = seller_with(STEEP)
    stock, rules = Inventory(world.catalog), RulePrices(seller)
    prices = [0] * len(world.catalog.products)
    rules.moved(0, stock, prices)
    stock.sell(0, 1)
    stock.sell(0, 1)
    asked, load_ppm = [], Inventory.load_ppm

    def counted(self, index, **how):
        asked.append(index)
        return load_ppm(self, index, **how)

    monkeypatch.setattr(Inventory, "load_ppm", counted)
    monkeypatch.setattr(Inventory, "loads_ppm", None)
    rules.moved(1000, stock, prices)
    rules.moved(2000, stock, prices)

    assert asked == list(world.catalog.sharing[0])


@pytest.mark.parametrize(
    ("more", "timeless"),
    [
        ({}, True),
        ({"days_curve": [(0, 1_300_000), (2, 1_000_000)]}, False),
        ({"clock_curve": [(0, 900_000), (60, 1_000_000)]}, False),
        ({"days_curve": [(0, 1_300_000), (2, 1_300_000)]}, True),
        ({"date_factors": [("2026-06-01", 1_200_000)]}, True),
    ],
)
def test_rules_are_timeless_if_no_factor_follows_the_clock(more, timeless):
    assert STEEP.model_copy(update=more).timeless == timeless
