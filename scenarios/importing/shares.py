"""What the budgets of tasks are made of: shares of tasks to be met, or amounts."""

import re
from dataclasses import dataclass
from typing import Final

from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.money import parse_major

__all__ = ["DEFAULT_BUDGETS", "BudgetRule", "budget_rules"]

DEFAULT_BUDGETS: Final = "0%,60%,85%,95%,100%,105%,115%,130%"
"""A certainly impossible one, some that ask for luck or patience, and easy ones:
80 % of the tasks can be met where prices vary, and at most 87.5 % anywhere."""

_PERCENT = re.compile(r"([0-9]{1,4})(?:\.([0-9]))? ?%")
_PERCENT_MAX_PPM: Final = 10_000_000
_BUDGETS_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class BudgetRule:
    """One budget, before the market is known.

    ``80%`` is the least budget that 80 % of the rehearsed tasks can be met with,
    ``100%`` that of all of them, ``125%`` a quarter more than that, and ``0%`` is
    below everything that can ever be asked. ``4500.50`` is an amount.
    """

    share_ppm: int | None
    """Of the rehearsed tasks; above one million: of the dearest of them."""
    amount: str = ""
    """In major units, when it is no share."""

    def minor(self, exponent: int) -> int:
        """Return an amount in minor units.

        Raises:
            ScenarioError: it has more decimals than the currency.
        """
        found = parse_major(self.amount, exponent)
        if not found:
            msg = f"--budgets: {self.amount!r:.40} is not an amount above 0 with at "
            raise ScenarioError(msg + f"most {exponent} decimals")
        return found


def budget_rules(text: str) -> tuple[BudgetRule, ...]:
    """Return the rules of a list such as ``0%,80%,5000``.

    Raises:
        ScenarioError: a part is neither a share nor an amount.
    """
    parts = [part.strip() for part in str(text).split(",")]
    if len(parts) > _BUDGETS_MAX:
        raise ScenarioError(f"--budgets: {len(parts)} of them, at most {_BUDGETS_MAX}")
    return tuple(map(_rule, parts))


def _rule(part: str) -> BudgetRule:
    found = _PERCENT.fullmatch(part)
    if found:
        ppm = int(found[1]) * 10_000 + int(found[2] or 0) * 1000
        if ppm <= _PERCENT_MAX_PPM:
            return BudgetRule(ppm)
    elif re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,4})?", part):
        return BudgetRule(None, part)
    raise ScenarioError(
        f"--budgets: {part!r:.40} is neither a share of the tasks, such as 80%, up to "
        "1000%, nor an amount, such as 4500"
    )
