"""Amounts of money as people read them."""

from test_time_gym.market.money import exponent_of, show

__all__ = ["major"]


def major(minor: float | None, currency: str) -> str | None:
    """Return an amount in major units, thousands apart; fractions of a minor unit go.

    >>> major(1234500, "INR"), major(-1250.4, "USD"), major(None, "USD")
    ('12,345', '-12.50', None)
    """
    if minor is None:
        return None
    whole, point, rest = str(show(abs(round(minor)), exponent_of(currency))).partition(
        "."
    )
    sign = "-" if round(minor) < 0 else ""
    return f"{sign}{int(whole):,}{point}{rest}"
