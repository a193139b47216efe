"""Rewards: terms that became known after an action."""

from .lines import Line
from .records import RecordedPayment
from .state import AuditState

__all__ = ["RewardRules"]


class RewardRules:
    """Reward terms that became known later."""

    def __init__(self, case: AuditState) -> None:
        """Take the journal."""
        self._state = case

    def reward(self, record: Line) -> None:
        """Check a reward term that became known after the action."""
        case, terms, n = self._state, record.data["terms"], record.n
        asking = case.asking if case.asked is not None else None
        seat = case.owner(record, None if asking is None else asking.index)
        if seat is None:
            return
        of = None if case.asked is None else case.asked.of
        failure = isinstance(of, RecordedPayment)
        if of is None:
            failure = list(terms) == ["penalty"]
        rule, rewards = "failures" if failure else "progress", case.scenario.reward
        expected = None
        if isinstance(of, RecordedPayment):
            case.caused(record, of.cause)
            expected = {"penalty": rewards["penalty"]}
        elif of is not None:
            case.caused(record, seat.acted)
            expected = {"progress": rewards[f"progress_{of}"]}
        text = "{} is rewarded with {}; what it is rewarded for brings {}"
        case.check(
            terms == expected, rule, n, text, seat.name, terms, expected or "nothing"
        )
