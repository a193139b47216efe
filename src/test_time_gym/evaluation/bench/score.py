"""A score: how one entrant did in one episode."""

from dataclasses import dataclass

__all__ = ["Score"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What one episode adds to an entrant's figures; money in minor units."""

    seed: int
    """Of the cluster: all episodes of one seed share their site and their entrant."""
    outcome: str
    feasible: bool
    """Whether the task could be met: the optimum exists; for a team, whether one
    product was to be had for all members within the budget."""
    certified: bool
    """Whether there is a proof from the catalog alone that it could not."""
    steps: int
    reward: float
    regret: int | None
    timing: int | None
    search: int | None
    execution: int | None
    first_offer: bool | None
    """Whether what was bought stood first on its page; None without a ticket."""
    lost_surplus: int | None
    error: str | None
    """What ended the entrant's own program."""
