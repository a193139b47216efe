"""Rewards and messages: what reaches an agent after its action."""

from typing import Final

from .case import Case, Seat
from .frame import Record

__all__ = ["Rewards"]

_STAGES: Final = {
    "add_to_cart": "cart",
    "proceed_to_payment": "payment",
    "enter_card": "card",
}
"""The verb that reaches a stage for the first time."""
_UNFAILED: Final = (
    "processing",
    "requires_challenge",
    "captured",
    "partially_refunded",
    "refunded",
)
"""States in which no payment has failed; a payment in one of them never did."""


class Rewards:
    """Reward terms that became known later, and messages."""

    def __init__(self, case: Case) -> None:
        """Nothing was rewarded yet."""
        self._case = case

    def reward(self, record: Record) -> None:
        """Check a reward term that became known after the action."""
        case, terms, n = self._case, record.data["terms"], record.n
        seat = case.owner(record)
        if seat is None:
            return
        if list(terms) == ["penalty"]:
            seat.penalties += 1
            penalty, text = case.setting.reward["penalty"], "a penalty is {}, not {}"
            case.check(terms["penalty"] == penalty, "failures", n, text, penalty, terms)
            text = "{} has penalties for {} failures, and {} were there to be told"
            case.check(
                seat.penalties <= seat.failures and seat.outcome is None,
                "failures",
                n,
                text,
                seat.name,
                seat.penalties,
                seat.failures,
            )
            failed = [p.cause for p in seat.payments if p.state not in _UNFAILED]
            case.follows(record, failed)
        else:
            case.caused(record, seat.act.n if seat.act else 0)
            self._progress(record, seat)

    def _progress(self, record: Record, seat: Seat) -> None:
        case, act, terms = self._case, seat.act, record.data["terms"]
        verb = act.data["verb"] if act and act.n == record.cause else ""
        stage = _STAGES.get(verb, "")
        known = stage and stage not in seat.reached and act and act.t == record.t
        text = "{} is rewarded with {}: it has reached {}, and did {!r}"
        case.check(
            known and terms == {"progress": case.setting.reward[f"progress_{stage}"]},
            "progress",
            record.n,
            text,
            seat.name,
            terms,
            seat.reached,
            verb,
        )
        if known:
            seat.reached.append(stage)

    def message(self, record: Record) -> None:
        """Check who sent a message, and that an agent's is the one it sent."""
        case, data, n = self._case, record.data, record.n
        mate, sender = case.owner(record), case.by_name.get(data["sender"])
        if mate is None:
            return
        if not data["untrusted"]:
            case.caused(record, 0)
            text = "{} sends a message as if it were the shop"
            case.check(
                data["sender"] in {"Shop", "Bank"}, "messages", n, text, data["sender"]
            )
            return
        text = "{} sends a message, and has no seat of a team"
        team = case.setting.task["team"] and sender is not None and sender is not mate
        case.check(team, "messages", n, text, data["sender"])
        if sender is None or not case.by_act(record, sender, "send_message"):
            return
        sent = {"text": data["text"], "to": mate.name}
        args = sender.act.data["args"] if sender.act else {}
        text = "{} reaches {}, {} was sent"
        case.check(args == sent, "messages", n, text, sent, mate.name, args)
