"""What a journal leaves free: changes that contradict nothing else in it.

Every other change of a record has to be found. docs/journal.md says the same.
"""

import re

__all__ = ["FREE", "free"]

FREE = {
    r"header (finish|seats\.\*\.policy)": (
        "what finished agents may do and who an agent is, which show in no record"
    ),
    r"header (max_turns|window_ms)": (
        "a limit that nobody came near, and a window that moved nobody's turn"
    ),
    r"act (illegal|malformed|error)\b.* args\..*": (
        "what was refused, if it would be refused in the other form as well"
    ),
    r"act ok abort args\.reason": "what an agent remarks when it gives up",
    r"act ok (search_flights|filter_results|select_flight) args\..*": (
        "a look at flights from which nothing was chosen"
    ),
    r"act ok wait args\.minutes": (
        "the length of a wait after which nothing came, or that passes the deadline"
    ),
    r"act ok (add_to_cart|remove_from_cart|apply_coupon|enter_card|confirm_payment"
    r"|choose_instalments|answer_challenge|cancel_order) args\..*": (
        "a click that led to nothing, in place of another one that would not either"
    ),
    r"seat_sold (time|arrival|segment|product|deleted|doubled|inserted)"
    r"|.* swapped with seat_sold|seat_sold swapped with .*": (
        "when background buyers come, and how many; what they choose of what can be "
        "had, as far as no fence keeps them from it, no law of what they would pay has "
        "an end below it, and none of them takes but the cheapest"
    ),
    r"market_opened sold.*": (
        "seats sold before the opening of which no price and no sell-out tells"
    ),
    r"digest (pending|state|draws.*)|end state": (
        "digests of what no record tells, and the draws of background buyers"
    ),
    r"end time": "how long a run went on while nothing was recorded",
}
"""Pattern of what was changed → what is free, and why nothing contradicts it."""


def free(what):
    """Return what makes a change free, or None if it contradicts something."""
    for pattern, why in FREE.items():
        if re.fullmatch(pattern, what):
            return why
    return None
