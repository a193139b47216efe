"""What trainers need besides the environments.

`decision_advantages` estimates advantages where rows are decisions only now and then;
`DecisionCollector` steps many markets by a policy and returns its decisions with them;
`success_of` plays a policy that was trained and counts what it met, `revenue_of` what
one that sells has taken, and `save_policy` writes it to a file that plays wherever an
agent can.  Modules for one trainer, such as `sb3`, import its library, which is not
installed with us.
"""

from .advantages import decision_advantages
from .collector import DecisionBatch, DecisionCollector
from .policy_file import save_policy
from .revenue import revenue_of
from .success import Success, success_of

__all__ = [
    "DecisionBatch",
    "DecisionCollector",
    "Success",
    "decision_advantages",
    "revenue_of",
    "save_policy",
    "success_of",
]
