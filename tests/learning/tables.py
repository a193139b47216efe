"""Tables of learning studies, as Markdown, and their places in pages."""

import re

from test_time_gym.market.money import exponent_of

SAYS = {
    "frozen": "learning off",
    "cheapest": "a scripted buyer",
    "clerk": "the same, which remembers cards and codes",
    "mined": "the skills agent, from nothing",
    "clerk-skills": "the skills agent, from the flow",
    "clerk-frozen": "the same, learning off",
    "placebo": "another site's knowledge, learning off",
    "raw": "whole successes replayed",
    "transfer": "learned at another site before",
    "no-mining": "without mining",
    "no-trials": "without trials of waits",
    "no-thompson": "skills chosen by lot",
    "epsilon": "skills chosen ε-greedily",
    "ucb1": "skills chosen by UCB1",
    "no-decay": "without forgetting and doubt",
}
RIVALS = ("cheapest", "clerk")


def markdown(heads, rows):
    """Return a table whose first column is text and whose others are figures.

    >>> print(markdown(["arm", "n"], [["`a`", "1"]]), end="")
    | arm | n |
    | --- | ---: |
    | `a` | 1 |
    """
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows]
    return "".join(f"| {' | '.join(line)} |\n".replace("  ", " ") for line in lines)


def sentence(found, what=None):
    """Return what was played; without a name of its own it is the scenario."""
    sites, name = found["sites"], what or f"`{found['scenario']}`"
    named = f", the range for {sites['range']}" if sites["range"] else ""
    numbers = f"sites {sites['first']} to {sites['last']}{named}"
    return f"{name}, {numbers}; {found['episodes']} episodes at each.\n\n"


def performance(found):
    """Return how each arm did: success, violations, regret, and gains."""
    currency = found["currency"]
    heads = ["arm", "first 10", "last 50", "steps", "violations", f"regret, {currency}"]
    heads += ["of last 50", "gain over its twin", *[f"over `{one}`" for one in RIVALS]]
    rows = []
    for name, arm in found["arms"].items():
        early, late = arm["steps_first50"], arm["steps_last50"]
        twin = name.endswith("frozen")
        rows.append(
            [
                f"`{name}`: {SAYS[name]}" if name in SAYS else f"`{name}`",
                share(arm["success_first10"]),
                share(arm["success_last50"]),
                "" if early is None else f"{early:.1f} → {late:.1f}",
                share(arm["violation_rate"]),
                money(arm["regret_mean"], currency),
                money(arm["regret_last50"], currency),
                "" if twin or name in RIVALS else points(arm["gain"]),
                *[
                    "" if name == rival else points(arm[f"gain_over_{rival}"])
                    for rival in RIVALS
                ],
            ]
        )
    best = found["oracle"]
    shares = [share(best["success_first10"]), share(best["success_last50"])]
    nothing = money(0, currency)
    rows.append(["*clairvoyant*", *shares, "", "", nothing, nothing, "", "", ""])
    return sentence(found) + markdown(heads, rows)


def exploring(found):
    """Return by what each arm took its steps, and how it chose."""
    heads = ["arm", "in skills", "in trials", "exploring", "of first 10", "of last 50"]
    heads += ["exploratory choices", "saved over `clerk`"]
    rows = []
    for name, arm in found["arms"].items():
        if arm["share_skills"] is None:
            continue
        rows.append(
            [
                f"`{name}`",
                *[
                    share(arm[f"share_{by}"])
                    for by in ("skills", "trials", "exploring")
                ],
                *[
                    share(arm[f"shares_{part}"]["share_exploring"])
                    for part in ("first10", "last50")
                ],
                share(arm["explore_ratio"]),
                bounded(
                    arm["saved_over_clerk"], lambda one: money(one, found["currency"])
                ),
            ]
        )
    return sentence(found) + markdown(heads, rows)


def scenarios(studies, arms):
    """Return the success of the last fifty episodes of arms in each scenario."""
    heads = ["scenario", *[f"`{arm}`" for arm in arms], "clairvoyant"]
    rows = [
        [
            f"`{found['scenario']}`",
            *[
                share(found["arms"][arm]["success_last50"])
                if arm in found["arms"]
                else ""
                for arm in arms
            ],
            share(found["oracle"]["success_last50"]),
        ]
        for found in studies
    ]
    return markdown(heads, rows)


def share(value):
    """Return a share in per cent.

    >>> share(0.5), share(None)
    ('50.0 %', '')
    """
    return "" if value is None else f"{100 * value:.1f} %"


def money(minor, currency):
    """Return an amount in the currency's units.

    >>> money(102.4, "EUR"), money(None, "EUR")
    ('1.02', '')
    """
    if minor is None:
        return ""
    digits = exponent_of(currency)
    return f"{minor / 10**digits:.{digits}f}"


def points(gain):
    """Return a gain in points with its interval.

    >>> points({"estimate": 0.5, "low": 0.25, "high": 0.75})
    '+50.0 (+25.0 to +75.0)'
    """
    return bounded(gain, lambda one: f"{100 * one:+.1f}")


def bounded(found, shown):
    """Return an estimate with its interval, or without where there is none."""
    if found["estimate"] is None:
        return ""
    bounds = ""
    if found["low"] is not None:
        bounds = f" ({shown(found['low'])} to {shown(found['high'])})"
    return shown(found["estimate"]) + bounds


def put(page, name, text):
    """Return a page with a table in its place, between two comments.

    >>> put("<!-- a -->\\nold\\n<!-- /a -->", "a", "new\\n")
    '<!-- a -->\\nnew\\n<!-- /a -->'
    """
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    place = re.compile(f"(?<={begin}).*?(?={end})", re.DOTALL)
    assert place.search(page), f"the page has no place for {name}"
    return place.sub(lambda _: text, page)
