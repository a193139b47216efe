"""Re-execution of journals: verified, forked, compared, and read state by state."""

from test_time_gym.audit import Audit

from .auditing import audit
from .changes import ValueChange, changes
from .difference import Difference, diff
from .divergence import Diverged, Divergence
from .exogenous_draws import exogenous, moved
from .fork import Fork, Unforkable, fork
from .parent import Parent
from .state import state_at
from .verify import Verdict, verify, verify_runs

__all__ = [
    "Audit",
    "Difference",
    "Diverged",
    "Divergence",
    "Fork",
    "Parent",
    "Unforkable",
    "ValueChange",
    "Verdict",
    "audit",
    "changes",
    "diff",
    "exogenous",
    "fork",
    "moved",
    "state_at",
    "verify",
    "verify_runs",
]
