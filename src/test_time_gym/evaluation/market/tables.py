"""Tables of figures for people: titles, and rows of header → cell."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from test_time_gym.evaluation.statistics import Figure
from test_time_gym.market.money import exponent_of
from test_time_gym.tables import TitledTable

if TYPE_CHECKING:
    from .comparison import MarketComparison, PairedFigure
    from .market_figures import MarketFigures
    from .segment_figures import SegmentFigures
    from .seller_figures import DaysLeft, SellerFigures

__all__ = ["comparison_tables", "market_tables"]

Row = Mapping[str, str | None]


def market_tables(found: "MarketFigures") -> list[TitledTable]:
    """Return the tables of a market."""
    head = f"{found.scenario}, {_seeds(found.seeds)}: "
    head += f"{_count(found.arrivals)} arrivals in a run"
    everyone = [*found.sellers, found.total]
    tables = [
        TitledTable(head, [_seller(one, found) for one in everyone]),
        TitledTable(
            "What comes of arrivals and units",
            [_outcome(one, found) for one in everyone],
        ),
    ]
    if found.gives_up:
        rows = [_given_up(one, found) for one in everyone]
        tables.append(TitledTable("What becomes of bookings", rows))
    segments = [_segment(one, found) for one in found.segments]
    mix = [
        {"seller": one.name, "class": code, "share %": _percent(share)}
        for one in found.sellers
        for code, share in one.class_mix.items()
    ]
    days = [_days(one, found.currency) for one in found.total.days_left]
    tables += [
        TitledTable("Who buys", segments),
        TitledTable("Class mix", mix),
        TitledTable("By days left", days),
    ]
    return [table for table in tables if table.rows]


def _seller(one: "SellerFigures", found: "MarketFigures") -> Row:
    everyone = [*found.sellers, found.total]
    row = {
        "seller": one.name or "all",
        "policy": one.policy or None,
        f"revenue {found.currency}": _money(one.revenue, found.currency),
        "sold": _count(one.sold),
        "load factor %": _percent(one.load_factor),
        f"yield {found.currency}": _money(one.yield_per_unit, found.currency),
        **_per_km(one, everyone, found.currency),
    }
    if found.total.own_elasticity is not None:
        row["elasticity"] = _plain(one.own_elasticity)
        if len(found.sellers) > 1:
            row["cross"] = _plain(one.cross_elasticity)
    return row


def _per_km(
    one: "SellerFigures", everyone: Sequence["SellerFigures"], currency: str
) -> dict[str, str | None]:
    """Return the cells of figures per kilometre that are known of anybody."""
    cells = {}
    if any(other.yield_per_km.estimate is not None for other in everyone):
        cells[f"{currency} / RPK"] = _rate(one.yield_per_km, currency)
    if any(other.revenue_per_seat_km.estimate is not None for other in everyone):
        cells[f"{currency} / ASK"] = _rate(one.revenue_per_seat_km, currency)
    return cells


def _outcome(one: "SellerFigures", found: "MarketFigures") -> Row:
    row = {
        "seller": one.name or "all",
        "arrivals that buy %": _percent(one.buying_share),
        "spill": _count(one.spill),
        f"spoilage ({found.unit})": _count(one.spoilage),
        f"consumer surplus {found.currency}": _money(
            one.consumer_surplus, found.currency
        ),
    }
    if found.total.cut_prices.estimate:
        row["prices cut"] = _count(one.cut_prices)
    if found.warm_up == "draw":
        row[f"{found.unit} sold before"] = _count(one.before)
    return row


def _given_up(one: "SellerFigures", found: "MarketFigures") -> Row:
    row = {
        "seller": one.name or "all",
        "cancelled": _count(one.cancelled),
        "no-shows": _count(one.no_shows),
        "denied": _decimal(one.denied, 1, 2),
    }
    if found.total.go_shows.estimate:
        row["go-shows"] = _decimal(one.go_shows, 1, 2)
    return row | {
        f"paid back {found.currency}": _money(one.paid_back, found.currency),
    }


def _segment(one: "SegmentFigures", found: "MarketFigures") -> Row:
    row = {
        "segment": one.name,
        "arrivals": _count(one.arrivals),
        "variance / mean": _plain(one.dispersion),
        "that buy %": _percent(one.buying_share),
        f"mean price {found.currency}": _money(one.price, found.currency),
    }
    if one.elasticity is not None:
        row["elasticity"] = _plain(one.elasticity)
    if one.demand_elasticity is not None:
        row["of demand"] = _plain(one.demand_elasticity)
    if one.declared_elasticity is not None:
        row["declared"] = f"{one.declared_elasticity:.2f}"
    return row


def _days(one: "DaysLeft", currency: str) -> Row:
    end = "and more" if one.until_day is None else f"to {one.until_day}"
    return {
        "days left": f"{one.from_day} {end}",
        "bookings": _count(one.bookings),
        f"mean price {currency}": _money(one.price, currency),
    }


def comparison_tables(found: "MarketComparison") -> list[TitledTable]:
    """Return the tables of a comparison."""
    means = [
        {
            "policies": label,
            f"revenue {found.currency}": _money(one.total.revenue, found.currency),
            "sold": _count(one.total.sold),
            "load factor %": _percent(one.total.load_factor),
            f"yield {found.currency}": _money(one.total.yield_per_unit, found.currency),
            "spill": _count(one.total.spill),
            f"consumer surplus {found.currency}": _money(
                one.total.consumer_surplus, found.currency
            ),
        }
        for label, one in zip(found.labels, found.markets, strict=True)
    ]
    plan = found.trial
    played, paired = _seeds(found.seeds), "seed"
    if plan is not None:
        played, paired = _seeds(found.seeds, "trial"), "trial"
        played += f", of {plan.samples} departures after {plan.burn_in}"
    tables = [TitledTable(f"{found.scenario}, {played}", means)]
    for label, pairs in zip(found.labels[1:], found.pairs, strict=True):
        title = f"{label} less {found.labels[0]}, paired by {paired}"
        # Of single sellers the rest is in the plain data, of one alone all of it.
        several = len(found.markets[0].sellers) > 1
        rows = [
            _pair(one, found.currency, paired)
            for one in pairs
            if not one.seller or (several and one.name == "revenue")
        ]
        tables.append(TitledTable(title, rows))
    return tables


def _pair(one: "PairedFigure", currency: str, paired: str) -> Row:
    money = one.name in ("revenue", "consumer_surplus")

    def shown(value: float | None) -> str | None:
        if value is None:
            return None
        if money:
            return _minor(value, currency)
        share = one.name == "load_factor"
        return f"{100 * value:.2f}" if share else f"{value:.2f}"

    unit = f" {currency}" if money else " %" if one.name == "load_factor" else ""
    change, error = shown(one.difference), shown(one.standard_error)
    low, high = shown(one.low), shown(one.high)
    return {
        "seller": one.seller or "all",
        "figure": one.name.replace("_", " ") + unit,
        "difference": change if error is None else f"{change} ± {error}",
        "95 % interval": None if low is None else f"{low} to {high}",
        "correlation": None if one.correlation is None else f"{one.correlation:.3f}",
        "variance reduction %": None
        if one.variance_reduction is None
        else f"{100 * one.variance_reduction:.1f}",
        f"{paired}s for ±1 %": None
        if one.seeds_for_one_percent is None
        else f"{one.seeds_for_one_percent}",
    }


def _seeds(seeds: Sequence[int], name: str = "seed") -> str:
    first, last = seeds[0], seeds[-1]
    if len(seeds) == 1:
        return f"{name} {first}"
    if last - first + 1 == len(seeds):
        return f"{name}s {first} to {last}"
    return f"{len(seeds)} {name}s from {first} to {last}"


def _minor(value: float, currency: str) -> str:
    """Return money in major units, thousands apart.

    >>> _minor(-1234.6, "EUR"), _minor(250.4, "JPY")
    ('-12.35', '250')
    """
    minor, digits = round(value), exponent_of(currency)
    whole, rest = divmod(abs(minor), 10**digits)
    sign = "-" if minor < 0 else ""
    return f"{sign}{whole:,}.{rest:0{digits}d}" if digits else f"{sign}{whole:,}"


def _money(figure: Figure, currency: str) -> str | None:
    if figure.estimate is None:
        return None
    error = figure.standard_error
    shown = _minor(figure.estimate, currency)
    return shown if error is None else f"{shown} ± {_minor(error, currency)}"


def _rate(figure: Figure, currency: str) -> str | None:
    """Return money for a kilometre, to a thousandth of a minor unit.

    >>> _rate(Figure(8.3336, 0.12), "EUR"), _rate(Figure(13.5, None), "JPY")
    ('0.08334 ± 0.00120', '13.500')
    """
    digits = exponent_of(currency)
    return _decimal(figure, 10**-digits, digits + 3)


def _count(figure: Figure) -> str | None:
    return _decimal(figure, 1, 1)


def _percent(figure: Figure) -> str | None:
    return _decimal(figure, 100, 1)


def _plain(figure: Figure | None) -> str | None:
    return None if figure is None else _decimal(figure, 1, 2)


def _decimal(figure: Figure, times: float, digits: int) -> str | None:
    if figure.estimate is None:
        return None
    shown = f"{times * figure.estimate:,.{digits}f}"
    error = figure.standard_error
    return shown if error is None else f"{shown} ± {times * error:,.{digits}f}"
