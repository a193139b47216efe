"""Tables and curves of one market: what its sellers earn, from whom, and when."""

from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Final

from test_time_gym.evaluation.market import DaysLeft, MarketFigures, SellerFigures
from test_time_gym.evaluation.statistics import Figure, student
from test_time_gym.market.money import exponent_of

from .parts import (
    Number,
    Part,
    amount,
    axis,
    bounded,
    cell,
    chart,
    column,
    series,
    share,
    table,
)

__all__ = [
    "days_parts",
    "figure_cell",
    "number",
    "outcome_table",
    "segment_table",
    "seller_table",
]

_LEVEL: Final = 0.95
_PAIR: Final = 2
_Shown = Callable[[Number], str | None]


def number(value: Number) -> str | None:
    """Return a number as people read it.

    >>> number(1234.56), number(None)
    ('1,234.6', None)
    """
    return None if value is None else f"{value:,.1f}"


def interval_of(
    figure: Figure | None, seeds: int, least: float = 0, most: float = inf
) -> dict[str, Number]:
    """Return a mean's interval of 95 %, by Student's distribution over seeds.

    Its bounds are cut to what can be.

    >>> found = interval_of(Figure(10.0, 1.0), 2)
    >>> found["low"], round(found["high"], 6)
    (0, 22.706205)
    >>> interval_of(Figure(10.0, None), 1)
    {'estimate': 10.0, 'low': None, 'high': None}
    """
    if figure is None or figure.estimate is None:
        return {"estimate": None, "low": None, "high": None}
    error = figure.standard_error
    if error is None or seeds < _PAIR:
        return {"estimate": figure.estimate, "low": None, "high": None}
    reach = student.quantile(_LEVEL, seeds - 1) * error
    return {
        "estimate": figure.estimate,
        "low": max(least, figure.estimate - reach),
        "high": min(most, figure.estimate + reach),
    }


def figure_cell(figure: Figure | None, seeds: int, shown: _Shown) -> Part | None:
    """Return a cell of a figure with its interval, in words of ``shown``."""
    # Shares end at 1, and of all figures only elasticities can be negative.
    least, most = -inf if shown is _two else 0, 1 if shown is share else inf
    found = interval_of(figure, seeds, least, most)
    ends = [shown(found[key]) for key in ("estimate", "low", "high")]
    return cell(bounded(ends), found)


def seller_table(found: MarketFigures) -> Part:
    """Return what each seller sold for how much."""
    currency, seeds = found.currency, len(found.seeds)
    elastic = found.total.own_elasticity is not None
    crossed = elastic and len(found.sellers) > 1
    everyone, rows = (*found.sellers, found.total), []
    flown = any(one.yield_per_km.estimate is not None for one in everyone)
    offered = any(one.revenue_per_seat_km.estimate is not None for one in everyone)
    for one in everyone:
        row = [
            one.name or "all",
            one.policy or None,
            figure_cell(one.revenue, seeds, lambda n: amount(n, currency)),
            figure_cell(one.sold, seeds, number),
            figure_cell(one.load_factor, seeds, share),
            figure_cell(one.yield_per_unit, seeds, lambda n: amount(n, currency)),
        ]
        if flown:
            row.append(_rate_cell(one.yield_per_km, seeds, currency))
        if offered:
            row.append(_rate_cell(one.revenue_per_seat_km, seeds, currency))
        if elastic:
            row.append(figure_cell(one.own_elasticity, seeds, _two))
        if crossed:
            row.append(figure_cell(one.cross_elasticity, seeds, _two))
        rows.append(row)
    columns = [
        column("seller", number=False),
        column("policy", number=False),
        column(f"revenue, {currency}"),
        column("sold", help="to background buyers, in the mean of runs"),
        column(
            "load factor",
            help=f"{found.unit} gone at closing / {found.unit} there were",
        ),
        column(f"yield, {currency}", help="revenue / sold"),
    ]
    if flown:
        columns.append(column(f"{currency} / RPK", help="per kilometre flown"))
    if offered:
        columns.append(column(f"{currency} / ASK", help="per seat-km there was"))
    if elastic:
        columns.append(column("elasticity", help="of what it sells, in its own fares"))
    if crossed:
        columns.append(column("cross", help="of what all others sell, in its fares"))
    caption = "Means over runs; in brackets 95 % intervals."
    return table(columns, rows, caption=caption)


def _rate_cell(figure: Figure, seeds: int, currency: str) -> Part | None:
    """Return a cell of money for a kilometre, to a thousandth of a minor unit."""
    digits = exponent_of(currency)

    def shown(value: Number) -> str | None:
        return None if value is None else f"{value / 10**digits:,.{digits + 3}f}"

    return figure_cell(figure, seeds, shown)


