"""Conformance checks for PettingZoo environments, ours or anyone's.

PettingZoo's own tests see that an environment keeps the form of the API. These look at
what users of an environment rely on beyond that: a seed gives one trajectory to the
very end and in every process, a reset forgets, masks are honest, wrappers are
transparent, rivals keep their secrets, agents die in good order, and returned data
belongs to the caller.

Each check takes a function that makes an environment, plays episodes of its own, and
raises `ConformanceError` at the first finding. The message names the check, the agent,
the step and both values. `check_environment` makes all checks that apply.

Policies sample legal actions by default. For other actions, such as JSON objects, give
`policy_fn`: it makes a function of (environment, agent, observation, info) that returns
an action and must act the same each time it is made.

Example:
    A test of your own environment:

    >>> def test_my_env_conforms():
    ...     report = check_environment(my_env, factory="my_package:my_env")
    ...     assert "check_seeding" in report.passed
"""

from .deaths import check_dead_steps
from .errors import ConformanceError
from .hash_seed import check_hash_seed
from .mask_format import check_mask_format
from .masks import check_masks
from .privacy import check_privacy
from .report import ConformanceReport, check_environment
from .resets import check_reset
from .returned_data import check_returned_data
from .seeding import check_seeding
from .walk import MaskedRandom
from .wrappers import check_wrappers

__all__ = [
    "ConformanceError",
    "ConformanceReport",
    "MaskedRandom",
    "check_dead_steps",
    "check_environment",
    "check_hash_seed",
    "check_mask_format",
    "check_masks",
    "check_privacy",
    "check_reset",
    "check_returned_data",
    "check_seeding",
    "check_wrappers",
]
