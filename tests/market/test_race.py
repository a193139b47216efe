"""A race of many clocks has the winner that drawing all of them would find."""

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import busy_world

from test_time_gym.market import race
from test_time_gym.market.arrivals import Arrivals
from test_time_gym.market.choice import ChoiceModel, ChoiceSet, Taste
from test_time_gym.market.clock import HORIZON_MS
from test_time_gym.market.exponential import unit_exponential
from test_time_gym.market.population import Shoppers
from test_time_gym.market.streams import Streams
from test_time_gym.market.world import World

MODEL = ChoiceModel(reference_minor=300_00, scale_minor=60_00)
WORLD = World.of(busy_world().market)


def words(count, seed=1):
    stream = Streams(seed).bulk("race")
    return np.concatenate([stream.block() for _ in range(2 + count // 1024)])[:count]


def keys(count):
    return Taste(f"P{k}" for k in range(count - 1)).keys


def means(count, spread, absent):
    """Return mean times over so many powers of two; one of so many is infinite."""
    dice = np.random.default_rng(count)
    drawn = 2.0 ** -(20 + dice.random(count) * spread)
    drawn[1:][dice.random(count - 1) < absent] = inf
    return drawn


@pytest.mark.parametrize("count", [1, 2, 24, 25, 300, 3000])
@pytest.mark.parametrize("spread", [0, 3, 40])
@pytest.mark.parametrize("absent", [0, 0.9, 1])
def test_the_first_clock_is_that_of_drawing_all(count, spread, absent):
    named, times, drawn = keys(count), means(count, spread, absent), words(100)

    alone = [race.first(drawn[k : k + 1], named, times) for k in range(100)]

    assert alone == race.firsts(drawn, named, times)


@given(clock=st.floats(1e-16, 40))
def test_below_the_least_word_every_clock_is_longer(clock):
    least = race._least_word(clock)
    assert least == 0 or unit_exponential(least - 1) > clock


@pytest.mark.pure("counts calls of a function that it replaces")
def test_of_thousands_of_clocks_few_are_drawn(monkeypatch):
    drawn, count = [], 3000
    monkeypatch.setattr(
        race, "unit_exponential", lambda word: drawn.append(1) or unit_exponential(word)
    )
    monkeypatch.setattr(race, "unit_exponentials", None)
    for word in words(20):
        race.first(np.array([word]), keys(count), np.full(count, 2.0**-20))

    assert 20 <= len(drawn) <= 20 * 2 * race._GREATEST


@pytest.mark.parametrize("step", [1, 100, 5000])
@pytest.mark.parametrize("many", [1, 4, 64])
def test_a_wide_choice_is_that_of_all_clocks(step, many):
    count, some = 600, words(many, many)
    taste, choices = Taste(f"P{k}" for k in range(count)), ChoiceSet([0] * count, MODEL)
    prices = {
        k: None if k % 5 == 2 else 250_00 + k * 7 % count * step for k in range(count)
    }
    choices.offer(prices)
    willing = np.array([250_00 + k * 9000 % 170_00 for k in range(many)])

    chosen = choices.choose_wide(willing, some, taste)

    assert taste.wide
    assert choices.cheapest == 250_00
    assert 1 <= len(chosen) <= many
    assert chosen == choices.choose(willing, taste.clocks(some))[: len(chosen)]


def test_a_choice_of_which_all_is_taken_off_has_no_least_price():
    choices = ChoiceSet([0] * 600, MODEL)
    choices.offer(dict.fromkeys(range(600), 100))
    choices.offer(dict.fromkeys(range(600)))
    assert choices.cheapest is None


def test_buyers_look_again_only_at_what_has_closed():
    demand, asked = WORLD.demands[0], []
    arrivals = Arrivals(demand, 0, Streams(1).bulk("test"))
    products = len(WORLD.catalog.products)
    shoppers = Shoppers(arrivals, [(j + 1) * 1000 for j in range(products)])
    prices = [HORIZON_MS] * products

    def on_sale(product):
        asked.append(product)
        return 1

    for now in (0, 999, 1000, 2500, 4000):
        shoppers.choose(now, prices, on_sale)
        asked.append(now)

    assert demand.members == (0, 1, 3)
    assert asked == [0, 1, 3, 0, 999, 0, 1000, 1, 2500, 3, 4000]
