"""Reward terms, in thousandths; their sum is the reward."""

from typing import Any, Final

from pydantic import SerializerFunctionWrapHandler, model_serializer, model_validator

from ..config import Config, SignedMilli
from ..errors import Misuse, did_you_mean

__all__ = [
    "MILLI",
    "PRESETS",
    "SELLER_TERMS",
    "TERMS",
    "RewardConfig",
    "final_terms",
    "reward_of",
]

MILLI: Final = 1000
"""One unit of reward, in thousandths."""

TERMS: Final = (
    "success",
    "violation",
    "progress",
    "penalty",
    "time",
    "correct_abort",
    "gave_up",
    "saving",
)
"""Every name that may stand in a buyer's ``reward_terms``."""

SELLER_TERMS: Final = ("revenue", "penalty")
"""The same of a seller's."""

PRESETS: Final[dict[str, dict[str, Any]]] = {
    "standard": {},
    "training": {
        "time": -2,
        "gave_up": -500,
        "saving": 200,
        "progress_returned": True,
    },
}
"""Named rewards: what each changes in the numbers of `RewardConfig`.

Under ``standard`` the best policy of a learner that does not know the site yet is to
abort at once, since everything else costs more; ``training`` is for learners.
"""

_ADDED: Final = ("gave_up", "saving", "progress_returned")
"""Settings that older scenarios do not have."""

_GAVE_UP: Final = ("failed", "aborted", "truncated")


class RewardConfig(Config):
    """What each term is worth, in thousandths; a scenario may change numbers.

    A scenario may also name a preset, ``reward = {preset = "training"}``, and change
    numbers of that.
    """

    success: SignedMilli = 1000
    """Ticket issued and every constraint met."""
    violation: SignedMilli = -300
    """Ticket issued, a constraint broken."""
    progress_cart: SignedMilli = 20
    """First time the cart is filled."""
    progress_payment: SignedMilli = 30
    """First time the payment page is reached."""
    progress_card: SignedMilli = 50
    """First time a card is accepted by the payment page."""
    progress_returned: bool = False
    """Whether progress is a potential: taken back at an end without a ticket."""
    penalty: SignedMilli = -50
    """An illegal action or a failed payment."""
    time: SignedMilli = -10
    """Every step."""
    correct_abort: SignedMilli = 500
    """Abort of a task that is certified infeasible."""
    gave_up: SignedMilli = 0
    """Another end without a ticket, of a task that is not certified infeasible."""
    saving: SignedMilli = 0
    """Times the share of the budget that is not spent, on success."""

    @model_validator(mode="before")
    @classmethod
    def _from_preset(cls, given: Any) -> Any:
        if isinstance(given, str):
            given = {"preset": given}
        if not isinstance(given, dict) or "preset" not in given:
            return given
        name = given["preset"]
        if not isinstance(name, str) or name not in PRESETS:
            known = " or ".join(map(repr, PRESETS))
            msg = f"a preset is {known}, not {name!r:.40}"
            raise ValueError(msg)
        own = {key: given[key] for key in given if key != "preset"}
        return PRESETS[name] | own

    @model_serializer(mode="wrap")
    def _without_what_is_off(self, dump: SerializerFunctionWrapHandler) -> Any:
        # Scenarios that are older than these settings keep their digest.
        data = dump(self)
        for name in _ADDED:
            if not data[name]:
                del data[name]
        return data


def reward_of(given: object, declared: RewardConfig) -> RewardConfig:
    """Return the reward that somebody asks for.

    Args:
        given: the name of a preset, numbers that replace those of ``declared``, both
            (``{"preset": "training", "time": -5}``), or a `RewardConfig`.
        declared: the scenario's.

    Raises:
        Misuse: it is none of these.

    >>> reward_of("training", RewardConfig()).gave_up
    -500
    >>> reward_of({"time": -5}, RewardConfig(success=700)).success
    700
    """
    if isinstance(given, RewardConfig):
        return given
    try:
        if isinstance(given, dict) and "preset" not in given:
            return RewardConfig.model_validate(declared.model_dump() | given)
        return RewardConfig.model_validate(given)
    except ValueError as error:
        names = ", ".join(RewardConfig.model_fields)
        presets = " or ".join(map(repr, PRESETS))
        msg = f"reward is {presets}, or numbers by name ({names}), in thousandths; "
        near = did_you_mean(given, PRESETS) if isinstance(given, str) else ""
        raise Misuse(f"{msg}not {given!r:.80}{near}") from error


def final_terms(
    rewards: RewardConfig,
    outcome: str,
    *,
    ticket: bool,
    feasible: bool,
    progress_milli: int,
    left_minor: int,
    budget_minor: int,
) -> dict[str, int]:
    """Return what the end of an episode brings, in thousandths.

    Args:
        rewards: what terms are worth.
        outcome: how it ended.
        ticket: whether there is one, good or bad.
        feasible: whether the task is not certified infeasible.
        progress_milli: what was earned by progress.
        left_minor: of the budget.
        budget_minor: of the task, or of the whole team.

    >>> training = RewardConfig.model_validate("training")
    >>> final_terms(training, "success", ticket=True, feasible=True,
    ...             progress_milli=100, left_minor=300, budget_minor=900)
    {'success': 1000, 'saving': 66}
    >>> final_terms(training, "aborted", ticket=False, feasible=True,
    ...             progress_milli=50, left_minor=900, budget_minor=900)
    {'progress': -50, 'gave_up': -500}
    """
    terms: dict[str, int] = {}
    if outcome == "success":
        terms["success"] = rewards.success
        if rewards.saving:
            terms["saving"] = rewards.saving * left_minor // max(budget_minor, 1)
    elif outcome == "violation":
        terms["violation"] = rewards.violation
    elif outcome == "infeasible_aborted":
        terms["correct_abort"] = rewards.correct_abort
    if not ticket and rewards.progress_returned and progress_milli:
        terms["progress"] = -progress_milli
    if not ticket and feasible and rewards.gave_up and outcome in _GAVE_UP:
        terms["gave_up"] = rewards.gave_up
    return terms