def outcome_table(found: MarketFigures) -> Part:
    """Return what comes of arrivals and of stock."""
    currency, seeds = found.currency, len(found.seeds)
    rows = [
        [
            one.name or "all",
            figure_cell(one.buying_share, seeds, share),
            figure_cell(one.spill, seeds, number),
            figure_cell(one.spoilage, seeds, number),
            figure_cell(one.consumer_surplus, seeds, lambda n: amount(n, currency)),
        ]
        for one in (*found.sellers, found.total)
    ]
    columns = [
        column("seller", number=False),
        column("arrivals that buy"),
        column(
            "spill",
            help="arrivals who would have bought at base prices, and found "
            "it sold out or closed",
        ),
        column(f"spoilage, {found.unit}", help="what nobody had bought at closing"),
        column(
            f"consumer surplus, {currency}",
            help="what buyers would have paid, less what they paid",
        ),
    ]
    return table(columns, rows, caption="What comes of arrivals and stock.")


def segment_table(found: MarketFigures) -> Part | None:
    """Return who buys; None: nobody comes."""
    if not found.segments:
        return None
    currency, seeds = found.currency, len(found.seeds)
    rows = [
        [
            one.name,
            figure_cell(one.arrivals, seeds, number),
            figure_cell(one.buying_share, seeds, share),
            figure_cell(one.price, seeds, lambda n: amount(n, currency)),
            figure_cell(one.elasticity, seeds, _two),
        ]
        for one in found.segments
    ]
    columns = [
        column("segment", number=False),
        column("arrivals"),
        column("that buy"),
        column(f"mean price, {currency}"),
        column("elasticity"),
    ]
    return table(columns, rows, caption="Who comes, and who buys.")


def days_parts(
    name: str, sold: Mapping[str, SellerFigures], currency: str, seeds: int
) -> list[Part]:
    """Return bookings and prices by days left, a curve for each name.

    Args:
        name: of the charts, in links.
        sold: whose, by what the curve is called.
        currency: of prices.
        seeds: how many runs the figures are of.
    """
    stretches = {
        day.from_day: _stretch(day) for one in sold.values() for day in one.days_left
    }
    starts = sorted(stretches, reverse=True)
    if not starts:
        return []
    x = {
        "label": "days left",
        "values": list(range(len(starts))),
        "labels": [stretches[start] for start in starts],
    }

    def drawn(figure: Callable[[DaysLeft], Figure]) -> list[Part]:
        curves = []
        for called, one in sold.items():
            known = {day.from_day: figure(day) for day in one.days_left}
            found = [interval_of(known.get(start), seeds) for start in starts]
            curves.append(series(called, *([one[k] for one in found] for k in _ENDS)))
        return curves

    money = axis(f"price, {currency}", "money", exponent=exponent_of(currency))
    return [
        chart(
            f"prices-{name}",
            "Mean price of what was sold, by days left",
            x,
            money,
            drawn(lambda day: day.price),
        ),
        chart(
            f"bookings-{name}",
            "Bookings in a run, by days left",
            x,
            axis("bookings", least=0),
            drawn(lambda day: day.bookings),
        ),
        _days_table(sold, starts, stretches, currency, seeds),
    ]


_ENDS: Final = ("estimate", "low", "high")


def _days_table(
    sold: Mapping[str, SellerFigures],
    starts: Sequence[int],
    stretches: Mapping[int, str],
    currency: str,
    seeds: int,
) -> Part:
    known = {
        name: {day.from_day: day for day in one.days_left} for name, one in sold.items()
    }
    rows: list[list[str | Part | None]] = []
    for start in starts:
        row: list[str | Part | None] = [stretches[start]]
        for days in known.values():
            day = days.get(start)
            bookings = None if day is None else day.bookings
            price = None if day is None else day.price
            row.append(figure_cell(bookings, seeds, number))
            row.append(figure_cell(price, seeds, lambda n: amount(n, currency)))
        rows.append(row)
    columns = [column("days left", number=False)]
    for name in known:
        columns += [column(f"{name}: bookings"), column(f"{name}: price, {currency}")]
    return table(columns, rows, caption="The same in figures.")


def _stretch(day: DaysLeft) -> str:
    """Return between which numbers of days before closing something was sold."""
    if day.until_day is None:
        return f"{day.from_day}+"
    last = day.until_day - 1
    return f"{day.from_day}" if last == day.from_day else f"{day.from_day}–{last}"


def _two(value: Number) -> str | None:
    return None if value is None else f"{value:.2f}"
