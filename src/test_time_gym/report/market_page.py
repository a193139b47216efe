"""The page of a market without agents, or of policies compared in one."""

from typing import Any

from test_time_gym.evaluation.market import (
    MarketComparison,
    MarketFigures,
    PairedFigure,
    SellerFigures,
)

from .market_parts import (
    days_parts,
    figure_cell,
    number,
    outcome_table,
    segment_table,
    seller_table,
)
from .page import page
from .parts import (
    Number,
    Part,
    amount,
    bounded,
    cell,
    choice,
    column,
    counted,
    option,
    section,
    share,
    table,
    text,
)
from .report import Report

__all__ = ["market_data", "market_page"]

_MONEY = ("revenue", "consumer_surplus")


def market_page(found: MarketFigures | MarketComparison) -> Report:
    """Return the page of a market, or of a comparison."""
    title, data = market_data(found)
    contents = counted(len(found.seeds), "run")
    if isinstance(found, MarketComparison):
        contents += f" under each of {len(found.labels)} policies"
    html = page("market", title, data)
    return Report(html=html, title=title, kind="market", contents=contents)


def market_data(
    found: MarketFigures | MarketComparison,
) -> tuple[str, dict[str, Any]]:
    """Return what the page of a market shows: its title and data."""
    if isinstance(found, MarketComparison):
        title = f"Policies compared: {found.scenario}"
        return title, {"lead": _compared(found), "sections": _comparison(found)}
    title = f"Market: {found.scenario}"
    return title, {"lead": _earned(found), "sections": _market(found)}


def _seeds(found: MarketFigures | MarketComparison) -> str:
    count = len(found.seeds)
    if count == 1:
        return "one run, of which nothing says how sure a figure is"
    return f"{count} runs with other chance"


def _earned(found: MarketFigures) -> list[str]:
    total, currency = found.total, found.currency
    said = (
        f"{found.scenario} was played without agents in {_seeds(found)}: "
        f"{number(found.arrivals.estimate)} buyers came to a run, "
        f"{share(total.buying_share.estimate) or 'none'} of them bought, for "
        f"{amount(total.revenue.estimate, currency)} {currency} in all; "
        f"{share(total.load_factor.estimate) or 'none'} of the {found.unit} were gone "
        "at closing."
    )
    return [said, *[f"Mind: {note}." for note in found.notes]]


def _market(found: MarketFigures) -> list[Part]:
    seeds = len(found.seeds)
    sold: dict[str, SellerFigures] = {one.name: one for one in found.sellers}
    if len(sold) != 1:
        sold["all"] = found.total
    days = days_parts("all", sold, found.currency, seeds)
    nothing = text("Nothing was sold.")
    mix = [
        [one.name, code, figure_cell(figure, seeds, share)]
        for one in found.sellers
        for code, figure in one.class_mix.items()
    ]
    columns = [
        column("seller", number=False),
        column("class", number=False),
        column("share of what it sold"),
    ]
    nobody = text("Nobody comes: the scenario has no background demand.")
    return [
        section("sellers", "What sellers earn", seller_table(found)),
        section("days", "Prices and bookings by days left", *(days or [nothing])),
        section("stock", "Arrivals and stock", outcome_table(found)),
        section("segments", "Who buys", segment_table(found) or nobody),
        section("classes", "Class mix", table(columns, mix) if mix else nothing),
    ]


def _compared(found: MarketComparison) -> list[str]:
    played = (
        f"{len(found.labels)} policies were played in {found.scenario} in "
        f"{_seeds(found)}, each with the same buyers: what differs is their work."
    )
    said = [played]
    for label, pairs in zip(found.labels[1:], found.pairs, strict=True):
        one = next(p for p in pairs if p.name == "revenue" and not p.seller)
        said.append(_difference(label, found.labels[0], one, found.currency))
    return said + [f"Mind: {note}." for note in found.notes]


def _difference(label: str, first: str, one: PairedFigure, currency: str) -> str:
    if not one.difference:
        return f"{label} earns the same as {first}."
    ends = [amount(n, currency) for n in (abs(one.difference), one.low, one.high)]
    than = "more" if one.difference > 0 else "less"
    said = f"{label} earns {ends[0]} {currency} {than} than {first} in a run"
    if one.low is None or one.high is None:
        return f"{said}; how sure that is cannot be told."
    real = one.low > 0 or one.high < 0
    sure = "more than chance explains" if real else "which chance may explain"
    return f"{said}: the difference is from {ends[1]} to {ends[2]} at 95 %, {sure}."


