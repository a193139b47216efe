"""Currencies: the active codes of ISO 4217, and how many decimals each has.

List one of the standard as published on 1 January 2026, whole. Codes that stand for
no money that has a minor unit (metals, bond units, tests, "no currency") are apart.
"""

from difflib import get_close_matches
from typing import Final

__all__ = ["EXPONENTS", "NO_MINOR_UNIT", "currency_mistake"]

_CODES: Final = {
    0: """
        BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF
    """,
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN
        BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP
        ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR
        IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT
        MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP
        PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC
        SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD
        XCD XCG YER ZAR ZMW ZWG
    """,
    3: """
        BHD IQD JOD KWD LYD OMR TND
    """,
    4: """
        CLF UYW
    """,
}

_WITHDRAWN: Final = "ANG BGN CUC HRK SLL ZWL"
"""Replaced since 2022, all of two decimals: older tables have prices in them."""

EXPONENTS: Final[dict[str, int]] = {
    code: exponent
    for exponent, codes in [*_CODES.items(), (2, _WITHDRAWN)]
    for code in codes.split()
}
"""Digits after the point, by the currency's code."""

NO_MINOR_UNIT: Final = (
    *("XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR"),
    *("XPD", "XPT", "XSU", "XTS", "XUA", "XXX"),
)
"""Codes of the standard that no price can be in."""


def currency_mistake(code: str) -> str | None:
    """Return why prices cannot be in a currency; None when they can.

    >>> currency_mistake("EUR")
    >>> currency_mistake("eur")
    "'eur' is no currency of ISO 4217; did you mean EUR?"
    """
    if code in EXPONENTS:
        return None
    if code in NO_MINOR_UNIT:
        return f"{code!r:.40} has no minor unit, so that no price can be in it"
    near = get_close_matches(code.upper(), EXPONENTS, n=1, cutoff=0.6)
    hint = f"; did you mean {near[0]}?" if near else ", such as EUR or INR"
    return f"{code!r:.40} is no currency of ISO 4217{hint}"
