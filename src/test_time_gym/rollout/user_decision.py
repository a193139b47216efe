"""What a user's own policy decides, read before the market acts on it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from test_time_gym.market.clock import HORIZON_MS
from test_time_gym.market.errors import shown
from test_time_gym.market.integers import as_integer
from test_time_gym.market.pricing.asked_prices import unlike
from test_time_gym.market.pricing.policy import Change, Decision
from test_time_gym.market.pricing.rows import REASON

__all__ = ["DecisionError", "decision_of", "state_of"]

_DEEPEST: Final = 20
"""So deep may lists be nested in what a policy remembers."""


class DecisionError(ValueError):
    """What no policy may decide or remember, in words that follow its name."""


def decision_of(
    found: object,
    products: Mapping[int, str],
    pools: Mapping[int, str],
    before: Sequence[Change] = (),
) -> Decision:
    """Return a decision in which all numbers are ints, and all rows are lists.

    Integers of numpy become ints; a row may be anything that is gone through once.

    Args:
        found: what the policy returned.
        products: that it sells, and what they are called.
        pools: that it sells from, and what they are called, if anything.
        before: prices of its last decision, as they were read: those that are the same
            are in order.

    Raises:
        DecisionError: the decision is none, or no policy may decide so.

    >>> decision_of(Decision(prices=iter([Change(0, 99, "x")])), {0: "AA1"}, {}).prices
    [Change(of=0, to=99, reason='x')]
    >>> decision_of(Decision(prices=[Change(0, 99.5, "x")]), {0: "AA1"}, {})
    Traceback (most recent call last):
    test_time_gym.rollout.user_decision.DecisionError: sets the price of 0 (AA1) to \
99.5, no whole number from 0 on
    """
    if not isinstance(found, Decision):
        msg = f"decides {shown(found)}, which is no Decision"
        raise DecisionError(msg)
    wake = found.wake_at_ms
    if wake is not None:
        wake = as_integer(wake)
        if wake is None:
            msg = f"wakes at {shown(found.wake_at_ms)}, no whole number of milliseconds"
            raise DecisionError(msg)
    besides = as_integer(found.cut_besides)
    if besides is None or besides < 0:
        msg = f"has {shown(found.cut_besides)} prices cut besides, no whole number "
        raise DecisionError(msg + "from 0 on")
    return Decision(
        prices=_changes("price", found.prices, products, before),
        limits=_changes("booking limit", found.limits, products),
        bids=_changes("bid price", found.bids, pools),
        authorised=_changes("authorised units", found.authorised, pools),
        wake_at_ms=wake,
        cut_besides=besides,
    )


def _changes(
    what: str, rows: object, own: Mapping[int, str], before: Sequence[Change] = ()
) -> list[Change]:
    if isinstance(rows, str | bytes | Change) or not isinstance(rows, Iterable):
        msg = f"gives {shown(rows)} for its changes of a {what}: a list is expected"
        raise DecisionError(msg)
    if before:
        rows = list(rows)
        places = unlike(rows, before)
        if places is not None:
            known = list(before)
            for k in places:
                known[k] = _change(what, rows[k], own)
            return known
    found: dict[int, Change] = {}
    for change in rows:
        one = _change(what, change, own)
        if one.of in found:
            msg = f"sets the {what} of {_named(one.of, own)} twice"
            raise DecisionError(msg)
        found[one.of] = one
    return list(found.values())


def _change(what: str, change: object, own: Mapping[int, str]) -> Change:
    if not isinstance(change, Change):
        msg = f"gives {shown(change)} for a {what}, which is no Change"
        raise DecisionError(msg)
    of, to = as_integer(change.of), as_integer(change.to)
    if of is None or of not in own:
        msg = f"sets the {what} of {shown(change.of)}, which it does not offer"
        raise DecisionError(msg)
    name = _named(of, own)
    if to is None or to < 0:
        msg = f"sets the {what} of {name} to {shown(change.to)}, "
        raise DecisionError(msg + "no whole number from 0 on")
    if to > HORIZON_MS:
        msg = f"sets the {what} of {name} to {shown(to)}, more than {HORIZON_MS}"
        raise DecisionError(msg)
    reason: Any = change.reason
    if not isinstance(reason, str) or not REASON.fullmatch(reason):
        msg = f"sets the {what} of {name} and gives as reason {shown(reason)}: up to "
        raise DecisionError(
            msg + "32 letters, digits, dots, dashes, underscores are expected"
        )
    return Change(of, to, reason)


def _named(of: int, own: Mapping[int, str]) -> str:
    """Return a number as the policy said it, and what people call it."""
    return f"{of} ({own[of]})" if own[of] else str(of)


def state_of(found: object) -> list[Any]:
    """Return what a policy remembers, as digests take it: ints and texts in lists.

    Raises:
        DecisionError: it holds something else.

    >>> state_of((1, "a", [2]))
    [1, 'a', [2]]
    >>> state_of([0.5])
    Traceback (most recent call last):
    test_time_gym.rollout.user_decision.DecisionError: remembers 0.5: whole numbers \
and texts, in lists, are expected
    """
    return _list_of(found, 0)


def _list_of(found: object, depth: int) -> list[Any]:
    if not isinstance(found, list | tuple) or depth > _DEEPEST:
        msg = f"remembers {shown(found)}: a list of whole numbers and texts is expected"
        raise DecisionError(msg)
    return [_remembered(one, depth) for one in found]


def _remembered(one: object, depth: int) -> Any:
    if isinstance(one, list | tuple):
        return _list_of(one, depth + 1)
    number = as_integer(one)
    if number is not None and -HORIZON_MS <= number <= HORIZON_MS:
        return number
    if type(one) is str or one is None or type(one) is bool:
        return one
    msg = f"remembers {shown(one)}: whole numbers and texts, in lists, are expected"
    raise DecisionError(msg)