def _comparison(found: MarketComparison) -> list[Part]:
    names = [one.name for one in found.markets[0].sellers]
    labels = _distinct(found.labels)
    options = []
    for place, name in enumerate(["", *names] if len(names) != 1 else names):
        sold = {
            label: _of(one, name)
            for label, one in zip(labels, found.markets, strict=True)
        }
        parts = days_parts(str(place), sold, found.currency, len(found.seeds))
        shown = parts or [text("Nothing was sold.")]
        options.append(option(name or "all", name or "all together", *shown))
    sections = [
        section("policies", "Policies", _means(found, labels)),
        section(
            "differences",
            "Differences",
            text(
                "Differences are paired by seed. Correlation says how much of the "
                "chance is shared, and the last columns what that saves."
            ),
            *[
                _pairs(found, label, pairs)
                for label, pairs in zip(labels[1:], found.pairs, strict=True)
            ],
        ),
        section(
            "days",
            "Prices and bookings by days left",
            choice("seller", "Seller", options),
        ),
    ]
    each = [
        option(str(place), label, seller_table(one), outcome_table(one))
        for place, (label, one) in enumerate(zip(labels, found.markets, strict=True))
    ]
    sections.append(section("sellers", "Sellers", choice("policy", "Policy", each)))
    return sections


def _distinct(labels: tuple[str, ...]) -> list[str]:
    """Return labels of which no two are alike.

    >>> _distinct(("fixed", "declared", "fixed"))
    ['fixed', 'declared', 'fixed (3)']
    """
    return [
        label if label not in labels[:place] else f"{label} ({place + 1})"
        for place, label in enumerate(labels)
    ]


def _of(one: MarketFigures, name: str) -> SellerFigures:
    return next((seller for seller in one.sellers if seller.name == name), one.total)


def _means(found: MarketComparison, labels: list[str]) -> Part:
    currency, seeds = found.currency, len(found.seeds)
    rows = [
        [
            label,
            figure_cell(one.total.revenue, seeds, lambda n: amount(n, currency)),
            figure_cell(one.total.sold, seeds, number),
            figure_cell(one.total.load_factor, seeds, share),
            figure_cell(one.total.yield_per_unit, seeds, lambda n: amount(n, currency)),
            figure_cell(one.total.spill, seeds, number),
            figure_cell(
                one.total.consumer_surplus, seeds, lambda n: amount(n, currency)
            ),
        ]
        for label, one in zip(labels, found.markets, strict=True)
    ]
    columns = [
        column("policies", number=False),
        column(f"revenue, {currency}"),
        column("sold"),
        column("load factor"),
        column(f"yield, {currency}"),
        column("spill"),
        column(f"consumer surplus, {currency}"),
    ]
    caption = "All sellers together: means over runs; in brackets 95 % intervals."
    return table(columns, rows, caption=caption)


def _pairs(
    found: MarketComparison, label: str, pairs: tuple[PairedFigure, ...]
) -> Part:
    rows = [_pair(one, found.currency) for one in pairs]
    columns = [
        column("seller", number=False),
        column("figure", number=False),
        column(found.labels[0]),
        column(label),
        column("difference"),
        column("correlation"),
        column("variance reduction"),
        column("seeds for ±1 %"),
    ]
    return table(columns, rows, caption=f"{label} less {found.labels[0]}.")


def _pair(one: PairedFigure, currency: str) -> list[str | Part | None]:
    unit = ""

    def shown(value: Number) -> str | None:
        if one.name in _MONEY:
            return amount(value, currency)
        if one.name == "load_factor":
            return None if value is None else f"{100 * value:.2f} %"
        return None if value is None else f"{value:,.2f}"

    if one.name in _MONEY:
        unit = f", {currency}"
    found = {"estimate": one.difference, "low": one.low, "high": one.high}
    ends = [shown(found[key]) for key in ("estimate", "low", "high")]
    correlation, needed = one.correlation, one.seeds_for_one_percent
    return [
        one.seller or "all",
        one.name.replace("_", " ") + unit,
        shown(one.baseline),
        shown(one.mean),
        cell(bounded(ends), found),
        None if correlation is None else f"{correlation:.3f}",
        share(one.variance_reduction),
        None if needed is None else str(needed),
    ]
