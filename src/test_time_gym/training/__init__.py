"""What trainers need besides the environments.

`decision_advantages` estimates advantages where rows are decisions only now and then,
`success_of` plays a policy that was trained and counts what it met, and `save_policy`
writes it to a file that plays wherever an agent can.  Modules for
one trainer, such as `sb3`, import its library, which is not installed with us.
"""

from .advantages import decision_advantages
from .policy_file import save_policy
from .success import Success, success_of

__all__ = ["Success", "decision_advantages", "save_policy", "success_of"]
