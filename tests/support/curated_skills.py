"""Curated skills: what one would write down who knows all habits of a site."""

from typing import Final

from msgspec.structs import replace

from test_time_gym.agents.skills.perception.page import Page
from test_time_gym.agents.skills.skill.skill import Binding, Skill, Step
from test_time_gym.market.config import PPM
from test_time_gym.market.pricing.load_days import LoadAndDays
from test_time_gym.market.world import World
from test_time_gym.scenarios import Scenario

__all__ = ["curated_skills"]

_SHOP: Final[Page] = {"view": "search_results", "payment": "none", "cart": "none"}
_CART: Final[Page] = {"view": "cart", "cart": "some"}
_TILL: Final[Page] = {"view": "payment", "payment": "requires_confirmation"}
_GOOD: Final = {"checks": "agree"}
_BAD: Final = {"checks": "contradict"}
_PROCEED: Final = Step(verb="proceed_to_payment")
_ABORT: Final = Step(verb="abort")
_FILTERS: Final = ("depart_after", "depart_before", "max_stops", "airline")


def curated_skills(site: Scenario) -> list[Skill]:
    """Return the skills that buy at a site, written from what it declares.

    Wait for the cheap time, search the cheap date, filter by the constraints, take
    the cheapest offer and the code that holds, pay with the card that works, and give
    up what is above the budget.  What a site does not declare is left out: without
    any habit the plain flow remains, with the best code.

    >>> from test_time_gym.scenarios import load_scenario
    >>> shop, *_ = curated_skills(load_scenario("flights/sfo-mad"))
    >>> [step.verb for step in shop.steps]
    ['search_flights', 'filter_results', 'add_to_cart', 'apply_coupon']
    """
    pay = [_PROCEED, _step("enter_card", card_token=_card(site))]
    # The code of a challenge is the last thing that was written.
    code = Binding(path="messages[-1].text~number")
    settle = [Step(verb="confirm_payment"), _step("answer_challenge", code=code)]
    return [
        _skill("shop", _SHOP, _shopping(site), _CART),
        _skill("pay", _CART | _GOOD, pay, _TILL),
        _skill("settle", _TILL | _GOOD, settle, {"payment": "captured"}),
        _skill("leave-cart", _CART | _BAD, [_ABORT], _CART),
        _skill("leave-till", _TILL | _BAD, [_ABORT], _TILL),
    ]


def _shopping(site: Scenario) -> list[Step]:
    """Return the steps to a full cart with its code."""
    steps = []
    minutes = _cheap_minute(site)
    if minutes:
        # Prices are looked at after the agents of the same instant.
        steps.append(_step("wait", minutes=Binding(value=minutes + 1)))
    date = _cheap_date(site)
    steps.append(_step("search_flights", **({"date": date} if date else {})))
    wanted = {name: Binding(path=f"constraints.{name}") for name in _FILTERS}
    steps.append(replace(_step("filter_results", **wanted), optional=_FILTERS))
    names = site.page.renamed
    price, name = names.get("price", "price"), names.get("id", "id")
    offer = Binding(path=f"flights[least {price}].{name}")
    if site.market.storefront.select_first:
        steps.append(_step("select_flight", flight_id=offer))
    steps.append(_step("add_to_cart", flight_id=offer))
    code = _holding_code(site, minutes)
    if code is not None:
        taken = _step("apply_coupon", code=Binding(value=code))
        steps.append(replace(taken, best_effort=True))
    return steps


def _step(verb: str, **args: Binding) -> Step:
    places: dict[str, tuple[Binding, ...]] = {k: (place,) for k, place in args.items()}
    return Step(verb=verb, args=places)


def _skill(name: str, before: Page, steps: list[Step], after: Page) -> Skill:
    return Skill(
        name=f"curated-{name}",
        precondition=before,
        steps=tuple(steps),
        postcondition=after,
        state="confirmed",
        origin=("written from the site's declaration",),
        by_hand=True,
    )


def _cheap_minute(site: Scenario) -> int:
    """Return the first minute of the lowest prices; 0: at once."""
    pricing = site.market.pricing
    if not isinstance(pricing, LoadAndDays):
        return 0
    curve = pricing.clock_curve
    at, low = min(curve, key=lambda point: (point[1], point[0]))
    return 0 if low >= curve[0][1] else at


def _cheap_date(site: Scenario) -> Binding | None:
    """Return the date with the lowest factor, if one is cheaper than the others."""
    pricing = site.market.pricing
    if not isinstance(pricing, LoadAndDays):
        return None
    day, low = min(
        pricing.date_factors, key=lambda factor: factor[1], default=("", PPM)
    )
    return Binding(value=day) if low < PPM else None


def _holding_code(site: Scenario, minutes: int) -> str | None:
    """Return the code that takes most off a usual price, once it is cheap."""
    world = World.of(site.market)
    usual = sorted(world.floors)[len(world.floors) // 2]
    now_ms = minutes * 60_000
    held = [
        (coupon.discount(usual), coupon.code)
        for coupon in site.market.coupons
        if coupon.refusal(usual, now_ms) is None
    ]
    return max(held)[1] if held else None


def _card(site: Scenario) -> Binding:
    """Return the card that pays, if every wallet has it; else the wallet's first."""
    wallets = site.task.wallets
    for card in site.market.cards:
        sound = card.limit_minor is None and not card.hard_decline_ppm
        if sound and all(card.token in wallet for wallet in wallets):
            return Binding(value=card.token)
    token = site.page.renamed.get("token", "token")
    return Binding(path=f"wallet[0].{token}")
