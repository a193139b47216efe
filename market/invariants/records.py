"""Laws of a whole journal: what must hold from its first record to its last."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..events import CRASHES, THINKING
from .law import record_law

__all__ = [
    "Record",
    "a_crash_is_an_error_and_nothing_else_is",
    "consequences_name_their_cause",
    "every_request_gets_one_response",
    "every_turn_is_one_action",
    "illegal_actions_have_no_consequence",
    "no_instant_goes_on_for_ever",
    "outcomes_and_rewards_follow_from_own_records",
    "records_are_numbered_in_the_order_of_time",
]

Record = Mapping[str, Any]
"""A record as it stands in the journal: ``a``, ``c``, ``d``, ``k``, ``n``, ``t``."""

_OWN_ACCORD = (
    "header",
    "market_opened",
    "act",
    "seat_sold",
    "postponed",
    "background_cancelled",
    "no_show",
    "denied",
    "go_show",
    "repriced",
    "hold_expired",
    "message",
    "digest",
    "outcome",
    "reward",
    "end",
)
"""Kinds that need no cause: inputs, what time or chance brings, and what sums up."""

_RESPONSES = ("payment_challenged", "payment_declined", "payment_authorized")

EVENTS_PER_INSTANT = 100_000
"""More records than this at one instant mean that time stands still."""


@record_law("E1")
def records_are_numbered_in_the_order_of_time(
    records: Sequence[Record],
) -> Iterator[str]:
    """Numbers have no gap, time never runs backwards, causes come before."""
    last = None
    for n, record in enumerate(records):
        if record["n"] != n:
            yield f"record {n} is numbered {record['n']}"
        if last is not None and record["t"] < last:
            yield f"record {n} is of {record['t']}, after {last}"
        if not 0 <= record["c"] < max(n, 1):
            yield f"record {n} is caused by record {record['c']}"
        last = record["t"]


@record_law("E1", "L3")
def consequences_name_their_cause(records: Sequence[Record]) -> Iterator[str]:
    """What follows from something else says from what."""
    for record in records:
        if record["c"] == 0 and record["k"] not in _OWN_ACCORD:
            yield f"record {record['n']}, {record['k']}, has no cause"


@record_law("E2")
def every_turn_is_one_action(records: Sequence[Record]) -> Iterator[str]:
    """An agent's turns are numbered, and over with its outcome."""
    turns: Counter[str] = Counter()
    over: dict[str, int] = {}
    for record in records:
        actor = record["a"]
        if record["k"] == "outcome":
            over[actor] = record["n"]
        elif record["k"] == "act":
            turn = turns[actor] + 1
            if record["d"]["turn"] != turn:
                yield f"turn {turn} of {actor} says {record['d']['turn']}"
            if record["d"]["status"] != THINKING:
                turns[actor] = turn
            if actor in over:
                yield f"{actor} acts in {record['n']}, it was over in {over[actor]}"


@record_law("E8")
def illegal_actions_have_no_consequence(records: Sequence[Record]) -> Iterator[str]:
    """Nothing is caused by an action that was refused, malformed or a crash."""
    refused = {
        record["n"]: record["d"]["status"]
        for record in records
        if record["k"] == "act" and record["d"]["status"] != "ok"
    }
    for record in records:
        status = refused.get(record["c"])
        # The end of an episode is no effect on the market.
        if status is not None and record["k"] != "outcome":
            yield f"record {record['n']}, {record['k']}, follows from {status}"


@record_law("E8")
def a_crash_is_an_error_and_nothing_else_is(
    records: Sequence[Record],
) -> Iterator[str]:
    """Whose program crashed ends as an error, whatever it bought, and unrewarded."""
    crashed: dict[str, str] = {}
    for record in records:
        actor, data = record["a"], record["d"]
        if record["k"] == "act" and data["status"] in CRASHES:
            crashed[actor] = data["status"]
        elif record["k"] == "outcome":
            ended = data["outcome"] if data["outcome"] in CRASHES else None
            if ended != crashed.get(actor):
                how = "after" if actor in crashed else "without"
                yield f"{actor} ends as {data['outcome']} {how} a crash"
            if actor in crashed and data["terms"]:
                yield f"{actor} crashed, and its outcome brings {data['terms']}"


@record_law("E1")
def outcomes_and_rewards_follow_from_own_records(
    records: Sequence[Record],
) -> Iterator[str]:
    """A reward follows from its own seat's doing, an outcome from its or a mate's."""
    acted: dict[str, bool] = {}
    doers: dict[int, str] = {}
    team = False
    for record in records:
        kind, actor, cause = record["k"], record["a"], record["c"]
        doers[record["n"]] = actor
        if kind == "header":
            team = record["d"]["scenario"]["task"]["team"]
        elif kind == "act":
            acted[actor] = True
        elif kind in {"outcome", "reward"}:
            mates = team and kind == "outcome"
            doer = doers.get(cause)
            own = doer in acted if mates else doer == actor
            # Who never acted can fail all the same: at the deadline.
            idle = cause == 0 and not (acted if mates else actor in acted)
            if not own and not idle:
                yield f"record {record['n']}, {kind} of {actor}, follows from {doer!r}"


@record_law("E6")
def every_request_gets_one_response(records: Sequence[Record]) -> Iterator[str]:
    """The gateway answers a submission once, and nothing that was not submitted."""
    waiting: dict[str, bool] = {}
    parts = _later_parts(records)
    for record in records:
        kind, n = record["k"], record["n"]
        payment = str(record["d"].get("payment", ""))
        if kind in {"payment_started", "challenge_passed"}:
            if waiting.get(payment):
                yield f"record {n}: {payment} is submitted twice"
            waiting[payment] = True
        elif kind in _RESPONSES and n not in parts:
            wrong = kind == "payment_declined" and (
                record["d"]["reason"] == "challenge_failed"
            )
            if not waiting.get(payment) and not wrong:
                yield f"record {n}: {kind} of {payment} answers nothing"
            waiting[payment] = False


@record_law("E6")
def no_instant_goes_on_for_ever(records: Sequence[Record]) -> Iterator[str]:
    """Time moves on: no instant holds more records than could ever be meant."""
    for instant, count in Counter(record["t"] for record in records).items():
        if count > EVENTS_PER_INSTANT:
            yield f"{count} records at {instant}"


def _later_parts(records: Sequence[Record]) -> dict[int, str]:
    """Return the authorizations of instalments, that no page has asked for."""
    ticketed: dict[str, bool] = {}
    parts = {}
    for record in records:
        if record["k"] == "ticket_issued":
            ticketed[record["d"]["payment"]] = True
        elif record["k"] == "payment_authorized":
            payment = record["d"]["payment"]
            if payment in ticketed:
                parts[record["n"]] = payment
    return parts
