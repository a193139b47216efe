"""What people should know who look at a market, or play in it, besides its figures."""

from collections.abc import Iterator

from test_time_gym.market.config import PPM
from test_time_gym.market.market_config import MarketConfig
from test_time_gym.market.pricing.protection import ProtectionConfig

from .odd_forecasts import odd_forecasts, rare_buyers
from .seller_policies import PricedScenario

__all__ = ["market_notes", "oddities"]


def market_notes(played: PricedScenario) -> list[str]:
    """Return in words what figures of a market leave out, or take for granted."""
    market_config, notes = played.scenario.market, []
    catalog, warm_up = market_config.catalog(), market_config.warm_up
    if not any(segment.most_expected_micro() for segment in market_config.demand):
        who = "books, and go-shows alone come" if catalog.takes_go_shows else "comes"
        notes.append(f"nobody {who}: the scenario has no background demand")
    elif warm_up != "simulate":
        note = "revenue and all figures of sales count only what was sold after the "
        note += f'opening (warm_up = "{warm_up}"): with --warm-up simulate or '
        note += 'warm_up="simulate" they count the whole booking horizon'
        if warm_up == "draw" and any(catalog.km):
            note += ", and revenue per ASK is told"
        notes.append(note)
    notes += _unknown_kilometres(market_config)
    for name, kind in played.kinds.items():
        if kind == "agent":
            notes.append(f"no agent plays {name}: its prices follow the load")
    return [*notes, *oddities(played)]


def oddities(played: PricedScenario) -> Iterator[str]:
    """Yield in words what its policies and its demand do that nobody may have meant.

    It holds whether agents play in the market or not.
    """
    config = played.scenario.market
    yield from rare_buyers(config)
    yield from odd_forecasts(config, [s for s in played.kinds if s not in played.users])
    yield from _forecast_notes(played)
    for name, user in played.users.items():
        pricing = user.pricing()
        if pricing.floor_ppm == PPM == pricing.ceiling_ppm:
            yield (
                f"{user.name} of {name} may move no price: what it asks for is cut to "
                "the base fare, unless floor_ppm or ceiling_ppm leave it room"
            )


def _forecast_notes(played: PricedScenario) -> Iterator[str]:
    """Yield in words who learns a forecast, and who keeps nothing back by one."""
    config = played.scenario.market
    cheap = dict.fromkeys(one.seller for one in config.catalog().products if one.rank)
    for name, kind in played.kinds.items():
        pricing = config.pricing_of.get(name, config.pricing)
        if name in played.users:
            continue
        if isinstance(pricing, ProtectionConfig) and name not in cheap:
            yield f"{kind} of {name} keeps nothing back: all it sells has one class"
        elif pricing.past_departures:
            many = pricing.past_departures
            told = f"{kind} of {name} learns what to expect from {many} past departures"
            yield told + pricing.supposes


def _unknown_kilometres(config: MarketConfig) -> Iterator[str]:
    """Yield in words of which legs nobody knows how far they go, if there are any."""
    catalog = config.catalog()
    unknown = [
        name
        for name, km in zip(catalog.pool_names, catalog.km, strict=True)
        if km is None
    ]
    if unknown:
        more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
        yield (
            f"revenue per RPK and ASK is left out: how far {unknown[0]}{more} "
            "goes is not known, until its leg says it in distance_km"
        )
