"""Rewards: terms that became known after an action."""

from .case import Case
from .frame import Record
from .records import Payment

__all__ = ["Rewards"]


class Rewards:
    """Reward terms that became known later."""

    def __init__(self, case: Case) -> None:
        """Take the journal."""
        self._case = case

    def reward(self, record: Record) -> None:
        """Check a reward term that became known after the action."""
        case, terms, n = self._case, record.data["terms"], record.n
        asking = case.asking if case.asked is not None else None
        seat = case.owner(record, None if asking is None else asking.index)
        if seat is None:
            return
        of = None if case.asked is None else case.asked.of
        failure = isinstance(of, Payment)
        if of is None:
            failure = list(terms) == ["penalty"]
        rule, rewards = "failures" if failure else "progress", case.setting.reward
        expected = None
        if isinstance(of, Payment):
            case.caused(record, of.cause)
            expected = {"penalty": rewards["penalty"]}
        elif of is not None:
            case.caused(record, seat.acted)
            expected = {"progress": rewards[f"progress_{of}"]}
        text = "{} is rewarded with {}; what it is rewarded for brings {}"
        case.check(
            terms == expected, rule, n, text, seat.name, terms, expected or "nothing"
        )
